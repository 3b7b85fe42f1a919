"""Judges what a person may do in a group at one place of its session.

    head v ── rows of persons ── changes in (v, s - 1] ── may they? ── put at s
    (Session,  (Counter,          (Message: rows that     no: what has
     read       consistent,        failed puts, and the    its place
     first)     read after it)     chain before them)      stays said

All changes up to the head were applied to the rows before the head was raised, and the put at s fails if another
message has taken s. So the judgement is true at s - 1, whatever else happens at the same time (ADR 29).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from catchup.domain.group import Group
from catchup.domain.ids import Seq, Uid
from catchup.domain.message import Place
from catchup.domain.standing import Changed, Standing
from catchup.errors import Denied, Refused
from catchup.usecases.groups.ports import Groups, Members
from catchup.usecases.sending.ports import Link, MessageLog

# With more changes than this above the head, it is cheaper to read the head again.
MOST_FOLLOWED = 8


@dataclass(eq=False, repr=False, slots=True)
class Rights:
    """Judges one request. `may` gets the rows of `uids` as they are before a place, and raises if they forbid it.

    It is a `Judge` of `usecases.sending.placing`. `group` was read before this was made. `met`: messages that need not
    be read again.
    """

    group: Group
    uids: Sequence[Uid]
    may: Callable[[Standing, Place], None]
    groups: Groups
    members: Members
    messages: MessageLog
    met: dict[Seq, Link] = field(default_factory=dict)
    standing: Standing | None = None
    is_fresh: bool = False

    def read(self) -> Standing:
        """Reads the rows once; consistent, and after the group's row."""
        if self.standing is None:
            rows = self.members.read(self.uids, self.group.session_id)
            self.standing = Standing(self.group, rows)
        return self.standing

    def check(self, place: Place) -> None:
        """Raises what `may` raises. An old head denies nobody: before it denies, it reads the head again, which then
        includes everything that was answered before this request."""
        try:
            self._judge(place)
        except (Denied, Refused):
            head = self.group.head
            if self.is_fresh or self._read_head_again() == head:
                raise
            self._judge(max(place, self.group.after_head))

    def passed(self, other: Link) -> None:
        """Remembers a message."""
        self.met[other.place.seq] = other

    def _judge(self, place: Place) -> None:
        standing = self.read()
        changes = self._changes_before(place, MOST_FOLLOWED)
        if changes is None:
            self._read_head_again()
            standing = self.read()
            changes = self._changes_before(place) or ()
        for change in changes:
            standing = standing.after(change)
        self.may(standing, place)

    def _changes_before(self, place: Place, at_most: int | None = None) -> Sequence[Changed] | None:
        """The changes above the head and before the place, in order: each message names the last change before it. None
        if there are more than `at_most`, or if retention has removed one of them."""
        changes: list[Changed] = []
        seq, followed = place.last_change, 0
        while seq > self.group.head:
            link = self.met.get(seq) or self.messages.link(self.group.session_id, seq)
            if link is None or followed == at_most:
                return None
            self.met[seq] = link
            followed += 1
            if link.changed is not None:
                changes.append(link.changed)
            seq = min(link.place.last_change, Seq(seq - 1))
        return changes[::-1]

    def _read_head_again(self) -> Seq:
        """Reads the head again; consistent. The rows are read after it, as at the beginning."""
        session = self.group.session_id
        self.group = self.groups.many([session]).get(session, self.group)
        self.is_fresh, self.standing = True, None
        return self.group.head
