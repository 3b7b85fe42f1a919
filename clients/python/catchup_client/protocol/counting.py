"""The red dot: what counters, pushes and reading do to `unread` and `known` (docs/protocol.md, section 7, "Count").

Pure functions. The caller stores the result and its messages in one transaction.

A message with `ackFlg` 0 that was pushed without a number may also get a number: if the server couldn't tell that the
push had arrived, it puts the message into the offline store as well. To count it once, in whatever order the frames
arrive, each message remembers how it was counted:

    pushed without a number     NOT_YET -> BY_PUSH             unread + 1
    read                        BY_PUSH -> BY_PUSH_THEN_READ   unread = 0
    seen with a number, in      NOT_YET -> BY_NUMBER           (the number itself is counted by `known`)
    lastMsg or a pulled page    BY_PUSH -> BY_NUMBER           unread - 1: it was counted twice
"""

import enum
from dataclasses import dataclass, replace

from catchup_client.names import Received


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one session on this device."""

    unread: int = 0
    """The red dot."""
    known: Received = Received(0)
    """The number up to which this device has counted."""
    read_at: Received = Received(0)
    """`known` when the session was last read."""


class Counted(enum.IntEnum):
    """How one message of somebody else has been counted so far."""

    NOT_YET = 0
    BY_PUSH = 1
    BY_PUSH_THEN_READ = 2
    BY_NUMBER = 3


def add_counter(count: Count, received: Received, cleared: Received) -> Count:
    """Add a counter; adding the same one again, or an older one, changes nothing.

    >>> add_counter(Count(unread=2, known=Received(5)), received=Received(7), cleared=Received(0))
    Count(unread=4, known=7, read_at=0)
    """
    base = max(cleared, count.known)
    return replace(count, unread=count.unread + max(0, received - base), known=max(count.known, received, cleared))


def add_numbered_push(count: Count, number: Received, *, is_newest: bool) -> tuple[Count, bool]:
    """Add a push with `received`; the second value says whether `counters` must be asked, as numbers are missing.

    `is_newest`: its seq is above all that were counted here. A message that is sent again comes with the number that
    is current then, which may be that of a newer one: only a newest one is counted by its number.
    """
    if number == count.known + 1 and is_newest:
        return replace(count, unread=count.unread + 1, known=number), False
    return count, number > count.known


def add_push_without_number(count: Count, counted: Counted) -> tuple[Count, Counted]:
    """Add a push of a message from another that has no `received`."""
    if counted is Counted.NOT_YET:
        return replace(count, unread=count.unread + 1), Counted.BY_PUSH
    return count, counted


def see_number(count: Count, counted: Counted) -> tuple[Count, Counted]:
    """Note that a message is among the numbered ones, and take back what its push had added.

    If the session was read in between, the number may have been counted before that (then `unread` no longer has it) or
    after it: it is taken back only if a number was counted since.
    """
    counted_since_read = count.known > count.read_at
    if counted is Counted.BY_PUSH or (counted is Counted.BY_PUSH_THEN_READ and counted_since_read):
        count = replace(count, unread=max(0, count.unread - 1))
    return count, Counted.BY_NUMBER


def read(count: Count) -> Count:
    """Note that the person has read the session."""
    return replace(count, unread=0, read_at=count.known)


def at_most(count: Count, left: int) -> Count:
    """Lower `unread` to `left`: so many messages of others are saved or can still be fetched. The rest was removed."""
    return replace(count, unread=min(count.unread, left))
