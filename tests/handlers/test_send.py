"""A message is sent."""

from typing import Any

import pytest

from catchup.storage.inbox import DynamoInbox
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
    assert (push["body"]["seq"], push["body"]["number"], push["body"]["ackFlg"]) == (1, 1, 1)
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


def test_the_senders_other_devices_get_the_message_with_the_senders_number(world: World) -> None:
    tablet = world.online("alice", "tablet")
    phone = world.online("alice", "phone")
    world.phone("bob").chat("alice")
    assert phone.chat("bob")["number"] == 1
    assert (tablet.pushes[1]["body"]["seq"], tablet.pushes[1]["body"]["number"]) == (2, 1)
    assert len(phone.pushes) == 1


def test_without_ack_flag_a_message_taken_live_is_counted_and_not_stored(world: World) -> None:
    bob = world.online("bob")
    world.phone("alice").chat("bob", ack=0)
    (push,) = bob.pushes
    assert push["body"]["number"] == 1
    assert world.rows("Inbox") == []
    assert counter(world, "bob")["received"] == 1
    assert [m["seq"] for m in bob.ok("history", sessionId=SESSION)["messages"]] == [1]


def test_without_ack_flag_a_message_to_someone_offline_is_stored_and_counted(world: World) -> None:
    world.phone("alice").chat("bob", ack=0)
    assert counter(world, "bob")["count"] == 1
    assert len(world.rows("Inbox")) == 1


def test_without_ack_flag_a_message_whose_receiver_is_gone_is_stored_after_all(world: World) -> None:
    world.online("bob").drop(notice=False)
    world.phone("alice").chat("bob", ack=0, msg_id="m")
    assert counter(world, "bob")["count"] == 1
    assert len(world.rows("Inbox")) == 1


def test_without_ack_flag_whoever_comes_online_while_a_message_is_stored_is_pushed_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.online("bob").drop(notice=False)
    put, tablets = DynamoInbox.put, []

    def put_and_come(*given: Any) -> None:
        put(*given)
        tablets.append(world.online("bob", "tablet"))

    monkeypatch.setattr(DynamoInbox, "put", put_and_come)
    world.phone("alice").chat("bob", ack=0)
    assert [push["body"]["seq"] for push in tablets[0].pushes] == [1]


def test_one_device_that_takes_a_live_message_is_enough(world: World) -> None:
    world.online("bob", "tablet").drop(notice=False)
    world.online("bob", "phone")
    world.phone("alice").chat("bob", ack=0)
    assert world.rows("Inbox") == []


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


def test_a_retry_is_pushed_again_with_its_own_number(world: World) -> None:
    bob, alice = world.online("bob"), world.phone("alice")
    alice.chat("bob", msg_id="m")
    alice.chat("bob", msg_id="n")
    alice.chat("bob", msg_id="m")
    assert [(p["body"]["seq"], p["body"]["number"]) for p in bob.pushes] == [(1, 1), (2, 2), (1, 1)]


def test_a_retry_of_an_acked_message_does_not_bring_it_back(world: World) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    alice.chat("bob", msg_id="m")
    bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 1}})
    alice.chat("bob", msg_id="m")
    assert bob.ok("login")["counters"][SESSION]["count"] == 0
    assert world.rows("Inbox") == []


def test_a_retry_of_a_live_message_is_pushed_again_and_changes_nothing(world: World) -> None:
    bob, alice = world.online("bob"), world.phone("alice")
    first = alice.chat("bob", ack=0, msg_id="m")
    before = world.trace()
    assert alice.chat("bob", ack=0, msg_id="m") == first
    assert [(p["body"]["seq"], p["body"]["number"]) for p in bob.pushes] == [(1, 1), (1, 1)]
    assert world.trace() == before


def test_a_live_message_that_perhaps_nobody_took_is_stored_by_a_retry_when_nobody_is_online(world: World) -> None:
    bob, alice = world.online("bob"), world.phone("alice")
    alice.chat("bob", ack=0, msg_id="m")
    bob.drop()
    assert world.rows("Inbox") == []
    for _ in range(2):
        alice.chat("bob", ack=0, msg_id="m")
        assert len(world.rows("Inbox")) == 1
    assert counter(world, "bob")["count"] == 1


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
def test_a_retry_after_many_later_messages_changes_nothing(world: World) -> None:
    alice = world.phone("alice")
    first = alice.chat("bob", msg_id="first")
    for _ in range(40):
        alice.chat("bob")
    before = world.trace()
    assert alice.chat("bob", msg_id="first") == first
    assert world.trace() == before


def test_each_of_the_two_has_numbers_of_their_own(world: World) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    acks = [phone.chat(to) for phone, to in ((alice, "bob"), (alice, "bob"), (bob, "alice"), (alice, "bob"))]
    assert [(ack["seq"], ack["number"]) for ack in acks] == [(1, 1), (2, 2), (3, 1), (4, 3)]
    for page in (bob.ok("history", sessionId=SESSION), bob.ok("pull", sessionId=SESSION)):
        numbers = {message["seq"]: message["number"] for message in page["messages"]}
        assert numbers == {1: 1, 2: 2, 3: 1, 4: 3} or numbers == {1: 1, 2: 2, 4: 3}
    assert counter(world, "alice")["received"] == 1
    told = world.phone("bob").ok("login")["counters"][SESSION]
    assert (told["received"], told["count"], told["lastSeq"]) == (3, 3, 4)
    assert [(message["seq"], message["number"]) for message in told["lastMsg"]] == [(4, 3), (2, 2), (1, 1)]


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
