"""A message is recalled."""

from typing import Any

import pytest

from catchup.clock import system_clock
from catchup.domain.unread import UNCLEARED_RECALLED_LIMIT
from tests.support.clock import Clock
from tests.support.killing import Killed, killed_at
from tests.support.world import Phone, World

SESSION, ROOM = "p:alice:bob", "g:room"
SECRET = "wrong window"


def recall(phone: Phone, seq: int, session: str = SESSION, msg_id: str = "r-1") -> dict[str, Any]:
    """The answer to a recall."""
    return phone.ask("recall", msgId=msg_id, sessionId=session, seq=seq)


def told(world: World, uid: str, session: str = SESSION, **login: Any) -> dict[str, Any] | None:
    """The counter that a login of another device tells of this session; None if it is not told."""
    counters: dict[str, Any] = world.phone(uid, "new").ok("login", **login)["counters"]
    return counters.get(session)


def stored(world: World) -> str:
    """All that is stored."""
    return repr(world.trace())


@pytest.fixture
def alice(world: World) -> Phone:
    return world.phone("alice")


@pytest.fixture
def room(world: World) -> Phone:
    """A group of Alice, who owns it, Bob and Carol."""
    owner = world.phone("alice")
    owner.change("create", "room", uids=["bob", "carol"])
    return owner


# ---------------------------------------------------------------- private


def test_a_recalled_message_is_nowhere_any_more(world: World, alice: Phone) -> None:
    alice.chat("bob", SECRET)
    answer = recall(alice, 1)
    assert (answer["code"], answer["body"]["sessionId"], answer["body"]["seq"]) == ("OK", SESSION, 2)
    assert SECRET not in stored(world)
    bob = world.phone("bob")
    for page in (bob.ok("pull", sessionId=SESSION), bob.ok("history", sessionId=SESSION)):
        notice, gone = page["messages"]
        assert (gone["seq"], gone["number"], gone["msg"], gone["recalled"], gone["revised"]) == (1, 1, {}, True, 2)
        assert (notice["type"], notice["quiet"], notice["from"], notice["ref"]) == (
            "recall",
            True,
            "alice",
            {"seq": 1, "number": 1, "uid": "alice"},
        )


def test_a_recalled_message_is_not_unread(world: World, alice: Phone) -> None:
    for _ in range(3):
        alice.chat("bob")
    recall(alice, 2)
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"], counter["cleared"], counter["recalled"]) == (2, 3, 0, [2])


def test_the_receiver_gets_the_notice_as_a_push(world: World, alice: Phone) -> None:
    alice.chat("bob", SECRET)
    bob, tablet = world.online("bob"), world.online("alice", "tablet")
    recall(alice, 1)
    for phone in (bob, tablet):
        (push,) = phone.pushes
        assert (push["cmd"], push["body"]["type"], push["body"]["ref"]["seq"]) == ("chat", "recall", 1)
        assert "msg" not in push["body"] or push["body"]["msg"] == {}


def test_a_login_tells_of_a_recall_of_what_was_cleared_until_a_device_has_cleared_again(
    world: World, alice: Phone
) -> None:
    alice.chat("bob")
    bob = world.online("bob")
    bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 1}})
    bob.ok("read", sessions={SESSION: {"seq": 1, "received": 1}})
    assert told(world, "bob") is None
    recall(alice, 1)
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"], counter["cleared"], counter["recalled"]) == (0, 1, 1, [1])
    assert [message["type"] for message in counter["lastMsg"]] == ["recall"]
    bob.ok("clear", sessions={SESSION: 1})
    assert told(world, "bob") is None


def test_a_device_that_says_when_it_last_logged_in_is_told_whoever_has_cleared(world: World, alice: Phone) -> None:
    alice.chat("bob")
    bob = world.online("bob")
    before = world.parts.clock()
    recall(alice, 1)
    bob.ok("clear", sessions={SESSION: 1})
    assert told(world, "bob") is None
    assert told(world, "bob", since=before) is not None
    assert told(world, "bob", since=before + 3_600_000) is None
    page = world.phone("bob").ok("counters", next="after:", since=before)
    assert SESSION in page["counters"]


