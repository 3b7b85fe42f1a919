"""Receipts: people learn how far others have read, both ways or not at all, and nothing is written for it."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.clock import MAX_AHEAD_MS, system_clock
from catchup.domain.ids import Uid, private_session
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from tests.support.http import HttpClient
from tests.support.outages import Outages, timeout
from tests.support.world import Context, Phone, World, from_pb

CHAT, ROOM = "p:alice:bob", "g:room"
AT = 1_554_964_794_220


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def bob(world: World) -> Phone:
    return world.online("bob")


@pytest.fixture
def room(alice: Phone, bob: Phone) -> Phone:
    """Alice's group with Bob and Carol. Her own message has seq 2; returns Carol's phone."""
    carol = alice.world.online("carol")
    alice.change("create", "room", uids=["bob", "carol"])
    alice.say("room")
    return carol


def write(phone: Phone, to: str, messages: int) -> None:
    for number in range(messages):
        phone.chat(to, f"message {number}")


def read(phone: Phone, number: int, session: str = CHAT, seq: int | None = None) -> None:
    position = {"seq": number if seq is None else seq, "received": number}
    assert phone.ok("read", sessions={session: position})["sessions"][session]["code"] == "OK"


def told(phone: Phone) -> list[tuple[str, int, int]]:
    """Of whom this connection was told, and how far they have read: the reader, the seq and the number."""
    frames = [push for push in phone.pushes if push["cmd"] == "readTo"]
    return [(push["uid"], *_position(push["body"]["sessions"])) for push in frames]


def _position(sessions: dict[str, Any]) -> tuple[int, int]:
    (position,) = sessions.values()
    return position["seq"], position["received"]


def listed(phone: Phone, session: str = CHAT) -> dict[str, int] | None:
    """`readTo` in the list of sessions."""
    (found,) = (each for each in phone.ok("sessions")["sessions"] if each["sessionId"] == session)
    position: dict[str, int] | None = found.get("readTo")
    return position


def choose(phone: Phone, on: bool, **more: Any) -> dict[str, Any]:
    return phone.ok("receipts", on=on, **more)


def readers(phone: Phone, seq: int = 2, session: str = ROOM) -> list[str]:
    found: list[str] = phone.ok("readers", sessionId=session, seq=seq)["uids"]
    return found


def why(answer: dict[str, Any]) -> tuple[str, str, str]:
    return answer["code"], answer["error"]["field"], answer["error"]["rule"]


# ---------------------------------------------------------------- private sessions


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_all_devices_of_the_writer_learn_how_far_the_other_has_read(world: World, encoding: str) -> None:
    alice, tablet = world.online("alice"), world.online("alice", "tablet", encoding)
    write(alice, "bob", 3)
    bob = world.online("bob")
    read(bob, 2)
    assert told(alice) == [("bob", 2, 2)]
    if encoding == "json":
        assert told(tablet) == [("bob", 2, 2)]
    else:
        (push,) = (each for each in map(from_pb, (each["pb"] for each in tablet.pushes)) if each["cmd"] == "readTo")
        assert push["body"] == {"sessions": {CHAT: {"seq": 2, "received": 2}}}
    assert listed(alice) == listed(tablet) == {"seq": 2, "received": 2}
    assert told(bob) == []
    assert listed(bob) is None


def test_what_is_told_is_the_number_of_ones_own_messages(alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 2)
    write(bob, "alice", 3)
    write(alice, "bob", 1)
    read(bob, 3, seq=6)
    read(alice, 2, seq=4)
    assert told(alice) == [("bob", 6, 3)]
    assert told(bob) == [("alice", 4, 2)]
    assert (listed(alice), listed(bob)) == ({"seq": 6, "received": 3}, {"seq": 4, "received": 2})


def test_a_writer_who_was_away_learns_it_from_the_list(world: World, bob: Phone) -> None:
    alice = world.phone("alice")
    write(alice, "bob", 2)
    read(bob, 2)
    assert told(alice) == []
    assert listed(alice) == {"seq": 2, "received": 2}
    assert HttpClient(world, "alice").ok("sessions")["sessions"][0]["readTo"] == {"seq": 2, "received": 2}


def test_several_sessions_are_told_each_to_its_other_person(world: World, alice: Phone, bob: Phone) -> None:
    carol = world.online("carol")
    write(alice, "bob", 1)
    write(carol, "bob", 2)
    bob.ok("read", sessions={CHAT: {"seq": 1, "received": 1}, "p:bob:carol": {"seq": 2, "received": 2}})
    assert (told(alice), told(carol)) == ([("bob", 1, 1)], [("bob", 2, 2)])
    alice_told = [push["body"]["sessions"] for push in alice.pushes if push["cmd"] == "readTo"]
    assert [[*sessions] for sessions in alice_told] == [[CHAT]]


def test_nothing_is_told_of_notes_groups_and_refused_reads(world: World, room: Phone, alice: Phone, bob: Phone) -> None:
    tablet = world.online("alice", "tablet")
    alice.chat("alice")
    alice.ok("read", sessions={"p:alice:alice": {"seq": 1, "received": 0}, ROOM: {"seq": 2, "received": 1}})
    assert bob.ok("read", sessions={CHAT: {"seq": 9, "received": 9}})["sessions"][CHAT]["code"] == "NOT_FOUND"
    assert [push for phone in (alice, tablet, bob, room) for push in told(phone)] == []
    assert listed(alice, "p:alice:alice") is None
    assert listed(alice, ROOM) is None


def test_a_lower_position_is_not_told_and_a_repeated_one_again(alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 3)
    for number in (2, 1, 2, 3):
        read(bob, number)
    assert told(alice) == [("bob", 2, 2), ("bob", 2, 2), ("bob", 3, 3)]


def test_a_seq_beyond_the_session_is_cut_to_its_head(alice: Phone, bob: Phone) -> None:
    """Else what is written later would look read."""
    write(alice, "bob", 2)
    bob.chat("alice")
    read(bob, 2, seq=1_000)
    assert told(alice) == [("bob", 3, 2)]
    assert listed(alice) == {"seq": 3, "received": 2}


def test_a_job_that_comes_late_tells_how_things_stand(world: World, alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 3)
    world.fans_out_at_once = False
    read(bob, 1)
    read(bob, 3)
    first, second = world.queues.take(delayed=False)
    for record in (second, first):
        world.handlers["fanout"]({"Records": [record]}, Context())
    assert told(alice) == [("bob", 3, 3), ("bob", 3, 3)]


def test_a_connection_that_is_gone_is_forgotten(world: World, alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 1)
    alice.drop(notice=False)
    read(bob, 1)
    (row,) = (row for row in world.rows("Presence") if row["uid"]["S"] == "alice")
    assert "d#phone" not in row


def test_if_the_store_does_not_answer_the_job_comes_again(world: World, alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 1)
    world.fans_out_at_once = False
    read(bob, 1)
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", timeout(), after=1)
        world.fan_out()
    assert told(alice) == []
    world.fan_out(delayed=True)
    assert told(alice) == [("bob", 1, 1)]


# ---------------------------------------------------------------- the person's choice


def test_whoever_never_chose_has_receipts_and_login_says_nothing_of_it(alice: Phone) -> None:
    assert "receipts" not in alice.ok("login")
    assert "receipts" not in alice.ok("counters")


def test_off_is_off_for_both_ways_and_on_brings_both_back(alice: Phone, bob: Phone) -> None:
    write(alice, "bob", 2)
    write(bob, "alice", 2)
    choose(bob, on=False)
    read(bob, 1)
    read(alice, 1, seq=3)
    assert told(alice) == told(bob) == []
    assert listed(alice) is None
    assert listed(bob) is None
    choose(bob, on=True)
    assert listed(alice) == {"seq": 1, "received": 1}
    assert listed(bob) == {"seq": 3, "received": 1}
    read(bob, 2)
    assert told(alice) == [("bob", 2, 2)]


def test_own_devices_agree_although_receipts_are_off(world: World, alice: Phone, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    write(alice, "bob", 2)
    choose(bob, on=False)
    read(bob, 2)
    assert [push["body"]["sessions"] for push in tablet.pushes if push["cmd"] == "read"] == [
        {CHAT: {"seq": 2, "received": 2}}
    ]
    (later,) = tablet.ok("sessions")["sessions"]
    assert later["read"] == {"seq": 2, "received": 2}
    assert told(alice) == []


@pytest.mark.parametrize("with_notes", [False, True])
def test_a_device_learns_of_the_choice_at_login_and_the_others_by_a_push(
    world: World, bob: Phone, with_notes: bool
) -> None:
    tablet = world.online("bob", "tablet")
    if with_notes:
        bob.chat("bob")
    chosen = {"on": False, "changedAt": AT}
    assert choose(bob, on=False, changedAt=AT) == chosen
    assert [push["body"] for push in tablet.pushes if push["cmd"] == "receipts"] == [chosen]
    assert not [push for push in bob.pushes if push["cmd"] == "receipts"]
    later = world.phone("bob", "laptop").ok("login")
    assert later["receipts"] == chosen
    assert tablet.ok("counters")["receipts"] == chosen
    assert HttpClient(world, "bob").ok("counters")["receipts"] == chosen
    assert "receipts" not in tablet.ok("counters", sessionIds=[CHAT])


def test_a_choice_alone_makes_no_session(world: World, bob: Phone) -> None:
    choose(bob, on=False)
    assert bob.ok("login")["counters"] == {}
    assert bob.ok("sessions") == {"sessions": [], "next": "", "end": True, "endReason": "CAUGHT_UP"}
    assert bob.ok("counters", sessionIds=["p:bob:bob"])["counters"]["p:bob:bob"]["received"] == 0
    bob.chat("bob", "a note")
    (note,) = bob.ok("sessions")["sessions"]
    assert (note["sessionId"], note["lastSeq"]) == ("p:bob:bob", 1)
    assert bob.ok("login")["receipts"]["on"] is False


def test_of_two_choices_the_later_one_stays_whichever_comes_first(world: World, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    later = {"on": False, "changedAt": AT + 1}
    assert choose(bob, on=False, changedAt=AT + 1) == later
    assert choose(bob, on=True, changedAt=AT) == later
    assert choose(bob, on=False, changedAt=AT + 1) == later
    pushed = [push["body"] for push in tablet.pushes if push["cmd"] == "receipts"]
    assert pushed == [later, later], "a request that is sent again tells again"


def test_a_choice_without_a_time_is_made_now(bob: Phone) -> None:
    before = system_clock()
    assert before <= choose(bob, on=False)["changedAt"] <= system_clock()


def test_a_choice_from_the_future_is_refused(bob: Phone) -> None:
    answer = bob.ask("receipts", on=False, changedAt=system_clock() + MAX_AHEAD_MS + 60_000)
    assert why(answer) == ("INVALID_ARGUMENT", "body.changedAt", "at most five minutes after the server's time")
    assert choose(bob, on=False, changedAt=system_clock() + MAX_AHEAD_MS - 60_000)["on"] is False


def test_a_choice_must_be_said(world: World, bob: Phone) -> None:
    before = world.trace()
    assert why(bob.ask("receipts")) == ("INVALID_ARGUMENT", "body.on", "required")
    assert world.trace() == before


def test_a_choice_that_can_not_be_read_tells_nothing_and_can_be_made_anew(
    world: World, alice: Phone, bob: Phone
) -> None:
    write(alice, "bob", 2)
    notes = private_session(Uid("bob"), Uid("bob"))
    row = {"uid": {"S": "bob"}, "sessionId": {"S": notes}, "receipts": {"S": "x"}, "receiptsAt": {"S": "y"}}
    world.dynamodb.put_item(TableName=world.tables["CounterTable"], Item=row)
    read(bob, 2)
    assert (told(alice), listed(alice)) == ([], None)
    choose(bob, on=True, changedAt=AT)
    assert listed(alice) == {"seq": 2, "received": 2}


# ---------------------------------------------------------------- blocks, and deployments without receipts


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_a_block_ends_receipts_in_both_directions(world: World, alice: Phone, bob: Phone, blocker: str) -> None:
    write(alice, "bob", 2)
    write(bob, "alice", 2)
    phones = {"alice": alice, "bob": bob}
    other = "bob" if blocker == "alice" else "alice"
    phones[blocker].ok("block", uid=other)
    read(bob, 1)
    read(alice, 1, seq=3)
    assert (told(alice), told(bob), listed(alice), listed(bob)) == ([], [], None, None)
    phones[blocker].ok("unblock", uid=other)
    assert (listed(alice), listed(bob)) == ({"seq": 1, "received": 1}, {"seq": 3, "received": 1})


def test_a_deployment_without_receipts_tells_nothing_and_syncs_own_devices(
    make_world: Callable[..., World],
) -> None:
    world = make_world(receipts="OFF")
    alice, bob, tablet = world.online("alice"), world.online("bob"), world.online("bob", "tablet")
    write(alice, "bob", 2)
    bob.chat("alice")
    alice.change("create", "room", uids=["bob"])
    alice.say("room")
    read(bob, 2)
    read(bob, 1, ROOM, seq=2)
    assert told(alice) == []
    (chat,) = (each for each in alice.ok("sessions")["sessions"] if each["sessionId"] == CHAT)
    assert (chat["lastSeq"], "readTo" in chat) == (3, False)
    assert len([push for push in tablet.pushes if push["cmd"] == "read"]) == 2
    none = ("FAILED_PRECONDITION", "", "this deployment has no receipts")
    for phone, seq in ((alice, 2), (bob, 99)):
        assert why(phone.ask("readers", sessionId=ROOM, seq=seq)) == none
    assert why(bob.ask("receipts", on=True)) == none
    off = {"on": False, "changedAt": 0, "offForAll": True}
    assert bob.ok("login")["receipts"] == bob.ok("counters")["receipts"] == off


# ---------------------------------------------------------------- groups


def test_an_author_learns_who_has_read_a_message(room: Phone, alice: Phone, bob: Phone) -> None:
    assert readers(alice) == []
    read(bob, 1, ROOM, seq=2)
    assert readers(alice) == ["bob"]
    read(room, 1, ROOM, seq=2)
    assert readers(alice) == ["bob", "carol"]
    alice.say("room")
    assert (readers(alice, 2), readers(alice, 3)) == (["bob", "carol"], [])
    assert HttpClient(alice.world, "alice").ok("readers", sessionId=ROOM, seq=2)["uids"] == ["bob", "carol"]


def test_nothing_is_pushed_or_written_for_a_group(world: World, room: Phone, alice: Phone, bob: Phone) -> None:
    read(bob, 1, ROOM, seq=2)
    before = world.trace()
    readers(alice)
    assert world.trace() == before
    assert told(alice) == told(room) == []


def test_only_the_author_may_ask(room: Phone, alice: Phone, bob: Phone) -> None:
    read(bob, 1, ROOM, seq=2)
    denied = ("PERMISSION_DENIED", "body.seq", "must be a message of your own")
    assert why(bob.ask("readers", sessionId=ROOM, seq=2)) == denied
    bob.say("room")
    assert why(alice.ask("readers", sessionId=ROOM, seq=3)) == denied, "although she owns the group"


def test_only_those_who_could_read_it_are_named(world: World, room: Phone, alice: Phone, bob: Phone) -> None:
    alice.change("add", "room", uids=["dave"])
    dave = world.online("dave")
    alice.say("room")
    for phone in (bob, room, dave):
        read(phone, 2, ROOM, seq=4)
    assert readers(alice, 2) == ["bob", "carol"], "Dave came later"
    assert readers(alice, 4) == ["bob", "carol", "dave"]
    room.change("leave", "room")
    alice.change("remove", "room", uids=["bob"])
    assert (readers(alice, 2), readers(alice, 4)) == ([], ["dave"])
    alice.change("add", "room", uids=["bob"])
    assert readers(alice, 4) == ["dave"], "a position from an earlier membership says nothing"


def test_a_position_above_the_head_reads_only_what_is_there(room: Phone, alice: Phone, bob: Phone) -> None:
    read(bob, 1_000, ROOM, seq=1_000)
    assert readers(alice) == ["bob"]


def test_receipts_that_are_off_and_blocks_leave_people_out(world: World, room: Phone, alice: Phone, bob: Phone) -> None:
    people = {name: world.online(name) for name in ("dave", "erin")}
    alice.change("add", "room", uids=["dave", "erin"])
    alice.say("room")
    for phone in (bob, room, *people.values()):
        read(phone, 2, ROOM, seq=4)
    assert readers(alice, 4) == ["bob", "carol", "dave", "erin"]
    choose(bob, on=False)
    people["dave"].ok("block", uid="alice")
    alice.ok("block", uid="erin")
    assert readers(alice, 4) == ["carol"]
    choose(alice, on=False)
    off = ("FAILED_PRECONDITION", "", "you have turned receipts off, for both ways")
    assert why(alice.ask("readers", sessionId=ROOM, seq=4)) == off


def test_what_can_not_be_asked_about_is_told_clearly(room: Phone, alice: Phone, bob: Phone) -> None:
    alice.say("room")
    alice.ok("recall", msgId="r", sessionId=ROOM, seq=3)

    def asked(seq: int, session: str = ROOM) -> tuple[str, str, str]:
        return why(alice.ask("readers", sessionId=session, seq=seq))

    assert asked(9) == ("NOT_FOUND", "body.seq", "there is no message at this seq")
    assert asked(1) == ("FAILED_PRECONDITION", "body.seq", "must not be a quiet message")
    assert asked(3) == ("FAILED_PRECONDITION", "body.seq", "this message was recalled before")
    assert asked(4) == ("FAILED_PRECONDITION", "body.seq", "must not be a quiet message")
    assert asked(1, CHAT) == ("PERMISSION_DENIED", "body.sessionId", "must be a group")
    alice.change("dissolve", "room")
    assert asked(2) == ("FAILED_PRECONDITION", "body.sessionId", "the group is dissolved")


def test_a_group_with_more_members_is_refused(world: World, alice: Phone) -> None:
    everyone = [f"person-{number:03}" for number in range(MAX_RECEIPT_MEMBERS)]
    alice.change("create", "room", uids=everyone[:50])
    alice.change("add", "room", uids=everyone[50:-1])
    seq = alice.say("room")["seq"]
    last = world.online(everyone[-2])
    read(last, 1, ROOM, seq=seq)
    assert readers(alice, seq) == [everyone[-2]], "at the limit"
    alice.change("add", "room", uids=everyone[-1:])
    many = f"a group of at most {MAX_RECEIPT_MEMBERS} members"
    assert why(alice.ask("readers", sessionId=ROOM, seq=seq)) == ("FAILED_PRECONDITION", "body.sessionId", many)
