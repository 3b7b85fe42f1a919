"""How far a person has read: one position for all their devices, and what is unread above it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from catchup.domain.clearing import MENTIONS_KEPT_UNREAD, OWN_KEPT_UNREAD
from tests.support.http import HttpClient
from tests.support.world import Phone, World, from_pb

CHAT = "p:alice:bob"
ROOM = "g:room"


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob and Carol."""
    alice.change("create", "room", uids=["bob", "carol"])
    return "room"


def write(alice: Phone, messages: int) -> None:
    for number in range(messages):
        alice.chat("bob", f"message {number}")


def read(phone: Phone, number: int, session: str = CHAT, seq: int | None = None) -> str:
    """Says that the person has read up to this number; returns the session's code."""
    position = {"seq": number if seq is None else seq, "received": number}
    code: str = phone.ok("read", sessions={session: position})["sessions"][session]["code"]
    return code


def clear(phone: Phone, number: int, session: str = CHAT) -> None:
    body = phone.ok("clear", sessions={session: number})
    assert body["sessions"][session]["code"] == "OK"


def counter(phone: Phone, session: str = CHAT) -> dict[str, Any]:
    found: dict[str, Any] = phone.ok("counters", sessionIds=[session])["counters"][session]
    return found


def position(phone: Phone, session: str = CHAT) -> tuple[int, int]:
    """Seq and number, as `counters` tells them; `sessions` tells the same."""
    told = counter(phone, session)["read"]
    (listed,) = (item for item in phone.ok("sessions")["sessions"] if item["sessionId"] == session)
    assert listed["read"] == told
    return told["seq"], told["received"]


def unread(phone: Phone, session: str = CHAT) -> int:
    """What a new device shows: see docs/protocol.md, section 7."""
    told = counter(phone, session)
    base, number = int(told["read"]["received"]), int(told["received"])
    return number - base - len([each for each in told["own"] if base < each <= number])


def reads(phone: Phone) -> list[dict[str, Any]]:
    """The positions that this connection was pushed."""
    return [push["body"]["sessions"] for push in phone.pushes if push["cmd"] == "read"]


# ---------------------------------------------------------------- private sessions


def test_what_one_device_has_cleared_and_nobody_has_read_a_later_one_is_told(world: World, alice: Phone) -> None:
    write(alice, 5)
    phone = world.online("bob")
    clear(phone, 5)
    tablet = world.phone("bob", "tablet")
    told = tablet.ok("login")["counters"][CHAT]
    assert (told["count"], told["received"], told["cleared"], told["read"]) == (0, 5, 5, {"seq": 0, "received": 0})
    assert unread(tablet) == 5
    assert read(phone, 3) == "OK"
    assert unread(tablet) == 2
    assert CHAT in tablet.ok("login")["counters"]
    assert read(phone, 5) == "OK"
    assert tablet.ok("login")["counters"] == {}
    assert position(tablet) == (5, 5)


def test_a_clear_of_any_kind_leaves_the_position_where_it_is(world: World, alice: Phone) -> None:
    write(alice, 3)
    bob = world.online("bob")
    assert read(bob, 1) == "OK"
    clear(bob, 2)
    bob.ok("ack", sessions={CHAT: {"seqs": [1, 2, 3], "received": 3}})
    assert (position(bob), unread(bob)) == ((1, 1), 2)


def test_what_only_has_to_be_read_comes_last_and_without_messages(
    make_world: Callable[..., World],
) -> None:
    """So a client that only counts and clears gets its first screen as ever."""
    world = make_world(preview_sessions=1)
    world.phone("carl").chat("bob")
    write(world.phone("alice"), 2)
    bob = world.online("bob")
    clear(bob, 2)
    told = bob.ok("login")["counters"]
    assert {session: each["count"] for session, each in told.items()} == {"p:bob:carl": 1, CHAT: 0}
    assert {session: len(each["lastMsg"]) for session, each in told.items()} == {"p:bob:carl": 1, CHAT: 0}


@pytest.mark.parametrize("repeated", [1, 3])
def test_a_position_never_goes_back(world: World, alice: Phone, repeated: int) -> None:
    write(alice, 5)
    bob = world.online("bob")
    for number in (4, 2, 3, 4, 0) * repeated:
        assert read(bob, number) == "OK"
        assert position(bob) == (4, 4)
    before = world.trace()
    assert read(bob, 4) == "OK"
    assert world.trace() == before


