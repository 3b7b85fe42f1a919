"""One bucket for all processes: what a flood gets through, however many processes share it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from catchup.domain.allowance import Allowances, Limits
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.pace import Pace
from catchup.domain.presence import Endpoint, Presence
from catchup.usecases.people.ports import OnlineAndRecalled, Registered
from catchup.usecases.sending.send_limit import SendLimit
from tests.support.telemetry import KeptTelemetry

ALICE = Uid("alice")
LIMITS = Limits(burst=300, rate_per_second=10, cooldown_ms=10_000)


@dataclass
class Row:
    """A person's row, which all processes share, as the others see it `lag_ms` later; and how often it was written."""

    clock: Callable[[], int]
    lag_ms: int = 0
    versions: list[tuple[int, Pace]] = field(default_factory=lambda: [(0, Pace())])
    writes: int = 0

    def seen(self) -> Pace:
        """By an eventually consistent read."""
        return next(pace for at, pace in reversed(self.versions) if at <= self.clock() - self.lag_ms)

    def _write(self, pace: Pace) -> Pace:
        self.writes += 1
        self.versions.append((self.clock(), pace))
        return pace

    def cool_down(self, _: Uid, until_ms: int) -> None:
        self._write(self.versions[-1][1]._replace(cooldown_until_ms=until_ms))

    def mark(self, _: Uid, mark: int, _found: Pace, renewed: Callable[[Pace], Pace]) -> Pace:
        pace = renewed(self.versions[-1][1])
        return self._write(pace._replace(marks=pace.marks | {mark}))

    def register(self, endpoint: Endpoint) -> Registered:
        raise NotImplementedError

    def forget(self, endpoint: Endpoint) -> None:
        raise NotImplementedError

    def online(self, people: Sequence[Uid], consistent: bool = True) -> Presence:
        raise NotImplementedError

    def note_recalled(self, message: Message) -> None:
        raise NotImplementedError

    def online_and_recalled(self, people: Sequence[Uid], author: Uid, session: SessionId) -> OnlineAndRecalled:
        raise NotImplementedError


class Deployment:
    """Processes that share a person's messages by chance."""

    def __init__(self, processes: int, seed: int, lag_ms: int = 0) -> None:
        self.now_ms = 1_000_000
        self.random = Random(seed)
        self.row = Row(lambda: self.now_ms, lag_ms)
        draw = self.random.randrange
        self.limits = [
            SendLimit(Allowances(LIMITS, draw), self.row, lambda: self.now_ms, KeptTelemetry(), draw)
            for _ in range(processes)
        ]

    def send(self, messages_a_second: float, seconds: float) -> int:
        """How many of these get through."""
        through, began = 0, self.now_ms
        for number in range(int(messages_a_second * seconds)):
            self.now_ms = began + int(number * 1_000 / messages_a_second)
            through += self.random.choice(self.limits).allows(ALICE, self.row.seen())
        return through


def allowed(seconds: float) -> float:
    return LIMITS.burst + LIMITS.rate_per_second * seconds


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("processes", [1, 8, 200])
@pytest.mark.parametrize(("rate", "seconds"), [(30, 60), (200, 20), (2_000, 2)])
def test_a_flood_gets_through_what_one_person_may_and_little_more(
    processes: int, rate: int, seconds: int, seed: int
) -> None:
    through = Deployment(processes, seed).send(rate, seconds)
    assert through <= 3 * allowed(seconds)
    if processes <= 8:
        # A share each, and what trickles away of it.
        assert through <= allowed(seconds) + processes * (LIMITS.share + 0.5 * seconds)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("processes", [1, 8, 200])
def test_half_of_what_one_person_may_is_never_refused(processes: int, seed: int) -> None:
    deployment = Deployment(processes, seed)
    assert deployment.send(1_000, 0.15) == 150
    assert deployment.send(9, 120) == 9 * 120


@pytest.mark.parametrize("processes", [1, 8, 200])
def test_who_writes_as_people_do_leaves_no_mark(processes: int) -> None:
    deployment = Deployment(processes, seed=1)
    for _ in range(20):
        # Some lines at once, an answer is read, and again.
        assert deployment.send(2, 2.5) == 5
        deployment.now_ms += 10_000
    assert deployment.send(0.5, 600) == 300
    assert deployment.row.writes == 0


@pytest.mark.parametrize("processes", [1, 8, 200])
def test_a_flood_pays_a_write_for_each_share(processes: int) -> None:
    deployment = Deployment(processes, seed=2)
    through = deployment.send(200, 60)
    # And one for each cooldown of ten seconds that a process has seen first.
    assert deployment.row.writes <= through / LIMITS.share + 8 * 7


@pytest.mark.parametrize("lag_ms", [100, 1_000])
def test_a_row_that_is_read_late_lets_through_what_came_meanwhile(lag_ms: int) -> None:
    deployment = Deployment(8, seed=3, lag_ms=lag_ms)
    through = deployment.send(200, 30)
    # Each process knows the row as it was when it wrote there last, and no older.
    assert through <= allowed(30) + 200 * lag_ms / 1_000 * 4


def test_a_hold_ends_for_all_at_once_and_gives_back_what_has_trickled_away() -> None:
    deployment = Deployment(8, seed=4)
    deployment.send(1_000, 1)
    deployment.now_ms += 100
    assert deployment.send(100, 8) == 0
    deployment.now_ms += LIMITS.cooldown_ms
    through = deployment.send(1_000, 1)
    assert 100 <= through <= 100 + 10 * 10 + 8 * LIMITS.share + 20
