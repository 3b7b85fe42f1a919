"""A message is sent."""

from typing import Any

import pytest

from tests.conftest import on_dynamodb_local_alone
from tests.support.world import World

SESSION = "p:alice:bob"


def counter(world: World, uid: str, session: str = SESSION) -> dict[str, Any]:
    """A person's counter, as they are told."""
    counters: dict[str, Any] = world.phone(uid).ok("counters", sessionIds=[session])["counters"]
    result: dict[str, Any] = counters[session]
    return result


def test_a_message_gets_the_next_number_of_its_session(world: World) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    acks = [alice.chat("bob"), bob.chat("alice"), alice.chat("bob")]
    assert [ack["seq"] for ack in acks] == [1, 2, 3]
    assert {ack["sessionId"] for ack in acks} == {SESSION}


def test_the_ack_repeats_the_msg_id_and_says_when_it_was_accepted(world: World) -> None:
    ack = world.phone("alice").chat("bob", msg_id="m-1")
    assert ack["msgId"] == "m-1"
    assert ack["time"] > 1_700_000_000_000


def test_a_message_to_someone_offline_waits_and_is_counted(world: World) -> None:
    world.phone("alice").chat("bob", "are you there?")
    login = world.phone("bob").ok("login")["counters"][SESSION]
    assert (login["count"], login["received"], login["cleared"], login["lastSeq"]) == (1, 1, 0, 1)
    (message,) = login["lastMsg"]
    assert message["msg"] == {"message": "are you there?"}
    assert (message["from"], message["to"], message["seq"]) == ("alice", "bob", 1)


def test_own_messages_are_never_counted(world: World) -> None:
    world.phone("alice").chat("bob")
    assert counter(world, "alice")["count"] == 0


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_message_to_someone_online_is_pushed_with_its_number(world: World, encoding: str) -> None:
    bob = world.online("bob", encoding=encoding)
    world.phone("alice").chat("bob", "hi")
    (push,) = bob.pushes
    if encoding == "pb":
        from tests.support.world import from_pb

        push = from_pb(push["pb"])
    assert push["cmd"] == "chat"
    assert "code" not in push
    assert push["uid"] == "alice"
    assert (push["body"]["seq"], push["body"]["received"], push["body"]["ackFlg"]) == (1, 1, 1)
    assert push["body"]["msg"] == {"message": "hi"}


def test_a_pushed_message_with_ack_flag_waits_until_it_is_acked(world: World) -> None:
    bob = world.online("bob")
    world.phone("alice").chat("bob")
    assert len(world.rows("Inbox")) == 1
    bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 1}})
    assert world.rows("Inbox") == []
    assert counter(world, "bob")["count"] == 0


def test_a_pushed_message_that_was_never_acked_comes_at_the_next_login(world: World) -> None:
    world.online("bob")
    world.phone("alice").chat("bob")
    assert world.phone("bob").ok("login")["counters"][SESSION]["count"] == 1


def test_the_senders_other_devices_get_the_message_without_a_number(world: World) -> None:
    tablet = world.online("alice", "tablet")
    phone = world.online("alice", "phone")
    phone.chat("bob")
    (push,) = tablet.pushes
    assert "received" not in push["body"]
    assert phone.pushes == []


def test_without_ack_flag_a_message_taken_live_is_neither_stored_nor_counted(world: World) -> None:
    bob = world.online("bob")
    world.phone("alice").chat("bob", ack=0)
    (push,) = bob.pushes
    assert "received" not in push["body"]
    assert world.rows("Inbox") == []
    assert counter(world, "bob")["received"] == 0
    assert [m["seq"] for m in bob.ok("history", sessionId=SESSION)["messages"]] == [1]


def test_without_ack_flag_a_message_to_someone_offline_is_stored_and_counted(world: World) -> None:
    world.phone("alice").chat("bob", ack=0)
    assert counter(world, "bob")["count"] == 1
    assert len(world.rows("Inbox")) == 1


def test_without_ack_flag_a_message_whose_receiver_is_gone_is_stored_after_all(world: World) -> None:
    world.online("bob").drop(notice=False)
    world.phone("alice").chat("bob", ack=0, msg_id="m")
    assert counter(world, "bob")["count"] == 1
    assert [row["route"]["S"] for row in world.rows("Sent")] == ["stored"]


def test_one_device_that_takes_a_live_message_is_enough(world: World) -> None:
    world.online("bob", "tablet").drop(notice=False)
    world.online("bob", "phone")
    world.phone("alice").chat("bob", ack=0)
    assert counter(world, "bob")["received"] == 0


def test_a_connection_that_is_gone_is_forgotten(world: World) -> None:
    bob = world.online("bob")
    bob.drop(notice=False)
    alice = world.phone("alice")
    alice.chat("bob")
    assert [name for row in world.rows("Presence") for name in row if name.startswith("d#")] == []
    assert counter(world, "bob")["count"] == 1