def test_what_was_acked_does_not_come_back(world: World, alice: Phone) -> None:
    alice.chat("bob")
    bob = world.online("bob")
    bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 1}})
    recall(alice, 1)
    assert [message["seq"] for message in bob.ok("pull", sessionId=SESSION)["messages"]] == [2]


def test_numbers_go_on_after_a_recall(world: World, alice: Phone) -> None:
    alice.chat("bob")
    recall(alice, 1)
    ack = alice.chat("bob")
    assert (ack["seq"], ack["number"]) == (3, 2)
    assert world.phone("bob").chat("alice")["number"] == 1
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"]) == (1, 2)


def test_the_same_recall_again_has_the_same_answer(world: World, alice: Phone) -> None:
    alice.chat("bob")
    first = recall(alice, 1)
    trace = world.trace()
    assert recall(alice, 1)["body"] == first["body"]
    assert world.trace() == trace


def test_a_second_recall_of_a_message_is_refused(alice: Phone) -> None:
    alice.chat("bob")
    recall(alice, 1)
    answer = recall(alice, 1, msg_id="r-2")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")


def test_the_servers_clock_says_how_old_a_message_is(world: World) -> None:
    clock = Clock()
    world = World(world.dynamodb, world.tables, clock)
    alice, limit = world.phone("alice"), world.settings.recall_seconds
    alice.chat("bob")
    clock.now_ms += limit * 1_000
    assert recall(alice, 1)["code"] == "OK"
    alice.chat("bob")
    clock.now_ms += limit * 1_000 + 1
    answer = alice.ask("recall", msgId="r-3", sessionId=SESSION, seq=3)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")
    assert str(limit) in answer["error"]["rule"]
    assert recall(alice, 1)["code"] == "OK", "what was accepted stays accepted"


@pytest.mark.parametrize("cmd", ["recall", "edit"])
def test_zero_seconds_means_never(world: World, cmd: str) -> None:
    never: dict[str, Any] = {f"{cmd}_seconds": 0}
    alice = World(world.dynamodb, world.tables, **never).phone("alice")
    alice.chat("bob")
    more: dict[str, Any] = {"msg": {}} if cmd == "edit" else {}
    answer = alice.ask(cmd, msgId="r-1", sessionId=SESSION, seq=1, **more)
    assert (answer["code"], answer["error"]["rule"]) == ("FAILED_PRECONDITION", "authors may not do this here")


def test_only_its_author_recalls_a_private_message(world: World, alice: Phone) -> None:
    alice.chat("bob")
    trace = world.trace()
    answer = recall(world.phone("bob"), 1)
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.seq")
    assert recall(world.phone("carol"), 1)["code"] == "PERMISSION_DENIED"
    assert world.trace() == trace


def test_what_does_not_exist_can_not_be_recalled(world: World, alice: Phone) -> None:
    alice.chat("bob")
    answer = recall(alice, 7)
    assert (answer["code"], answer["error"]["field"]) == ("NOT_FOUND", "body.seq")
    recall(alice, 1)
    answer = recall(alice, 2, msg_id="r-2")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")


def test_who_is_blocked_recalls_nothing(world: World, alice: Phone) -> None:
    alice.chat("bob")
    world.phone("bob").ok("block", uid="alice")
    assert recall(alice, 1)["code"] == "PERMISSION_DENIED"
    world.phone("bob").ok("unblock", uid="alice")
    assert recall(alice, 1)["code"] == "OK"


def test_a_note_to_oneself_is_recalled(world: World, alice: Phone) -> None:
    alice.chat("alice", SECRET)
    tablet = world.online("alice", "tablet")
    assert recall(alice, 1, "p:alice:alice")["code"] == "OK"
    assert SECRET not in stored(world)
    assert [push["body"]["type"] for push in tablet.pushes] == ["recall"]
    assert world.rows("Inbox") == []


def test_a_message_sent_again_after_its_recall_stays_recalled(world: World, alice: Phone) -> None:
    alice.chat("bob", SECRET, msg_id="m-1")
    recall(alice, 1)
    bob = world.online("bob")
    alice.chat("bob", SECRET, msg_id="m-1")
    assert SECRET not in stored(world)
    assert all(SECRET not in repr(push) for push in bob.pushes)
    counter = told(world, "bob")
    assert counter is not None
    assert counter["count"] == 0


