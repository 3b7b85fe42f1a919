"""A message of a group finds those who are online, and nobody is told who should not be."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from catchup.settings import CONNECTION_LIFETIME_MS
from catchup.usecases.groups import fan_out
from tests.contract.stores import InTurn
from tests.support.clock import Clock
from tests.support.outages import Outages, refusal
from tests.support.world import Context, Phone, World

ROOM = "g:room"
# Enough for a page, not for another.
ONE_PAGE = Context(remaining_ms=fan_out.PAGE_MS + 900)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    """A deployment whose queues are worked on when a test says so."""
    world = make_world(clock=clock, concurrency=InTurn())
    world.fans_out_at_once = False
    return world


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(world: World, alice: Phone) -> str:
    """Alice's, with Bob and Carol; all of it has been told."""
    alice.change("create", "room", uids=["bob", "carol"])
    settle(world)
    return "room"


@pytest.fixture
def hall(world: World, alice: Phone, monkeypatch: pytest.MonkeyPatch) -> str:
    """Alice's, with six others, where more than three are many; its roster has begun a moment ago."""
    monkeypatch.setattr(fan_out, "MEMBERS_PER_PAGE", 3)
    monkeypatch.setattr(fan_out, "ROSTER_FROM", 3)
    alice.change("create", "hall", uids=[f"u00{number}" for number in range(6)])
    settle(world)
    return "hall"


def settle(world: World) -> None:
    """Works on all there is, whatever it was to wait for; what was pushed is not looked at."""
    while world.queues.ready or world.queues.later:
        world.fan_out(delayed=True)
    world.gateway.posted.clear()


def group_row(world: World, session: str = "g:hall") -> dict[str, Any]:
    (row,) = [row for row in world.rows("Session") if row["sessionId"]["S"] == session]
    return row


def set_in_group(world: World, name: str, value: Any, session: str = "g:hall") -> None:
    world.dynamodb.update_item(
        TableName=world.tables["SessionTable"],
        Key={"sessionId": {"S": session}},
        UpdateExpression="SET #n = :v",
        ExpressionAttributeNames={"#n": name},
        ExpressionAttributeValues={":v": value},
    )


def two_hours_later(world: World, clock: Clock) -> None:
    """The roster has begun so long ago that nobody online is missing in it."""
    since = clock() - CONNECTION_LIFETIME_MS - 1
    set_in_group(world, "rosterSince", {"N": str(since)})


def told(phone: Phone) -> list[int]:
    """The seqs of the messages that were pushed to this connection."""
    return [push["body"]["seq"] for push in phone.pushes if push["cmd"] == "chat"]


def heads(phone: Phone) -> list[int]:
    """How far it was told that the group has come."""
    return [push["body"]["seq"] for push in phone.pushes if push["cmd"] == "head"]


def jobs(world: World) -> list[dict[str, Any]]:
    return [json.loads(record["body"]) for record in [*world.queues.ready, *world.queues.later]]


def in_presence(world: World) -> set[str]:
    return {
        entry["M"]["connectionId"]["S"]
        for row in world.rows("Presence")
        for name, entry in row.items()
        if name.startswith("d#")
    }


def in_roster(world: World, session: str = "g:hall") -> set[str]:
    return {
        row["connectionId"]["S"]
        for row in world.rows("Roster")
        if row["sessionId"]["S"] == session and int(row["ttl"]["N"]) * 1_000 > world.parts.clock()
    }


def membership(world: World, uid: str, session: str = "g:hall") -> dict[str, Any]:
    (row,) = [row for row in world.rows("Counter") if (row["uid"]["S"], row["sessionId"]["S"]) == (uid, session)]
    return row


# ---------------------------------------------------------------- small groups


def test_everyone_online_is_told_but_the_connection_that_it_came_over(world: World, room: str, alice: Phone) -> None:
    phones = [world.online(uid, device) for uid, device in (("alice", "tablet"), ("bob", "a"), ("bob", "b"))]
    stranger = world.online("mallory")
    alice.say(room)
    assert not any(told(phone) for phone in phones), "the answer does not wait for it"
    world.fan_out()
    assert [told(phone) for phone in phones] == [[2], [2], [2]]
    assert (alice.pushes, stranger.pushes) == ([], [])
    assert jobs(world) == []


