"""A group: people come and go, a message is written once, and red dots are exact."""

from typing import Any

import pytest

from catchup.domain import membership
from catchup.storage.group_book import group_of_row
from catchup.storage.member_book import membership_of_row
from catchup.storage.sent_log import DynamoSentLog
from tests.conftest import on_dynamodb_local_alone
from tests.support.world import Phone, World, from_pb

ROOM = "g:room"


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(world: World, alice: Phone) -> str:
    """Alice's, with Bob and Carol."""
    alice.change("create", "room", name="The room", uids=["bob", "carol"])
    return "room"


def texts(page: dict[str, Any]) -> list[str]:
    return [message["msg"].get("message") or message["msg"]["event"] for message in page["messages"]]


def seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["messages"]]


def counter(phone: Phone, group: str = ROOM) -> dict[str, Any]:
    found: dict[str, Any] = phone.ok("counters", sessionIds=[group])["counters"][group]
    return found


def refused(phone: Phone, cmd: str, code: str, field: str = "", **body: Any) -> None:
    before = phone.world.trace()
    answer = phone.ask(cmd, **body)
    assert (answer["code"], answer["error"]["field"]) == (code, field or answer["error"]["field"])
    assert phone.world.trace() == before


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_message_reaches_who_is_online_and_counts_for_all_but_its_author(
    world: World, room: str, encoding: str
) -> None:
    bob, tablet = world.online("bob", encoding=encoding), world.online("alice", "tablet", encoding=encoding)
    world.phone("alice", encoding=encoding).say(room)
    for phone in (bob, tablet):
        (push,) = (frame if encoding == "json" else from_pb(frame["pb"]) for frame in phone.pushes)
        assert (push["body"]["seq"], push["body"]["number"], push["body"]["sessionId"]) == (2, 1, ROOM)
        assert (push["body"]["chatType"], push["body"]["to"], push["uid"]) == (2, "room", "alice")
    assert counter(bob)["count"] == 1
    assert (counter(tablet)["count"], counter(tablet)["own"]) == (0, [1])


def test_a_message_is_one_row_whoever_reads_it(world: World, room: str, alice: Phone) -> None:
    before = {table: len(rows) for table, rows in world.trace().items()}
    ack = alice.say(room)
    assert (ack["sessionId"], ack["seq"]) == (ROOM, 2)
    after = {table: len(rows) for table, rows in world.trace().items()}
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {
        "MessageTable": 1,
        "SentTable": 1,
    }


@pytest.mark.parametrize("ended", ["leave", "remove"])
def test_a_retry_of_a_former_member_is_told_again(world: World, room: str, alice: Phone, ended: str) -> None:
    """Their first attempt may have died before anybody was told."""
    bob = world.online("bob")
    first = bob.say(room, msg_id="m")
    if ended == "leave":
        bob.change("leave", room)
    else:
        alice.change("remove", room, uids=["bob"])
    before, pushed = world.trace(), len(alice.pushes)
    assert bob.say(room, msg_id="m") == first
    assert (world.trace(), len(alice.pushes)) == (before, pushed + 1)


