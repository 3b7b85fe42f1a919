"""Ways to know wrongly how far others have read: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.protocol.reading import NOTHING_READ
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.protocol.requests import Readers
from catchup_client.store import Store, receipts

_add_summaries = Store.add_summaries
_take_read_to = Store.take_read_to


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


def chooses_for_this_device_alone(self: Any, on: bool, now_ms: int) -> None:
    """Keep a choice, and tell nobody."""
    with self._database.transaction() as db:
        receipts.put(db, ReceiptsChoice(on, now_ms))


def dates_by_the_clock_alone(self: Any, on: bool, now_ms: int) -> None:
    """Date a choice before one that is held."""
    with self._database.transaction() as db:
        receipts.put(db, ReceiptsChoice(on, now_ms), due=True)


def dates_each_try_anew(self: Any, now_ms: int) -> None:
    """Make a choice later than it was, whenever it is sent."""
    with self._database.transaction() as db:
        held = receipts.get(db)
        receipts.put(db, ReceiptsChoice(held.on, max(now_ms, held.changed_at_ms + 1)), due=True)


def takes_what_comes_last(db: Any, told: ReceiptsChoice) -> bool:
    """Let a choice that comes late take the place of a later one."""
    held = receipts.get(db)
    receipts.put(db, told)
    return told != held


def takes_off_for_all_for_a_choice(db: Any, told: ReceiptsChoice) -> bool:
    """Compare the times of what has none."""
    held = receipts.get(db)
    if held.changed_at_ms > told.changed_at_ms:
        return False
    receipts.put(db, told)
    return told != held


def shows_all_the_same(self: Any, row: Any) -> Any:
    """Show what was read while receipts are off."""
    return row.read_to


def drops_what_is_read_while_off(self: Any, reads: Any) -> Any:
    """Keep no position while receipts are off."""
    return _take_read_to(self, reads if self.receipts().on else {})


async def asks_all_the_same(self: Any, session_id: Any, seq: Any) -> Any:
    """Ask who has read while receipts are off."""
    return (await self._link.request(Readers(session_id, seq))).body.uids