def test_a_connection_that_is_gone_is_forgotten(world: World, room: str, alice: Phone) -> None:
    bob, tablet = world.online("bob"), world.online("bob", "tablet")
    bob.drop(notice=False)
    alice.say(room)
    world.fan_out()
    assert told(tablet) == [2]
    assert in_presence(world) == {alice.connection, tablet.connection}


def test_a_connection_that_takes_nothing_for_now_is_kept_and_holds_up_nobody(
    world: World, room: str, alice: Phone
) -> None:
    bob, carol = world.online("bob"), world.online("carol")
    world.gateway.failing[bob.connection] = 500
    alice.say(room)
    world.fan_out()
    assert told(carol) == [2]
    assert bob.connection in in_presence(world)
    assert jobs(world) == []


def test_a_job_that_comes_again_says_the_same_again_and_changes_nothing(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    (record,) = world.queues.ready
    world.fan_out()
    before = world.trace()
    world.queues.ready.append(record)
    world.fan_out()
    assert [push["body"] for push in bob.pushes] == [bob.pushes[0]["body"]] * 2
    assert told(bob) == [2, 2]
    assert world.trace() == before


def test_a_message_whose_job_was_not_queued_is_queued_when_it_is_sent_again(
    world: World, room: str, alice: Phone
) -> None:
    bob = world.online("bob")
    body: dict[str, Any] = {"msgId": "m", "chatType": 2, "to": room, "msg": {}}
    with pytest.MonkeyPatch.context() as outage:
        outage.setattr(world.queues, "send_message", unreachable)
        assert alice.ask("chat", **body)["code"] == "UNAVAILABLE"
    assert alice.ok("chat", **body)["seq"] == 2
    world.fan_out()
    assert told(bob) == [2]


def unreachable(**_: Any) -> dict[str, Any]:
    raise refusal("ServiceUnavailable", 503)


# ---------------------------------------------------------------- out of time


def test_what_there_is_no_time_for_is_another_job_and_everybody_is_told_once(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "MEMBERS_PER_PAGE", 2)
    alice.change("add", room, uids=["dave", "erin"])
    settle(world)
    phones = [world.online(uid) for uid in ("bob", "carol", "dave", "erin")]
    alice.say(room)
    starts = []
    while world.queues.ready:
        (record,) = world.queues.ready
        starts.append(json.loads(record["body"])["start"])
        answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, ONE_PAGE)
        assert answer == {"batchItemFailures": []}
    assert starts == ["", "bob", "dave"]
    assert [told(phone) for phone in phones] == [[3]] * 4


