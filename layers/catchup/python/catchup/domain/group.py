"""Groups: who is a member, what members may do and see, and what is unread without a write per member.

A message of a group is written once, so unread is what the session's head says: (head - cleared) - own messages in
between. `own` holds the own seqs above `cleared`; if there are many, a number replaces the oldest:

    seqs:   cleared │ … own messages, `own_below` of them … │ own_floor │ … `own` … │ head

Membership is a register in which the highest seq wins: each change is a message of the session, and `joined` or `left`
is set to its seq.

Changes are applied to rows in the order of the session (`usecases.groups.applying`), so that a row knows by these seqs
alone which changes are behind it. Whose a group is stands in one register of the group, not in a row of each person.
"""

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple

from catchup.domain.ids import GROUP_PREFIX, Seq, SessionId, Uid
from catchup.domain.message import Place
from catchup.domain.page import Bounds
from catchup.domain.unread import OwnBelow, Unread

# A row stays under 1 KB, one write unit: 128 seqs take 600 bytes. Only for senders who never clear are they replaced by
# a number.
OWN_LIMIT = 128
OWN_KEPT = 64
# Mentions that a counter lists; older ones are dropped, and readers find them in the messages.
MENTIONS_LIMIT = 64
MAX_MEMBERS = 100_000
NOBODY = Uid("")
# Up to this many members, presence is read member by member, a read unit each; above it, online members enter a roster.
ROSTER_FROM = 20
# What a function with one vCPU posts to connections in a second: less than `make bench-fanout` measures, for TLS.
POSTS_PER_SECOND = 2_000


class Role(IntEnum):
    """A member's role, as the wire numbers it."""

    MEMBER = 0
    ADMIN = 1
    OWNER = 2


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """A group's own row. `head` is a hint of the last seq: every seq up to it exists, and every change of membership up
    to it is applied to the rows of those whom it is about. `last_change` is the last of these changes; it is read and
    written together with the head.

    `roster_since_ms`: since when those online are entered in a roster at login; 0 for small groups. `hot`: so many are
    online that bursts become hints; `hinted`: how far those online were told by them. `to_all`: the newest seqs that
    mention everyone. `owner`, `owner_seq`: the last hand-over in the order of the session; 0: since the group was made.
    """

    session_id: SessionId
    name: str
    head: Seq = Seq(0)
    last_change: Seq = Seq(0)
    timestamp_ms: int = 0
    members: int = 0
    is_open: bool = False
    open_history: bool = False
    founder: str = ""
    owner: Uid = NOBODY
    owner_seq: Seq = Seq(0)
    roster_since_ms: int = 0
    hot: bool = False
    hinted: Seq = Seq(0)
    to_all: frozenset[Seq] = frozenset()

    @property
    def after_head(self) -> Place:
        """The first seq that may be free."""
        return Place(Seq(self.head + 1), self.last_change)

    def role_of(self, uid: Uid, role: Role) -> Role:
        """The effective role of a member whose row says `role`.

        >>> Group(SessionId("g:room"), "", owner=Uid("bob"), owner_seq=Seq(5)).role_of(Uid("alice"), Role.OWNER)
        <Role.ADMIN: 1>
        """
        return Role.OWNER if uid == self.owner else min(role, Role.ADMIN)

    def seen_as(self, membership: "Membership") -> "Membership":
        """Returns the membership with the effective role."""
        if not membership.is_member:
            return membership
        return replace(membership, role=self.role_of(membership.uid, membership.role))


