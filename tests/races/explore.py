"""Every order in which the calls of some tasks can follow one another.

States are explored, not orders: two orders that lead to the same rows, the same pushes and the same answers for every
task go on alike. That is exact, and how many orders the states stand for is counted beside.

Faults, as many as asked for, may come at any point of any order:

    lost      the call has its effect, its response is lost, and the SDK sends it again, sooner or later
    unknown   the call has its effect, and no response comes, as often as the SDK tries
    failed    the call has no effect, and no response comes
    killed    the function dies where it stands: no answer ever comes

With `stale`, each table may answer an eventually consistent read as it was before the race.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.races.platform import DEATH, NO_ANSWER, Answer, Call, Deployment
from tests.races.replay import Log, Moment, Replay, Strand

# More take minutes.
MOST_STATES = 400_000


class TooMany(Exception):
    """More states than allowed."""


@dataclass(frozen=True)
class Task:
    """Something that runs at the same time as other things, and does the same each time that it runs."""

    name: str
    act: Callable[[], Any]


@dataclass(frozen=True)
class End:
    """Where all tasks have ended: what is there, what each returned, and an order that led here."""

    deployment: Deployment
    results: Sequence[Any]
    order: Sequence[str]


@dataclass
class Exploration:
    """What was explored. `ends`: each different one once."""

    states: int = 0
    orders: int = 0
    ends: list[End] = field(default_factory=list)


class _Numbers:
    """Equal values by the same number, so that they are compared once."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.values: list[Any] = []

    def of(self, value: Hashable) -> int:
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


@dataclass(frozen=True, slots=True)
class _State:
    """A moment of everything, by numbers. `logs`: by task."""

    deployment: int
    logs: tuple[int, ...]
    faults_left: int


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way on for one task: the log and the deployment that it leads to, by numbers."""

    label: str
    log: int
    deployment: int
    is_fault: bool = False


class Explorer:
    """Goes through all states of some tasks, depth first."""

    def __init__(self, replay: Replay, tasks: Sequence[Task], faults: int = 0, stale: bool = False) -> None:
        self._replay = replay
        self._tasks = tasks
        self._faults = faults
        self._reads_are_stale = stale
        self._start: Deployment | None = None
        self._deployments = _Numbers()
        self._logs = _Numbers()
        self._moments: dict[tuple[int, int], Moment] = {}
        self._known_choices: dict[tuple[int, int, int], Sequence[_Choice]] = {}
        self._orders: dict[_State, int] = {}
        self._path: list[str] = []
        self._found = Exploration()

    def explore(self, start: Deployment) -> Exploration:
        """Raises TooMany."""
        self._start = start if self._reads_are_stale else None
        nothing = self._logs.of(())
        first = _State(self._deployments.of(start), (nothing,) * len(self._tasks), self._faults)
        self._found.orders = self._orders_from(first)
        self._found.states = len(self._orders)
        return self._found

    def _orders_from(self, state: _State) -> int:
        if state in self._orders:
            return self._orders[state]
        orders = 0
        for label, following in self._steps(state):
            self._path.append(label)
            orders += self._orders_from(following)
            self._path.pop()
        if not orders:
            self._found.ends.append(self._end(state))
            orders = 1
        if len(self._orders) == MOST_STATES:
            raise TooMany(f"more than {MOST_STATES} states")
        self._orders[state] = orders
        return orders

    def _steps(self, state: _State) -> Iterator[tuple[str, _State]]:
        for index, log in enumerate(state.logs):
            for choice in self._choices(index, log, state.deployment):
                faults_left = state.faults_left - choice.is_fault
                if faults_left >= 0:
                    logs = (*state.logs[:index], choice.log, *state.logs[index + 1 :])
                    yield choice.label, _State(choice.deployment, logs, faults_left)

    def _choices(self, index: int, log: int, deployment: int) -> Sequence[_Choice]:
        """What one task can do at a moment of its own and of the deployment, whatever the others have done."""
        key = index, log, deployment
        if key not in self._known_choices:
            self._known_choices[key] = tuple(self._find_choices(*key))
        return self._known_choices[key]

    def _find_choices(self, index: int, log: int, deployment: int) -> Iterator[_Choice]:
        before: Deployment = self._deployments.values[deployment]
        calls = self._moment(index, log).calls
        for strand, call in calls.items():
            label = f"{self._tasks[index].name}: {call}"
            answer, there = self._replay.platform.after(call, before)
            after = self._deployments.of(there)
            yield _Choice(label, self._with(log, strand, answer), after)
            for number, stale in enumerate(self._stale(call, before), 1):
                yield _Choice(f"{label}, stale ({number})", self._with(log, strand, stale), deployment)
            if self._faults and call.can_fail:
                unanswered = self._with(log, strand, NO_ANSWER)
                yield _Choice(f"{label} fails", unanswered, deployment, is_fault=True)
                if after != deployment:
                    yield _Choice(f"{label}, no response", unanswered, after, is_fault=True)
                    yield _Choice(f"{label}, to be repeated", log, after, is_fault=True)
        for strand, call in list(calls.items())[:1]:
            if self._faults and call.can_fail:
                label = f"{self._tasks[index].name}: killed before {call}"
                yield _Choice(label, self._with(log, strand, DEATH), deployment, is_fault=True)

    def _stale(self, call: Call, before: Deployment) -> Sequence[Answer]:
        return self._replay.platform.stale(call, before, self._start) if self._start is not None else ()

    def _with(self, log: int, strand: Strand, answer: Answer) -> int:
        answers = dict(self._logs.values[log])
        answers[strand] = (*answers.get(strand, ()), answer)
        return self._logs.of(tuple(sorted(answers.items(), key=lambda item: item[0])))

    def _moment(self, index: int, number: int) -> Moment:
        if (index, number) not in self._moments:
            log: Log = self._logs.values[number]
            self._moments[index, number] = self._replay.moment(self._tasks[index].act, log)
        return self._moments[index, number]

    def _end(self, state: _State) -> End:
        results = [self._moment(index, number).result for index, number in enumerate(state.logs)]
        return End(self._deployments.values[state.deployment], results, tuple(self._path))