def test_a_job_without_any_time_comes_again_whole(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    world.fan_out(context=Context(remaining_ms=900))
    assert (told(bob), len(world.queues.later)) == ([], 1)
    world.fan_out(delayed=True)
    assert told(bob) == [2]


def with_slow_posts(world: World, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Of an invocation in which three posts take all the time that there is."""
    context, post = Context(), world.gateway.post_to_connection

    def slow(**arguments: Any) -> dict[str, Any]:
        context.remaining_ms -= 4_400
        return post(**arguments)

    monkeypatch.setattr(world.gateway, "post_to_connection", slow)
    return context


@pytest.mark.parametrize("by", ["list", "roster"])
def test_a_push_for_which_there_is_no_time_is_made_by_another_job(
    world: World, hall: str, alice: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    phones = [world.online(f"u00{number}", device) for number in range(5) for device in ("phone", "tablet")]
    monkeypatch.setattr(fan_out, "MEMBERS_PER_PAGE", 100)
    if by == "roster":
        two_hours_later(world, clock)
    context, starts = with_slow_posts(world, monkeypatch), []
    seq = alice.say(hall)["seq"]
    while world.queues.ready:
        starts.append(jobs(world)[0]["start"])
        context.remaining_ms = 15_000
        answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, context)
        assert answer == {"batchItemFailures": []}
    assert all(seq in told(phone) for phone in phones)
    assert len(starts) >= 4, "no job did more than it had time for"
    assert starts == sorted(set(starts)), "each goes on behind the one before"


def test_a_job_that_begins_with_hardly_any_time_is_queued_anew_and_loses_no_receive(
    world: World, room: str, alice: Phone
) -> None:
    bob = world.online("bob")
    alice.say(room)
    records = world.queues.take(delayed=False)
    answer = world.handlers["fanout"]({"Records": records}, Context(remaining_ms=1_500))
    assert (answer, told(bob)) == ({"batchItemFailures": []}, [])
    world.fan_out()
    assert told(bob) == [2]


def test_whoever_is_told_whether_or_not_the_list_has_them_is_told_when_time_runs_out_at_once(
    world: World, room: str, alice: Phone
) -> None:
    dave = world.online("dave")
    seq = alice.change("add", room, uids=["dave"])["seq"]
    world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, Context(remaining_ms=1_500))
    assert told(dave) == []
    world.fan_out(delayed=True)
    assert told(dave) == [seq]
    assert set(heads(dave)) == {seq}


def test_a_roster_is_gone_through_by_page_too(
    world: World, hall: str, alice: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchup.storage.roster.ROWS_PER_PAGE", 2)
    phones = [world.online(f"u00{number}") for number in range(5)]
    two_hours_later(world, clock)
    alice.say(hall)
    while world.queues.ready:
        world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, ONE_PAGE)
    assert [len(told(phone)) for phone in phones] == [1] * 5


# ---------------------------------------------------------------- coming and going


def test_whoever_was_added_is_told_at_once_and_once_more_when_the_list_has_them(
    world: World, room: str, alice: Phone
) -> None:
    dave = world.online("dave")
    alice.change("add", room, uids=["dave"])
    world.fan_out()
    assert (told(dave), heads(dave)) == ([2], [])
    alice.say(room)
    world.fan_out()
    bob = world.online("bob")
    world.fan_out(delayed=True)
    assert heads(dave) == [3], "what was said since, had the list not had them yet"
    assert bob.pushes == []


@pytest.mark.parametrize("change", ["add", "remove"])
def test_the_second_telling_is_not_lost_when_time_runs_out(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(fan_out, "MEMBERS_PER_PAGE", 1)
    bob = world.online("bob")
    if change == "add":
        alice.change("remove", room, uids=["bob"])
        settle(world)
    seq = alice.change(change, room, uids=["bob"])["seq"]
    while world.queues.ready:
        world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, ONE_PAGE)
    assert set(told(bob)) == {seq}
    world.fan_out(delayed=True)
    assert set(heads(bob)) == {seq}


@pytest.mark.parametrize("devices", [["phone"], ["phone", "tablet"]], ids=len)
def test_a_second_telling_for_which_there_is_no_time_is_made_by_another_job(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch, devices: list[str]
) -> None:
    uids = ["dave", "erin", "frank", "grace", "heidi"]
    phones = [world.online(uid, device) for uid in uids for device in devices]
    seq = alice.change("add", room, uids=uids)["seq"]
    world.fan_out()
    context, left = with_slow_posts(world, monkeypatch), []
    while jobs(world):
        (job,) = jobs(world)
        left.append(job["also"])
        context.remaining_ms = 15_000
        answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, context)
        assert answer == {"batchItemFailures": []}
        assert context.remaining_ms > fan_out.PAGE_MS // 2, "no job did more than it had time for"
    assert [set(heads(phone)) for phone in phones] == [{seq}] * len(phones)
    assert len(left) >= 2
    assert all(set(after) < set(before) for before, after in pairwise(left)), "whoever has been told is not told again"


def test_a_second_telling_without_any_time_comes_again_whole_and_loses_no_receive(
    world: World, room: str, alice: Phone
) -> None:
    dave = world.online("dave")
    seq = alice.change("add", room, uids=["dave"])["seq"]
    world.fan_out()
    answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, Context(remaining_ms=1_500))
    assert (answer, heads(dave)) == ({"batchItemFailures": []}, [])
    world.fan_out(delayed=True)
    assert heads(dave) == [seq]


def test_whoever_is_removed_is_told_of_it_and_of_nothing_later(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.change("remove", room, uids=["bob"])
    world.fan_out()
    assert told(bob) == [2]
    alice.say(room)
    world.fan_out(delayed=True)
    assert told(bob) == [2]
    assert heads(bob) == [2], "up to where they may see"


def test_whoever_leaves_is_told_of_nothing_later(world: World, room: str, alice: Phone) -> None:
    bob, tablet = world.online("bob"), world.online("bob", "tablet")
    bob.change("leave", room)
    world.fan_out()
    alice.say(room)
    world.fan_out(delayed=True)
    assert set(told(bob)) | set(told(tablet)) <= {2}


def test_a_second_telling_of_a_group_or_a_person_that_there_is_not_tells_nobody(world: World) -> None:
    bob = world.online("bob")
    put_job(world, {"session": "g:nowhere", "seq": 4, "also": ["bob"], "only": True})
    world.fan_out()
    assert (bob.pushes, jobs(world)) == ([], [])


def put_job(world: World, job: dict[str, Any]) -> None:
    """A job as text."""
    usual: dict[str, Any] = {"layout": 1, "message": None, "exceptFor": None, "also": [], "only": False}
    body = json.dumps({**usual, "number": 0, "before": 0, "fromRoster": False, "start": "", **job})
    world.queues.send_message(QueueUrl="jobs", MessageBody=body)


# ---------------------------------------------------------------- many members


def test_a_group_of_more_than_twenty_begins_a_roster(world: World, alice: Phone, clock: Clock) -> None:
    alice.change("create", "hall", uids=[f"u{number:03}" for number in range(19)])
    settle(world)
    assert "rosterSince" not in group_row(world), "twenty"
    alice.change("add", "hall", uids=["u099"])
    last = world.online("u099")
    world.fan_out()
    assert group_row(world)["rosterSince"] == {"N": str(clock())}
    assert set(told(last)) == {2}
    clock.now_ms += 5
    alice.say("hall")
    world.fan_out()
    assert group_row(world)["rosterSince"] == {"N": str(clock() - 5)}


def test_it_is_told_member_by_member_until_nobody_can_be_missing_in_the_roster(
    world: World, hall: str, alice: Phone, clock: Clock
) -> None:
    early = world.online("u001")
    world.dynamodb.delete_item(
        TableName=world.tables["RosterTable"],
        Key={"sessionId": {"S": "g:hall"}, "device": {"S": "u001#phone"}},
    )
    late, last = world.online("u002"), world.online("u005")
    for since in (clock(), clock() - CONNECTION_LIFETIME_MS):
        set_in_group(world, "rosterSince", {"N": str(since)})
        alice.say(hall)
        assert not jobs(world)[0]["fromRoster"]
        world.fan_out()
    assert [len(told(phone)) for phone in (early, late, last)] == [2, 2, 2]
    two_hours_later(world, clock)
    alice.say(hall)
    assert jobs(world)[0]["fromRoster"]
    world.fan_out()
    assert [len(told(phone)) for phone in (early, late, last)] == [2, 3, 3], "the roster alone says who is online"


def test_a_login_enters_the_roster_and_notes_that_the_next_does_so_at_once(world: World, hall: str) -> None:
    bob = world.online("u001")
    assert in_roster(world) == {bob.connection}
    assert membership(world, "u001")["inRoster"] == {"BOOL": True}
    former = bob.connection
    bob.drop(notice=False)
    bob.connect()
    bob.ok("login")
    assert in_roster(world) == {bob.connection} != {former}
    stranger, small = world.online("mallory"), world.online("alice", "tablet")
    assert stranger.connection not in in_roster(world)
    assert small.connection in in_roster(world)


@pytest.fixture
def calls(world: World) -> Iterator[list[tuple[str, str]]]:
    """Operation and table of every call."""
    names = {name: logical_id.removesuffix("Table") for logical_id, name in world.tables.items()}
    found: list[tuple[str, str]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        tables = params.get("RequestItems") or [params.get("TableName")]
        found.extend((model.name, names[table]) for table in tables if table in names)

    event = "before-parameter-build.dynamodb"
    world.dynamodb.meta.events.register(event, note)
    yield found
    world.dynamodb.meta.events.unregister(event, note)


@pytest.mark.parametrize("time_of_login", ["first", "next"])
def test_a_login_is_in_the_roster_before_it_reads_how_far_the_group_has_come(
    world: World, hall: str, calls: list[tuple[str, str]], time_of_login: str
) -> None:
    if time_of_login == "next":
        world.online("u001").drop()
    phone = world.phone("u001")
    calls.clear()
    phone.ok("login")
    registered, entered = calls.index(("UpdateItem", "Presence")), calls.index(("PutItem", "Roster"))
    read = max(at for at, call in enumerate(calls) if call == ("BatchGetItem", "Session"))
    counted = max(at for at, call in enumerate(calls) if call == ("Query", "Counter"))
    assert registered < entered < read < counted
    # Whoever is noted needs no look to know that there is a roster.
    assert calls.count(("BatchGetItem", "Session")) == (2 if time_of_login == "first" else 1)


def test_whoever_was_online_before_they_were_added_is_in_the_roster(
    world: World, hall: str, alice: Phone, clock: Clock
) -> None:
    two_hours_later(world, clock)
    dave = world.online("dave")
    seq = alice.change("add", hall, uids=["dave", "eve"])["seq"]
    world.fan_out()
    assert told(dave) == [seq]
    alice.say(hall)
    world.fan_out()
    assert told(dave) == [seq, seq + 1]
    assert dave.connection in in_roster(world)


def test_whoever_is_removed_leaves_the_roster_with_all_devices(
    world: World, hall: str, alice: Phone, clock: Clock
) -> None:
    phones = [world.online("u001"), world.online("u001", "tablet")]
    staying = world.online("u002")
    two_hours_later(world, clock)
    seq = alice.change("remove", hall, uids=["u001", "nobody"])["seq"]
    world.fan_out()
    alice.say(hall)
    world.fan_out(delayed=True)
    for phone in phones:
        assert (told(phone), heads(phone)) == ([seq], [seq])
    assert told(staying) == [seq, seq + 1]


def test_whoever_leaves_leaves_the_roster(world: World, hall: str, alice: Phone, clock: Clock) -> None:
    bob = world.online("u001")
    two_hours_later(world, clock)
    bob.change("leave", hall)
    alice.say(hall)
    world.fan_out(delayed=True)
    assert told(bob) == []


def test_a_removal_that_is_sent_again_leaves_those_in_the_roster_who_have_come_back(
    world: World, hall: str, alice: Phone, clock: Clock
) -> None:
    bob = world.online("u001")
    two_hours_later(world, clock)
    alice.change("remove", hall, msg_id="r", uids=["u001", "u002"])
    alice.change("add", hall, uids=["u001"])
    alice.change("remove", hall, msg_id="r", uids=["u001", "u002"])
    settle(world)
    alice.say(hall)
    world.fan_out()
    assert len(told(bob)) == 1


def test_a_connection_that_is_gone_leaves_the_roster(world: World, hall: str, alice: Phone, clock: Clock) -> None:
    bob, carol = world.online("u001"), world.online("u002")
    two_hours_later(world, clock)
    bob.drop(notice=False)
    alice.say(hall)
    world.fan_out()
    assert bob.connection not in in_roster(world)
    assert carol.connection in in_roster(world)


# ---------------------------------------------------------------- hot groups


@pytest.fixture
def crowd(world: World, hall: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[Phone]:
    """Five are online in a group that is hot from five on."""
    monkeypatch.setattr(fan_out, "HOT_FROM", 4)
    phones = [world.online(f"u00{number}") for number in range(5)]
    two_hours_later(world, clock)
    return phones


def test_a_group_in_which_many_are_online_tells_how_far_it_has_come_once_a_second(
    world: World, hall: str, alice: Phone, crowd: list[Phone], clock: Clock
) -> None:
    first = alice.say(hall)["seq"]
    world.fan_out()
    assert [told(phone) for phone in crowd] == [[first]] * 5
    for _ in range(3):
        for _ in range(4):
            alice.say(hall)
        clock.now_ms += 1_000
    assert [job.get("hint") for job in jobs(world)] == [True] * 3
    world.fan_out(delayed=True)
    assert [(told(phone), heads(phone)) for phone in crowd] == [([first], [first + 12])] * 5


def test_a_change_is_told_in_full_in_a_hot_group(world: World, hall: str, alice: Phone, crowd: list[Phone]) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    seq = alice.change("add", hall, uids=["dave"])["seq"]
    world.fan_out()
    assert [told(phone) for phone in crowd] == [[seq]] * 5


def test_a_group_cools_down_when_less_than_half_of_it_is_online(
    world: World, hall: str, alice: Phone, crowd: list[Phone], clock: Clock
) -> None:
    alice.say(hall)
    world.fan_out()
    for gone, hot in ((3, True), (1, False)):
        for phone in crowd[:gone]:
            phone.drop(notice=False)
        del crowd[:gone]
        for _ in range(2):
            # The first finds out who is gone.
            alice.say(hall)
            clock.now_ms += 1_000
            world.fan_out(delayed=True)
        assert ("hot" in group_row(world)) is hot
    seq = alice.say(hall)["seq"]
    world.fan_out()
    assert told(crowd[0])[-1] == seq


def test_a_group_that_is_too_large_for_one_run_becomes_hot_all_the_same(
    world: World, hall: str, alice: Phone, crowd: list[Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchup.storage.roster.ROWS_PER_PAGE", 5)
    world.online("u005")
    alice.say(hall)
    world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, ONE_PAGE)
    assert "hot" in group_row(world)


def test_a_hint_for_which_there_is_no_time_goes_on_in_a_job(
    world: World, hall: str, alice: Phone, crowd: list[Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchup.storage.roster.ROWS_PER_PAGE", 2)
    set_in_group(world, "hot", {"BOOL": True})
    seq = alice.say(hall)["seq"]
    world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, ONE_PAGE)
    while world.queues.ready:
        world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, ONE_PAGE)
    assert [heads(phone) for phone in crowd] == [[seq]] * 5
    assert "hot" in group_row(world)


def test_hints_that_have_gathered_while_one_was_worked_on_say_nothing_new(
    world: World, hall: str, alice: Phone, crowd: list[Phone], clock: Clock
) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    for _ in range(3):
        seq = alice.say(hall)["seq"]
        clock.now_ms += 1_000
    # Each in an invocation of its own, as one of a batch of one.
    for record in world.queues.take(delayed=True):
        assert world.handlers["fanout"]({"Records": [record]}, Context()) == {"batchItemFailures": []}
    assert [heads(phone) for phone in crowd] == [[seq]] * 5
    later = alice.say(hall)["seq"]
    world.fan_out(delayed=True)
    assert [heads(phone) for phone in crowd] == [[seq, later]] * 5


def test_a_hint_that_told_nobody_is_not_taken_for_told(
    world: World, hall: str, alice: Phone, crowd: list[Phone]
) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    seq = alice.say(hall)["seq"]
    with Outages(world.dynamodb) as outages:
        outages.fail("Query", refusal("InternalServerError", 500))
        world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, Context())
    assert [heads(phone) for phone in crowd] == [[]] * 5
    world.fan_out(delayed=True)
    assert [heads(phone) for phone in crowd] == [[seq]] * 5


def test_a_hint_that_the_store_does_not_answer_silences_nobody_and_is_given_by_the_next_one(
    world: World, hall: str, alice: Phone, crowd: list[Phone]
) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    alice.say(hall)
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", refusal("InternalServerError", 500))
        for _ in range(2):
            answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, Context())
            assert answer == {"batchItemFailures": []}
            assert [job.get("hint") for job in jobs(world)] == [True]
    seq = alice.say(hall)["seq"]
    # The new message's hint and the one that was put anew are of one second: SQS keeps one.
    assert len(jobs(world)) == 1
    world.fan_out(delayed=True)
    assert [heads(phone) for phone in crowd] == [[seq]] * 5
    assert jobs(world) == []


def test_a_hint_of_a_group_that_there_is_not_is_done_with(world: World) -> None:
    body = json.dumps({"layout": 1, "session": "g:nowhere", "hint": True})
    world.queues.ready.append({"messageId": "h", "body": body})
    world.fan_out()
    assert jobs(world) == []


# ---------------------------------------------------------------- jobs that fail


def test_a_job_that_always_fails_is_reported_each_time_and_holds_up_no_other(
    world: World, room: str, alice: Phone
) -> None:
    bob = world.online("bob")
    bad = {"messageId": "bad", "body": "garbage"}
    world.queues.ready.append(bad)
    alice.say(room)
    for _ in range(3):
        world.fan_out(delayed=True)
        assert world.queues.later == [bad]
    assert told(bob) == [2]


def test_a_roster_that_cant_be_tidied_up_fails_no_job(
    world: World, hall: str, alice: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, carol = world.online("u001"), world.online("u002")
    two_hours_later(world, clock)
    bob.drop(notice=False)
    monkeypatch.setattr(fan_out, "HOT_FROM", 0)
    seq = alice.say(hall)["seq"]
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("ThrottlingException"))
        world.fan_out()
        assert outages.count({"UpdateItem"}) == 2, "the device that is gone, and the group's mark"
    assert (told(carol), jobs(world)) == ([seq], [])


def test_a_presence_and_a_roster_that_cant_be_written_fail_no_job(world: World, hall: str, alice: Phone) -> None:
    bob, carol = world.online("u001"), world.online("u002")
    bob.drop(notice=False)
    seq = alice.say(hall)["seq"]
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("ThrottlingException"))
        world.fan_out()
        assert outages.count({"UpdateItem"}) == 2, "the device that is gone, and that the roster begins"
    assert (told(carol), jobs(world)) == ([seq], [])


def test_a_page_that_cant_be_read_is_left_to_another_job_if_others_were_told(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "MEMBERS_PER_PAGE", 2)
    bob, carol = world.online("bob"), world.online("carol")
    alice.say(room)
    with Outages(world.dynamodb) as outages:
        outages.fail("Query", refusal("InternalServerError", 500), after=1)
        answer = world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, Context())
    assert (answer, [job["start"] for job in jobs(world)]) == ({"batchItemFailures": []}, ["bob"])
    world.fan_out()
    assert (told(bob), told(carol)) == ([2], [2])


def test_the_second_telling_is_queued_before_anybody_is_told(
    world: World, room: str, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, dave = world.online("bob"), world.online("dave")
    alice.change("add", room, uids=["dave"])
    with monkeypatch.context() as outage:
        outage.setattr(world.queues, "send_message", unreachable)
        world.fan_out()
    assert (told(bob), told(dave)) == ([], [])
    world.fan_out(delayed=True)
    assert (told(bob), set(told(dave))) == ([2], {2})


def test_a_job_for_which_the_store_does_not_answer_comes_again(world: World, room: str, alice: Phone) -> None:
    bob = world.online("bob")
    alice.say(room)
    with Outages(world.dynamodb) as outages:
        outages.fail("Query", refusal("InternalServerError", 500))
        for _ in range(2):
            world.fan_out(delayed=True)
            assert len(world.queues.later) == 1
    assert bob.pushes == []
    world.fan_out(delayed=True)
    assert told(bob) == [2]
