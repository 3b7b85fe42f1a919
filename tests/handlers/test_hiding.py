"""A person hides messages from themselves: they are gone on all their devices, and nobody else notices anything."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.clock import system_clock
from catchup.storage import hiding
from tests.support.http import HttpClient
from tests.support.outages import Outages, refusal, timeout
from tests.support.world import Phone, World, from_pb

SESSION, ROOM = "p:alice:bob", "g:room"


def hide(phone: Phone, *seqs: int, session: str = SESSION) -> dict[str, Any]:
    return phone.ok("hide", sessionId=session, seqs=[*seqs])


def history(phone: Phone, session: str = SESSION, **asked: Any) -> dict[int, dict[str, Any]]:
    return {each["seq"]: each for each in phone.ok("history", sessionId=session, limit=100, **asked)["messages"]}


def text(message: dict[str, Any]) -> Any:
    return message["msg"].get("message")


@pytest.fixture
def chat(world: World) -> tuple[Phone, Phone]:
    """Alice and Bob have written three messages each; Bob was away."""
    alice = world.online("alice")
    for each in ("one", "two", "three"):
        alice.chat("bob", each)
    bob = world.online("bob")
    for each in ("four", "five", "six"):
        bob.chat("alice", each, ack=0)
    return alice, bob


@pytest.fixture
def room(world: World) -> tuple[Phone, Phone]:
    """Alice's group with Bob: its founding is seq 1, then three messages."""
    alice, bob = world.online("alice"), world.online("bob")
    alice.change("create", "room", uids=["bob"])
    for each in ("one", "two", "three"):
        alice.say("room", each)
    return alice, bob


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_hidden_message_is_gone_from_every_page_and_its_place_stays(world: World, encoding: str) -> None:
    alice, bob = world.online("alice"), world.phone("bob", encoding=encoding)
    for each in ("one", "two", "three"):
        alice.chat("bob", each)
    bob.ok("login")
    assert hide(bob, 2, 1) == {"sessionId": SESSION, "seqs": [1, 2], "version": 1, "end": True}
    told = history(bob)
    assert [(seq, text(each), each.get("hidden", False)) for seq, each in sorted(told.items())] == [
        (1, None, True),
        (2, None, True),
        (3, "three", False),
    ]
    assert [(each["number"], each["from"]) for _, each in sorted(told.items())] == [(n, "alice") for n in (1, 2, 3)]
    assert [each["seq"] for each in bob.ok("pull", sessionId=SESSION)["messages"]] == [3]
    assert [each["seq"] for each in world.phone("bob", "new").ok("login")["counters"][SESSION]["lastMsg"]] == [3]


def test_nobody_else_notices_it(chat: tuple[Phone, Phone]) -> None:
    alice, bob = chat
    before = history(alice)
    counters = alice.ok("counters", sessionIds=[SESSION])
    pushed = len(alice.pushes)
    hide(bob, 1, 4)
    assert history(alice) == before
    assert alice.ok("counters", sessionIds=[SESSION]) == counters
    assert alice.ok("hidden", sessionId=SESSION) == {"sessionId": SESSION, "seqs": [], "version": 0, "end": True}
    assert len(alice.pushes) == pushed
    assert "hidden" not in str(before)


def test_each_of_two_hides_the_same_message_for_themselves(chat: tuple[Phone, Phone]) -> None:
    alice, bob = chat
    hide(bob, 1)
    assert text(history(alice)[1]) == "one"
    hide(alice, 1, 2)
    assert [text(history(alice)[seq]) for seq in (1, 2, 3)] == [None, None, "three"]
    assert [text(history(bob)[seq]) for seq in (1, 2, 3)] == [None, "two", "three"]


def test_counts_stay_as_they_are_until_the_person_clears(chat: tuple[Phone, Phone]) -> None:
    _, bob = chat
    hide(bob, 1, 2, 3)
    counter = bob.ok("counters", sessionIds=[SESSION])["counters"][SESSION]
    assert (counter["count"], counter["received"], counter["cleared"]) == (3, 3, 0)
    bob.ok("clear", sessions={SESSION: 3})
    assert bob.ok("counters", sessionIds=[SESSION])["counters"][SESSION]["count"] == 0


