"""A person catches up while others write: nothing is lost, nothing comes twice, every number is counted once."""

import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.concurrency.crowd import assert_dense, history, received, session_of, times, together, waiting
from tests.people.invariants import check
from tests.people.person import Person, come_to_rest
from tests.support.world import Phone, World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

SESSION = session_of("alice", "bob")


def until(done: threading.Event, task: Callable[[], Any]) -> Callable[[], None]:
    """A task that goes on until `done`, and once more."""

    def again() -> None:
        while not done.is_set():
            task()
        task()

    return again


def writing(task: Callable[[], Any], done: threading.Event) -> Callable[[], Any]:
    """A task that says when it is done, also when it fails."""

    def write() -> Any:
        try:
            return task()
        finally:
            done.set()

    return write


def writers(world: World, devices: int, each: int) -> Callable[[], Any]:
    """Alice writes to bob on several devices at once."""
    phones = [world.phone("alice", f"d{number}") for number in range(devices)]
    return lambda: together(times(each, partial(phone.chat, "bob")) for phone in phones)


def bobs(world: World, *names: str) -> list[Person]:
    """Bob's devices, each with an open connection and small pages."""
    devices = [Person(world, "bob", name) for name in names]
    for device in devices:
        device.connect()
        device.page = 5
    return devices


def uncleared(phone: Phone) -> int:
    """How many messages a login still counts. What is cleared and not read is listed, and counts nothing."""
    return sum(counter["count"] for counter in phone.ok("login")["counters"].values())


def wrong_at_rest(world: World, devices: list[Person]) -> list[str]:
    """What is wrong, on bob's devices or in the tables, once all have done what was left to do."""
    people = [*devices, Person(world, "alice", "watch")]
    come_to_rest(people)
    return check(world, people, again=False) + [f"{seq} waits" for seq in waiting(world, "bob", SESSION)]


def test_clearing_while_messages_come_counts_each_once(world: World) -> None:
    done = threading.Event()
    (bob,) = bobs(world, "phone")

    def count() -> None:
        bob.log_in()
        bob.clear()

    together([writing(writers(world, 3, 15), done), until(done, count)])
    assert bob.store.talk(SESSION).added == set(range(1, 46))
    assert uncleared(world.phone("bob")) == 0
    assert wrong_at_rest(world, [bob]) == []


def test_pulling_with_acks_while_messages_come_gives_each_once(world: World) -> None:
    done = threading.Event()
    (bob,) = bobs(world, "phone")
    given: list[int] = []
    bob.inspect = lambda _, page, __: given.extend(message["seq"] for message in page["messages"])
    together([writing(writers(world, 3, 15), done), until(done, partial(bob.pull, SESSION))])
    while waiting(world, "bob", SESSION):
        bob.pull(SESSION)
    assert sorted(given) == list(range(1, 46))
    assert wrong_at_rest(world, [bob]) == []


def test_a_page_that_says_end_leaves_out_only_what_came_later(world: World) -> None:
    done = threading.Event()
    (bob,) = bobs(world, "phone")
    bob.page = 2
    talk = bob.store.talk(SESSION)
    phones = [world.phone("alice", f"d{number}") for number in range(3)]
    acked = {phones[0].chat("bob")["seq"] for _ in range(9)}

    def write(phone: Phone) -> None:
        for _ in range(12):
            acked.add(phone.chat("bob")["seq"])

    def catch_up() -> None:
        acked_before = set(acked)
        talk.behind = True
        assert bob.catch_up(SESSION)
        assert acked_before <= talk.messages.keys()

    together([writing(lambda: together(partial(write, phone) for phone in phones), done), until(done, catch_up)])
    assert sorted(talk.messages) == list(range(1, 46))


def test_two_devices_that_clear_and_pull_at_once_together_miss_nothing(world: World) -> None:
    done = threading.Event()
    devices = bobs(world, "phone", "tablet")

    def come_back(device: Person) -> None:
        device.connect()
        device.work()

    together([writing(writers(world, 2, 18), done), *(until(done, partial(come_back, device)) for device in devices)])
    assert wrong_at_rest(world, devices) == []


def test_acks_of_two_devices_and_of_the_same_rows_are_all_done(world: World) -> None:
    alice = world.phone("alice")
    for _ in range(40):
        alice.chat("bob")
    phones = [world.phone("bob", f"d{number}") for number in range(4)]
    parts = [list(range(1, 31)), list(range(11, 41)), list(range(1, 41, 2)), list(range(2, 20))]
    answers = together(
        partial(phone.ok, "ack", sessions={SESSION: {"seqs": part, "received": 40}})
        for phone, part in zip(phones, parts, strict=True)
    )
    assert [answer["sessions"][SESSION] for answer in answers] == [{"code": "OK", "remaining": []}] * 4
    assert waiting(world, "bob", SESSION) == []


@pytest.mark.parametrize("seed", range(2))
def test_everything_at_once_adds_up_when_it_has_come_to_rest(world: World, seed: int) -> None:
    """Copies of frames, reconnects, pushes, pages and clears."""
    done = threading.Event()
    devices = bobs(world, "phone", "tablet")
    # Two phones send the same frames, each at its own pace.
    phones = [(world.phone("alice", f"d{number}"), f"m{number // 2}") for number in range(4)]

    def write(phone: Phone, name: str) -> list[dict[str, Any]]:
        return [phone.chat("bob", msg_id=f"{name}-{number}") for number in range(20)]

    def all_write() -> list[list[dict[str, Any]]]:
        return together(partial(write, phone, name) for phone, name in phones)

    def live(device: Person, chance: random.Random) -> None:
        chance.choice([device.connect, device.crash, device.leave, device.read_pushes, device.ack])()
        device.work()

    lives = [until(done, partial(live, device, random.Random(seed * 2 + n))) for n, device in enumerate(devices)]
    acks = together([writing(all_write, done), *lives])[0]
    assert acks[0] == acks[1]
    assert acks[2] == acks[3]
    said = history(world.phone("alice"), SESSION)
    assert_dense(said)
    assert len(said) == received(world, "bob", SESSION) == 40
    assert wrong_at_rest(world, devices) == []
    assert uncleared(world.phone("bob", "third")) == 0
