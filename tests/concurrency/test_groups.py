"""Many do things in one group at once: seqs are dense, members are as many as they are, and red dots are exact."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from catchup.domain import membership
from tests.concurrency.crowd import SharedMeter, assert_dense, history, times, together
from tests.support.world import Phone, World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

ROOM = "g:room"


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Nothing is fanned out: the queue of the tests belongs to one thread."""
    world = make_world()
    world.fans_out_at_once = False
    return world


@pytest.fixture
def alice(world: World) -> Phone:
    alice = world.online("alice")
    alice.change("create", "room", open=True)
    return alice


def joined(world: World, *uids: str) -> list[Phone]:
    """People in the room."""
    phones = [world.online(uid) for uid in uids]
    for phone in phones:
        phone.change("join", "room")
    return phones


def counter(phone: Phone) -> dict[str, Any]:
    return phone.ok("counters", sessionIds=[ROOM])["counters"][ROOM]


def members(phone: Phone) -> int:
    (summary,) = phone.ok("sessions")["sessions"]
    listed = phone.ok("members", groupId="room", limit=100)["members"]
    assert summary["group"]["members"] == len(listed)
    return len(listed)


def assert_exact(phone: Phone) -> None:
    """What the person is told is what the messages say."""
    told = counter(phone)
    said = history(phone, ROOM)
    above = [message for message in said if message["number"] > told["cleared"] and "quiet" not in message]
    own = [message["number"] for message in above if message["from"] == phone.uid]
    below = told.get("ownBelow", {"to": 0, "count": 0})
    assert (told["received"], told["lastSeq"]) == (said[-1]["number"], said[-1]["seq"])
    assert told["count"] == len(above) - len(own)
    # Own numbers that are cleared are listed too, as long as nobody has read so far.
    listed = [number for number in told["own"] if number > told["cleared"]]
    assert listed == [number for number in own if number > below["to"]]
    assert below["count"] == len(own) - len(listed)


