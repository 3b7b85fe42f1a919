"""Ways to pull and fill gaps wrongly: what the mutants put in the place of the client's functions."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from catchup_client.acks import Acks
from catchup_client.catch_up import CatchUps
from catchup_client.protocol.codes import EndReason
from catchup_client.protocol.gaps import GapFill
from catchup_client.protocol.paging import PullWalk
from catchup_client.protocol.requests import History, Pull, Sessions
from catchup_client.reports import SessionReport
from catchup_client.store import Store, messages
from catchup_client.store.incoming import Incoming

_ask_counters = CatchUps.ask_counters
_must_be_acked = messages.must_be_acked
_gaps = messages.gaps
_settle = Acks._settle
_next = Acks._next
_to_ack = Store.to_ack
_save_history = Store.save_history
_save_page = Store.save_page
_store_settle = Store.settle
_finish = Store.finish_catch_up
_save = Incoming._save
_fill_request = GapFill.request
_fill_receive = GapFill.receive
_pull_request = PullWalk.request
_pull_receive = PullWalk.receive


async def does_nothing(*_: Any, **__: Any) -> None:
    """Leave a part of the work out."""


def returns_nothing(*_: Any, **__: Any) -> None:
    """Leave a part of the work out."""


async def asks_twice(self: Any, session_ids: Any) -> None:
    """Ask for the same counters twice."""
    asked = list(session_ids)
    await asyncio.gather(_ask_counters(self, asked), _ask_counters(self, asked))


@contextmanager
def statement_by_statement(self: Any) -> Iterator[Any]:
    """Save each statement by itself, not in one transaction."""
    yield self._connection
    self._connection.execute("BEGIN IMMEDIATE")
    try:
        self._connection.execute("COMMIT")
    except BaseException:
        self._connection.rollback()
        raise


class NoLock:
    """Let everybody in at once."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


# Gaps


def fetches_at_every_push(self: Any, row: Any, seq: Any, *, numbers_missing: bool) -> Any:
    """Catch up although nothing is missing."""
    row.announced += 1
    return row.announced


async def catches_up(self: Any, session_id: Any, mark: int, *, pushes_lost: bool) -> None:
    """Look for what is new although nothing is missing."""
    await self._catch_ups.run(SessionReport(session_id), lambda _: None, tail=True, whole=False)


def lowers_the_highest_seq(self: Any, seq: int, timestamp_ms: int = 0) -> None:
    """Believe an older frame about the highest seq."""
    self.last_seq = seq


async def discovers_one_page(self: Any) -> None:
    """Overlook that more sessions follow."""
    reply = await self._link.request(Sessions(limit=100))
    self._arrivals.add_summaries(reply.body.sessions)


def asks_for_the_same_page(self: Any) -> Any:
    """Forget which page has come."""
    request = _fill_request(self)
    self.first_before = getattr(self, "first_before", request.before)
    return replace(request, before=self.first_before)


def ignores_resume_before(self: Any, page: Any) -> Any:
    """Go on below the page, and overlook where the server has stopped."""
    return _fill_receive(self, replace(page, resume_before=None))


def ignores_the_floor(self: Any, session_id: Any, page: Any, learned: Any = None, *, bottom: bool = False) -> Any:
    """Take what is below the join point, or was removed, for missing."""
    return _save_history(self, session_id, page, learned and replace(learned, floor=None), bottom=bottom)


def looks_below_the_floor(db: Any, row: Any, *, whole: bool = True) -> Any:
    """Take what is below the join point for missing."""
    return _gaps(db, replace(row, floor_seq=0), whole=whole)


def pulls_the_whole_group(self: Any) -> Any:
    """Ask for what is held already."""
    request = _fill_request(self)
    return replace(request, after=None) if isinstance(request, Pull) else request


async def older_from_the_top(self: Any, session_id: Any, limit: int) -> Any:
    """Ask for the newest page each time."""
    reply = await self._link.request(History(session_id, limit))
    self._arrivals.save_history(session_id, reply.body.messages)
    return reply.body.messages


# Pages


def names_nothing(self: Any, saved: Any) -> Any:
    """Ack no page with the next pull."""
    return _pull_request(self, ())


def ends_at_an_empty_page(self: Any, page: Any, new_messages: int) -> None:
    """Take an empty page for the end."""
    _pull_receive(self, replace(page, end=page.end or not page.messages), new_messages)


def goes_on_after_retention(self: Any, page: Any, new_messages: int) -> None:
    """Take only CAUGHT_UP for the end."""
    _pull_receive(self, replace(page, end=page.end and page.end_reason is EndReason.CAUGHT_UP), new_messages)


def needs_two_ends(self: Any, page: Any, new_messages: int) -> None:
    """Pull once more after the end flag."""
    self.ends = getattr(self, "ends", 0) + page.end
    _pull_receive(self, replace(page, end=self.ends > 1), new_messages)


def forgets_remaining(self: Any, session_id: Any, page: Any, acked: Any = ()) -> Any:
    """Take acked seqs that remain for deleted."""
    saved = _save_page(self, session_id, page, acked)
    _store_settle(self, [(session_id, [seq for _, seq in _to_ack(self, only=session_id)], None)])
    return saved


def saves_page_in_two_steps(self: Any, session_id: Any, page: Any, acked: Any = ()) -> Any:
    """Note the acks that are due in a transaction of their own."""
    saved = _save_history(self, session_id, page)
    with self._database.transaction() as db:
        for message in page:
            _must_be_acked(db, message)
    return saved


def takes_the_end_for_all(self: Any, session_id: Any, announced: int) -> bool:
    """Take what was pushed meanwhile for acked once the end came."""
    _store_settle(self, [(session_id, [seq for _, seq in _to_ack(self, only=session_id)], None)])
    return _finish(self, session_id, announced)
