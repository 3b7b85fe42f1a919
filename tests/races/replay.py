"""Running a task up to the calls that it waits for.

A function's code depends on nothing but the answers that its calls get (time stands still, and nothing it does is left
to chance). So a moment of a task is the list of the answers that it has had. To come to that moment the task is run
from its start with these answers; where they end, it waits: the calls that it makes there are the steps it can take.
Nothing needs threads, locks or sleeping, and a moment that was reached on one way need not be reached again on others.

Calls that go out side by side are strands: each has its answers of its own, and any of them may go first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.people.person import NoAnswer
from tests.races.platform import Answer, Call, Deployment, Platform

# Where in a task: () is the task itself, (…, k, i) the i-th job of what it runs side by side for the k-th time.
Strand = tuple[int, ...]
Log = tuple[tuple[Strand, tuple[Answer, ...]], ...]


class Waits(BaseException):
    """The task needs an answer to go on. Not an Exception: no code of the service may catch it."""

    def __init__(self, calls: Mapping[Strand, Call]) -> None:
        super().__init__(calls)
        self.calls = calls


@dataclass(frozen=True)
class Moment:
    """A task after some answers: the calls that it waits for; or, if there are none, what it has returned."""

    calls: Mapping[Strand, Call]
    result: Any = None


@dataclass
class _Run:
    answers: Mapping[Strand, Sequence[Answer]]
    strand: Strand = ()
    asked: dict[Strand, int] = field(default_factory=dict)
    groups: dict[Strand, int] = field(default_factory=dict)


class Replay:
    """Where the calls of the functions go: to the answers of a log, or, outside an exploration, to the platform itself.

    It is also the `Concurrency` of the functions.
    """

    def __init__(self, platform: Platform, now: Deployment) -> None:
        self.platform = platform
        self.now = now
        self._run: _Run | None = None

    def moment(self, task: Callable[[], Any], log: Log) -> Moment:
        """What the task does after these answers."""
        assert self._run is None, "a task inside a task"
        self._run = _Run(dict(log))
        try:
            return Moment({}, task())
        except Waits as waiting:
            return Moment(waiting.calls)
        finally:
            self._run = None

    @property
    def running(self) -> object:
        """Which run of a task goes on; None outside an exploration."""
        return self._run

    def call(self, operation: str, **arguments: Any) -> Any:
        """Answers one call of whoever runs now."""
        call = Call(operation, arguments)
        run = self._run
        if run is None:
            answer, self.now = self.platform.after(call, self.now)
            return answer.give()
        had = run.asked.get(run.strand, 0)
        answers = run.answers.get(run.strand, ())
        if had == len(answers):
            raise Waits({run.strand: call})
        run.asked[run.strand] = had + 1
        return answers[had].give()

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """As `catchup.concurrency.Threads`: all end, then the first error in task order is raised."""
        run = self._run
        if run is None or not tasks:
            return [task() for task in tasks]
        outer, group = run.strand, run.groups.get(run.strand, 0)
        run.groups[outer] = group + 1
        results: list[Any] = []
        errors: list[Exception] = []
        calls: dict[Strand, Call] = {}
        try:
            for index, task in enumerate(tasks):
                run.strand = (*outer, group, index)
                try:
                    results.append(task())
                except Waits as waiting:
                    calls.update(waiting.calls)
                except Exception as error:  # noqa: BLE001 - raised below, when all have ended
                    errors.append(error)
        finally:
            run.strand = outer
        if calls:
            raise Waits(calls)
        if errors:
            raise errors[0]
        return results


class DynamoDb:
    """A DynamoDB client whose calls are steps."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **arguments: self._replay.call(operation, **arguments)


class Mortal:
    """A DynamoDB client. `calls_left`: so many more, then the function that makes the next one dies."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls_left: int | None = None

    def __getattr__(self, operation: str) -> Any:
        if self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left < 0:
                raise NoAnswer
        return getattr(self._client, operation)
