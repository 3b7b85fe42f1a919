"""A person catches up while others write: nothing is lost, nothing comes twice, every number is counted once."""

import random
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.concurrency.crowd import assert_dense, history, received, session_of, times, together, waiting
from tests.concurrency.device import Device
from tests.support.world import Phone, World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

SESSION = session_of("alice", "bob")


def until(done: threading.Event, task: Callable[[], None]) -> Callable[[], None]:
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


def test_clearing_while_messages_come_counts_each_once(world: World) -> None:
    done = threading.Event()
    bob = Device(world.phone("bob"), SESSION)

    def count() -> None:
        bob.ask_counter()
        bob.clear()

    together([writing(writers(world, 3, 15), done), until(done, count)])
    assert bob.added == list(range(1, 46))
    assert world.phone("bob").ok("login")["counters"] == {}


def test_pulling_with_acks_while_messages_come_gives_each_once(world: World) -> None:
    done = threading.Event()
    bob = Device(world.phone("bob"), SESSION)
    page: list[int] = []

    def pull() -> None:
        page[:], _ = bob.pull(5, list(page))

    together([writing(writers(world, 3, 15), done), until(done, pull)])
    bob.phone.ok("ack", sessions={SESSION: {"seqs": page}})
    bob.catch_up(7)
    assert sorted(bob.messages) == list(range(1, 46))
    assert waiting(world, "bob", SESSION) == []


def test_a_page_that_says_end_leaves_out_only_what_came_later(world: World) -> None:
    done = threading.Event()
    bob = Device(world.phone("bob"), SESSION)
    phones = [world.phone("alice", f"d{number}") for number in range(3)]
    acked = {phones[0].chat("bob")["seq"] for _ in range(9)}

    def write(phone: Phone) -> None:
        for _ in range(12):
            acked.add(phone.chat("bob")["seq"])

    def catch_up() -> None:
        acked_before = set(acked)
        end, page = False, list[int]()
        while not end:
            page, end = bob.pull(2, page)
        bob.phone.ok("ack", sessions={SESSION: {"seqs": page}})
        assert acked_before <= set(bob.messages)

    together([writing(lambda: together(partial(write, phone) for phone in phones), done), until(done, catch_up)])
    assert sorted(bob.messages) == list(range(1, 46))


def test_two_devices_that_clear_and_pull_at_once_together_miss_nothing(world: World) -> None:
    done = threading.Event()
    devices = [Device(world.phone("bob", name), SESSION) for name in ("phone", "tablet")]
    together([writing(writers(world, 2, 18), done), *(until(done, partial(device.catch_up, 5)) for device in devices)])
    assert_nothing_is_missed(devices, 36)
    assert waiting(world, "bob", SESSION) == []


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
    devices = [Device(world.phone("bob", name), SESSION) for name in ("phone", "tablet")]
    # Two phones send the same frames, each at its own pace.
    phones = [(world.phone("alice", f"d{number}"), f"m{number // 2}") for number in range(4)]

    def write(phone: Phone, name: str) -> list[dict[str, Any]]:
        return [phone.chat("bob", msg_id=f"{name}-{number}") for number in range(20)]

    def all_write() -> list[list[dict[str, Any]]]:
        return together(partial(write, phone, name) for phone, name in phones)

    lives = [until(done, partial(device.live, random.Random(seed * 2 + n))) for n, device in enumerate(devices)]
    acks = together([writing(all_write, done), *lives])[0]
    for device in devices:
        device.catch_up(6)
    assert acks[0] == acks[1]
    assert acks[2] == acks[3]
    said = history(world.phone("alice"), SESSION)
    assert_dense(said)
    assert len(said) == received(world, "bob", SESSION) == 40
    assert_nothing_is_missed(devices, 40)
    assert waiting(world, "bob", SESSION) == []
    assert world.phone("bob", "third").ok("login")["counters"] == {}


def assert_nothing_is_missed(devices: Sequence[Device], total: int) -> None:
    """No device counts a number twice; what one has cleared or acked the other need not see."""
    for device in devices:
        assert len(set(device.added)) == len(device.added)
    assert {number for device in devices for number in device.added} == set(range(1, total + 1))
    assert {seq for device in devices for seq in device.messages} == set(range(1, total + 1))
