"""Many send at once: every seq is used once, nothing is lost, and counts are exact."""

from functools import partial

import pytest

from tests.concurrency.crowd import (
    SharedMeter,
    assert_dense,
    history,
    received,
    session_of,
    times,
    together,
    waiting,
)
from tests.support.world import World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

SESSION = session_of("alice", "bob")
OTHER = {"alice": "bob", "bob": "alice"}


def test_many_people_write_to_one(world: World) -> None:
    senders = [f"sender{number}" for number in range(8)]
    acks = together(times(12, partial(world.phone(uid).chat, "bob")) for uid in senders)
    for uid, sent in zip(senders, acks, strict=True):
        session = session_of(uid, "bob")
        assert [ack["seq"] for ack in sent] == list(range(1, 13))
        assert [message["msgId"] for message in history(world.phone(uid), session)] == [ack["msgId"] for ack in sent]
        assert waiting(world, "bob", session) == list(range(1, 13))
    counters = world.phone("bob").ok("login")["counters"]
    assert {session: counter["count"] for session, counter in counters.items()} == {
        session_of(uid, "bob"): 12 for uid in senders
    }


@pytest.mark.parametrize("ack", [1, 0])
def test_two_people_with_two_devices_each_write_to_each_other(world: World, meter: SharedMeter, ack: int) -> None:
    phones = [world.phone(uid, device) for uid in ("alice", "bob") for device in ("phone", "tablet")]
    acks = together(times(12, partial(phone.chat, OTHER[phone.uid], ack=ack)) for phone in phones)
    assert meter["SeqCollisions"] > 0, "they never met: the test shows nothing"
    said = history(phones[0], SESSION)
    assert_dense(said)
    assert {message["msgId"]: message["seq"] for message in said} == {
        ack["msgId"]: ack["seq"] for sent in acks for ack in sent
    }
    for sent in acks:
        assert [ack["seq"] for ack in sent] == sorted(ack["seq"] for ack in sent)
    for uid in ("alice", "bob"):
        others = [message["seq"] for message in said if message["from"] != uid]
        assert len(others) == 24
        assert waiting(world, uid, SESSION) == others
        assert received(world, uid, SESSION) == 24


@pytest.mark.parametrize("ack", [1, 0])
def test_copies_of_a_frame_that_arrive_at_once_are_one_message(world: World, ack: int) -> None:
    phones = [world.phone("alice") for _ in range(6)]
    for number in range(8):
        answers = together(partial(phone.chat, "bob", ack=ack, msg_id=f"m{number}") for phone in phones)
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["seq"] == number + 1
        assert received(world, "bob", SESSION) == number + 1
    assert_dense(history(phones[0], SESSION))
    assert waiting(world, "bob", SESSION) == list(range(1, 9))


def test_copies_that_collide_with_the_other_persons_are_one_message_each(world: World, meter: SharedMeter) -> None:
    phones = [world.phone(uid) for uid in ("alice", "bob") for _ in range(3)]
    for number in range(8):
        answers = together(partial(phone.chat, OTHER[phone.uid], msg_id=f"m{number}") for phone in phones)
        assert sorted({answer["seq"] for answer in answers}) == [2 * number + 1, 2 * number + 2]
        assert len({answer["seq"] for answer in answers[:3]}) == 1
    assert meter["SeqCollisions"] > 0, "they never met: the test shows nothing"
    assert_dense(history(phones[0], SESSION))
    assert [received(world, uid, SESSION) for uid in ("alice", "bob")] == [8, 8]


def test_counts_stay_exact_while_many_devices_of_one_person_send(world: World) -> None:
    devices = [world.phone("alice", f"d{number}") for number in range(6)]
    together(times(18, partial(phone.chat, "bob")) for phone in devices)
    assert received(world, "bob", SESSION) == 108
    assert waiting(world, "bob", SESSION) == list(range(1, 109))
    (row,) = [row for row in world.rows("Counter") if row["uid"]["S"] == "bob"]
    assert (row["lastSeq"]["N"], "pending" in row) == ("108", False)
    assert [message["number"] for message in history(world.phone("bob"), SESSION)] == list(range(1, 109))


def test_whenever_all_have_come_to_rest_the_head_stands_at_the_last_message(world: World) -> None:
    phones = [world.phone(uid, device) for uid in ("alice", "bob") for device in ("phone", "tablet", "watch")]
    for number in range(1, 13):
        together(partial(phone.chat, OTHER[phone.uid]) for phone in phones)
        assert max(int(row["lastSeq"]["N"]) for row in world.rows("Counter")) == number * len(phones)
