"""The red dot of a group, where `known` is a seq (docs/protocol.md, section 7, "Count", "Groups").

Own messages have a seq too, but must not count. Two kinds of seqs don't count:

    passed      own messages, and messages that another device had cleared before this one heard of them: `known` goes
                past them without counting
    anonymous   own messages of which a counter told only the number (`ownBelow`), not the seqs

Pure functions, as in `counting`. The store remembers the passed seqs above `read_at`, because an own message may arrive
after it was counted, and more than once.
"""

from dataclasses import replace

from catchup_client.names import Received, Seq
from catchup_client.protocol.counting import Count
from catchup_client.protocol.groups import OwnBelow


def base_of(count: Count, cleared: Received) -> Seq:
    """Return the seq above which a counter adds."""
    return Seq(max(cleared, count.known))


def is_vague(base: Seq, cleared: Received, below: OwnBelow | None) -> bool:
    """Tell whether a counter can't be added: it doesn't say how many of its unlisted own messages are above `base`.

    >>> is_vague(Seq(7), Received(3), OwnBelow(Seq(9), 4)), is_vague(Seq(9), Received(3), OwnBelow(Seq(9), 4))
    (True, False)
    """
    return below is not None and cleared < base < below.to


def add_counter(count: Count, received: Received, cleared: Received, *, not_counting: int) -> Count:
    """Add a counter; `not_counting`: how many seqs above the base, up to `received`, are passed or anonymous.

    >>> add_counter(Count(unread=2, known=Received(5)), Received(9), Received(0), not_counting=1)
    Count(unread=5, known=9, read_at=0)
    """
    more = max(0, received - base_of(count, cleared) - not_counting)
    return replace(count, unread=count.unread + more, known=max(count.known, received, cleared))


def begin(count: Count, joined: Seq, *, not_counting: int) -> Count:
    """Drop what was counted in an earlier membership; `not_counting`: how many seqs from `joined` to `known` don't
    count.

    >>> begin(Count(unread=4, known=Received(9)), Seq(8), not_counting=1)
    Count(unread=1, known=9, read_at=7)
    """
    since = max(0, count.known - (joined - 1) - not_counting)
    return replace(count, unread=min(count.unread, since), read_at=Received(max(count.read_at, joined - 1)))


def move_on(count: Count, *, counts: bool) -> Count:
    """Go to the next seq, which counts if it is somebody else's."""
    return replace(count, unread=count.unread + counts, known=Received(count.known + 1))


def take_back(count: Count, many: int = 1) -> Count:
    """Take back what had been counted: a message that is an own one, or what has been removed."""
    return replace(count, unread=max(0, count.unread - many))