def test_own_notes_can_be_hidden(world: World) -> None:
    alice = world.online("alice")
    alice.chat("alice", "a note")
    session = "p:alice:alice"
    assert hide(alice, 1, session=session)["seqs"] == [1]
    assert text(history(alice, session)[1]) is None


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_other_devices_of_the_person_are_told_at_once(world: World, encoding: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("bob")
    tablet = world.online("bob", "tablet", encoding)
    hide(bob, 1)
    pushes = [each for each in tablet.pushes if each["cmd"] == "hide"]
    pushes = [from_pb(each["pb"]) if "pb" in each else each for each in pushes]
    assert [each["body"] for each in pushes] == [{"sessionId": SESSION, "seqs": [1], "version": 1}]
    assert not [each for each in (*bob.pushes, *alice.pushes) if each["cmd"] == "hide"]


def test_over_http_all_devices_are_told(world: World) -> None:
    world.online("alice").chat("bob")
    bob = world.online("bob")
    answer = HttpClient(world, "bob").ask("hide", sessionId=SESSION, seqs=[1])
    world.fan_out()
    assert answer["body"] == {"sessionId": SESSION, "seqs": [1], "version": 1, "end": True}
    assert [each["body"]["seqs"] for each in bob.pushes if each["cmd"] == "hide"] == [[1]]
    listed = HttpClient(world, "bob").ask("hidden", sessionId=SESSION)
    assert listed["body"] == {"sessionId": SESSION, "seqs": [1], "version": 1, "end": True}


def test_a_device_that_was_away_learns_of_it_by_a_sum_a_version_and_a_list(
    world: World, chat: tuple[Phone, Phone]
) -> None:
    _, bob = chat
    world.online("carol").chat("bob")
    hide(bob, 1)
    hide(bob, 2, 4)
    hide(bob, 1, session="p:bob:carol")
    login = world.phone("bob", "tablet").ok("login")
    assert login["hiddenSum"] == 3
    assert login["counters"][SESSION]["hiddenVersion"] == 2
    sessions = bob.ok("sessions")["sessions"]
    assert {each["sessionId"]: each["hiddenVersion"] for each in sessions} == {SESSION: 2, "p:bob:carol": 1}
    told = {"sessionId": SESSION, "seqs": [1, 2, 4], "version": 2, "end": True}
    assert bob.ok("hidden", sessionId=SESSION) == told
    assert bob.ok("hidden", sessionId=SESSION, after=2) == {**told, "seqs": [4]}


def test_who_hides_nothing_is_told_nothing(chat: tuple[Phone, Phone]) -> None:
    alice, _ = chat
    assert "hidden" not in str([alice.ok("login"), alice.ok("sessions"), history(alice)])


def test_a_repeated_request_changes_nothing_and_is_answered_alike(world: World, chat: tuple[Phone, Phone]) -> None:
    _, bob = chat
    first = hide(bob, 1, 4)
    before = world.trace()
    assert hide(bob, 4, 1, 4) == first
    assert world.trace() == before


def test_what_is_hidden_stays_hidden_when_more_is(chat: tuple[Phone, Phone]) -> None:
    _, bob = chat
    assert hide(bob, 1)["version"] == 1
    assert hide(bob, 1, 2)["version"] == 2
    assert bob.ok("hidden", sessionId=SESSION)["seqs"] == [1, 2]


@pytest.mark.parametrize("seqs", [[7], [7, 2**53 - 1]])
def test_what_is_not_there_can_not_be_hidden(world: World, chat: tuple[Phone, Phone], seqs: list[int]) -> None:
    _, bob = chat
    before = world.trace()
    assert hide(bob, *seqs) == {"sessionId": SESSION, "seqs": [], "version": 0, "end": True}
    assert world.trace() == before
    assert hide(bob, *seqs, 6)["seqs"] == [6]


def test_a_session_without_messages_has_nothing_to_hide(world: World) -> None:
    bob = world.online("bob")
    before = world.trace()
    assert hide(bob, 1, session="p:bob:zoe")["seqs"] == []
    assert world.trace() == before


def test_what_retention_has_removed_is_hidden_on_devices_that_still_hold_it(
    make_world: Callable[..., World],
) -> None:
    days = 0
    world = make_world(clock=lambda: system_clock() + days * 86_400_000)
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("bob", "old")
    row = world.rows("Message")[0]
    world.dynamodb.delete_item(
        TableName=world.tables["MessageTable"], Key={name: row[name] for name in ("sessionId", "seq")}
    )
    assert hide(bob, 1, 2)["seqs"] == [1]
    assert world.rows("Message") == []


def test_a_retried_message_stays_hidden(world: World, chat: tuple[Phone, Phone]) -> None:
    alice, bob = chat
    alice.chat("bob", "seven", msg_id="m7")
    hide(bob, 7)
    assert alice.chat("bob", "seven", msg_id="m7")["seq"] == 7
    assert text(history(bob)[7]) is None
    assert 7 not in [each["seq"] for each in bob.ok("pull", sessionId=SESSION)["messages"]]


# ---------------------------------------------------------------- groups


def test_in_a_group_too_it_is_gone_from_every_page(world: World, room: tuple[Phone, Phone]) -> None:
    alice, bob = room
    hide(bob, 2, session=ROOM)
    for cmd in ("history", "pull"):
        page = {each["seq"]: each for each in bob.ok(cmd, sessionId=ROOM)["messages"]}
        assert [text(page[seq]) for seq in (2, 3, 4)] == [None, "two", "three"]
        assert (page[2]["hidden"], page[2]["number"], page[2]["from"]) == (True, 1, "alice")
    last = world.phone("bob", "new").ok("login")["counters"][ROOM]["lastMsg"]
    assert {each["seq"]: text(each) for each in last}[2] is None
    assert text(history(alice, ROOM)[2]) == "one"


def test_a_hidden_change_of_membership_is_marked_and_says_what_it_said(room: tuple[Phone, Phone]) -> None:
    _, bob = room
    hide(bob, 1, session=ROOM)
    founding = history(bob, ROOM)[1]
    assert (founding["hidden"], founding["quiet"], founding["msg"]["event"]) == (True, True, "create")


@pytest.mark.parametrize("mention", [{"at": ["bob"]}, {"atAll": True}], ids=["bob", "everyone"])
def test_a_hidden_message_mentions_nobody_and_counts_all_the_same(
    world: World, room: tuple[Phone, Phone], mention: dict[str, Any]
) -> None:
    alice, bob = room
    seqs = [alice.say("room", **mention)["seq"] for _ in range(2)]

    def counter() -> dict[str, Any]:
        told: dict[str, Any] = bob.ok("counters", sessionIds=[ROOM])["counters"][ROOM]
        return told

    assert counter()["mentions"] == seqs
    hide(bob, seqs[0], session=ROOM)
    assert (counter()["mentions"], counter()["count"]) == ([seqs[1]], 5)
    assert not {"at", "atAll"} & history(bob, ROOM)[seqs[0]].keys()
    bob.ok("read", sessions={ROOM: {"seq": 6, "received": 5}})
    bob.ok("clear", sessions={ROOM: 5})
    (row,) = [row for row in world.rows("Counter") if row["uid"]["S"] == "bob"]
    assert "hiddenMentions" not in row


def test_only_what_the_membership_covers_can_be_hidden(room: tuple[Phone, Phone]) -> None:
    alice, bob = room
    alice.change("add", "room", uids=["carol"])
    carol = alice.world.online("carol")
    assert hide(carol, 2, 5, 6, session=ROOM)["seqs"] == [5]
    alice.change("remove", "room", uids=["carol"])
    alice.say("room", "without her")
    assert hide(carol, 5, 6, 7, session=ROOM)["seqs"] == [5, 6]
    assert hide(bob, 7, session=ROOM)["seqs"] == [7]


def test_with_open_history_all_of_it_can_be_hidden(world: World) -> None:
    alice = world.online("alice")
    alice.change("create", "hall", openHistory=True)
    alice.say("hall", "early")
    alice.change("add", "hall", uids=["carol"])
    carol = world.online("carol")
    assert hide(carol, 2, session="g:hall")["seqs"] == [2]
    assert text(history(carol, "g:hall")[2]) is None


def test_whoever_comes_back_still_has_hidden_what_they_hid(world: World) -> None:
    alice = world.online("alice")
    alice.change("create", "hall", uids=["carol"], openHistory=True)
    alice.say("hall", "early")
    carol = world.online("carol")
    hide(carol, 2, session="g:hall")
    carol.change("leave", "hall")
    alice.change("add", "hall", uids=["carol"])
    assert text(history(carol, "g:hall")[2]) is None
    assert carol.ok("hidden", sessionId="g:hall")["seqs"] == [2]


# ---------------------------------------------------------------- many


def test_a_long_list_comes_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "SEQS_PER_BLOCK", 4)
    monkeypatch.setattr(hiding, "BLOCKS_PER_PAGE", 2)
    alice = world.online("alice")
    alice.change("create", "room")
    for _ in range(15):
        alice.say("room")
    wanted = [1, 3, 4, 7, 9, 14, 15, 16]
    hide(alice, *wanted, session=ROOM)
    found: list[int] = []
    pages = 0
    page: dict[str, Any] = {"end": False}
    while not page["end"]:
        page = alice.ok("hidden", sessionId=ROOM, after=max(found, default=0))
        found += page["seqs"]
        pages += 1
    assert (found, pages) == (wanted, 3)


