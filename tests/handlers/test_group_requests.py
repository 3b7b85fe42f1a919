"""People ask to join a group whose owner and admins decide."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.settings import MAX_NOTE_BYTES
from catchup.usecases.groups import requests
from tests.handlers.test_groups import ROOM, refused
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob, an admin, and Carol; one asks to join."""
    alice.change("create", "room", uids=["bob", "carol"], ask=True)
    alice.change("role", "room", uid="bob", role="ADMIN")
    return "room"


def waiting(phone: Phone) -> list[str]:
    return [each["uid"] for each in phone.ok("requests", groupId="room")["requests"]]


def members(phone: Phone) -> list[str]:
    return [each["uid"] for each in phone.ok("members", groupId="room")["members"]]


def ask(phone: Phone, **body: Any) -> Any:
    return phone.ok("ask", groupId="room", **body)["requests"]


# ---------------------------------------------------------------- asking


def test_a_request_waits_until_somebody_decides(world: World, room: str, alice: Phone) -> None:
    dave = world.online("dave")
    before = world.parts.clock()
    (mine,) = ask(dave, note="Bob knows me")
    assert (mine["uid"], mine["note"]) == ("dave", "Bob knows me")
    assert before <= mine["time"] <= world.parts.clock()
    assert alice.ok("requests", groupId=room) == {"requests": [mine], "next": "", "end": True}
    refused(dave, "chat", "PERMISSION_DENIED", "body.to", msgId="x", chatType=2, to=room, msg={})
    assert dave.ok("sessions")["sessions"] == []
    assert dave.ok("counters", sessionIds=[ROOM])["counters"] == {}
    assert world.phone("dave").ok("login")["counters"] == {}


def test_the_owner_and_admins_online_are_told_and_nobody_else(world: World, room: str, alice: Phone) -> None:
    bob, tablet, carol = world.online("bob"), world.online("alice", "tablet", "pb"), world.online("carol")
    ask(world.online("dave"), note="hi")
    for phone in (alice, bob):
        push = phone.pushes[-1]
        assert (push["cmd"], push["uid"], push["body"]) == (
            "ask",
            "dave",
            {"groupId": "room", "note": "hi", "withdraw": False},
        )
    assert (len(tablet.pushes), len(carol.pushes)) == (1, 0)


def test_a_demoted_admin_is_told_no_more_and_an_heir_is(world: World, room: str, alice: Phone) -> None:
    bob, carol = world.online("bob"), world.online("carol")
    alice.change("role", room, uid="bob", role="MEMBER")
    alice.change("role", room, uid="carol", role="OWNER")
    ask(world.online("dave"))
    assert [phone.pushes[-1]["cmd"] for phone in (alice, bob, carol)] == ["ask", "chat", "ask"]
    carol.change("remove", room, uids=["alice"])
    ask(world.online("erin"))
    assert [phone.pushes[-1]["cmd"] for phone in (alice, carol)] == ["chat", "ask"]


def test_to_ask_again_changes_the_note_and_makes_no_second_request(world: World, room: str, alice: Phone) -> None:
    dave = world.phone("dave")
    (first,) = ask(dave, note="one")
    (again,) = ask(dave, note="two")
    assert (again["note"], again["time"]) == ("two", first["time"])
    assert waiting(alice) == ["dave"]


def test_a_request_is_taken_back(world: World, room: str, alice: Phone) -> None:
    dave = world.phone("dave")
    ask(dave)
    for _ in range(2):
        assert ask(dave, withdraw=True) == []
        assert waiting(alice) == []
    assert ask(world.phone("erin"), withdraw=True) == []
    assert ask(alice, withdraw=True) == []
    assert members(alice) == ["alice", "bob", "carol"]


@pytest.mark.parametrize("kind", [{}, {"open": True}])
def test_nobody_asks_where_one_is_added_or_joins(world: World, alice: Phone, kind: dict[str, Any]) -> None:
    alice.change("create", "room", **kind)
    refused(world.phone("dave"), "ask", "PERMISSION_DENIED", "body.groupId", groupId="room")
    refused(world.phone("dave"), "ask", "PERMISSION_DENIED", "body.groupId", groupId="nowhere")


def test_nobody_joins_where_one_asks(world: World, room: str, alice: Phone) -> None:
    ask(world.phone("dave"))
    refused(world.phone("dave"), "join", "PERMISSION_DENIED", "body.groupId", msgId="x", groupId=room)
    refused(alice, "create", "INVALID_ARGUMENT", "body.ask", msgId="y", groupId="hall", open=True, ask=True)


def test_members_have_no_requests(world: World, room: str) -> None:
    refused(world.phone("carol"), "ask", "FAILED_PRECONDITION", "body.groupId", groupId=room)


