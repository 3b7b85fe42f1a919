"""Phones come and go while others write: who logs in is pushed to or told, and a late farewell harms nobody."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.concurrency.crowd import session_of, together
from tests.support.world import Phone, World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

PAIRS = 6
ROUNDS = 10


def devices_online(world: World, uid: str) -> list[str]:
    """The connections in the person's presence."""
    return sorted(
        entry["M"]["connectionId"]["S"]
        for row in world.rows("Presence")
        if row["uid"]["S"] == uid
        for name, entry in row.items()
        if name.startswith("d#")
    )


def log_in_after(requests: int, bob: Phone) -> bool:
    """Logs in after so many requests that take their time; whether the answer told of something unread."""
    for _ in range(requests):
        bob.ok("counters", sessionIds=[session_of("bystander", bob.uid)])
    return bool(bob.ok("login")["counters"])


@pytest.mark.parametrize("ack", [1, 0])
def test_who_logs_in_while_another_writes_is_pushed_to_or_told(world: World, ack: int) -> None:
    only_pushed = only_told = 0
    for number in range(ROUNDS):
        pairs = [(world.phone(f"a{number}-{pair}"), world.phone(f"b{number}-{pair}")) for pair in range(PAIRS)]
        tasks: list[Callable[[], Any]] = [partial(alice.chat, bob.uid, ack=ack) for alice, bob in pairs]
        tasks += [partial(log_in_after, 3 * pair, bob) for pair, (_, bob) in enumerate(pairs)]
        told = together(tasks)[PAIRS:]
        for (alice, bob), was_told in zip(pairs, told, strict=True):
            pushes = len(bob.pushes)
            assert pushes or was_told, f"{alice.uid} wrote, and {bob.uid} learned nothing of it"
            assert pushes <= 1
            only_pushed += not was_told
            only_told += not pushes
            session = session_of(alice.uid, bob.uid)
            counted = bob.ok("counters", sessionIds=[session])["counters"][session]["received"] == 1
            assert counted, "every message is"
    assert only_pushed > 0, "no login came first"
    assert only_told > 0, "no message came first"


def test_a_farewell_that_comes_with_the_return_leaves_the_return(world: World) -> None:
    for number in range(30):
        bob, alice = world.online(f"bob{number}"), world.phone("alice")
        former = Phone(world, bob.uid, connection=bob.connection, connected_at=bob.connected_at)
        bob.connect()
        tasks: list[Callable[[], Any]] = [former.drop, partial(bob.ok, "login"), partial(alice.chat, bob.uid)]
        together(tasks)
        assert devices_online(world, bob.uid) == [bob.connection]
        alice.chat(bob.uid, "welcome")
        assert bob.pushes[-1]["body"]["msg"] == {"message": "welcome"}


def test_of_two_connections_of_a_device_that_log_in_at_once_the_later_stays(world: World) -> None:
    for number in range(20):
        older, later = world.phone(f"bob{number}"), world.phone(f"bob{number}")
        answers = together(partial(phone.ask, "login") for phone in (later, older))
        codes = [answer["code"] for answer in answers]
        assert codes[0] == "OK"
        assert codes[1] in ("OK", "ABORTED")
        assert devices_online(world, later.uid) == [later.connection]
        assert (codes[1] == "OK") == (older.connection in world.gateway.closed)


def test_ten_devices_stay_of_fourteen_that_log_in_at_once(world: World) -> None:
    for number in range(3):
        devices = [world.phone(f"bob{number}", f"d{device}") for device in range(14)]
        together(partial(device.ok, "login") for device in devices)
        online = devices_online(world, f"bob{number}")
        assert len(online) == 10
        assert devices[-1].connection in online
        closed = {device.connection for device in devices} - set(online)
        assert closed <= set(world.gateway.closed)


def test_devices_of_a_person_that_log_in_and_leave_at_once_do_not_disturb_each_other(world: World) -> None:
    for number in range(10):
        staying = [world.phone(f"bob{number}", f"s{device}") for device in range(3)]
        leaving = [world.online(f"bob{number}", f"l{device}") for device in range(3)]
        tasks: list[Callable[[], Any]] = [device.drop for device in leaving]
        tasks += [partial(device.ok, "login") for device in staying]
        together(tasks)
        assert devices_online(world, f"bob{number}") == sorted(device.connection for device in staying)
