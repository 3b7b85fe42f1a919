"""Groups: their own row, and what is told of all their members together.

A message of a group is written once. Who is a member, and what is unread for them, is in `catchup.domain.membership`.
Whose a group is stands in one register of the group, not in a row of each person.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from catchup.domain.ids import GROUP_PREFIX, Seq, SessionId, Uid
from catchup.domain.membership import Membership, Mention, Role
from catchup.domain.message import Numbers, Place
from catchup.domain.page import Bounds

MAX_MEMBERS = 100_000
NOBODY = Uid("")
# Up to this many members, presence is read member by member, a read unit each; above it, online members enter a roster.
ROSTER_FROM = 20
# What a function with one vCPU posts to connections in a second, at least: `make bench-fanout` fails if it does not.
POSTS_PER_SECOND = 2_000


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """A group's own row. `head` is a hint of the last seq: every seq up to it exists, and every change of membership up
    to it is applied to the rows of the people it concerns. `number` is the number of the message at the head, and
    `last_change` is the last of these changes. The three are read and written together.

    `roster_since_ms`: since when those online are entered in a roster at login; 0 for small groups. `hot`: so many are
    online that bursts become hints; `hinted`: how far those online were told by them. `to_all`: the newest
    messages that mention everyone. `owner`, `owner_seq`: the last hand-over in the order of the session; 0: since the
    group was made. `members`: how many there are after the message `counted_to`. `muted_until_ms`: until then only the
    owner and admins may speak. `dissolved`, `dissolved_number`: the message that ended the group; 0: it goes on.

    `revised`, `revised_at_ms`: the seq of the last recall or edit up to the head, and when the row learned of it.
    `recalled`: numbers that were recalled. Of those up to `recalled_floor` most are kept elsewhere: `with_recalled`.
    """

    session_id: SessionId
    name: str
    head: Seq = Seq(0)
    number: int = 0
    last_change: Seq = Seq(0)
    timestamp_ms: int = 0
    members: int = 0
    counted_to: Seq = Seq(0)
    is_open: bool = False
    by_asking: bool = False
    open_history: bool = False
    founder: str = ""
    owner: Uid = NOBODY
    owner_seq: Seq = Seq(0)
    muted_until_ms: int = 0
    dissolved: Seq = Seq(0)
    dissolved_number: int = 0
    roster_since_ms: int = 0
    hot: bool = False
    hinted: Seq = Seq(0)
    to_all: frozenset[Mention] = frozenset()
    revised: Seq = Seq(0)
    revised_at_ms: int = 0
    recalled: frozenset[int] = frozenset()
    recalled_floor: int = 0

    @property
    def after_head(self) -> Place:
        """The first place that may be free."""
        return Place(Seq(self.head + 1), Numbers(self.number), self.last_change)

    def role_of(self, uid: Uid, role: Role) -> Role:
        """The effective role of a member whose row says `role`.

        >>> Group(SessionId("g:room"), "", owner=Uid("bob"), owner_seq=Seq(5)).role_of(Uid("alice"), Role.OWNER)
        <Role.ADMIN: 1>
        """
        return Role.OWNER if uid == self.owner else min(role, Role.ADMIN)

    def with_recalled(self, numbers: frozenset[int]) -> "Group":
        """Returns the group with the recalled numbers that are not in its row."""
        return replace(self, recalled=self.recalled | numbers, recalled_floor=0)

    def seen_as(self, membership: Membership) -> Membership:
        """Returns the membership with the effective role, and ended with the group: when a group is dissolved, nothing
        is written in its members' rows."""
        if not membership.is_member:
            return membership
        role = self.role_of(membership.uid, membership.role)
        return replace(membership, role=role, over=self.dissolved, over_number=self.dissolved_number)

    def visible_to(self, membership: Membership, asked: Bounds, *, keeps_history: bool) -> Bounds:
        """The part of the requested bounds that this person may see. Unless the deployment keeps the history of
        dissolved groups, only their last message is left."""
        bounds = membership.sees(asked, self.open_history)
        if not self.dissolved or keeps_history:
            return bounds
        return bounds._replace(after=Seq(max(bounds.after or 0, self.dissolved - 1)))

    def muted_until(self, membership: Membership) -> int:
        """Until when this member may not speak, ms since 1970; 0: they may. `membership` has the effective role.

        Only the row of the person concerns admins; nothing concerns the owner.
        """
        match membership.role:
            case Role.OWNER:
                return 0
            case Role.ADMIN:
                return membership.muted_until_ms
            case _:
                return max(membership.muted_until_ms, self.muted_until_ms)


class GroupChange(NamedTuple):
    """A change of a group: the content of a system message. `uids`: the people concerned, without its author. `name`,
    `announcement`: None if they stay. `until_ms`: of a mute; without `uids` it is of all but the owner and admins."""

    kind: str
    uids: tuple[Uid, ...] = ()
    role: Role = Role.MEMBER
    name: str | None = None
    announcement: str | None = None
    until_ms: int = 0


class JoinRequest(NamedTuple):
    """Somebody asks to join a group, with a note to those who decide. `at_ms`: since when."""

    uid: Uid
    note: str
    at_ms: int


class Announcement(NamedTuple):
    """What a group announces. `author`, `at_ms`: who wrote it and when; its text is "" if nothing is announced."""

    text: str = ""
    author: Uid = NOBODY
    at_ms: int = 0


def group_session(group_id: str) -> SessionId:
    """The session of a group.

    >>> group_session("room")
    'g:room'
    """
    return SessionId(f"{GROUP_PREFIX}{group_id}")


def is_group(session: SessionId) -> bool:
    """Whether a well-formed session id is a group's."""
    return session.startswith(GROUP_PREFIX)


def group_id_of(session: SessionId) -> str:
    """The inverse of `group_session`."""
    return session.removeprefix(GROUP_PREFIX)
