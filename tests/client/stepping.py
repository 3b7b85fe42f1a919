"""The client library without its tasks: a property test decides which frame arrives when, and nothing ever waits.

What is tested is the library itself; a model of a device that follows the protocol is tests/people/device.py.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from catchup_client import Encoding, Message, SessionId, Settings, Uid
from catchup_client.acks import Acks
from catchup_client.arrivals import Arrivals
from catchup_client.backoff import Backoff
from catchup_client.catch_up import CatchUps
from catchup_client.connection import Reply
from catchup_client.due import Due
from catchup_client.errors import ConnectionLost
from catchup_client.events import Events
from catchup_client.hearing import Hearing
from catchup_client.login import log_in
from catchup_client.protocol import frames, json_answers
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.model import Answer, Counter, Page, SessionSummary
from catchup_client.protocol.requests import Request
from catchup_client.repair import Repairs
from catchup_client.reports import SessionReport
from catchup_client.store import sessions
from catchup_client.store.results import CountersSaved
from catchup_client.timing import Timing
from tests.client.fake_server import FakeConnection, FakeServer
from tests.client.fake_state import Json
from tests.client.support import quick_store

BOB = Uid("bob")
Frame = Callable[[Arrivals], object]
"""Gives something that the server has said to the part of the client that takes it."""

T = TypeVar("T")


def message_of(body: Json) -> Message:
    """Read a message that the server sends."""
    return json_answers._message(Fields(body, "message"))


def counter_of(body: Json) -> Counter:
    """Read a counter that the server sends."""
    return json_answers._counter(Fields(body, "counter"))


def page_of(body: Json) -> Page:
    """Read a page that the server sends."""
    return json_answers._page(Fields(body, "page"))


def pushed(message: Json) -> Frame:
    """Return a push."""
    return lambda client: client.take_push(message_of(message))


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run what needs no event loop, because every answer is there at once."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits for something")


async def _no_sleep(_: float) -> None:
    """Sleep, on a clock that stands still."""


class Direct:
    """A link whose requests the fake server answers at once; the answers may be lost."""

    def __init__(self, server: FakeServer, device: str) -> None:
        self._connection = FakeConnection(server, BOB, device, Encoding.JSON.value, lambda _: None)
        self.answers = True

    def backoff(self) -> Backoff:
        """Return a backoff without waits."""
        return Backoff(0, 0, lambda: 0)

    def admit_pushes(self) -> None:
        """Do nothing: what is pushed, and when, is the test's decision."""

    async def request(self, request: Request[Any]) -> Reply[Any]:
        """Send a request, over the wire's encoding."""
        connection = self._connection
        connection.server.take(connection, frames.encode(request, Encoding.JSON, "1", 0))
        answer = frames.decode(connection._frames.get_nowait() or "")
        if not self.answers:
            raise ConnectionLost("the answer is lost")
        assert isinstance(answer, Answer)
        assert isinstance(answer.body, request.answered_by), answer
        return Reply(answer.body, 0, 0.0)

    exchange = request


class SteppedClient(Arrivals):
    """The client on one of bob's devices, and what the server has said to it or may still say."""

    def __init__(self, server: FakeServer, path: Path, session_id: SessionId) -> None:
        self.server = server
        self.path = path
        self.session_id = session_id
        self.frames: list[Frame] = []
        self.read: set[int] = set()
        """The numbers that the person has read here."""
        self.cleared_elsewhere: set[int] = set()
        """The numbers that the other device had cleared before this one heard of them: they don't count here."""
        self._in_order = 0  # so many of the frames have come in their order
        self._start()
        self.store.claim(BOB)

    def _start(self) -> None:
        self.store, due = quick_store(self.path), Due()
        events, settings, timing = Events(), Settings(page_limit=3), Timing(sleep=_no_sleep)
        super().__init__(self.store, events, due, Hearing(BOB, events, settings, timing), lambda: None)
        self.link: Any = Direct(self.server, self.path.stem)
        self._acks = Acks(self.store, self.link, due, settings, timing)
        self._catch_ups = CatchUps(self.store, self, self.link, self._acks, settings, timing)
        self._repairs = Repairs(self.store, self._catch_ups, due, settings, timing)

    def restart(self) -> None:
        """Be killed, and start again."""
        self.store.close()
        self._start()

    @property
    def known(self) -> int:
        """The number up to which it has counted."""
        return self.store.session(self.session_id).known

    @property
    def unread(self) -> int:
        """Its red dot."""
        return self.store.session(self.session_id).unread

    @property
    def added(self) -> set[int]:
        """The numbers that it shows as unread."""
        count = sessions.get(self.store._database.reading, self.session_id).count
        return {number for one in count.added for number in range(one.low, one.high + 1)}

    @property
    def held(self) -> set[int]:
        """The seqs that it has saved."""
        seqs = [message.seq for message in self.store.messages(self.session_id, None, 10_000)]
        assert len(seqs) == len(set(seqs))
        return set(seqs)

    def take_in_order(self, many: int) -> None:
        """Take the next frames that have not come in their order yet."""
        for frame in self.frames[self._in_order : self._in_order + many]:
            frame(self)
        self._in_order = min(len(self.frames), self._in_order + many)

    def forget_frames(self) -> None:
        """Let nothing that was said before arrive any more."""
        self.frames.clear()
        self._in_order = 0

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        known = self.known
        result = super().add_counters(counters)
        self._note_cleared(known, [counter.cleared for counter in counters.values()])
        return result

    def add_summaries(self, summaries: Sequence[SessionSummary]) -> Sequence[SessionId]:
        known = self.known
        uncounted = super().add_summaries(summaries)
        self._note_cleared(known, [summary.cleared for summary in summaries])
        return uncounted

    def _note_cleared(self, known: int, cleared: Sequence[int]) -> None:
        self.cleared_elsewhere.update(range(known + 1, min(max(cleared, default=0), self.known) + 1))

    def mark_read(self) -> None:
        """Let the person read."""
        self.store.mark_read(self.session_id)
        self.read.update(range(1, self.known + 1))
        assert self.unread == 0

    def settle(self, *, answered: bool = True) -> None:
        """Tell the server what is saved and counted; the answers may be lost."""
        self.link.answers = answered
        try:
            at_once(self._acks.flush())
        except ConnectionLost:
            assert not answered
        self.link.answers = True
        assert not self._due.refused_clears, "known is never beyond what was sent"

    def repair(self) -> None:
        """Fetch what a live message, or a counter, has shown to be missing."""
        for _ in range(10):
            if not self._due.repair.is_set():
                return
            at_once(self._repairs.repair())
        raise AssertionError("it repairs again and again")

    def catch_up(self) -> None:
        """Log in, catch up with everything, and come to rest."""
        at_once(log_in(self.link, self))
        self.repair()
        at_once(self._catch_ups.discover())
        at_once(self._catch_ups.run(SessionReport(self.session_id), lambda _: None, tail=False))
        self.repair()
        self.settle()