@pytest.mark.parametrize("call", range(1, 12))
def test_a_recall_that_died_is_finished_by_its_retry(world: World, alice: Phone, call: int) -> None:
    alice.chat("bob", SECRET)
    bob = world.online("bob")
    try:
        with killed_at(world, call):
            recall(alice, 1)
    except Killed:
        pass
    assert recall(alice, 1)["code"] == "OK"
    assert SECRET not in stored(world)
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"], counter["recalled"]) == (0, 1, [1])
    page = bob.ok("pull", sessionId=SESSION)
    assert [message["seq"] for message in page["messages"]] == [2, 1]


def test_a_message_that_passes_a_recall_whose_author_died_counts_it_too(world: World, alice: Phone) -> None:
    alice.chat("bob", SECRET)
    with killed_at(world, 4), pytest.raises(Killed):
        recall(alice, 1)
    assert [row["seq"]["N"] for row in world.rows("Message")] == ["1", "2"]
    world.phone("alice", "tablet").chat("bob")
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"], counter["recalled"]) == (1, 2, [1])
    assert recall(alice, 1)["code"] == "OK"
    assert SECRET not in stored(world)
    assert [message["seq"] for message in world.phone("bob").ok("pull", sessionId=SESSION)["messages"]] == [3, 2, 1]


def test_a_counter_lists_the_newest_recalled_numbers(world: World, alice: Phone) -> None:
    for number in range(1, 60):
        seq = alice.chat("bob")["seq"]
        assert recall(alice, seq, msg_id=f"r-{number}")["code"] == "OK"
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["recalled"]) == (0, [*range(1, 60)])
    world.phone("bob").ok("clear", sessions={SESSION: 59})
    recall(alice, alice.chat("bob")["seq"], msg_id="r-60")
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["recalled"]) == (0, [*range(29, 61)])


def test_the_most_recalled_numbers_fit_into_a_frame(world: World, alice: Phone) -> None:
    alice.chat("bob")
    key = {"uid": {"S": "bob"}, "sessionId": {"S": SESSION}}
    most = [*range(2**53 - 1 - 2 * UNCLEARED_RECALLED_LIMIT, 2**53 - 1, 2)]
    world.dynamodb.update_item(
        TableName=world.tables["CounterTable"],
        Key=key,
        UpdateExpression="SET received = :r, recalled = :n",
        ExpressionAttributeValues={":r": {"N": str(2**53 - 1)}, ":n": {"NS": [str(each) for each in most]}},
    )
    for encoding in ("json", "pb"):
        counter = world.phone("bob", encoding=encoding).ok("login")["counters"][SESSION]
        assert counter["recalled"] == most


# ---------------------------------------------------------------- groups


def test_a_recalled_message_of_a_group_is_nowhere_any_more(world: World, room: Phone) -> None:
    seq = room.say("room", SECRET)["seq"]
    bob = world.online("bob")
    assert recall(room, seq, ROOM)["code"] == "OK"
    assert SECRET not in stored(world)
    assert [push["body"]["type"] for push in bob.pushes] == ["recall"]
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert (counter["count"], counter["received"], counter["recalled"]) == (0, 1, [1])
    gone = next(message for message in counter["lastMsg"] if message["seq"] == seq)
    assert (gone["recalled"], gone["msg"]) == (True, {})


def test_a_group_counts_exactly_however_many_were_recalled(world: World, room: Phone) -> None:
    bob, carol = world.phone("bob"), world.phone("carol")
    said = [room.say("room")["seq"] for _ in range(40)]
    own = [bob.say("room")["seq"] for _ in range(30)]
    said += [room.say("room")["seq"] for _ in range(30)]
    for nth, seq in enumerate([*said[2:], *own[3:]]):
        assert recall(room, seq, ROOM, msg_id=f"r-{nth}")["code"] == "OK"
    for uid, count in (("bob", 2), ("carol", 5)):
        counter = told(world, uid, ROOM)
        assert counter is not None
        assert (counter["count"], len(counter["recalled"])) == (count, 95)
        again = world.phone(uid).ok("counters", sessionIds=[ROOM])["counters"][ROOM]
        assert (again["count"], again["recalled"]) == (count, counter["recalled"])
    carol.ok("clear", sessions={ROOM: 100})
    recall(room, room.say("room")["seq"], ROOM, msg_id="r-last")
    room.say("room")
    counter = told(world, "carol", ROOM)
    assert counter is not None
    assert (counter["count"], counter["received"]) == (1, 102)


