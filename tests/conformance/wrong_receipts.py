"""Ways to know wrongly how far others have read: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.protocol.reading import NOTHING_READ
from catchup_client.store import Store

_add_summaries = Store.add_summaries


def takes_any_position(self: Any, position: Any) -> bool:
    """Let a late position take back what was told since."""
    self.read_to_number, self.read_to_seq = position
    return True


def compares_numbers_alone(self: Any, position: Any) -> bool:
    """Leave the seq where it is while the number does not move."""
    if position.number <= self.read_to_number:
        return False
    return takes_any_position(self, position)


def ignores_what_sessions_tell(self: Any, summaries: Any) -> Any:
    """Learn of receipts by pushes alone."""
    return _add_summaries(self, [replace(summary, read_to=NOTHING_READ) for summary in summaries])


def takes_any_session(self: Any, push: Any) -> None:
    """Believe whoever the push is from."""
    self._tell_read_to(self._store.take_read_to(push.sessions))


def takes_it_for_its_own(self: Any, push: Any) -> None:
    """Mistake what another has read for what the person has read."""
    self._tell_read_to(self._store.take_read_to(push.sessions))
    self.take_reads(push)
