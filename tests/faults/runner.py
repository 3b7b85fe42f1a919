"""Runs a scenario once to list its calls, and then once for each call and each way in which clients come back.

Of these calls a part of the suite has its share (parts.py)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from tests.faults.aws import Call
from tests.faults.coming_back import WAYS, ComeBack, at_once, behind, receivers_first, untold
from tests.faults.faults import Injected
from tests.faults.scenarios import Scenario
from tests.faults.stage import Moment, Stage
from tests.people.guard_invariants import not_told_of_release
from tests.people.invariants import check
from tests.people.person import come_to_rest
from tests.people.revising_invariants import pushed_too_late
from tests.people.rows import Rows, others, read_rows
from tests.support.parts import Part


@dataclass
class Result:
    """`violations`: one entry a run that went wrong, each with where and what."""

    calls: int = 0
    runs: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, where: str, found: Sequence[str]) -> None:
        """One run, which has ended."""
        self.runs += 1
        if found:
            self.violations.append(f"{where}: {'; '.join(found)}")


@dataclass(frozen=True)
class Prepared:
    """A scenario that is about to happen, the calls it will make, and the rows that it must not touch.

    `silent`: a push has failed already, so that someone is not told.
    """

    stage: Stage
    moment: Moment
    calls: Sequence[Call]
    untouched: Rows
    silent: bool


class Runner:
    """Scenarios on two stages: calls that go out side by side happen in one order and in the other."""

    def __init__(self, stages: tuple[Stage, Stage], part: Part = Part()) -> None:
        self._stages = stages
        self._part = part
        self._prepared: dict[tuple[str, int], Prepared] = {}

    def anew(self) -> "Runner":
        """Another on the same stages, which prepares its scenarios itself and runs each whole: for other code."""
        return Runner(self._stages)

    def run(
        self, scenario: Scenario, fault: Injected, among: Sequence[Injected] = (), *, until_caught: bool = False
    ) -> Result:
        """The fault at each call that it can strike. Only death depends on the order of calls side by side.

        `among`: all faults that the scenario meets, for a runner of a part.
        """
        result = Result()
        with scenario.conditions():
            for order in (0, 1) if fault.kills else (0,):
                prepared = self._prepare(scenario, order)
                result.calls = len(prepared.calls)
                for at, call in self.points(prepared.calls, scenario, fault, among):
                    self._strike(prepared, scenario, fault, at)
                    struck, in_turn = prepared.stage.moment(), WAYS[at % len(WAYS)]
                    # Of what the SDK has made good nobody knows: all ways would be the same.
                    for way in (in_turn,) if fault.heals else WAYS:
                        prepared.stage.back_to(struck)
                        where = f"{scenario.name} / {fault.name} / {at}: {call} / {way.__name__}"
                        # All frames once more is the longest part: after one of the ways in turn.
                        found = self._aftermath(prepared, fault, way, call, again=way is in_turn)
                        result.add(where, list(found))
                        if until_caught and result.violations:
                            return result
        return result

    def run_twice(self, scenario: Scenario, fault: Injected, among: Sequence[Injected] = ()) -> Result:
        """The fault at each call, and again at each call of the first retry."""
        result = Result()
        with scenario.conditions():
            prepared = self._prepare(scenario, 0)
            for at, call in self.points(prepared.calls, scenario, fault, among):
                self._strike(prepared, scenario, fault, at)
                between, stage = prepared.stage.moment(), prepared.stage
                retry = self._calls_of(stage, _retry)
                for again, other in self._fault_points(retry, fault):
                    stage.back_to(between)
                    stage.aws.watch(again, fault)
                    _retry(stage)
                    assert stage.aws.heal(), f"{fault.name} has not struck call {again} of the retry"
                    where = f"{scenario.name} / {fault.name} / {at}: {call} / then {again}: {other}"
                    result.add(where, list(self._aftermath(prepared, fault, receivers_first, call, other)))
        return result

    def _prepare(self, scenario: Scenario, order: int) -> Prepared:
        key = (scenario.name, order)
        if key not in self._prepared:
            stage = self._stages[order]
            stage.empty()
            _bystanders(stage)
            scenario.setup(stage)
            for person in stage.people.values():
                person.log.frames.clear()
            moment, rows, silent = stage.moment(), read_rows(stage.world), bool(behind(stage))
            calls = self._calls_of(stage, scenario.action)
            untouched = others(rows, list(stage.people.values()))
            self._prepared[key] = Prepared(stage, moment, calls, untouched, silent)
        return self._prepared[key]

    @staticmethod
    def _calls_of(stage: Stage, action: Callable[[Stage], object]) -> Sequence[Call]:
        stage.aws.watch()
        action(stage)
        stage.aws.heal()
        return tuple(stage.aws.calls)

    def calls_of(self, scenario: Scenario) -> Sequence[Call]:
        """What a scenario calls when nothing fails."""
        with scenario.conditions():
            return self._prepare(scenario, 0).calls

    def points(
        self,
        calls: Sequence[Call],
        scenario: Scenario,
        fault: Injected,
        among: Sequence[Injected],
        part: Part | None = None,
    ) -> Iterator[tuple[int, Call]]:
        """Those calls of a scenario that the fault can strike and that are in the runner's part, or another.

        A scenario's points are dealt out from its first fault to its last, so that each part has its share of them.
        """
        before = takewhile(lambda other: other is not fault, among)
        dealt = sum(1 for other in before for _ in self._fault_points(calls, other))
        points = enumerate(self._fault_points(calls, fault), dealt)
        return (point for turn, point in points if (part or self._part).has(scenario.name, turn))

    @staticmethod
    def _fault_points(calls: Sequence[Call], fault: Injected) -> Iterator[tuple[int, Call]]:
        return ((at, call) for at, call in enumerate(calls) if fault.strikes(call))

    @staticmethod
    def _strike(prepared: Prepared, scenario: Scenario, fault: Injected, at: int) -> None:
        stage = prepared.stage
        stage.back_to(prepared.moment)
        stage.aws.watch(at, fault)
        scenario.action(stage)
        assert stage.aws.heal(), f"{fault.name} has not struck call {at}"
        assert stage.aws.calls[: at + 1] == list(prepared.calls[: at + 1]), "the scenario is not repeatable"

    @staticmethod
    def _aftermath(
        prepared: Prepared, fault: Injected, way: ComeBack, *struck: Call, again: bool = True
    ) -> Iterator[str]:
        stage = prepared.stage
        way(stage)
        for person in stage.people.values():
            yield from pushed_too_late(person)
        if not fault.silences and not prepared.silent:
            yield from untold(stage, noticed=not any(call.operation == "SendMessage" for call in struck))
            # A stale read does not see the devices of the sender either.
            if way is at_once and fault.name != "stale read":
                yield from not_told_of_release(stage.world, list(stage.people.values()))
        come_to_rest(stage.people.values())
        yield from check(stage.world, list(stage.people.values()), prepared.untouched, again=again)


def _retry(stage: Stage) -> None:
    for person in stage.people.values():
        person.flush()


def _bystanders(stage: Stage) -> None:
    """Carol and Dave have rows in every table, and take no part."""
    carol, dave = stage.online("carol"), stage.online("dave")
    carol.say("dave")
    dave.say("carol", ack=0)
    dave.crash()
    carol.say("dave")
    stage.people.clear()