def test_of_two_positions_with_one_number_the_further_seq_stands(world: World, alice: Phone) -> None:
    write(alice, 1)
    bob = world.online("bob")
    bob.chat("alice")
    bob.chat("alice")
    for seq in (2, 3, 1):
        assert read(bob, 1, seq=seq) == "OK"
    assert position(bob) == (3, 1)


def test_a_position_is_independent_of_what_is_cleared(world: World, alice: Phone) -> None:
    write(alice, 5)
    bob = world.online("bob")
    clear(bob, 4)
    assert read(bob, 2) == "OK"
    assert (position(bob), unread(bob), counter(bob)["count"]) == ((2, 2), 3, 1)
    assert read(bob, 5) == "OK"
    assert (position(bob), unread(bob), counter(bob)["count"]) == ((5, 5), 0, 1)


def test_nobody_reads_more_than_was_written(world: World, alice: Phone) -> None:
    write(alice, 2)
    bob = world.online("bob")
    before = world.trace()
    assert read(bob, 3) == "OUT_OF_RANGE"
    assert world.trace() == before
    assert reads(bob) == []
    assert read(bob, 2) == "OK"
    assert read(bob, 3) == "OUT_OF_RANGE"


def test_a_session_without_messages_can_not_be_read(world: World) -> None:
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    before = world.trace()
    assert read(bob, 0) == read(bob, 1) == "NOT_FOUND"
    assert read(bob, 0, "p:bob:zoe") == "NOT_FOUND"
    assert world.trace() == before


def test_own_messages_alone_can_be_read(world: World) -> None:
    bob = world.online("bob")
    bob.chat("alice")
    bob.chat("bob", "a note")
    assert read(bob, 0, seq=1) == read(bob, 0, "p:bob:bob", seq=1) == "OK"
    assert position(bob) == (1, 0)


def test_reading_counts_and_deletes_nothing(world: World, alice: Phone) -> None:
    write(alice, 3)
    bob = world.online("bob")
    assert read(bob, 3) == "OK"
    assert counter(bob)["count"] == 3
    assert len(bob.ok("pull", sessionId=CHAT)["messages"]) == 3


@pytest.mark.parametrize("field", ["seq", "received"])
def test_a_bad_position_names_its_field_and_changes_nothing(world: World, alice: Phone, field: str) -> None:
    write(alice, 2)
    bob = world.online("bob")
    before = world.trace()
    answer = bob.ask("read", sessions={CHAT: {"seq": 2, "received": 2, field: -1}})
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", f"body.sessions.{CHAT}.{field}")
    assert world.trace() == before


def test_no_seq_is_below_its_number(world: World, alice: Phone) -> None:
    write(alice, 2)
    answer = world.online("bob").ask("read", sessions={CHAT: {"seq": 1, "received": 2}})
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", f"body.sessions.{CHAT}.seq")
    assert "at least received" in answer["error"]["rule"]


# ---------------------------------------------------------------- the person's other devices


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_the_other_devices_of_the_person_are_told_and_nobody_else(world: World, alice: Phone, encoding: str) -> None:
    write(alice, 2)
    phone, tablet = world.online("bob"), world.online("bob", "tablet", encoding)
    assert read(phone, 2) == "OK"
    (push,) = (frame if encoding == "json" else from_pb(frame["pb"]) for frame in tablet.pushes)
    assert push["time"] > 0
    assert push == {"cmd": "read", "time": push["time"], "body": {"sessions": {CHAT: {"seq": 2, "received": 2}}}}
    assert not [frame for frame in (*phone.pushes, *alice.pushes) if frame["cmd"] == "read"]


def test_a_position_that_does_not_stand_is_not_told(world: World, alice: Phone) -> None:
    write(alice, 3)
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    assert [read(phone, number) for number in (3, 2, 9)] == ["OK", "OK", "OUT_OF_RANGE"]
    assert reads(tablet) == [{CHAT: {"seq": 3, "received": 3}}]