@pytest.mark.parametrize("status", [429, 403, 500])
def test_a_push_that_fails_costs_the_sender_nothing_and_the_receiver_no_message(world: World, status: int) -> None:
    bob = world.online("bob")
    world.gateway.failing[bob.connection] = status
    assert world.phone("alice").chat("bob")["seq"] == 1
    assert counter(world, "bob")["count"] == 1
    assert len(world.rows("Inbox")) == 1


def test_a_retry_gets_the_same_answer_and_changes_nothing(world: World) -> None:
    alice = world.phone("alice")
    first = alice.chat("bob", msg_id="m")
    before = world.trace()
    assert alice.chat("bob", msg_id="m") == first
    assert world.trace() == before


def test_a_retry_is_pushed_again_with_the_current_number(world: World) -> None:
    bob, alice = world.online("bob"), world.phone("alice")
    alice.chat("bob", msg_id="m")
    alice.chat("bob", msg_id="n")
    alice.chat("bob", msg_id="m")
    assert [(p["body"]["seq"], p["body"]["received"]) for p in bob.pushes] == [(1, 1), (2, 2), (1, 2)]


def test_a_retry_of_an_acked_message_does_not_bring_it_back(world: World) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    alice.chat("bob", msg_id="m")
    bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 1}})
    alice.chat("bob", msg_id="m")
    assert bob.ok("login")["counters"] == {}
    assert world.rows("Inbox") == []


def test_a_retry_of_a_live_message_only_answers(world: World) -> None:
    bob, alice = world.online("bob"), world.phone("alice")
    first = alice.chat("bob", ack=0, msg_id="m")
    assert alice.chat("bob", ack=0, msg_id="m") == first
    assert len(bob.pushes) == 1


def test_a_retry_may_carry_another_time(world: World) -> None:
    alice = world.phone("alice")
    body = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "msg": {"message": "hi"}}
    assert alice.ok("chat", **body, time=1)["seq"] == alice.ok("chat", **body, time=2)["seq"]


@pytest.mark.parametrize("change", [{"msg": {"message": "other"}}, {"to": "carl"}, {"ackFlg": 0}])
def test_the_same_msg_id_for_another_message_is_refused(world: World, change: dict[str, Any]) -> None:
    alice = world.phone("alice")
    body = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "hi"}}
    alice.ok("chat", **body)
    before = world.trace()
    answer = alice.ask("chat", **{**body, **change})
    assert answer["code"] == "ALREADY_EXISTS"
    assert answer["error"]["field"] == "body.msgId"
    assert answer["body"]["msgId"] == "m"
    assert world.trace() == before


def test_two_people_may_use_the_same_msg_id(world: World) -> None:
    assert world.phone("alice").chat("bob", msg_id="m")["seq"] == 1
    assert world.phone("bob").chat("alice", msg_id="m")["seq"] == 2


def test_a_retry_in_the_other_encoding_is_recognised(world: World) -> None:
    first = world.phone("alice").chat("bob", msg_id="m")
    assert world.phone("alice", encoding="pb").chat("bob", msg_id="m") == first


@on_dynamodb_local_alone
@pytest.mark.usefixtures("little_is_remembered")
def test_counters_stay_exact_when_old_seqs_are_trimmed(world: World) -> None:
    alice = world.phone("alice")
    first = alice.chat("bob", msg_id="first")
    for _ in range(20):
        alice.chat("bob")
    assert counter(world, "bob")["count"] == 21
    (row,) = [row for row in world.rows("Counter") if row["uid"]["S"] == "bob"]
    assert len(row["recent"]["NS"]) < 8
    assert alice.chat("bob", msg_id="first") == first
    assert counter(world, "bob")["count"] == 21


@pytest.mark.usefixtures("little_is_remembered")
def test_a_late_retry_below_the_floor_changes_nothing(world: World) -> None:
    alice = world.phone("alice")
    alice.chat("bob", msg_id="first")
    for _ in range(20):
        alice.chat("bob")
    before = world.trace()
    alice.chat("bob", msg_id="first")
    assert world.trace() == before


def test_the_first_message_puts_the_session_on_both_lists(world: World) -> None:
    world.phone("alice").chat("bob")
    for uid in ("alice", "bob"):
        (session,) = world.phone(uid).ok("sessions")["sessions"]
        assert (session["sessionId"], session["lastSeq"]) == (SESSION, 1)


def test_content_comes_out_as_it_went_in(world: World) -> None:
    content: dict[str, Any] = {
        "a": 1,
        "b": 2.5,
        "c": None,
        "d": [True, {"e": "😀\u0000"}],
        "f": {},
        "g": [],
        "big": 2**53,
    }
    world.phone("alice").ok("chat", msgId="m", chatType=1, ackFlg=1, to="bob", msg=content)
    (message,) = world.phone("bob").ok("pull", sessionId=SESSION)["messages"]
    assert message["msg"] == {**content, "big": float(2**53)}
    assert isinstance(message["msg"]["a"], int)