def test_whom_the_owner_has_blocked_can_t_ask(world: World, room: str, alice: Phone) -> None:
    alice.ok("block", uid="dave")
    refused(world.phone("dave"), "ask", "PERMISSION_DENIED", "body.groupId", groupId=room)
    alice.ok("unblock", uid="dave")
    ask(world.phone("dave"))


def test_not_more_people_ask_than_may(world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_REQUESTS", 2)
    for uid in ("dave", "erin"):
        ask(world.phone(uid))
    refused(world.phone("fay"), "ask", "FAILED_PRECONDITION", "body.groupId", groupId=room)
    ask(world.phone("dave"), note="again")
    ask(world.phone("erin"), withdraw=True)
    ask(world.phone("fay"))


def test_a_note_is_a_line(world: World, room: str) -> None:
    dave = world.phone("dave")
    for note in ("x" * (MAX_NOTE_BYTES + 1), "a\nb"):
        refused(dave, "ask", "INVALID_ARGUMENT", "body.note", groupId=room, note=note)


def test_asking_counts_against_the_senders_limit(make_world: Callable[..., World]) -> None:
    world = make_world(send_burst=3, send_rate=1)
    world.online("alice").change("create", "room", ask=True)
    dave = world.phone("dave")
    codes = [dave.ask("ask", groupId="room", withdraw=bool(n % 2))["code"] for n in range(9)]
    assert codes[0] == "OK"
    assert codes[-1] == "RESOURCE_EXHAUSTED"


# ---------------------------------------------------------------- deciding


def test_whom_an_admin_approves_is_added(world: World, room: str, alice: Phone) -> None:
    dave, bob = world.online("dave"), world.phone("bob")
    for phone in (dave, world.phone("erin"), world.phone("fay")):
        ask(phone)
    ack = bob.change("approve", room, uids=["erin", "dave"])
    assert (ack["seq"], waiting(alice)) == (3, ["fay"])
    assert dave.pushes[-1]["body"]["msg"] == {"event": "add", "uids": ["erin", "dave"]}
    assert members(alice) == ["alice", "bob", "carol", "dave", "erin"]
    dave.say(room)


def test_whom_an_admin_refuses_asks_no_more_and_nobody_is_told(world: World, room: str, alice: Phone) -> None:
    dave = world.online("dave")
    ask(dave)
    ask(world.phone("erin"))
    pushed = len(alice.pushes)
    for _ in range(2):
        answer = alice.change("approve", room, msg_id="x", uids=["dave", "carol", "stranger"], refuse=True)
        assert answer == {"msgId": "x", "sessionId": ROOM, "seq": 0, "time": 0, "number": 0}
        assert waiting(alice) == ["erin"]
    assert (len(alice.pushes), dave.pushes) == (pushed, [])
    assert members(alice) == ["alice", "bob", "carol"]
    ask(dave)
    assert waiting(alice) == ["dave", "erin"]


def test_only_the_owner_and_admins_decide(world: World, room: str) -> None:
    ask(world.phone("dave"))
    for uid in ("carol", "dave", "stranger"):
        phone = world.phone(uid)
        refused(phone, "requests", "PERMISSION_DENIED", "body.groupId", groupId=room)
        named = [each for each in ("dave", "erin") if each != uid]
        for refuse in (True, False):
            asked: dict[str, Any] = {"msgId": "x", "groupId": room, "uids": named, "refuse": refuse}
            refused(phone, "approve", "PERMISSION_DENIED", "body.groupId", **asked)


def test_a_muted_admin_decides_nothing(world: World, room: str, alice: Phone) -> None:
    ask(world.phone("dave"))
    alice.change("mute", room, uid="bob", until=2**52)
    for refuse in (True, False):
        asked: dict[str, Any] = {"msgId": "x", "groupId": room, "uids": ["dave"], "refuse": refuse}
        refused(world.phone("bob"), "approve", "PERMISSION_DENIED", "body.groupId", **asked)


def test_whoever_does_not_ask_is_not_approved_and_who_is_in_stays(world: World, room: str, alice: Phone) -> None:
    ask(world.phone("dave"))
    asked: dict[str, Any] = {"msgId": "x", "groupId": room, "uids": ["dave", "erin"]}
    answer = alice.ask("approve", **asked)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.uids")
    assert "erin" in answer["error"]["rule"]
    assert "dave" not in answer["error"]["rule"]
    alice.change("approve", room, uids=["carol", "dave"])
    assert members(alice) == ["alice", "bob", "carol", "dave"]


def test_an_approval_again_is_the_same_whatever_has_happened_since(world: World, room: str, alice: Phone) -> None:
    dave = world.phone("dave")
    ask(dave)
    first = alice.change("approve", room, msg_id="a", uids=["dave"])
    dave.change("leave", room)
    before = world.trace()
    assert alice.change("approve", room, msg_id="a", uids=["dave"]) == first
    assert world.trace() == before
    refused(alice, "approve", "FAILED_PRECONDITION", "body.uids", msgId="b", groupId=room, uids=["dave"])


def test_nobody_is_approved_whom_the_owner_or_the_approver_has_blocked(world: World, room: str, alice: Phone) -> None:
    for uid in ("dave", "erin", "fay"):
        ask(world.phone(uid))
    world.phone("bob").ok("block", uid="dave")
    alice.ok("block", uid="erin")
    asked: dict[str, Any] = {"msgId": "x", "groupId": room, "uids": ["fay", "erin", "dave"]}
    answer = world.phone("bob").ask("approve", **asked)
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.uids")
    assert answer["error"]["rule"].endswith("erin, dave")
    assert "erin" in alice.ask("approve", **asked)["error"]["rule"]
    alice.change("approve", room, uids=["dave"])
    world.phone("fay").ok("block", uid="bob")
    world.phone("bob").change("approve", room, uids=["fay"])
    assert members(alice) == ["alice", "bob", "carol", "dave", "fay"]


@pytest.mark.parametrize("cleared", ["add", "approve"])
def test_whoever_comes_in_asks_no_more(world: World, room: str, alice: Phone, cleared: str) -> None:
    dave = world.phone("dave")
    ask(dave)
    alice.change(cleared, room, uids=["dave"])
    assert waiting(alice) == []
    dave.change("leave", room)
    assert waiting(alice) == []
    ask(dave)
    assert waiting(alice) == ["dave"]


def test_a_request_that_an_unapplied_add_overtakes_goes_with_it(world: World, room: str, alice: Phone) -> None:
    """The add has its place, and no row knows of it."""
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert alice.ask("add", msgId="a", groupId=room, uids=["dave"])["code"] == "UNAVAILABLE"
    ask(world.phone("dave"))
    assert waiting(alice) == ["dave"]
    alice.change("add", room, msg_id="a", uids=["dave"])
    assert (waiting(alice), members(alice)) == ([], ["alice", "bob", "carol", "dave"])


def test_nothing_is_asked_or_decided_in_a_dissolved_group(world: World, room: str, alice: Phone) -> None:
    ask(world.phone("dave"))
    alice.change("dissolve", room)
    refused(alice, "requests", "FAILED_PRECONDITION", "body.groupId", groupId=room)
    for refuse in (True, False):
        asked: dict[str, Any] = {"msgId": "x", "groupId": room, "uids": ["dave"], "refuse": refuse}
        refused(alice, "approve", "FAILED_PRECONDITION", "body.groupId", **asked)
    for uid in ("dave", "erin"):
        refused(world.phone(uid), "ask", "PERMISSION_DENIED", "body.groupId", groupId=room)
    refused(world.phone("carol"), "ask", "FAILED_PRECONDITION", "body.groupId", groupId=room)


def test_requests_come_by_page(world: World, room: str, alice: Phone) -> None:
    for uid in ("fay", "dave", "erin"):
        ask(world.phone(uid))
    page = alice.ok("requests", groupId=room, limit=2)
    assert ([each["uid"] for each in page["requests"]], page["next"], page["end"]) == (["dave", "erin"], "erin", False)
    page = alice.ok("requests", groupId=room, limit=2, next="erin")
    assert ([each["uid"] for each in page["requests"]], page["next"], page["end"]) == (["fay"], "", True)


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_page_of_the_longest_requests_fits_into_a_frame(world: World, room: str, alice: Phone, encoding: str) -> None:
    uids = [f"{number:02}".ljust(64, '"') for number in range(60)]
    for uid in uids:
        ask(world.phone(uid), note="\\" * MAX_NOTE_BYTES)
    phone, found, after = world.phone("alice", encoding=encoding), [], ""
    while True:
        page = phone.ok("requests", groupId=room, limit=100, next=after)
        found += [each["uid"] for each in page["requests"]]
        after = page["next"]
        if page["end"]:
            break
    assert found == uids


def test_a_refusal_that_comes_again_refuses_no_newer_request(world: World, room: str, alice: Phone) -> None:
    dave = world.phone("dave")
    for waits_after in ([], ["dave"]):
        ask(dave)
        alice.ok("approve", msgId="r-1", groupId=room, uids=["dave"], refuse=True)
        assert waiting(alice) == waits_after
    alice.ok("approve", msgId="r-2", groupId=room, uids=["dave"], refuse=True)
    assert waiting(alice) == []