def test_a_repeated_read_is_told_again_for_the_first_may_have_died(world: World, alice: Phone) -> None:
    write(alice, 1)
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    assert read(phone, 1) == read(phone, 1) == "OK"
    assert reads(tablet) == [{CHAT: {"seq": 1, "received": 1}}] * 2


def test_over_http_all_devices_are_told(world: World, alice: Phone) -> None:
    write(alice, 1)
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    HttpClient(world, "bob").ask("read", sessions={CHAT: {"seq": 1, "received": 1}})
    assert reads(phone) == reads(tablet) == [{CHAT: {"seq": 1, "received": 1}}]


def test_a_queue_that_does_not_answer_costs_only_the_push(
    world: World, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="sqs")

    write(alice, 1)
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    monkeypatch.setattr(world.queues, "send_message", fails)
    assert read(phone, 1) == "OK"
    assert reads(tablet) == []
    assert position(tablet) == (1, 1)


def test_a_device_that_is_gone_is_forgotten(world: World, alice: Phone) -> None:
    write(alice, 1)
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    tablet.drop(notice=False)
    assert read(phone, 1) == "OK"
    (row,) = (row for row in world.rows("Presence") if row["uid"]["S"] == "bob")
    assert "d#tablet" not in row
    assert "d#phone" in row


def test_a_hundred_sessions_with_the_longest_ids_are_told_in_frames_that_fit(world: World) -> None:
    """Over HTTP a request has room for more than a frame."""
    uid, quotes = "b" * 64, '"' * 61
    bob = world.online(uid)
    sessions = {f"p:{quotes}{number:03}:{uid}": {"seq": 2**53 - 1, "received": 0} for number in range(100)}
    for session in sessions:
        bob.chat(session.split(":")[1])
    answer = HttpClient(world, uid).ask("read", sessions=sessions)
    assert {each["code"] for each in answer["body"]["sessions"].values()} == {"OK"}
    assert {session for push in reads(bob) for session in push} == set(sessions)
    assert all(len(json.dumps(push).encode()) < 30_000 for push in bob.pushes)


# ---------------------------------------------------------------- groups