@pytest.fixture
def few_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Own messages are told by a number from eight on."""
    monkeypatch.setattr(membership, "OWN_LIMIT", 8)
    monkeypatch.setattr(membership, "OWN_KEPT", 4)


def test_many_write_to_one_group(world: World, alice: Phone, meter: SharedMeter) -> None:
    phones = joined(world, *(f"u{number}" for number in range(6)))
    acks = together(times(8, partial(phone.say, "room")) for phone in phones)
    assert meter["SeqCollisions"] > 0, "they never met: the test shows nothing"
    said = history(alice, ROOM)
    # Alice came first, and sees it all.
    assert_dense(said)
    assert len(said) == 1 + 6 + 48
    assert {message["msgId"]: message["seq"] for message in said[7:]} == {
        ack["msgId"]: ack["seq"] for sent in acks for ack in sent
    }
    # The changes that let them in count for nobody.
    assert counter(alice)["count"] == 48
    for phone, sent in zip(phones, acks, strict=True):
        assert counter(phone)["own"] == [ack["number"] for ack in sent]
        assert_exact(phone)


def test_two_devices_whose_own_messages_are_told_by_a_number(world: World, alice: Phone, few_are_listed: None) -> None:
    (bob,) = joined(world, "bob")
    devices = [bob, world.online("bob", "tablet"), world.online("bob", "watch")]
    together(times(12, partial(phone.say, "room")) for phone in [*devices, alice])
    assert_dense(history(alice, ROOM))
    assert counter(bob)["count"] == 12
    assert len(counter(bob)["own"]) < 8 + len(devices)
    assert_exact(bob)
    assert_exact(alice)


def test_copies_of_a_frame_that_arrive_at_once_are_one_message(world: World, alice: Phone) -> None:
    (bob,) = joined(world, "bob")
    copies = [world.phone("alice", f"d{number}") for number in range(4)]
    for number in range(6):
        together(
            [
                partial(bob.say, "room"),
                *(partial(phone.say, "room", msg_id=f"m{number}", at=["bob"]) for phone in copies),
            ]
        )
    assert_dense(history(alice, ROOM))
    assert (counter(bob)["count"], counter(alice)["count"]) == (6, 6)
    assert len(counter(bob)["mentions"]) == 6
    assert_exact(bob)
    assert_exact(alice)


def test_many_join_and_leave_at_once(world: World, alice: Phone) -> None:
    phones = [world.phone(f"u{number:02}") for number in range(12)]
    together(partial(phone.change, "join", "room") for phone in phones)
    assert members(alice) == 1 + 12
    newcomers = [world.phone(f"v{number}") for number in range(4)]

    def unless_done_by_alice(phone: Phone, cmd: str) -> None:
        """Who is removed first leaves no more, and who is added first joins no more."""
        answer = phone.ask(cmd, msgId=f"{cmd}-{phone.uid}", groupId="room")
        assert answer["code"] in ("OK", {"leave": "PERMISSION_DENIED", "join": "FAILED_PRECONDITION"}[cmd]), answer

    together(
        [
            *(partial(unless_done_by_alice, phone, "leave") for phone in phones[:2]),
            *(partial(phone.change, "leave", "room") for phone in phones[2:6]),
            *(partial(unless_done_by_alice, phone, "join") for phone in newcomers[:2]),
            *(partial(phone.change, "join", "room") for phone in newcomers[2:]),
            partial(alice.change, "remove", "room", uids=["u00", "u01", "u06"]),
            partial(alice.change, "add", "room", uids=["v0", "v1", "w0"]),
        ]
    )
    assert members(alice) == 1 + 12 - 7 + 5
    assert_dense(history(alice, ROOM))


def test_two_who_add_and_remove_the_same_people_agree_on_the_last_word(world: World, alice: Phone) -> None:
    (bob,) = joined(world, "bob")
    alice.change("role", "room", uid="bob", role="ADMIN")
    people = ["p0", "p1", "p2"]
    together(
        [
            *(times(4, partial(phone.change, "add", "room", uids=people)) for phone in (alice, bob)),
            *(times(4, partial(phone.change, "remove", "room", uids=people)) for phone in (alice, bob)),
        ]
    )
    said = history(alice, ROOM)
    assert_dense(said)
    (last,) = [message["msg"]["event"] for message in said if message["msg"].get("uids") == people][-1:]
    assert members(alice) == 2 + (3 if last == "add" else 0)


def test_clearing_while_all_write_keeps_red_dots_exact(world: World, alice: Phone, few_are_listed: None) -> None:
    bob, carol = joined(world, "bob", "carol")
    devices = [world.online("bob", f"d{number}") for number in range(2)]
    done = threading.Event()

    def write() -> None:
        try:
            together(times(10, partial(phone.say, "room")) for phone in [*devices, carol, alice])
        finally:
            done.set()

    def clear(phone: Phone, behind: int) -> None:
        """Some way behind, so that own messages told by a number lie above and below."""
        while not done.is_set():
            seen = counter(phone)["received"] - behind
            if seen > 0:
                code = phone.ok("clear", sessions={ROOM: seen})["sessions"][ROOM]["code"]
                assert code in ("OK", "ABORTED", "UNAVAILABLE"), code

    together([write, partial(clear, bob, 5), partial(clear, devices[0], 12)])
    assert_exact(bob)
    assert_exact(carol)
    assert counter(bob)["cleared"] > 1
    head = counter(bob)["received"]
    together(partial(phone.ok, "clear", sessions={ROOM: head - n}) for n, phone in enumerate([bob, *devices]))
    assert (counter(bob)["cleared"], counter(bob)["count"]) == (head, 0)
    bob.ok("read", sessions={ROOM: {"seq": counter(bob)["lastSeq"], "received": head}})
    assert counter(bob).get("own", []) == []