def test_owner_and_admins_recall_any_message_at_any_time(world: World, room: Phone) -> None:
    seq = world.phone("bob").say("room", SECRET)["seq"]
    world = World(world.dynamodb, world.tables, lambda: system_clock() + 86_400_000)
    assert recall(world.phone("bob"), seq, ROOM)["code"] == "FAILED_PRECONDITION"
    answer = recall(world.phone("carol"), seq, ROOM)
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.seq")
    world.phone("alice").change("role", "room", uid="carol", role="ADMIN")
    assert recall(world.phone("carol"), seq, ROOM)["code"] == "OK"
    notice = world.phone("alice").ok("history", sessionId=ROOM)["messages"][0]
    assert (notice["from"], notice["ref"]["uid"]) == ("carol", "bob")
    assert SECRET not in stored(world)


def test_who_was_removed_recalls_nothing(world: World, room: Phone) -> None:
    bob = world.phone("bob")
    seq = bob.say("room")["seq"]
    room.change("remove", "room", uids=["bob"])
    trace = world.trace()
    answer = recall(bob, seq, ROOM)
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.sessionId")
    assert recall(world.phone("dave"), seq, ROOM)["code"] == "PERMISSION_DENIED"
    assert world.trace() == trace


def test_a_change_of_a_group_can_not_be_recalled(room: Phone) -> None:
    answer = recall(room, 1, ROOM)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")
    assert recall(room, 9, ROOM)["code"] == "NOT_FOUND"


def test_a_recalled_own_message_is_left_out_once(world: World, room: Phone) -> None:
    bob = world.phone("bob")
    for phone in (bob, room, bob, room):
        phone.say("room")
    recall(bob, 4, ROOM)
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert (counter["count"], counter["own"], counter["recalled"]) == (2, [1, 3], [3])
    counter = told(world, "alice", ROOM)
    assert counter is not None
    assert (counter["count"], counter["own"], counter["recalled"]) == (1, [2, 4], [3])


