"""The registry of scenarios, and what several of them begin with."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tests.faults.aws import Call
from tests.faults.faults import Injected
from tests.faults.stage import Stage
from tests.people.person import Person

SESSION = "p:alice:bob"


@dataclass(frozen=True)
class Scenario:
    """`setup` runs undisturbed; every call that `action` makes is a fault point. All happens within `conditions`."""

    name: str
    setup: Callable[[Stage], object]
    action: Callable[[Stage], object]
    conditions: Callable[[], AbstractContextManager[object]]
    is_one_send: bool = False
    without: frozenset[str] = frozenset()
    """Faults under which something else is promised."""


SCENARIOS: list[Scenario] = []
GROUP_SCENARIOS: list[Scenario] = []
GUARD_SCENARIOS: list[Scenario] = []


def scenario(
    name: str,
    setup: Callable[[Stage], object],
    conditions: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    is_one_send: bool = False,
) -> Callable[[Callable[[Stage], object]], None]:
    """Registers an action."""

    def register(action: Callable[[Stage], object]) -> None:
        SCENARIOS.append(Scenario(name, setup, action, conditions, is_one_send))

    return register


def group_scenario(
    name: str,
    setup: Callable[[Stage], object],
    conditions: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    is_one_send: bool = False,
) -> Callable[[Callable[[Stage], object]], None]:
    """Registers an action of groups."""

    def register(action: Callable[[Stage], object]) -> None:
        GROUP_SCENARIOS.append(Scenario(f"group: {name}", setup, action, conditions, is_one_send))

    return register


def guard_scenario(
    name: str,
    setup: Callable[[Stage], object],
    *,
    is_one_send: bool = False,
    without: Collection[str] = (),
) -> Callable[[Callable[[Stage], object]], None]:
    """Registers an action where texts are judged and people are blocked."""

    def register(action: Callable[[Stage], object]) -> None:
        scenario = Scenario(f"guard: {name}", setup, action, nullcontext, is_one_send, frozenset(without))
        GUARD_SCENARIOS.append(scenario)

    return register


def break_off(stage: Stage, action: Callable[[], object], operation: str, table: str, fault: Injected) -> None:
    """Does something that dies at its first call of this kind."""
    moment = stage.moment()
    stage.aws.watch()
    action()
    at = stage.aws.calls.index(Call(operation, table))
    stage.aws.heal()
    stage.back_to(moment)
    stage.aws.watch(at, fault)
    action()
    assert stage.aws.heal()


def talking(stage: Stage) -> Person:
    """Alice and Bob have talked; Bob is away, and has caught up."""
    alice, bob = stage.online("alice"), stage.online("bob")
    alice.say("bob")
    bob.finish()
    bob.say("alice")
    bob.leave()
    alice.finish()
    return alice


def both_online(stage: Stage) -> None:
    """Alice has a tablet too."""
    talking(stage)
    stage.online("alice", "tablet")
    stage.online("bob")


def everyone_reads(stage: Stage) -> None:
    """Devices that are online take what was pushed to them, and ack it."""
    for person in stage.people.values():
        if person.connected:
            person.read_pushes()
            person.ack()