def test_in_a_group_own_messages_are_unread_on_no_device(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    bob.say(room)
    alice.say(room)
    clear(bob, 3, ROOM)
    told = counter(bob, ROOM)
    assert (told["count"], told["own"], told["read"]) == (0, [2], {"seq": 1, "received": 0})
    assert unread(bob, ROOM) == 2
    assert ROOM in world.phone("bob", "tablet").ok("login")["counters"]
    assert read(bob, 1, ROOM, seq=2) == "OK"
    assert (counter(bob, ROOM)["own"], unread(bob, ROOM)) == ([2], 1)
    assert read(bob, 3, ROOM, seq=4) == "OK"
    assert (counter(bob, ROOM)["own"], unread(bob, ROOM)) == ([], 0)
    assert ROOM not in world.phone("bob", "tablet").ok("login")["counters"]


def test_a_position_in_a_group_goes_as_far_as_the_head(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    assert read(bob, 1_000, ROOM) == "OK"
    assert position(bob, ROOM) == (2, 1)


def test_a_former_member_reads_to_the_end_of_the_membership(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    alice.change("remove", room, uids=["bob"])
    alice.say(room)
    assert read(bob, 2, ROOM) == "OUT_OF_RANGE"
    assert read(bob, 1, ROOM, seq=3) == "OK"
    assert position(bob, ROOM) == (3, 1)
    assert read(world.online("zoe"), 1, ROOM) == "PERMISSION_DENIED"


def test_whoever_joins_again_has_read_nothing_of_the_time_before(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    assert read(bob, 1, ROOM, seq=2) == "OK"
    alice.change("remove", room, uids=["bob"])
    for _ in range(3):
        alice.say(room)
    alice.change("add", room, uids=["bob"])
    alice.say(room)
    assert (position(bob, ROOM), unread(bob, ROOM)) == ((7, 4), 1)
    clear(bob, 5, ROOM)
    assert (position(bob, ROOM), unread(bob, ROOM)) == ((7, 4), 1)
    # Late, from before the membership ended.
    assert read(bob, 1, ROOM, seq=2) == "OK"
    assert (position(bob, ROOM), unread(bob, ROOM)) == ((7, 4), 1)


def test_a_stranger_whom_somebody_removes_can_read_nothing(world: World, room: str, alice: Phone) -> None:
    alice.change("remove", room, uids=["zoe"])
    assert read(world.online("zoe"), 0, ROOM) == "PERMISSION_DENIED"


def test_own_messages_that_are_not_read_do_not_pile_up(world: World, room: str, alice: Phone) -> None:
    """Whoever writes on and on has read what is before."""
    bob = world.online("bob")
    alice.say(room)
    for _ in range(OWN_KEPT_UNREAD + 5):
        bob.say(room)
    clear(bob, 1, ROOM)
    assert unread(bob, ROOM) == 1
    clear(bob, OWN_KEPT_UNREAD + 6, ROOM)
    told = counter(bob, ROOM)
    assert len(told["own"]) == OWN_KEPT_UNREAD
    assert told["read"]["received"] == 6
    assert unread(bob, ROOM) == 0
    alice.say(room)
    assert unread(bob, ROOM) == 1


def test_own_messages_that_only_a_count_is_left_of_are_unread_on_no_device(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("OWN_LIMIT", 4), ("OWN_KEPT", 2)):
        monkeypatch.setattr(f"catchup.domain.membership.{name}", value)
    bob = world.online("bob")
    alice.say(room)
    for _ in range(6):
        bob.say(room)
    alice.say(room)
    told = counter(bob, ROOM)
    assert told["ownBelow"]["count"] + len(told["own"]) == 6
    clear(bob, 8, ROOM)
    told = counter(bob, ROOM)
    assert "ownBelow" not in told
    assert unread(bob, ROOM) == 1


def test_mentions_are_listed_until_they_are_read(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    first, second = alice.say(room, at=["bob"]), alice.say(room, atAll=True)
    clear(bob, 2, ROOM)
    assert counter(bob, ROOM)["mentions"] == [first["seq"], second["seq"]]
    assert read(bob, 1, ROOM, seq=2) == "OK"
    assert counter(bob, ROOM)["mentions"] == [second["seq"]]
    assert read(bob, 2, ROOM, seq=3) == "OK"
    assert "mentions" not in counter(bob, ROOM)


def test_in_a_hundred_sessions_at_most(world: World) -> None:
    sessions: dict[str, Any] = {f"p:alice:b{number}": {} for number in range(101)}
    answer = world.online("alice").ask("read", sessions=sessions)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.sessions")


def test_mentions_that_are_cleared_and_not_read_do_not_pile_up(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    said = [alice.say(room, at=["bob"])["seq"] for _ in range(MENTIONS_KEPT_UNREAD + 3)]
    clear(bob, len(said) - 1, ROOM)
    assert counter(bob, ROOM)["mentions"] == said[2:]


def test_a_device_that_was_away_is_told_what_another_has_read(world: World, room: str, alice: Phone) -> None:
    write(alice, 2)
    alice.say("room")
    before = world.parts.clock()
    bob = world.phone("bob")
    for session, number in ((CHAT, 2), (ROOM, 1)):
        clear(bob, number, session)
        read(bob, number, session, seq=2)
    tablet = world.phone("bob", "tablet")
    assert tablet.ok("login")["counters"] == {}
    told = tablet.ok("login", since=before)["counters"]
    assert {session: (each["count"], each["read"]["received"]) for session, each in told.items()} == {
        CHAT: (0, 2),
        ROOM: (0, 1),
    }
    assert tablet.ok("login", since=before + 3_600_000)["counters"] == {}


@pytest.mark.parametrize("ends", ["leave", "remove", "dissolve"])
def test_a_device_that_was_away_is_told_what_its_person_is_no_member_of(
    world: World, room: str, alice: Phone, ends: str
) -> None:
    alice.say("room")
    before = world.parts.clock()
    if ends == "leave":
        world.phone("bob").change("leave", "room")
    else:
        named: dict[str, Any] = {"uids": ["bob"]} if ends == "remove" else {}
        alice.change(ends, "room", **named)
    clear(world.phone("bob"), 1, ROOM)
    tablet = world.phone("bob", "tablet")
    assert tablet.ok("login")["counters"] == {}
    assert tablet.ok("login", since=before)["counters"][ROOM]["left"] > 0
