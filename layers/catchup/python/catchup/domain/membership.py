"""A person in a group: whether they are a member, what they may see, and what is unread without a write per member.

A message of a group is written once, so unread follows from the session's head: its number - cleared - own messages in
between. `own` holds the own numbers above `cleared`; if there are many, a count replaces the oldest:

    numbers:  cleared │ … own messages, `own_below` of them … │ own_floor │ … `own` … │ head

If the person has read less than is cleared, `own` also has their newest numbers in between, so that these are unread
on no device.

Membership is a register in which the highest seq wins: each change is a message of the session, and `joined` or `left`
is set to its seq.

Changes are applied to rows in the order of the session (`usecases.groups.applying`), so that a row knows by these seqs
alone which changes are behind it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Set
from dataclasses import dataclass, field, replace
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.page import Bounds
from catchup.domain.reading import NOTHING_READ, Position
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings
from catchup.domain.unread import UNCLEARED_RECALLED_LIMIT, OwnBelow, Unread

if TYPE_CHECKING:
    from catchup.domain.group import Group

# A row stays under 1 KB, one write unit: 128 numbers take 600 bytes. Only for senders who never clear are they replaced
# by a count.
OWN_LIMIT = 128
OWN_KEPT = 64
# Mentions that a counter lists; older ones are dropped, and readers find them in the messages.
MENTIONS_LIMIT = 64


class Role(IntEnum):
    """A member's role, as the wire numbers it."""

    MEMBER = 0
    ADMIN = 1
    OWNER = 2


class Mention(NamedTuple):
    """A message that mentions somebody: its seq, which counters list, and its number, by which it is cleared. `by`: if
    it mentions everyone, the tag of its author."""

    seq: Seq
    number: int
    by: str = ""


def tag_of(author: Uid) -> str:
    """A short text for an author, in a row that has no room for uids. Two people have the same one in 16 million pairs.

    >>> tag_of(Uid("alice"))
    'K9gG'
    """
    return urlsafe_b64encode(sha256(author.encode()).digest()[:3]).decode()


