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
