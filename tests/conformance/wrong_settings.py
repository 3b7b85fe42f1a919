"""Wrong handling of settings of sessions."""

import sqlite3
from dataclasses import replace
from typing import Any

from catchup_client import Client, SessionState, Store
from catchup_client.arrivals import Arrivals
from catchup_client.catch_up import CatchUps
from catchup_client.choices import Choices
from catchup_client.names import SessionId
from catchup_client.protocol import json_settings
from catchup_client.protocol.session_settings import SessionSettings
from catchup_client.store import session_settings
from catchup_client.store.session_settings import Choice

_discover, _put_newer, _next, _choose = CatchUps.discover, session_settings.put_newer, Store.next_choices, Store.choose
_encode, _with_choice, _settle = json_settings.encode_choice, SessionSettings.with_choice, Store.settle_choices


def always_asks(self: Arrivals, _: int | None) -> None:
    self._due.lacks_summaries = True
    self._due.choices.set()


async def asks_for_ever(self: CatchUps) -> None:
    await _discover(self)
    await _discover(self)


def takes_any_version(db: sqlite3.Connection, session_id: SessionId, told: SessionSettings | None) -> bool:
    db.execute("DELETE FROM session_settings WHERE session_id = ?", (session_id,))
    return _put_newer(db, session_id, told)


def replaces_with_older(db: sqlite3.Connection, session_id: SessionId, told: SessionSettings | None) -> bool:
    """As above, but what tells nothing changes nothing."""
    return told is not None and takes_any_version(db, session_id, told)


def sends_none(_: Store, __: int) -> list[Choice]:
    return []


def forgets_what_it_sends(self: Store, now_ms: int) -> list[Choice]:
    choices = list(_next(self, now_ms))
    _settle(self, [position for position, _, _ in choices], {})
    return choices


def dates_each_attempt(self: Store, now_ms: int) -> list[Choice]:
    with self._database.transaction() as db:
        db.execute("UPDATE choice SET changed_at_ms = ?", (now_ms,))
    return list(_next(self, now_ms))


def dates_by_the_clock_alone(self: Store, session_id: SessionId, now_ms: int, **chosen: Any) -> int:
    position = _choose(self, session_id, now_ms, **chosen)
    with self._database.transaction() as db:
        db.execute("UPDATE choice SET changed_at_ms = ?", (now_ms,))
    return position


def sends_no_place(choice: Any) -> dict[str, Any]:
    return {name: value for name, value in _encode(choice).items() if name != "at"}


def sends_everything(choice: Any) -> dict[str, Any]:
    whole = replace(choice, pinned=bool(choice.pinned), muted_until_ms=choice.muted_until_ms or 0)
    return _encode(whole)


def keeps_its_choice(self: Store, positions: Any, _: Any) -> list[SessionId]:
    """What the answer says is not taken."""
    return list(_settle(self, positions, {}))


def waits_for_the_answer(self: SessionSettings, _: Any) -> SessionSettings:
    return self


def shows_hidden(self: Client) -> list[SessionState]:
    return sorted(self._store.sessions(), key=lambda state: -state.settings.pinned_at_ms)


def sorts_by_messages(self: Client) -> list[SessionState]:
    return [state for state in self._store.sessions() if not state.hidden]


def totals_all(self: Client, *, include_muted: bool = False) -> int:
    return sum(state.unread for state in self._store.sessions())


def totals_hidden(self: Client, *, include_muted: bool = False) -> int:
    now_ms = self._engine.clock.now_ms()
    return sum(state.unread for state in self._store.sessions() if not state.settings.muted(now_ms))


def totals_the_shown(self: Client, *, include_muted: bool = False) -> int:
    return sum(state.unread for state in self._store.sessions() if not state.hidden)


def stays_marked(self: SessionSettings, _read: int) -> SessionSettings:
    return self


def mutes_for_ever(self: SessionSettings, _: int) -> bool:
    return self.muted_until_ms > 0


def any_seq_shows(_: Any, at: Any, row: Any) -> bool:
    return bool(row.last_seq > at.seq)


def numbers_alone_show(_: Any, at: Any, row: Any) -> bool:
    return bool(row.count.known > at.number)


def shown_at_once(*_: Any) -> bool:
    return True


def hiding_reads(self: Choices, session_id: SessionId, **chosen: Any) -> int:
    if chosen.get("hidden"):
        self._store.mark_read(session_id)
    return _put(self, session_id, **chosen)


_put = Choices.put


def reading_leaves_marks(self: Client, session_id: str) -> None:
    self._store.mark_read(SessionId(session_id))


def reading_always_chooses(self: Client, session_id: str) -> None:
    self._store.mark_read(SessionId(session_id))
    self._engine.choices.put(SessionId(session_id), marked_unread=False)
