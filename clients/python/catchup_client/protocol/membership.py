"""The requests about groups (docs/protocol.md, section 4).

Each except `members`, `ask` and `requests` becomes a message of the group, with its `msg_id`, like a `chat`. If it is
sent again, nothing more changes.
"""

from dataclasses import dataclass

from catchup_client.names import MsgId, Uid
from catchup_client.protocol.groups import MembersReply, RequestsReply, Role
from catchup_client.protocol.model import ChatAck
from catchup_client.protocol.requests import Request


@dataclass(frozen=True, slots=True)
class Change(Request[ChatAck]):
    """Base of the requests that change a group."""

    msg_id: MsgId
    group_id: str

    @property
    def answered_by(self) -> type[ChatAck]:  # noqa: D102
        return ChatAck


@dataclass(frozen=True, slots=True)
class Create(Change):
    """Make a group, and become its owner."""

    name: str
    uids: tuple[Uid, ...]
    open: bool
    open_history: bool
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Join(Change):
    """Join an open group."""


@dataclass(frozen=True, slots=True)
class Leave(Change):
    """End the account's own membership."""


@dataclass(frozen=True, slots=True)
class Add(Change):
    """Add members."""

    uids: tuple[Uid, ...]


@dataclass(frozen=True, slots=True)
class Remove(Change):
    """Remove members."""

    uids: tuple[Uid, ...]


@dataclass(frozen=True, slots=True)
class ChangeRole(Change):
    """Change a member's role."""

    uid: Uid
    role: Role

    @property
    def cmd(self) -> str:
        """The name of the request on the wire."""
        return "role"


@dataclass(frozen=True, slots=True)
class Describe(Change):
    """Change the name or the announcement; None leaves it."""

    name: str | None
    announcement: str | None


@dataclass(frozen=True, slots=True)
class Mute(Change):
    """Let a member, or with None all but the owner and admins, not speak until a time."""

    uid: Uid | None
    until_ms: int


@dataclass(frozen=True, slots=True)
class Dissolve(Change):
    """End the group."""


@dataclass(frozen=True, slots=True)
class Approve(Change):
    """Admit people who ask to join, or refuse them."""

    uids: tuple[Uid, ...]
    refuse: bool


@dataclass(frozen=True, slots=True)
class Ask(Request[RequestsReply]):
    """Ask to join a group, or take that back."""

    group_id: str
    note: str
    withdraw: bool

    @property
    def answered_by(self) -> type[RequestsReply]:  # noqa: D102
        return RequestsReply


@dataclass(frozen=True, slots=True)
class Requests(Request[RequestsReply]):
    """Ask for one page of who asks to join."""

    group_id: str
    limit: int
    next: str = ""

    @property
    def answered_by(self) -> type[RequestsReply]:  # noqa: D102
        return RequestsReply


@dataclass(frozen=True, slots=True)
class Members(Request[MembersReply]):
    """Ask for one page of the members."""

    group_id: str
    limit: int
    next: str = ""

    @property
    def answered_by(self) -> type[MembersReply]:  # noqa: D102
        return MembersReply