@dataclass(frozen=True, slots=True, repr=False)
class Membership:
    """A person in a group: a member if `joined` is above `left`, and the group goes on.

    `joined_number`, `left_number`: the numbers of these messages. `news_at_ms`: when the person last read or left.
    `seen`: the last message that began or ended the membership, recall or edit that a device knows of, because it
    has cleared since then. `over`, `over_number`: the message that dissolved the group while the person was a
    member; only `Group.seen_as` sets them. `muted_until_ms`: until then the person may not speak. `own_recalled`:
    own numbers above `cleared` that were recalled: they are left out once, as own messages, whether they are still
    listed or told by a count. `asked_at_ms`: since when the person asks to join; 0: they don't. `read`: how far the
    person has read. `hidden_version`: that of the messages which the person has hidden, 0: none; `hidden_mentions`:
    those of them that mention the person.
    """

    uid: Uid
    session_id: SessionId
    role: Role = Role.MEMBER
    joined: Seq = Seq(0)
    joined_number: int = 0
    left: Seq = Seq(0)
    left_number: int = 0
    news_at_ms: int = 0
    seen: Seq = Seq(0)
    cleared: int = 0
    timestamp_ms: int = 0
    own: frozenset[int] = field(default_factory=frozenset)
    own_floor: int = 0
    own_below: int = 0
    own_recalled: frozenset[int] = field(default_factory=frozenset)
    mentions: frozenset[Mention] = field(default_factory=frozenset)
    muted_until_ms: int = 0
    asked_at_ms: int = 0
    over: Seq = Seq(0)
    over_number: int = 0
    hidden_version: int = 0
    hidden_mentions: frozenset[Mention] = field(default_factory=frozenset)
    # Whether a login enters the device in the group's roster.
    in_roster: bool = False
    read: Position = NOTHING_READ
    settings: SessionSettings = NO_SETTINGS

    @property
    def read_number(self) -> int:
        """The number up to which the person has read, or up to which everything was said before they joined."""
        return max(self.read.number, self.joined_number)

    @property
    def is_member(self) -> bool:
        """Whether this person is in the group now."""
        return self.joined > self.ended

    @property
    def ended(self) -> Seq:
        """The seq of the message that ended the last membership that has ended; 0 if there is none."""
        return max(self.left, self.over)

    @property
    def ended_number(self) -> int:
        """The number of that message."""
        return self.over_number if self.over else self.left_number

    @property
    def was_member(self) -> bool:
        """Whether this person is or was in the group."""
        return self.joined > 0

    @property
    def last_turn(self) -> Seq:
        """The seq of the last message that made this person a member, or ended that."""
        return max(self.joined, self.ended)

    @property
    def last_turn_number(self) -> int:
        """The number of that message: a device that knows of it has counted so far."""
        return self.joined_number if self.is_member else self.ended_number

    def last_event(self, group: "Group") -> Seq:
        """The seq of what a login tells this person until a device has cleared after it: their last turn, or a recall
        or an edit since they joined."""
        return max(self.last_turn, group.revised) if self.is_member else self.last_turn

    def has_noted(self, own: int) -> bool:
        """Whether this own message needs no noting: it is already excluded from unread, or not in its range."""
        return own in self.own or own <= max(self.cleared, self.own_floor)

    def last_number(self, group: "Group") -> int:
        """The highest number that this person may clear: that of the head, or of the end of their membership."""
        return max(group.number, self.own_floor) if self.is_member else self.ended_number

    def end(self, head: Seq) -> Seq:
        """The last seq that this person may see. It may be above the head that was read: the message that ends a
        membership is stored before the row changes, but the head may have been read earlier.

        >>> Membership(Uid("bob"), SessionId("g:room"), joined=Seq(1), left=Seq(4)).end(Seq(2))
        4
        """
        return head if self.is_member else self.ended

    def sees(self, asked: Bounds, open_history: bool) -> Bounds:
        """The part of the requested bounds that this person may see."""
        after = max(asked.after or 0, 0 if open_history else self.joined - 1)
        before = asked.before if self.is_member else Seq(min(asked.before or self.ended + 1, self.ended + 1))
        return Bounds(before=before, after=Seq(after) if after else None)

    def unread(self, group: "Group") -> Unread:
        """The counter of this person in the group, in which they are seen as `Group.seen_as` says. `group` must have
        been read before this row."""
        cleared = self.cleared if self.is_member else self.ended_number
        # Numbers that are cleared or replaced by a count were not above a head that was read later than this one.
        number = max(self.last_number(group), cleared)
        recalled = self._recalled(group) if self.is_member else []
        gone = {each for each in recalled if min(cleared, self.read_number) < each <= number}
        own = {each for each in [*self._not_read(), *self._listed()] if each <= number} if self.is_member else set()
        # Of own messages that are told by a count, those that were recalled are told one by one: whoever leaves out
        # recalled numbers must not leave them out twice.
        apart = (gone & (self.own | self.own_recalled)) - own
        below = None
        if self.is_member and self.own_floor > cleared:
            told = sum(cleared < each <= self.own_floor for each in apart)
            below = OwnBelow(self.own_floor, self.own_below - told)
        own |= apart
        return Unread(
            session_id=self.session_id,
            count=number - cleared - sum(each > cleared for each in own | gone) - (below.count if below else 0),
            received=number,
            cleared=cleared,
            timestamp_ms=max(self.timestamp_ms, group.timestamp_ms) if self.is_member else self.timestamp_ms,
            last_seq=self.end(group.head),
            own=sorted(own),
            own_below=below,
            mentions=self._named(group, number) if self.is_member else (),
            joined=self.joined,
            joined_number=self.joined_number,
            left=Seq(0) if self.is_member else self.ended,
            hidden_version=self.hidden_version,
            recalled=recalled[-UNCLEARED_RECALLED_LIMIT:],
            news_at_ms=self._news_at_ms(group),
            is_unseen=self.seen < self.last_event(group),
            read=self._position(number, self.end(group.head)),
            not_read=self._count_not_read(number, own | gone, below),
            settings=self.settings,
        )

    def _news_at_ms(self, group: "Group") -> int:
        """When a recall or an edit came, or the person read or left, or the group ended."""
        if self.over:
            return max(self.news_at_ms, group.timestamp_ms)
        revised = self.is_member and group.revised > self.joined
        return max(self.news_at_ms, group.revised_at_ms if revised else 0)

    def _recalled(self, group: "Group") -> list[int]:
        """The recalled numbers that this person may have counted."""
        return sorted(each for each in group.recalled if each > max(group.recalled_floor, self.joined_number))

    def _position(self, number: int, end: Seq) -> Position:
        """How far the person has read, within their membership: what they have read is written without a look at the
        group."""
        read = Position(min(self.read.number, number), Seq(min(self.read.seq, end)))
        return max(read, Position(self.joined_number, self.joined))

    def _count_not_read(self, number: int, left_out: Set[int], below: OwnBelow | None) -> int:
        """How many messages of others are above what the person has read; never too few. `left_out`: own numbers, and
        recalled ones."""
        if not self.is_member:
            return 0
        base = min(self.read_number, number)
        counted = below.count if below and base <= self.cleared else 0
        return number - base - counted - sum(each > base for each in left_out)

    def _named(self, group: "Group", number: int) -> list[Seq]:
        """The newest messages up to `number` that mention this person, or everyone, and are not read and not hidden."""
        hidden = {each.seq for each in self.hidden_mentions}
        # A message may name somebody and everyone.
        named = (each for each in self.mentioned_in(group) if each.number not in group.recalled)
        return sorted({each.seq for each in named if each.number <= number} - hidden)[-MENTIONS_LIMIT:]

    def named_with_all(self, group: "Group") -> set[Mention]:
        """The messages of others, not read, that mention everyone."""
        news = (each for each in group.to_all if each.seq > self.joined and each.number > self.read_number)
        return {each for each in news if each.number not in self.own | group.recalled}

    def mentioned_in(self, group: "Group") -> set[Mention]:
        """The messages of others, not read, that mention this person or everyone, as far as they are listed."""
        named = {each for each in self.mentions if each.seq > self.joined and each.number > self.read_number}
        return named | self.named_with_all(group)

    def due_own_floor(self, head_number: int) -> int | None:
        """The number up to which a count should replace own numbers; None if there is room to list them.

        `head_number`: the number of the head, which must have been read before this row. Up to the head all own
        messages are noted, so none is noted later below the floor.
        """
        listed = self._listed()
        if len(listed) < OWN_LIMIT:
            return None
        return max((own for own in listed[:-OWN_KEPT] if own <= head_number), default=None)

    def with_floor(self, floor: int, group: "Group") -> "Membership":
        """This row with the own numbers up to the floor replaced by their count. Own messages that mention everyone
        stay in the list, so that they are not taken for mentions of the author."""
        kept = self.own_below if self.own_floor > self.cleared else 0
        leaving = sum(own <= floor for own in self._listed())
        to_all = {mention.number for mention in group.to_all}
        own = frozenset(own for own in self.own if own > floor or own in to_all or own in self._not_read())
        return replace(self, own_floor=floor, own_below=kept + leaving, own=own)

    def _listed(self) -> list[int]:
        """The own numbers that are neither cleared nor replaced by a count, ascending. `own` may have others: numbers
        that were noted while higher ones were cleared or replaced."""
        return sorted(own for own in self.own if own > max(self.cleared, self.own_floor))

    def _not_read(self) -> list[int]:
        """The own numbers that are cleared and not read, ascending."""
        return sorted(own for own in self.own if self.read_number < own <= self.cleared)
