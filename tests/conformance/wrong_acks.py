"""Ways to ack and clear wrongly: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.acks import Acks
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Result, ResultsReply
from catchup_client.store import Store, messages
from catchup_client.store.incoming import Incoming

_find = messages.find
_insert = messages.insert
_must_be_acked = messages.must_be_acked
_settle = Acks._settle
_next = Acks._next
_to_ack = Store.to_ack
_uncleared = Store.uncleared
_add_counters = Store.add_counters
_save_history = Store.save_history
_store_settle = Store.settle
_save = Incoming._save


# Acks


def acks_every_message(db: Any, message: Any, *, to_ack: bool, mentions_me: bool) -> None:
    """Ack what is not in the offline store."""
    _insert(db, message, to_ack=True, mentions_me=mentions_me)


def acks_groups(db: Any, message: Any, *, to_ack: bool, mentions_me: bool) -> None:
    """Ack messages of groups."""
    _insert(db, message, to_ack=to_ack or message.chat_type == 2, mentions_me=mentions_me)


def acks_only_ack_flags(db: Any, message: Any) -> None:
    """Leave a message with `ackFlg` 0 in the offline store."""
    if message.wants_ack:
        _must_be_acked(db, message)


def acks_history(self: Any, session_id: Any, page: Any, learned: Any = None, *, bottom: bool = False) -> Any:
    """Ack pages of history."""
    saved = _save_history(self, session_id, page, learned, bottom=bottom)
    with self._database.transaction() as db:
        for message in page:
            _must_be_acked(db, message)
    return saved


def shows_again(self: Any, row: Any, message: Any, *, to_ack: bool) -> Any:
    """Take a message that comes again for new."""
    _save(self, row, message, to_ack=to_ack)
    return message


def finds_in_any_session(db: Any, session_id: Any, seq: Any) -> Any:
    """Compare seqs of different sessions."""
    row = db.execute("SELECT session_id FROM message WHERE seq = ? ORDER BY session_id", (seq,)).fetchone()
    return None if row is None else _find(db, row[0], seq)


def settles_when_sent(self: Any, only: Any) -> Any:
    """Take an ack or clear for confirmed as soon as it is sent."""
    request = _next(self, only)
    if request is not None:
        _settle(self, request, ResultsReply({session_id: Result(Code.OK) for session_id in request.sessions}))
    return request


def ignores_remaining(self: Any, request: Any, reply: Any) -> Any:
    """Take acked seqs that remain for deleted."""
    results = {session_id: Result(result.code) for session_id, result in reply.sessions.items()}
    return _settle(self, request, ResultsReply(results))


def takes_every_code_for_ok(self: Any, request: Any, reply: Any) -> Any:
    """Take a refused session for cleared and acked."""
    results = {session_id: Result(Code.OK, result.remaining) for session_id, result in reply.sessions.items()}
    return _settle(self, request, ResultsReply(results))


def names_all_at_once(self: Any, *, only: Any = None, skip: Any = (), at_most: int = 0) -> Any:
    """Put more than 100 seqs into a frame."""
    return _to_ack(self, only=only, skip=skip, at_most=10_000)


def clears_again_at_once(self: Any, session_id: Any, known: Any, code: Any) -> None:
    """Send a refused clear again, whatever the server has counted."""
    self._due.count(session_id)


# Clears


def clears_nothing(self: Any) -> Any:
    """Never clear."""
    return {}


def notes_what_counters_say(self: Any, counters: Any) -> Any:
    """Keep the `received` of the last counters, for `clears_what_counters_say`."""
    self.told = {session_id: counter.received for session_id, counter in counters.items()}
    return _add_counters(self, counters)


def clears_what_counters_say(self: Any) -> Any:
    """Clear the number of the last counter, not what was counted."""
    return {session_id: getattr(self, "told", {}).get(session_id, n) for session_id, n in _uncleared(self).items()}


def ignores_other_devices(self: Any, counters: Any) -> Any:
    """Clear what another device has cleared."""
    before = {session_id: _confirmed(self, session_id) for session_id in counters}
    result = _add_counters(self, counters)
    with self._database.transaction() as db:
        for session_id, cleared in before.items():
            db.execute("UPDATE session SET cleared = ? WHERE session_id = ?", (cleared, session_id))
    return result


def _confirmed(store: Any, session_id: Any) -> int:
    row = store._database.reading.execute("SELECT cleared FROM session WHERE session_id = ?", (session_id,)).fetchone()
    return row[0] if row else 0


def forgets_confirmed_clears(self: Any, confirmed: Any) -> None:
    """Clear again what was confirmed."""
    _store_settle(self, [(session_id, seqs, None) for session_id, seqs, _ in confirmed])


def saves_no_last_messages(self: Any, counters: Any) -> Any:
    """Throw page zero away."""
    return _add_counters(self, {key: replace(counter, last_messages=()) for key, counter in counters.items()})