@dataclass(frozen=True, slots=True, repr=False)
class Membership:
    """A person in a group: a member if `joined` is above `left`."""

    uid: Uid
    session_id: SessionId
    role: Role = Role.MEMBER
    joined: Seq = Seq(0)
    left: Seq = Seq(0)
    cleared: int = 0
    timestamp_ms: int = 0
    own: frozenset[Seq] = field(default_factory=frozenset)
    own_floor: Seq = Seq(0)
    own_below: int = 0
    mentions: frozenset[Seq] = field(default_factory=frozenset)
    # Whether a login enters the device in the group's roster.
    in_roster: bool = False

    @property
    def is_member(self) -> bool:
        """Whether this person is in the group now."""
        return self.joined > self.left

    @property
    def was_member(self) -> bool:
        """Whether this person is or was in the group."""
        return self.joined > 0

    @property
    def may_manage(self) -> bool:
        """Whether this person may add, remove and mention all."""
        return self.is_member and self.role in (Role.ADMIN, Role.OWNER)

    def has_noted(self, own: Seq) -> bool:
        """Whether this own message is already excluded from unread, or lies outside of it."""
        return own in self.own or own <= max(self.cleared, self.own_floor, self.joined - 1)

    def end(self, head: Seq) -> Seq:
        """The last seq that this person may see. It may be above the head that was read: the message that ends a
        membership is stored before the row changes, but the head may have been read earlier.

        >>> Membership(Uid("bob"), SessionId("g:room"), joined=Seq(1), left=Seq(4)).end(Seq(2))
        4
        """
        return head if self.is_member else self.left

    def sees(self, asked: Bounds, open_history: bool) -> Bounds:
        """The part of the requested bounds that this person may see."""
        after = max(asked.after or 0, 0 if open_history else self.joined - 1)
        before = asked.before
        if not self.is_member:
            before = Seq(min(before or self.left + 1, self.left + 1))
        return Bounds(before=before, after=Seq(after) if after else None)

    def unread(self, group: Group) -> Unread:
        """The counter of this person in the group."""
        head = max(self.end(group.head), Seq(self.cleared))
        if not self.is_member:
            return self._after_leaving(head)
        own = sorted(seq for seq in self._listed() if seq <= head)
        below = OwnBelow(self.own_floor, self.own_below) if self.own_floor > self.cleared else None
        named = self.mentions | frozenset(seq for seq in group.to_all if seq not in self.own)
        count = head - self.cleared - len(own) - (below.count if below else 0)
        return Unread(
            session_id=self.session_id,
            # Not negative, although an own message may be noted before the head reaches its seq.
            count=max(0, count),
            received=head,
            cleared=self.cleared,
            timestamp_ms=max(self.timestamp_ms, group.timestamp_ms),
            last_seq=head,
            own=own,
            own_below=below,
            mentions=sorted(seq for seq in named if max(self.cleared, self.joined - 1) < seq <= head)[-MENTIONS_LIMIT:],
            joined=self.joined,
        )

    def _after_leaving(self, end: Seq) -> Unread:
        """The counter after leaving: nothing is unread. A login tells of it until a device has cleared up to the
        end."""
        return Unread(
            session_id=self.session_id,
            count=0,
            received=end,
            cleared=end,
            timestamp_ms=self.timestamp_ms,
            last_seq=end,
            joined=self.joined,
            left=self.left,
            ends_unseen=self.cleared < end,
        )

    def due_own_floor(self) -> Seq | None:
        """The seq up to which a number should replace own seqs; None if there is room to list them."""
        listed = self._listed()
        return listed[-OWN_KEPT - 1] if len(listed) >= OWN_LIMIT else None

    def _listed(self) -> list[Seq]:
        """The own seqs that are neither cleared nor replaced by a number. `own` may have others: seqs that were noted
        while higher ones were cleared or replaced."""
        return sorted(seq for seq in self.own if seq > self.counted_from())

    def counted_from(self) -> Seq:
        """The seq above which own messages are counted for a new `own_floor`."""
        return Seq(max(self.cleared, self.own_floor))

    def with_floor(self, floor: Seq, own_between: int) -> "Membership":
        """`own_between`: own messages above `counted_from`, up to the new floor."""
        kept = self.own_below if self.own_floor > self.cleared else 0
        own = frozenset(seq for seq in self.own if seq > floor)
        return replace(self, own_floor=floor, own_below=kept + own_between, own=own)


class GroupChange(NamedTuple):
    """A change of a group: the content of a system message. `uids`: the people concerned, without its author."""

    kind: str
    uids: tuple[Uid, ...] = ()
    role: Role = Role.MEMBER
    name: str = ""


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
