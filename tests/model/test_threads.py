"""Real threads on DynamoDB Local: for some seconds everybody does what they like; at rest the invariants hold.

Nothing is sent again here while it is under way or later: what that does is explored in the races, order by order.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from catchup.observability import FunctionTelemetry
from tests.people.invariants import check
from tests.people.person import Person, come_to_rest
from tests.support import tally
from tests.support.engines import fresh_tables, quick_client
from tests.support.world import World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

SECONDS = 8
UIDS = ("alice", "bob", "carl", "dora")
DEVICES = [(uid, "phone") for uid in UIDS] + [("alice", "tablet"), ("bob", "tablet")]


@pytest.fixture
def world(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """Powertools' metrics are made for one invocation at a time, as a Lambda process has it."""
    monkeypatch.setattr(FunctionTelemetry, "count", lambda *_: None)
    monkeypatch.setattr(FunctionTelemetry, "flush", lambda _: None)
    client = quick_client(dynamodb_local)
    return World(client, fresh_tables(client))


def _live(person: Person, seed: int) -> int:
    """What one device does, in a thread of its own; how much."""
    chance = random.Random(seed)
    ends_at, steps = time.monotonic() + SECONDS, 0
    others = [uid for uid in UIDS if uid != person.uid]
    while time.monotonic() < ends_at:
        act = chance.choices(list(_HABITS), list(_HABITS.values()))[0]
        act(person, chance.choice(others))
        steps += 1
    return steps


def _leaves(person: Person, _: str) -> None:
    event = person.phone.event("DISCONNECT", "$disconnect")
    person.crash()
    person.connect()
    person.log_in()
    person.disconnected(event)


_HABITS: dict[Callable[[Person, str], object], int] = {
    lambda me, other: me.say(other): 6,
    lambda me, other: me.say(other, ack=0): 2,
    lambda me, _: me.work(): 4,
    lambda me, _: me.read_pushes(): 3,
    lambda me, _: me.clear(): 2,
    lambda me, _: me.ack(): 2,
    lambda me, _: me.crash(): 1,
    _leaves: 1,
}


@pytest.fixture
def people(world: World) -> list[Person]:
    """Everyone is online at first."""
    people = [Person(world, uid, device) for uid, device in DEVICES]
    for person in people:
        person.finish()
    return people


def test_at_rest_nothing_is_lost_or_miscounted(world: World, people: list[Person]) -> None:
    with ThreadPoolExecutor(len(people)) as pool:
        steps = sum(pool.map(_live, people, range(len(people))))
    come_to_rest(people)
    assert check(world, people) == []
    tally.record("model", "threads", model_steps=steps)