def test_a_retried_leave_is_told_again(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    first = bob.change("leave", room, msg_id="c")
    pushed = len(alice.pushes)
    assert bob.change("leave", room, msg_id="c") == first
    assert len(alice.pushes) == pushed + 1


def test_a_message_again_is_the_same_message(world: World, room: str, alice: Phone) -> None:
    first = alice.say(room, msg_id="m")
    before = world.trace()
    assert alice.say(room, msg_id="m") == first
    assert world.trace() == before
    refused(alice, "chat", "ALREADY_EXISTS", "body.msgId", msgId="m", chatType=2, to=room, msg={"message": "other"})


def test_own_messages_never_count_wherever_they_lie(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    for speaker in (alice, bob, alice, alice, bob, alice):
        speaker.say(room)
    assert (counter(alice)["count"], counter(alice)["own"], counter(alice)["received"]) == (2, [1, 3, 4, 6], 6)
    assert counter(bob)["count"] == 4
    assert counter(world.online("carol"))["count"] == 6


def test_clearing_leaves_what_came_later(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    for speaker in (alice, bob, alice):
        speaker.say(room)
    assert bob.ok("clear", sessions={ROOM: 2})["sessions"][ROOM]["code"] == "OK"
    found = counter(bob)
    assert (found["count"], found["cleared"], found["own"]) == (1, 2, [2])
    before = world.trace()
    for seen in (2, 1, 0):
        assert bob.ok("clear", sessions={ROOM: seen})["sessions"][ROOM]["code"] == "OK"
    assert bob.ok("clear", sessions={ROOM: 4})["sessions"][ROOM]["code"] == "OUT_OF_RANGE"
    assert world.trace() == before
    assert bob.ok("ack", sessions={ROOM: {"seqs": [4], "received": 3}})["sessions"][ROOM] == {
        "code": "OK",
        "remaining": [],
    }
    assert counter(bob)["count"] == 0


@on_dynamodb_local_alone
def test_own_messages_are_told_by_a_count_when_they_are_many(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "OWN_LIMIT", 4)
    monkeypatch.setattr(membership, "OWN_KEPT", 2)
    bob = world.online("bob")
    own = 0
    for number in range(1, 30):
        speaker = bob if number % 3 else alice
        own += speaker is bob
        speaker.say(room)
        found = counter(bob)
        assert found["count"] == number - own
        assert len(found["own"]) <= 4
        below = found.get("ownBelow", {"to": 0, "count": 0})
        assert below["count"] + len(found["own"]) == own
    for seen in (4, 11, 19, 28, 29):
        bob.ok("clear", sessions={ROOM: seen})
        said_by_alice = len([n for n in range(1, 30) if n % 3 == 0 and n > seen])
        assert counter(bob)["count"] == said_by_alice


def test_mentions_are_told_apart(world: World, room: str, alice: Phone) -> None:
    alice.say(room, at=["bob", "stranger"])
    alice.say(room, atAll=True)
    bob, carol = world.online("bob"), world.online("carol")
    assert (counter(bob)["mentions"], counter(carol)["mentions"]) == ([2, 3], [3])
    assert "mentions" not in counter(alice)
    bob.ok("clear", sessions={ROOM: 1})
    assert counter(bob)["mentions"] == [2, 3]
    bob.ok("read", sessions={ROOM: {"seq": 2, "received": 1}})
    assert counter(bob)["mentions"] == [3]
    refused(bob, "chat", "PERMISSION_DENIED", "body.atAll", msgId="x", chatType=2, to=room, msg={}, atAll=True)


# ---------------------------------------------------------------- catching up


def test_login_tells_of_groups_and_private_sessions_alike(world: World, room: str, alice: Phone) -> None:
    alice.chat("bob")
    for _ in range(7):
        alice.say(room)
    found = world.phone("bob").ok("login")["counters"]
    assert set(found) == {ROOM, "p:alice:bob"}
    assert (found[ROOM]["count"], found[ROOM]["received"], found[ROOM]["cleared"]) == (7, 7, 0)
    assert [message["seq"] for message in found[ROOM]["lastMsg"]] == [8, 7, 6, 5, 4]
    assert found[ROOM]["timestamp"] > 0


def test_pages_go_down_to_what_the_client_holds(world: World, room: str, alice: Phone) -> None:
    for _ in range(9):
        alice.say(room)
    bob = world.online("bob")
    page = bob.ok("pull", sessionId=ROOM, limit=4, after=3)
    assert (seqs(page), page["end"]) == ([10, 9, 8, 7], False)
    page = bob.ok("pull", sessionId=ROOM, limit=4, after=3, before=7)
    assert (seqs(page), page["endReason"]) == ([6, 5, 4], "CAUGHT_UP")
    page = bob.ok("pull", sessionId=ROOM, limit=100)
    assert (seqs(page), page["endReason"]) == (list(range(10, 0, -1)), "CAUGHT_UP")


def test_history_goes_up_too(world: World, room: str, alice: Phone) -> None:
    for _ in range(3):
        alice.say(room)
    page = world.online("bob").ok("history", sessionId=ROOM, after=1)
    assert (seqs(page), page["end"]) == ([2, 3, 4], True)


# ---------------------------------------------------------------- coming and going


def test_a_change_is_a_message_of_its_own_kind(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.change("add", room, uids=["dave"])
    alice.change("remove", room, uids=["carol"])
    alice.change("role", room, uid="bob", role="ADMIN")
    said = bob.ok("history", sessionId=ROOM)["messages"]
    assert [(message["type"], message["from"], message["msg"]) for message in said] == [
        ("system", "alice", {"event": "role", "uid": "bob", "role": "ADMIN"}),
        ("system", "alice", {"event": "remove", "uids": ["carol"]}),
        ("system", "alice", {"event": "add", "uids": ["dave"]}),
        ("system", "alice", {"event": "create", "uids": ["bob", "carol"], "name": "The room"}),
    ]
    assert [push["body"]["seq"] for push in bob.pushes] == [2, 3, 4]


def test_nobody_can_send_what_looks_like_a_change(world: World, room: str, alice: Phone) -> None:
    alice.ok("chat", msgId="x", chatType=2, to=room, msg={"event": "add"}, type="system")
    assert "type" not in alice.ok("history", sessionId=ROOM, limit=1)["messages"][0]


def test_whoever_is_added_sees_nothing_from_before(world: World, room: str, alice: Phone) -> None:
    alice.say(room, "before")
    dave = world.online("dave")
    alice.change("add", room, uids=["dave"])
    alice.say(room, "after")
    assert [push["body"]["seq"] for push in dave.pushes] == [3, 4]
    assert counter(dave)["count"] == 1
    page = dave.ok("pull", sessionId=ROOM)
    assert (texts(page), page["endReason"]) == (["after", "add"], "JOIN_POINT")
    assert seqs(dave.ok("history", sessionId=ROOM, before=3)) == []
    assert seqs(dave.ok("history", sessionId=ROOM, after=0)) == [3, 4]


def test_an_open_history_is_for_whoever_comes_later_too(world: World, alice: Phone) -> None:
    alice.change("create", "hall", open=True, openHistory=True)
    alice.say("hall", "before")
    dave = world.online("dave")
    dave.change("join", "hall")
    page = dave.ok("pull", sessionId="g:hall")
    assert (texts(page), page["endReason"]) == (["join", "before", "create"], "CAUGHT_UP")
    assert counter(dave, "g:hall")["count"] == 0


def test_whoever_is_removed_sees_nothing_of_what_follows(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room, "before")
    alice.change("remove", room, uids=["bob"])
    alice.say(room, "after")
    assert [push["body"]["seq"] for push in bob.pushes] == [2, 3]
    assert (counter(bob)["count"], counter(bob)["received"], counter(bob)["left"]) == (0, 1, 3)
    for ask in ("pull", "history"):
        assert texts(bob.ok(ask, sessionId=ROOM)) == ["remove", "before", "create"]
    assert bob.ok("clear", sessions={ROOM: 2})["sessions"][ROOM]["code"] == "OUT_OF_RANGE"
    assert bob.ok("clear", sessions={ROOM: 1})["sessions"][ROOM]["code"] == "OK"
    refused(bob, "chat", "PERMISSION_DENIED", "body.to", msgId="x", chatType=2, to=room, msg={})
    refused(bob, "members", "PERMISSION_DENIED", "body.groupId", groupId=room)
    assert "g:room" not in world.phone("bob").ok("login")["counters"]


def test_whoever_comes_back_sees_from_there_on(world: World, alice: Phone) -> None:
    alice.change("create", "hall", open=True)
    bob = world.online("bob")
    bob.change("join", "hall", msg_id="first")
    bob.change("leave", "hall", msg_id="left")
    alice.say("hall", "meanwhile")
    bob.change("join", "hall", msg_id="again")
    alice.say("hall", "later")
    assert texts(bob.ok("pull", sessionId="g:hall")) == ["later", "join"]
    before = world.trace()
    bob.change("join", "hall", msg_id="first")
    bob.change("leave", "hall", msg_id="left")
    assert world.trace() == before, "late repetitions undo nothing"


def looking_up(monkeypatch: pytest.MonkeyPatch, **stale: Any) -> None:
    """What a send looks up first is read eventually consistently, and may be old."""
    original = DynamoSentLog.look_up_in_group
    monkeypatch.setattr(DynamoSentLog, "look_up_in_group", lambda *given: original(*given)._replace(**stale))


def test_a_stale_look_up_denies_nothing_to_who_was_just_added(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.change("add", room, uids=["dave"])
    alice.change("role", room, uid="dave", role="ADMIN")
    looking_up(monkeypatch, membership=None)
    dave = world.phone("dave")
    assert dave.say(room, atAll=True)["seq"] == 4
    assert dave.change("add", room, uids=["erin"])["seq"] == 5


@pytest.mark.parametrize("read", ["member and group", "member"])
def test_a_stale_look_up_lets_nobody_speak_who_was_just_removed(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    bob = world.phone("bob")
    (row,) = (row for row in world.rows("Counter") if row["uid"]["S"] == "bob")
    (session,) = (row for row in world.rows("Session") if "founder" in row)
    alice.say(room)
    alice.change("remove", room, uids=["bob"])
    stale = {"membership": membership_of_row(row)} | ({"group": group_of_row(session)} if "group" in read else {})
    looking_up(monkeypatch, **stale)
    refused(bob, "leave", "PERMISSION_DENIED", "body.groupId", msgId="y", groupId=room)
    before = {table: rows for table, rows in world.trace().items() if table != "SentTable"}
    for _ in range(2):
        answer = bob.ask("chat", msgId="x", chatType=2, to=room, msg={})
        assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    # The msgId stays reserved, as after any attempt that ended early.
    assert {table: rows for table, rows in world.trace().items() if table != "SentTable"} == before


def test_a_denial_by_a_change_at_the_same_moment_leaves_the_msg_id_taken_for_that_content(
    world: World, room: str, alice: Phone
) -> None:
    bob = world.phone("bob")
    (row,) = (row for row in world.rows("Counter") if row["uid"]["S"] == "bob")
    alice.change("remove", room, uids=["bob"])
    with pytest.MonkeyPatch.context() as stale:
        looking_up(stale, membership=membership_of_row(row))
        assert bob.ask("chat", msgId="x", chatType=2, to=room, msg={})["code"] == "PERMISSION_DENIED"
    refused(bob, "chat", "PERMISSION_DENIED", "body.to", msgId="y", chatType=2, to=room, msg={})
    alice.change("add", room, uids=["bob"])
    for msg_id, other in (("x", "ALREADY_EXISTS"), ("y", "OK")):
        assert bob.ask("chat", msgId=msg_id, chatType=2, to=room, msg={"text": "another"})["code"] == other
    assert bob.ask("chat", msgId="x", chatType=2, to=room, msg={})["code"] == "OK"


def test_a_stale_look_up_denies_nothing_to_who_was_just_given_the_group(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    (session,) = (row for row in world.rows("Session") if "founder" in row)
    alice.change("role", room, uid="bob", role="OWNER")
    looking_up(monkeypatch, group=group_of_row(session))
    bob = world.phone("bob")
    assert bob.change("role", room, uid="carol", role="ADMIN")["seq"] == 3
    assert bob.change("remove", room, uids=["alice"])["seq"] == 4


def test_nobody_joins_a_group_that_is_not_made_yet(world: World, room: str, alice: Phone) -> None:
    """Its row is there before its first message."""
    group = {"sessionId": {"S": "g:hall"}, "founder": {"S": "alice#x"}, "owner": {"S": "alice"}, "open": {"BOOL": True}}
    world.dynamodb.put_item(TableName=world.tables["SessionTable"], Item={**group, "lastSeq": {"N": "0"}})
    dave = world.phone("dave")
    refused(dave, "join", "PERMISSION_DENIED", "body.groupId", msgId="j", groupId="hall")
    alice.change("create", "hall", msg_id="x", open=True)
    assert dave.change("join", "hall", msg_id="j")["seq"] == 2


@pytest.mark.parametrize("ended", ["leave", "remove"])
def test_nothing_is_unread_where_one_is_a_member_no_more(world: World, room: str, alice: Phone, ended: str) -> None:
    bob = world.online("bob")
    for _ in range(2):
        alice.say(room, at=["bob"])
    bob.say(room)
    alice.say(room, atAll=True)
    assert counter(bob)["count"] == 3
    if ended == "leave":
        bob.change("leave", room)
    else:
        alice.change("remove", room, uids=["bob"])
    alice.say(room, "without bob")
    tablet = world.phone("bob", "tablet")
    expected = {"count": 0, "received": 4, "cleared": 4, "lastSeq": 6, "own": [], "joined": 1, "joinedNumber": 0}
    expected |= {"left": 6, "read": {"seq": 1, "received": 0}}
    login = tablet.ok("login")
    for told in (login, tablet.ok("counters", sessionIds=[ROOM]), bob.ok("counters", next="after:")):
        found = told["counters"][ROOM]
        assert {name: found[name] for name in found if name not in ("timestamp", "lastMsg")} == expected
    assert [message["seq"] for message in login["counters"][ROOM]["lastMsg"]] == [6, 5, 4, 3, 2]
    (summary,) = tablet.ok("sessions")["sessions"]
    assert (summary["received"], summary["cleared"], summary["lastSeq"]) == (4, 4, 6)
    assert tablet.ok("clear", sessions={ROOM: 4})["sessions"][ROOM]["code"] == "OK"
    assert ROOM not in world.phone("bob", "watch").ok("login")["counters"]


def test_whoever_comes_back_counts_from_there_on(world: World, room: str, alice: Phone) -> None:
    for _ in range(3):
        alice.say(room, at=["bob"])
    alice.change("remove", room, uids=["bob"])
    alice.say(room, "without bob")
    alice.change("add", room, uids=["bob"])
    alice.say(room, "welcome")
    found = world.phone("bob").ok("login")["counters"][ROOM]
    assert (found["count"], found["received"], found["cleared"]) == (1, 5, 4)
    assert (found["joined"], found["joinedNumber"]) == (7, 4)
    assert "mentions" not in found
    assert "left" not in found


def test_the_list_of_sessions_has_the_groups(world: World, room: str, alice: Phone) -> None:
    alice.change("remove", room, uids=["carol"])
    (summary,) = world.online("bob").ok("sessions")["sessions"]
    assert summary["group"] == {"name": "The room", "role": "MEMBER", "members": 2, "joined": 1}
    assert (summary["sessionId"], summary["lastSeq"], summary["received"]) == (ROOM, 2, 0)
    (summary,) = world.online("carol").ok("sessions")["sessions"]
    assert summary["group"]["left"] == 2


def test_members_come_by_page(world: World, room: str, alice: Phone) -> None:
    alice.change("add", room, uids=["dave"])
    page = alice.ok("members", groupId=room, limit=2)
    assert [(member["uid"], member["role"], member["joined"]) for member in page["members"]] == [
        ("alice", "OWNER", 1),
        ("bob", "MEMBER", 1),
    ]
    assert (page["next"], page["end"]) == ("bob", False)
    page = alice.ok("members", groupId=room, limit=2, next=page["next"])
    assert ([member["uid"] for member in page["members"]], page["next"], page["end"]) == (["carol", "dave"], "", True)


@pytest.mark.parametrize("cmd", ["add", "remove"])
def test_a_change_again_changes_nothing_more(world: World, room: str, alice: Phone, cmd: str) -> None:
    first = alice.change(cmd, room, msg_id="c", uids=["carol", "dave"])
    before = world.trace()
    assert alice.change(cmd, room, msg_id="c", uids=["carol", "dave"]) == first
    assert world.trace() == before
    refused(alice, cmd, "ALREADY_EXISTS", "body.msgId", msgId="c", groupId=room, uids=["erin"])


def test_changes_are_quiet_and_raise_no_red_dot(world: World, alice: Phone) -> None:
    alice.change("create", "hall", open=True)
    alice.say("hall")
    bob = world.online("bob")
    assert bob.change("join", "hall")["number"] == 1
    for number in range(10):
        world.phone(f"u{number}").change("join", "hall")
    for number in range(5):
        world.phone(f"u{number}").change("leave", "hall")
    found = counter(bob, "g:hall")
    assert (found["count"], found["received"], found["lastSeq"]) == (0, 1, 18)
    messages = bob.ok("pull", sessionId="g:hall")["messages"]
    assert {(message["quiet"], message["number"]) for message in messages} == {(True, 1)}
    assert {(push["body"]["quiet"], push["body"]["number"]) for push in bob.pushes} == {(True, 1)}


def test_whoever_is_added_learns_of_it_by_the_next_login_until_a_device_has_cleared(
    world: World, room: str, alice: Phone
) -> None:
    alice.say(room, "before")
    alice.change("add", room, uids=["dave"])
    for device in ("phone", "tablet"):
        found = world.phone("dave", device).ok("login")["counters"][ROOM]
        assert (found["count"], found["received"], found["cleared"]) == (0, 1, 1)
        assert (found["joined"], found["joinedNumber"]) == (3, 1)
        assert [message["seq"] for message in found["lastMsg"]] == [3]
    assert world.phone("dave").ok("clear", sessions={ROOM: 1})["sessions"][ROOM]["code"] == "OK"
    assert world.phone("dave", "tablet").ok("login")["counters"] == {}
    alice.change("remove", room, uids=["dave"])
    assert world.phone("dave").ok("login")["counters"][ROOM]["left"] == 4
    world.phone("dave").ok("clear", sessions={ROOM: 1})
    assert world.phone("dave").ok("login")["counters"] == {}


@pytest.mark.parametrize("turn", ["remove", "add"])
def test_a_clear_from_before_somebody_came_or_went_does_not_hide_that(
    world: World, room: str, alice: Phone, turn: str
) -> None:
    bob = world.phone("bob")
    bob.ok("login")
    if turn == "add":
        alice.change("remove", room, uids=["bob"])
    bob.ok("clear", sessions={ROOM: 0})
    alice.say(room)
    seq = alice.change(turn, room, uids=["bob"])["seq"]
    assert bob.ok("clear", sessions={ROOM: 0})["sessions"][ROOM]["code"] == "OK"
    found = world.phone("bob").ok("login")["counters"][ROOM]
    assert found["left" if turn == "remove" else "joined"] == seq


# ---------------------------------------------------------------- who may what

STRANGERS = [
    ("chat", "body.to", {"msgId": "x", "chatType": 2, "to": "room", "msg": {}}),
    ("pull", "body.sessionId", {"sessionId": ROOM}),
    ("history", "body.sessionId", {"sessionId": ROOM}),
    ("members", "body.groupId", {"groupId": "room"}),
    ("join", "body.groupId", {"msgId": "x", "groupId": "room"}),
    ("leave", "body.groupId", {"msgId": "x", "groupId": "room"}),
    ("add", "body.groupId", {"msgId": "x", "groupId": "room", "uids": ["eve"]}),
    ("remove", "body.groupId", {"msgId": "x", "groupId": "room", "uids": ["bob"]}),
    ("role", "body.groupId", {"msgId": "x", "groupId": "room", "uid": "bob", "role": "ADMIN"}),
]


@pytest.mark.parametrize(("cmd", "field", "body"), STRANGERS)
@pytest.mark.parametrize("group", ["room", "nowhere"])
def test_a_stranger_may_nothing_and_learns_nothing(
    world: World, room: str, cmd: str, field: str, body: dict[str, Any], group: str
) -> None:
    body = {name: value.replace("room", group) if isinstance(value, str) else value for name, value in body.items()}
    refused(world.phone("mallory"), cmd, "PERMISSION_DENIED", field, **body)


def test_a_stranger_counts_and_clears_nothing(world: World, room: str) -> None:
    mallory = world.online("mallory")
    before = world.trace()
    assert mallory.ok("counters", sessionIds=[ROOM])["counters"] == {}
    assert mallory.ok("clear", sessions={ROOM: 1})["sessions"][ROOM]["code"] == "PERMISSION_DENIED"
    answer = mallory.ok("ack", sessions={ROOM: {"seqs": [1], "received": 1}})
    assert answer["sessions"][ROOM]["code"] == "PERMISSION_DENIED"
    assert world.trace() == before


def test_members_manage_nothing_and_admins_not_each_other(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, uid="bob", role="ADMIN")
    alice.change("role", room, uid="carol", role="ADMIN")
    alice.change("add", room, uids=["dave"])
    bob, dave = world.phone("bob"), world.phone("dave")
    refused(dave, "add", "PERMISSION_DENIED", msgId="x", groupId=room, uids=["eve"])
    refused(dave, "remove", "PERMISSION_DENIED", msgId="x", groupId=room, uids=["bob"])
    refused(bob, "remove", "PERMISSION_DENIED", "body.uids", msgId="x", groupId=room, uids=["carol"])
    refused(bob, "remove", "FAILED_PRECONDITION", "body.uids", msgId="x", groupId=room, uids=["alice"])
    refused(bob, "role", "PERMISSION_DENIED", "body.role", msgId="x", groupId=room, uid="dave", role="ADMIN")
    bob.change("remove", room, uids=["dave"])


def test_a_group_that_exists_is_not_made_again(world: World, room: str, alice: Phone) -> None:
    refused(alice, "create", "ALREADY_EXISTS", "body.groupId", msgId="x", groupId=room)
    refused(world.phone("bob"), "create", "ALREADY_EXISTS", "body.groupId", msgId="x", groupId=room)


def test_a_create_again_is_the_same_group(world: World, alice: Phone) -> None:
    first = alice.change("create", "hall", msg_id="c", uids=["bob"])
    before = world.trace()
    assert alice.change("create", "hall", msg_id="c", uids=["bob"]) == first
    assert world.trace() == before


def test_joining_twice_is_refused(world: World, alice: Phone) -> None:
    alice.change("create", "hall", open=True)
    bob = world.phone("bob")
    bob.change("join", "hall")
    refused(bob, "join", "FAILED_PRECONDITION", "body.groupId", msgId="y", groupId="hall")


def test_joining_a_closed_group_that_one_is_in_is_refused_as_such(world: World, room: str, alice: Phone) -> None:
    refused(alice, "join", "FAILED_PRECONDITION", "body.groupId", msgId="y", groupId=room)
    refused(world.online("dave"), "join", "PERMISSION_DENIED", "body.groupId", msgId="y", groupId=room)


BAD = [
    ("create", "body.groupId", {"msgId": "x", "groupId": "no room"}),
    ("create", "body.msgId", {"groupId": "hall"}),
    ("create", "body.name", {"msgId": "x", "groupId": "hall", "name": "n" * 201}),
    ("create", "body.uids", {"msgId": "x", "groupId": "hall", "uids": ["alice"]}),
    ("create", "body.uids[0]", {"msgId": "x", "groupId": "hall", "uids": ["b b"]}),
    ("create", "body.uids", {"msgId": "x", "groupId": "hall", "uids": [f"u{n}" for n in range(51)]}),
    ("add", "body.uids", {"msgId": "x", "groupId": "hall"}),
    ("role", "body.uid", {"msgId": "x", "groupId": "hall", "role": "ADMIN"}),
    ("role", "body.role", {"msgId": "x", "groupId": "hall", "uid": "bob", "role": 7}),
    ("members", "body.next", {"groupId": "hall", "next": "b b"}),
    ("chat", "body.at", {"msgId": "x", "chatType": 2, "to": "hall", "msg": {}, "at": [f"u{n}" for n in range(51)]}),
    ("chat", "body.at", {"msgId": "x", "chatType": 1, "to": "bob", "msg": {}, "at": ["bob"]}),
]


@pytest.mark.parametrize(("cmd", "field", "body"), BAD)
def test_bad_input_is_refused_by_name(alice: Phone, cmd: str, field: str, body: dict[str, Any]) -> None:
    refused(alice, cmd, "INVALID_ARGUMENT", field, **body)


@on_dynamodb_local_alone
def test_every_change_of_a_busy_group_is_counted(world: World, alice: Phone) -> None:
    alice.change("create", "hall", open=True)
    for number in range(20):
        world.phone(f"u{number}").change("join", "hall")
    for number in range(0, 20, 4):
        world.phone(f"u{number}").change("leave", "hall")
    (summary,) = alice.ok("sessions")["sessions"]
    assert summary["group"]["members"] == 1 + 20 - 5


def test_a_stranger_whom_somebody_removes_is_told_nothing(world: World, room: str, alice: Phone) -> None:
    mallory = world.online("mallory")
    alice.change("remove", room, uids=["mallory"])
    world.fan_out(delayed=True)
    assert mallory.pushes == []
    assert "p:alice:mallory" not in mallory.ok("login")["counters"]
    assert mallory.ok("sessions")["sessions"] == []


def test_what_is_fanned_out_late_does_not_reach_who_has_come_since(world: World, room: str, alice: Phone) -> None:
    dave, carol = world.online("dave"), world.online("carol")
    world.fans_out_at_once = False
    alice.say(room, "before dave")
    alice.change("add", room, uids=["dave"])
    alice.change("remove", room, uids=["carol"])
    alice.say(room, "after carol")
    world.fan_out()
    assert [push["body"]["seq"] for push in dave.pushes] == [3, 4, 5]
    assert [push["body"]["seq"] for push in carol.pushes] == [4]


@on_dynamodb_local_alone
def test_a_list_of_groups_with_long_names_comes_in_frames_that_fit(world: World, alice: Phone) -> None:
    for number in range(80):
        alice.change("create", f"{number:03}{'x' * 61}", name='"' * 200)
    for encoding in ("json", "pb"):
        phone = world.phone("alice", encoding=encoding)
        found, page = [], phone.ok("sessions", limit=100)
        while not page["end"]:
            found += page["sessions"]
            page = phone.ok("sessions", limit=100, next=page["next"])
        assert 0 < len(found) < 80
        assert len([*found, *page["sessions"]]) == 80


@pytest.mark.parametrize("first", ["chat", "say", "create", "add"])
def test_the_msgid_of_something_else_does_not_make_a_group(world: World, room: str, alice: Phone, first: str) -> None:
    {
        "chat": lambda: alice.chat("bob", msg_id="m"),
        "say": lambda: alice.say(room, msg_id="m"),
        "create": lambda: alice.change("create", "other", msg_id="m"),
        "add": lambda: alice.change("add", room, msg_id="m", uids=["dave"]),
    }[first]()
    refused(alice, "create", "ALREADY_EXISTS", "body.msgId", msgId="m", groupId="hall")


@pytest.mark.parametrize("route", ["pull", "history"])
def test_nothing_lies_before_seq_0_and_nothing_is_missing_there(world: World, room: str, route: str) -> None:
    page = world.phone("bob").ok(route, sessionId=ROOM, before=0)
    assert (page["messages"], page["end"]) == ([], True)
    assert page["endReason"] == world.phone("bob").ok(route, sessionId=ROOM, before=1)["endReason"] == "CAUGHT_UP"


@pytest.mark.parametrize("role", ["admin", "", None, "Owner ", 7, 0.5, True, [], 10**30, 10**400, float("1e308"), -1])
def test_a_role_that_is_none_changes_nothing(world: World, room: str, alice: Phone, role: Any) -> None:
    refused(alice, "role", "INVALID_ARGUMENT", "body.role", msgId="x", groupId=room, uid="bob", role=role)


def test_a_name_has_no_control_characters(alice: Phone) -> None:
    refused(alice, "create", "INVALID_ARGUMENT", "body.name", msgId="x", groupId="hall", name="a\nb")
