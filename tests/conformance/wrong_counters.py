"""Ways to use counters wrongly: what the mutants put in the place of the Python client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.arrivals import Arrivals
from catchup_client.protocol import counting
from catchup_client.protocol.counting import Count
from catchup_client.protocol.groups import OwnBelow
from catchup_client.protocol.ranges import Range, subtract
from catchup_client.store.incoming import Incoming

_add_counter = counting.add_counter
_store_counter = Incoming.add_counter
_add_summary = Incoming.add_summary
_arrivals_add_counters = Arrivals.add_counters


def _sum(count: Count, base: int, counter: Any) -> Count:
    new = subtract([Range(base + 1, counter.received)], [Range(own, own) for own in sorted(counter.own)])
    return replace(count, known=max(base, counter.received), added=(*count.added, *new))


# Counters


def replaces(count: Any, counter: Any) -> Any:
    """Take a counter instead of adding it."""
    return _sum(Count(), counter.cleared, counter)


def adds_from_cleared(count: Any, counter: Any) -> Any:
    """Add all that is above `cleared`, counted already or not."""
    return _sum(count, counter.cleared, counter)


def adds_from_known(count: Any, counter: Any) -> Any:
    """Add what another device has cleared."""
    return _add_counter(count, replace(counter, cleared=0))


def adds_nothing(count: Any, counter: Any) -> Any:
    """Ignore counters."""
    return count


def falls_back(count: Any, counter: Any) -> Any:
    """Lower `known` to an older counter."""
    return replace(_add_counter(count, counter), known=counter.received)


def adds_own(count: Any, counter: Any) -> Any:
    """Count own messages as unread."""
    return _add_counter(count, replace(counter, own=()))


def stops_before_own(count: Any, counter: Any) -> Any:
    """Leave `known` below own messages at the end."""
    known = counter.received
    while known in counter.own:
        known -= 1
    return replace(_add_counter(count, counter), known=known)


def ignores_joined_number(count: Any, counter: Any) -> Any:
    """Keep what was counted before the person joined."""
    return _add_counter(count, replace(counter, joined_number=0))


def forgets_all_at_joining(count: Any, counter: Any) -> Any:
    """Forget also what was counted since the person joined."""
    return _add_counter(replace(count, added=()) if counter.joined_number else count, counter)


def ignores_own_below(count: Any, counter: Any) -> Any:
    """Count the own messages that a counter doesn't list."""
    return _add_counter(count, replace(counter, own_below=None))


def subtracts_old_own_below(count: Any, counter: Any) -> Any:
    """Subtract the own messages of an ownBelow that ends below `known`."""
    added = _add_counter(count, replace(counter, own_below=None))
    below = counter.own_below
    return replace(added, unlisted=OwnBelow(below.to, below.count)) if below else added


def keeps_one_own_below(count: Any, counter: Any) -> Any:
    """Forget the ownBelow of the counter before."""
    return _add_counter(replace(count, unlisted=counting.NONE_UNLISTED), counter)


def ignores_left(self: Any, row: Any, counter: Any) -> Any:
    """Treat a group that the person has left like any other."""
    return _store_counter(self, row, replace(counter, left=None))


def asks_while_below(self: Any, counters: Any) -> Any:
    """Ask again and again while a counter is below what was seen."""
    result = _arrivals_add_counters(self, counters)
    for session_id, counter in counters.items():
        if self._store.session(session_id).last_seq > counter.last_seq:
            self._due.count(session_id)
    return result


def asks_for_all(self: Any, counters: Any) -> Any:
    """Ask again for every session that may have more than a counter has told."""
    result = _arrivals_add_counters(self, counters)
    for state in self._store.sessions():
        if state.session_id not in counters and state.waiting:
            self._due.count(state.session_id)
    return result


def uses_the_first_login_only(self: Any, counters: Any) -> Any:
    """Ignore the counters of every login but the first."""
    self.logins = getattr(self, "logins", 0) + 1
    return _arrivals_add_counters(self, counters if self.logins == 1 else {})


# The answer of `sessions`


def hears_of_sessions_only(self: Any, row: Any, summary: Any) -> bool:
    """Take no number from `sessions`."""
    row.hear_of(summary.last_seq)
    return True


def takes_groups_of_sessions(self: Any, row: Any, summary: Any) -> Any:
    """Add a group's numbers, own ones included."""
    return _add_summary(self, row, replace(summary, group=None))


def ignores_joined_of_sessions(self: Any, row: Any, summary: Any) -> Any:
    """Overlook that the person has come back."""
    return _add_summary(self, row, replace(summary, group=summary.group and replace(summary.group, joined=0)))


def ignores_last_seq_of_sessions(self: Any, row: Any, summary: Any) -> Any:
    """Overlook own messages of other devices."""
    return _add_summary(self, row, replace(summary, last_seq=0))