def test_the_largest_answer_fits_a_frame(world: World) -> None:
    """Eight full blocks of the largest seqs, in a session with the longest ids."""
    low, high = "a" * 64, "b" * 64
    session = f"p:{low}:{high}"
    phone = world.online(low)
    phone.chat(high)
    top = (2**53 - 1) // hiding.SEQS_PER_BLOCK
    for block in range(top - 20, top):
        world.dynamodb.put_item(
            TableName=world.tables["HiddenTable"],
            Item={
                "uid": {"S": low},
                "key": {"S": f"{session}#{block:016}"},
                "places": {"NS": [str(place) for place in range(hiding.SEQS_PER_BLOCK)]},
            },
        )
    hide(phone, 1, session=session)
    for encoding in ("json", "pb"):
        phone.encoding = encoding
        page = phone.ok("hidden", sessionId=session, after=127)
        assert (len(page["seqs"]), page["end"]) == (hiding.BLOCKS_PER_PAGE * hiding.SEQS_PER_BLOCK, False)


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("operation", "after"),
    [("UpdateItem", 0), ("UpdateItem", 1), ("UpdateItem", 2), ("UpdateItem", 3), ("BatchWriteItem", 0)],
    ids=["first mark", "second mark", "list", "version", "offline store"],
)
def test_a_request_whose_write_fails_is_told_so_and_does_the_rest_when_it_is_repeated(
    world: World, chat: tuple[Phone, Phone], operation: str, after: int
) -> None:
    _, bob = chat
    outages = Outages(world.dynamodb)
    with outages:
        outages.fail(operation, timeout(), after)
        code = "UNAVAILABLE" if operation == "UpdateItem" else "DEADLINE_EXCEEDED"
        assert bob.ask("hide", sessionId=SESSION, seqs=[1, 2])["code"] == code
    assert hide(bob, 1, 2) == {"sessionId": SESSION, "seqs": [1, 2], "version": 1, "end": True}
    assert [text(history(bob)[seq]) for seq in (1, 2, 3)] == [None, None, "three"]
    assert bob.ok("hidden", sessionId=SESSION)["seqs"] == [1, 2]


def test_a_push_that_can_not_be_queued_does_not_fail_the_request(
    world: World, chat: tuple[Phone, Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bob = chat
    tries: list[str] = []

    def refuse(**_: Any) -> None:
        tries.append("sent")
        raise refusal("InternalError", 500)

    monkeypatch.setattr(world.queues, "send_message", refuse)
    assert hide(bob, 1)["version"] == 1
    assert tries == ["sent"]


@pytest.mark.parametrize("session", [SESSION, ROOM])
def test_a_block_that_can_not_be_read_hides_nothing_and_stops_nobody(
    world: World, chat: tuple[Phone, Phone], room: tuple[Phone, Phone], session: str
) -> None:
    _, bob = chat
    hide(bob, 2, session=session)
    row = world.rows("Hidden")[0]
    world.dynamodb.put_item(TableName=world.tables["HiddenTable"], Item={**row, "places": {"S": "x"}})
    assert bob.ok("hidden", sessionId=session)["seqs"] == []
    assert len(history(bob, session)) >= 4
    assert hide(bob, 3, session=session)["seqs"] == [3]