def test_a_recalled_own_message_that_is_told_by_a_count_is_left_out_once(
    world: World, room: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchup.domain.membership.OWN_LIMIT", 4)
    monkeypatch.setattr("catchup.domain.membership.OWN_KEPT", 2)
    bob = world.phone("bob")
    for _ in range(5):
        bob.say("room")
        room.say("room")
    before = told(world, "bob", ROOM)
    assert before is not None
    assert (before["count"], before["ownBelow"]["count"] > 0) == (5, True)
    recall(bob, 2, ROOM)
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert counter["count"] == 5, "bob's own first message was never unread"
    below = counter["ownBelow"]
    assert 1 in counter["own"]
    assert len(range(counter["received"])) - len({*counter["own"], *counter["recalled"]}) - below["count"] == 5
    recall(room, 3, ROOM, "r-2")
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert counter["count"] == 4


def test_a_login_tells_of_a_recall_in_a_group_until_a_device_has_cleared_again(world: World, room: Phone) -> None:
    seq = room.say("room")["seq"]
    bob = world.phone("bob")
    bob.ok("clear", sessions={ROOM: 1})
    bob.ok("read", sessions={ROOM: {"seq": seq, "received": 1}})
    assert told(world, "bob", ROOM) is None
    before = world.parts.clock()
    recall(room, seq, ROOM)
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert (counter["count"], counter["recalled"]) == (0, [1])
    bob.ok("clear", sessions={ROOM: 1})
    assert told(world, "bob", ROOM) is None
    assert told(world, "bob", ROOM, since=before) is not None


def test_a_recalled_message_mentions_nobody(world: World, room: Phone) -> None:
    one = room.say("room", at=["bob"])["seq"]
    every = room.say("room", atAll=True)["seq"]
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert counter["mentions"] == [one, every]
    recall(room, one, ROOM)
    recall(room, every, ROOM, "r-2")
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert "mentions" not in counter
    assert "mentions" not in next(row for row in world.rows("Counter") if row["uid"]["S"] == "bob")


@pytest.mark.parametrize("call", range(1, 12))
def test_a_recall_in_a_group_that_died_is_finished_by_its_retry(world: World, room: Phone, call: int) -> None:
    seq = room.say("room", SECRET, at=["bob"])["seq"]
    try:
        with killed_at(world, call):
            recall(room, seq, ROOM)
    except Killed:
        pass
    assert recall(room, seq, ROOM)["code"] == "OK"
    assert SECRET not in stored(world)
    counter = told(world, "bob", ROOM)
    assert counter is not None
    assert (counter["count"], counter["recalled"], counter.get("mentions")) == (0, [1], None)


def test_a_message_that_passes_a_recall_of_a_group_whose_author_died_counts_it_too(world: World, room: Phone) -> None:
    bob = world.phone("bob")
    seq = bob.say("room", SECRET)["seq"]
    with killed_at(world, 5), pytest.raises(Killed):
        recall(bob, seq, ROOM)
    assert len(world.rows("Message")) == 3
    room.say("room")
    for uid, count in (("carol", 1), ("bob", 1)):
        counter = told(world, uid, ROOM)
        assert counter is not None
        assert (counter["count"], counter["recalled"]) == (count, [1])


@pytest.mark.parametrize("mode", ["presence", "roster", "roster, going on"])
def test_a_fan_out_that_waits_does_not_push_what_was_recalled(world: World, room: Phone, mode: str) -> None:
    if mode != "presence":
        since = str(system_clock() - 86_400_000)
        world.dynamodb.update_item(
            TableName=world.tables["SessionTable"],
            Key={"sessionId": {"S": ROOM}},
            UpdateExpression="SET rosterSince = :since",
            ExpressionAttributeValues={":since": {"N": since}},
        )
    bob = world.online("bob")
    world.fans_out_at_once = False
    seq = room.say("room", SECRET)["seq"]
    edited = room.ask("edit", msgId="e-1", sessionId=ROOM, seq=seq, msg={"message": SECRET})
    assert edited["code"] == "OK"
    if mode == "roster, going on":
        world.queues.ready[:] = [
            {**record, "body": record["body"].replace('"start": ""', '"start": " x"')} for record in world.queues.ready
        ]
    assert recall(room, seq, ROOM)["code"] == "OK"
    world.fan_out()
    assert [(push["body"]["seq"], push["body"].get("type")) for push in bob.pushes] == [
        (seq, None),
        (seq + 1, "edit"),
        (seq + 2, "recall"),
    ]
    assert bob.pushes[0]["body"]["recalled"] is True
    assert SECRET not in repr(bob.pushes)


def test_a_fan_out_knows_of_a_recall_also_when_the_author_has_left(world: World, room: Phone) -> None:
    bob, carol = world.phone("bob"), world.online("carol")
    world.fans_out_at_once = False
    seq = bob.say("room", SECRET)["seq"]
    bob.change("leave", "room")
    assert recall(room, seq, ROOM)["code"] == "OK"
    world.fan_out()
    assert SECRET not in repr(carol.pushes)


@pytest.mark.parametrize("session", [SESSION, ROOM])
def test_a_recalled_message_is_not_among_what_a_person_has_not_read(world: World, room: Phone, session: str) -> None:
    seqs = [room.chat("bob")["seq"] if session == SESSION else room.say("room")["seq"] for _ in range(2)]
    bob = world.phone("bob")
    bob.ok("clear", sessions={session: 2})
    bob.ok("read", sessions={session: {"seq": seqs[0], "received": 1}})
    assert told(world, "bob", session) is not None, "one is not read"
    recall(room, seqs[1], session)
    bob.ok("clear", sessions={session: 2})
    assert told(world, "bob", session) is None, "nothing is left to read"
