"""What groups add to the server's frames (docs/protocol.md, section 4, "Groups")."""

import enum
from dataclasses import dataclass

from catchup_client.names import Number, Seq, SessionId, Uid


class Role(enum.IntEnum):
    """What a member of a group may do."""

    MEMBER = 0
    ADMIN = 1
    OWNER = 2

    @classmethod
    def of_name(cls, name: str) -> "Role":
        """Read the name of a role; an unknown one becomes MEMBER."""
        return cls.__members__.get(name, cls.MEMBER)


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """`group` of one session in the answer of `sessions`."""

    name: str
    role: Role
    members: int
    joined: Seq
    """The seq of the message that made this account a member."""
    left: Seq | None = None
    """The seq of the message that ended the membership; None for members."""
    muted_until_ms: int = 0
    """Until when this account may not speak, by the server's clock; may be over. 0: it was never muted."""
    all_muted_until_ms: int = 0
    """The same for all but the owner and admins."""
    dissolved: bool = False
    """The group has ended."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a group announces."""

    text: str
    uid: Uid
    """Who wrote it."""
    time_ms: int


@dataclass(frozen=True, slots=True)
class Description:
    """A group as `members` describes it. `announcement`: None if nothing is announced."""

    group: GroupSummary
    announcement: Announcement | None


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody asks to join a group."""

    uid: Uid
    note: str
    time_ms: int
    """Since when."""


@dataclass(frozen=True, slots=True)
class RequestsReply:
    """The answer of `requests` and `ask`."""

    requests: tuple[JoinRequest, ...]
    next: str
    end: bool


@dataclass(frozen=True, slots=True)
class AskPush:
    """A push to the owner and admins of a group: somebody asks to join it."""

    group_id: str
    uid: Uid
    note: str


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a group."""

    uid: Uid
    role: Role
    joined: Seq
    """The seq of the message that made them a member."""


@dataclass(frozen=True, slots=True)
class MembersReply:
    """The answer of `members`."""

    members: tuple[Member, ...]
    next: str
    end: bool
    description: Description | None = None
    """Only on the first page."""


@dataclass(frozen=True, slots=True)
class OwnBelow:
    """The account itself wrote `count` messages with numbers above `cleared`, up to `to`."""

    to: Number
    count: int


@dataclass(frozen=True, slots=True)
class Head:
    """A push without a message: the newest seq of a group, and the number at this seq."""

    session_id: SessionId
    seq: Seq
    number: Number
