"""What a phone sees of groups, in both encodings."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import (
    Client,
    Code,
    Encoding,
    EndReason,
    GroupMoved,
    InvalidInput,
    MessagesSaved,
    RequestRefused,
    Role,
    Settings,
    Source,
)
from tests.client.fake_server import FakeServer
from tests.client.faults import OnPush, OnRequest, Scripted
from tests.client.support import assert_nothing_lost, both_transports, hear, phone, settled, unread, until
from tests.client.virtual_time import in_virtual_time

ROOM = "g:room"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def a_room(members: tuple[str, ...] = ("bob", "carol"), **options: bool) -> FakeServer:
    """Return a server on which alice has a group."""
    server = FakeServer()
    server.change("alice", "create", "room", uids=list(members), name="Room", **options)
    return server


def said(client: Client) -> list[str]:
    """Return what a phone shows of the group, without what the server says."""
    messages = reversed(client.messages(ROOM, limit=10_000))
    return [message.content["message"] for message in messages if message.kind != "system"]


def cmds(server: FakeServer, cmd: str) -> list[dict[str, object]]:
    return [request["body"] for request in server.requests if request["cmd"] == cmd]


@both_transports
@both_encodings
@in_virtual_time
async def test_a_backlog_of_a_group_is_counted_without_own_messages_and_pulled_to_its_end(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = a_room()
    server.state.last_messages = 0
    for number in range(12):
        server.say("bob" if number % 3 == 0 else "alice", ROOM, str(number))
    async with phone(server, tmp_path, encoding=encoding) as bob:
        login = await bob.logged_in()
        assert login.unread == unread(bob, ROOM) == 8, "alice's; that she made the group is no message of hers"
        report = await bob.catch_up(ROOM)
        assert (report.saved, report.sessions[ROOM].end_reason) == (13, EndReason.CAUGHT_UP)
        assert_nothing_lost(server, bob)
        await until(lambda: settled(server, "bob"))
        state = next(iter(bob.sessions()))
        assert (state.known, state.last_seq, state.waiting) == (12, 13, False)
    pulls = cmds(server, "pull")
    assert [(pull.get("before"), pull.get("after")) for pull in pulls] == [(None, None), (9, None), (4, None)]
    assert not any(pull.get("ack") for pull in pulls)
    assert not cmds(server, "ack")


@both_encodings
@in_virtual_time
async def test_a_live_group_message_is_saved_and_counted_for_all_but_its_author(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = a_room()
    async with (
        phone(server, tmp_path, encoding=encoding) as bob,
        phone(server, tmp_path, device="laptop", encoding=encoding) as laptop,
        phone(server, tmp_path, "carol") as carol,
    ):
        for client in (bob, laptop, carol):
            await client.logged_in()
        sent = await bob.send(ROOM, {"message": "hello"}, at=["carol"])
        assert (sent.seq, sent.session_id) == (2, ROOM)
        await until(lambda: all(said(client) == ["hello"] for client in (bob, laptop, carol)))
        assert [unread(client, ROOM) for client in (bob, laptop, carol)] == [0, 0, 1]
        assert carol.messages(ROOM)[0].at == ("carol",)
        for client, uid in ((bob, "bob"), (laptop, "bob"), (carol, "carol")):
            await client.catch_up()
            assert_nothing_lost(server, client, uid)
        await until(lambda: settled(server, "bob") and settled(server, "carol"))
        assert len(cmds(server, "counters")) == 0


@in_virtual_time
async def test_pushes_that_overtake_each_other_are_counted_by_one_counter(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.faults = Scripted(pushes=[OnPush.LATE])
        server.say("alice", ROOM, "late")
        server.say("alice", ROOM, "early")
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)
        assert len(cmds(server, "counters")) == 1
        assert not cmds(server, "pull")


@in_virtual_time
async def test_a_lost_push_is_counted_by_a_counter_and_fetched_by_a_pull_of_the_gap(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.requests.clear()
        server.faults = Scripted(pushes=[OnPush.LOSE, OnPush.LOSE])
        for number in range(3):
            server.say("alice", ROOM, str(number))
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)
    assert len(cmds(server, "counters")) == 1
    assert [(pull["before"], pull["after"]) for pull in cmds(server, "pull")] == [(4, 1)]


@in_virtual_time
async def test_the_newest_messages_are_found_and_counted_although_nothing_announced_them(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.faults = Scripted(pushes=[OnPush.LOSE] * 7)
        for number in range(7):
            server.say("alice", ROOM, str(number))
        await asyncio.sleep(60)
        assert unread(bob, ROOM) == 0
        await bob.catch_up(ROOM)
        assert_nothing_lost(server, bob)
        assert server.dials == 1


@in_virtual_time
async def test_an_own_message_above_a_gap_asks_for_the_counter_and_the_gap(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.faults = Scripted(pushes=[OnPush.LOSE])
        server.say("alice", ROOM, "its push is lost")
        await bob.send(ROOM, {"message": "own"})
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)
        await until(lambda: settled(server, "bob"))


@in_virtual_time
async def test_an_own_message_is_cleared_though_nothing_else_comes(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await until(lambda: cmds(server, "clear") == [{"sessions": {ROOM: 0}}])
        await bob.send(ROOM, {"message": "hello"})
        await until(lambda: cmds(server, "clear")[1:] == [{"sessions": {ROOM: 1}}])


@in_virtual_time
async def test_more_own_messages_than_a_counter_lists_do_not_count(tmp_path: Path) -> None:
    server = a_room()
    server.state.last_messages = 0
    server.state.groups.own_listed = 2
    for number in range(12):
        server.say("bob" if number % 2 else "alice", ROOM, str(number))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        assert unread(bob, ROOM) == 6
        await bob.catch_up()
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_a_counter_that_is_vague_above_what_is_known_is_asked_for_again_after_a_clear(tmp_path: Path) -> None:
    server = a_room()
    server.say("alice", ROOM, "counted before")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    server.state.boxes["bob", ROOM].cleared = 0  # what the device says next gets lost, too
    server.state.groups.own_listed = 1
    server.state.last_messages = 0
    for number in range(6):
        server.say("bob" if number % 2 else "alice", ROOM, str(number))
    server.faults = Scripted({"clear": [OnRequest.LOSE_REQUEST]})
    # The acks of the background come too late: who asks again clears before.
    async with phone(server, tmp_path, settings=Settings(ack_delay=10_000)) as bob:
        with_clear_due(tmp_path, bob)
        await bob.logged_in()
        assert unread(bob, ROOM) == 1, "it can't be added yet"
        await until(lambda: unread(bob, ROOM) == 4)
        await bob.catch_up()
        assert_nothing_lost(server, bob)


def with_clear_due(path: Path, client: Client) -> None:
    with client._store._database.transaction() as db:
        db.execute("UPDATE session SET cleared = 0")


@both_encodings
@in_virtual_time
async def test_a_head_adds_the_counter_and_fetches_nothing(tmp_path: Path, encoding: Encoding) -> None:
    server = a_room()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        server.heads = True
        server.requests.clear()
        events = bob.events()
        server.faults = Scripted(pushes=[OnPush.TWICE, OnPush.LATE])
        for number in range(20):
            server.say("alice", ROOM, str(number))
        await until(lambda: unread(bob, ROOM) == 20)
        moved = [event.seq async for event in _until_moved(events, 21) if isinstance(event, GroupMoved)]
        assert moved == [2, *range(4, 22)], "each once, and none that goes back"
        await asyncio.sleep(60)
        assert said(bob) == []
        assert len(cmds(server, "counters")) == 1
        assert not cmds(server, "pull")
        await bob.catch_up(ROOM)
        assert_nothing_lost(server, bob)
        server.requests.clear()
        server.heads = False
        server.say("carol", ROOM, "live again")
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)
        assert not {request["cmd"] for request in server.requests} & {"counters", "pull"}


async def _until_moved(events, seq: int):  # type: ignore[no-untyped-def]
    async for event in events:
        yield event
        if event == GroupMoved(ROOM, seq):
            return


@both_transports
@in_virtual_time
async def test_a_member_pulls_down_to_where_they_joined_and_never_asks_below(tmp_path: Path) -> None:
    server = a_room(members=("carol",))
    for number in range(8):
        server.say("alice", ROOM, f"before {number}")
    server.change("alice", "add", "room", uids=["bob"])
    for number in range(8):
        server.say("alice", ROOM, str(number))
    async with phone(server, tmp_path) as bob:
        report = await bob.catch_up()
        assert report.sessions[ROOM].end_reason is EndReason.JOIN_POINT
        assert said(bob) == [str(number) for number in range(8)]
        assert unread(bob, ROOM) == 8, "that they were added is no message"
        assert_nothing_lost(server, bob)
        server.requests.clear()
        await bob.catch_up()
        assert [request["cmd"] for request in server.requests] == ["sessions"]
        group = next(state.group for state in bob.sessions())
        assert group is not None
        assert (group.name, group.role, group.members, group.joined) == ("Room", Role.MEMBER, 3, 10)


@both_transports
@in_virtual_time
async def test_retention_ends_a_pull_and_what_it_removed_is_not_asked_for_again(tmp_path: Path) -> None:
    server = a_room()
    for number in range(20):
        server.say("alice", ROOM, str(number))
    server.state.talks[ROOM].removed_below = 9
    server.state.talks[ROOM].unreadable = {12}
    async with phone(server, tmp_path) as bob:
        report = await bob.catch_up()
        assert report.sessions[ROOM].end_reason is EndReason.RETENTION
        assert report.sessions[ROOM].unreadable == 1
        assert report.seconds > 1, "the second look is later than the first"
        assert [message.seq for message in bob.messages(ROOM)] == [seq for seq in range(21, 8, -1) if seq != 12]
        server.requests.clear()
        await bob.catch_up()
        assert [request["cmd"] for request in server.requests] == ["sessions"]


@both_transports
@in_virtual_time
async def test_a_new_device_of_a_group_that_was_read_adds_nothing(tmp_path: Path) -> None:
    server = a_room()
    for number in range(5):
        server.say("alice", ROOM, str(number), at=["bob"])
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await until(lambda: settled(server, "bob"))
    async with phone(server, tmp_path, device="tablet") as tablet:
        await tablet.catch_up()
        assert (unread(tablet, ROOM), tablet.mentions(ROOM)) == (0, [])
        assert said(tablet) == [str(number) for number in range(5)]
        server.say("alice", ROOM, "live")
        await hear(server, tablet)
        await until(lambda: unread(tablet, ROOM) == 1)


@in_virtual_time
async def test_mentions_come_from_counters_and_messages_until_they_are_read(tmp_path: Path) -> None:
    server = a_room()
    server.state.last_messages = 0
    server.say("alice", ROOM, "2", at=["bob"])
    server.say("alice", ROOM, "3", at=["carol"])
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        assert bob.mentions(ROOM) == [2], "from the counter: the message isn't here yet"
        server.say("alice", ROOM, "4", atAll=True)
        await until(lambda: bob.mentions(ROOM) == [2, 4])
        await bob.catch_up()
        assert bob.mentions(ROOM) == [2, 4]
        bob.mark_read(ROOM)
        assert bob.mentions(ROOM) == []
        await bob.fetch_older(ROOM)
        server.say("alice", ROOM, "5", at=["carol", "bob"])
        await until(lambda: bob.mentions(ROOM) == [5])
    async with phone(server, tmp_path) as bob:
        assert bob.mentions(ROOM) == [5]


@both_transports
@both_encodings
@in_virtual_time
async def test_a_group_is_made_changed_and_left(tmp_path: Path, encoding: Encoding) -> None:
    server = FakeServer()
    server.state.page_capacity = 2
    async with (
        phone(server, tmp_path, "alice", encoding=encoding) as alice,
        phone(server, tmp_path, encoding=encoding) as bob,
    ):
        await bob.logged_in()
        made = await alice.create_group("Room", ["bob"], group="room", is_open=True)
        assert (made.seq, made.session_id) == (1, ROOM)
        await alice.add(ROOM, ["carol", "dave"])
        await alice.set_role("room", "bob", Role.ADMIN)
        await bob.remove("room", ["dave"])
        await alice.set_role("room", "bob", Role.OWNER)
        assert [(member.uid, member.role) async for member in bob.members("room")] == [
            ("alice", Role.ADMIN),
            ("bob", Role.OWNER),
            ("carol", Role.MEMBER),
        ]
        with pytest.raises(RequestRefused) as error:
            await bob.leave("room")
        assert error.value.code is Code.FAILED_PRECONDITION
        left = await alice.leave("room")
        assert left.seq == 6
        async with phone(server, tmp_path, "erin", encoding=encoding) as erin:
            joined = await erin.join(ROOM)
            assert joined.seq == 7
            await erin.send(ROOM, {"message": "hi"})
            await erin.catch_up()
            assert_nothing_lost(server, erin, "erin")
        for client, uid in ((alice, "alice"), (bob, "bob")):
            await client.catch_up()
            await until(lambda uid=uid: settled(server, uid))  # type: ignore[misc]
            assert_nothing_lost(server, client, uid)
        events = [message.content["event"] for message in reversed(bob.messages(ROOM)) if message.kind == "system"]
        assert events == ["create", "add", "role", "remove", "role", "leave", "join"]


@in_virtual_time
async def test_the_own_change_of_a_group_is_fetched_but_not_what_is_below_a_joining(tmp_path: Path) -> None:
    server = a_room(members=(), open=True, openHistory=True)
    for number in range(20):
        server.say("alice", ROOM, str(number))
    async with phone(server, tmp_path) as bob:
        made = await bob.create_group("Own")
        await asyncio.sleep(5)
        assert [message.content["event"] for message in bob.messages(made.session_id)] == ["create"]
        server.requests.clear()
        await bob.join("room")
        await asyncio.sleep(60)
        assert not cmds(server, "pull")
        assert unread(bob, ROOM) == 0
        await bob.catch_up()
        assert said(bob) == [str(number) for number in range(20)]
        assert unread(bob, ROOM) == 0, "what was said before wasn't said to them"


@in_virtual_time
async def test_what_was_pushed_after_a_removal_is_not_unread_and_hinders_no_clear(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.faults = Scripted(pushes=[OnPush.LOSE])
        server.change("alice", "remove", "room", uids=["bob"])
        late = server.say("alice", ROOM, "late")
        # The fan-out of a large group reads who is online, and finds for some time who was removed.
        server._push(server.online["bob", "phone"], late)
        await until(lambda: not server.state.groups.has_news("bob", ROOM))
        assert unread(bob, ROOM) == 0
        server.change("alice", "add", "room", uids=["bob"])
        server.say("alice", ROOM, "again")
        await until(lambda: unread(bob, ROOM) == 1)
        await until(lambda: settled(server, "bob"))
        assert unread(bob, ROOM) == 1


@both_transports
@pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])
@pytest.mark.parametrize("cmd", ["create", "add", "members", "chat", "pull"])
@in_virtual_time
async def test_a_group_request_that_fails_is_repeated_and_is_done_once(
    tmp_path: Path, cmd: str, fault: OnRequest
) -> None:
    server = FakeServer(Scripted({cmd: [fault, fault]}))
    async with phone(server, tmp_path, "alice") as alice:
        await alice.create_group("Room", ["bob"], group="room")
        await alice.add("room", ["carol"])
        await alice.send(ROOM, {"message": "hello"})
        assert [member.uid async for member in alice.members("room")] == ["alice", "bob", "carol"]
        await alice.catch_up(ROOM)
        assert_nothing_lost(server, alice, "alice")
        assert len(server.state.talks[ROOM].messages) == 3


@in_virtual_time
async def test_after_a_removal_nothing_more_is_counted_or_missing(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.change("alice", "remove", "room", uids=["bob"])
        server.say("alice", ROOM, "without bob")
        report = await bob.catch_up()
        assert not report.pages, "what was said without bob is not missing"
        assert_nothing_lost(server, bob)
        group = next(state.group for state in bob.sessions())
        assert group is not None
        assert group.left == 2
        with pytest.raises(RequestRefused) as error:
            await bob.send(ROOM, {"message": "hello?"})
        assert error.value.code is Code.PERMISSION_DENIED


@both_encodings
@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("comes_back", [True, False])
@in_virtual_time
async def test_nothing_is_unread_in_a_group_that_one_is_removed_from_and_the_count_begins_anew_with_the_next_joining(
    tmp_path: Path, encoding: Encoding, online: bool, comes_back: bool
) -> None:
    server = a_room()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        for number in range(3):
            server.say("alice", ROOM, str(number))
        await until(lambda: unread(bob, ROOM) >= 3)
        if online:
            server.change("alice", "remove", "room", uids=["bob"])
            await until(lambda: unread(bob, ROOM) == 0)
    if not online:
        server.change("alice", "remove", "room", uids=["bob"])
    server.say("alice", ROOM, "without bob")
    if comes_back:
        server.change("alice", "add", "room", uids=["bob"])
        server.say("alice", ROOM, "welcome")
    async with phone(server, tmp_path, encoding=encoding) as again:
        await again.catch_up()
        await until(lambda: settled(server, "bob"))
        assert unread(again, ROOM) == (1 if comes_back else 0)
        assert said(again) == ["0", "1", "2", *["welcome"] * comes_back]


@both_transports
@in_virtual_time
async def test_who_leaves_has_said_what_was_written_before(tmp_path: Path) -> None:
    server = a_room()
    server.faults = Scripted({"chat": [OnRequest.LOSE_REQUEST, OnRequest.UNAVAILABLE_BEFORE]})
    async with phone(server, tmp_path) as bob:
        bob.post(ROOM, {"message": "goodbye"})
        bob.post(ROOM, {"message": "all of you"})
        await bob.leave("room")
        assert bob.outbox() == [], "nothing was refused"
    assert [message["msg"].get("message") for message in server.state.talks[ROOM].messages][-3:-1] == [
        "goodbye",
        "all of you",
    ]


@in_virtual_time
async def test_a_change_that_nobody_waits_for_any_more_lets_messages_go(tmp_path: Path) -> None:
    server = a_room()
    server.faults = Scripted({"add": [OnRequest.LOSE_REQUEST]})
    async with phone(server, tmp_path) as bob:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await bob.add("room", ["dave"])
        async with asyncio.timeout(1):
            await bob.send(ROOM, {"message": "hello"})


@in_virtual_time
async def test_nothing_is_unread_where_one_leaves(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        for number in range(3):
            server.say("alice", ROOM, str(number), at=["bob"])
        await bob.catch_up()
        assert unread(bob, ROOM) >= 3
        await bob.leave("room")
        assert (unread(bob, ROOM), bob.mentions(ROOM)) == (0, [])
        await bob.catch_up()
        assert unread(bob, ROOM) == 0


@in_virtual_time
async def test_who_is_added_and_is_a_member_keeps_what_is_unread(tmp_path: Path) -> None:
    server = a_room()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        bob.mark_read(ROOM)
        server.say("alice", ROOM, "hello")
        server.change("alice", "add", "room", uids=["bob", "erin"])
        server.change("alice", "remove", "room", uids=["erin"])
        await until(lambda: unread(bob, ROOM) == 1)
        await bob.catch_up()
        assert unread(bob, ROOM) == 1


@both_encodings
@in_virtual_time
async def test_who_is_added_learns_of_it_at_one_login_with_nothing_unread(tmp_path: Path, encoding: Encoding) -> None:
    server = a_room(members=("carol",))
    server.say("alice", ROOM, "before bob")
    server.change("alice", "add", "room", uids=["bob"])
    async with phone(server, tmp_path, encoding=encoding) as bob:
        login = await bob.logged_in()
        assert (login.sessions, login.unread) == (1, 0)
        assert [message.content["event"] for message in bob.messages(ROOM)] == ["add"], "it came with the counter"
        await until(lambda: not server.state.groups.has_news("bob", ROOM))
        server.close_all()
        await asyncio.sleep(5)
        assert (await bob.logged_in()).sessions == 0, "told once"
        server.change("alice", "remove", "room", uids=["bob"])
        await bob.catch_up()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        assert (await bob.logged_in()).sessions == 1
        await until(lambda: not server.state.groups.has_news("bob", ROOM))


@in_virtual_time
async def test_changes_of_membership_raise_no_red_dot(tmp_path: Path) -> None:
    server = a_room(open=True)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.requests.clear()
        for number in range(10):
            server.change(f"guest{number}", "join", "room")
        for number in range(5):
            server.change(f"guest{number}", "leave", "room")
        await asyncio.sleep(5)
        assert len(bob.messages(ROOM)) == 16
        assert unread(bob, ROOM) == 0
        assert not server.requests
        server.say("alice", ROOM, "hello")
        await until(lambda: unread(bob, ROOM) == 1)


@pytest.mark.parametrize("in_the_group", [True, False])
@in_virtual_time
async def test_a_quiet_message_shows_that_a_push_was_lost_and_counts_nothing(
    tmp_path: Path, in_the_group: bool
) -> None:
    server = a_room()
    to = ROOM if in_the_group else "bob"
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.faults = Scripted(pushes=[OnPush.LOSE])
        server.say("alice", to, "its push is lost")
        server.say("alice", to, "quiet", quiet=True)
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)
        assert unread(bob, ROOM if in_the_group else "p:alice:bob") == 1


@in_virtual_time
async def test_pulled_messages_of_a_group_say_where_they_came_from(tmp_path: Path) -> None:
    server = a_room()
    server.state.last_messages = 0
    async with phone(server, tmp_path) as bob:
        events = bob.events()
        await bob.catch_up()
        sources = []
        while not sources:
            event = await anext(events)
            sources += [event.source] if isinstance(event, MessagesSaved) else []
        assert sources == [Source.PULL]


@pytest.mark.parametrize(
    ("to", "options", "field"),
    [
        ("g:", {}, "to"),
        ("g:a room", {}, "to"),
        ("bob", {"at": ["bob"]}, "at"),
        ("bob", {"at_all": True}, "at"),
        (ROOM, {"at": "bob"}, "at"),
        (ROOM, {"at": ["no uid"]}, "at"),
        (ROOM, {"at": ["bob"] * 51}, "at"),
    ],
)
@in_virtual_time
async def test_what_no_group_takes_is_refused_before_it_is_stored(
    tmp_path: Path, to: str, options: dict[str, object], field: str
) -> None:
    async with phone(FakeServer(), tmp_path, "alice") as alice:
        with pytest.raises(InvalidInput) as error:
            await alice.send(to, {}, **options)
        assert error.value.field == field
        assert alice.outbox() == []


@in_virtual_time
async def test_a_change_that_no_group_takes_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path, "alice") as alice:
        for change, field in (
            (alice.join("a room"), "group"),
            (alice.create_group("ü" * 101), "name"),
            (alice.create_group("Room", ["no uid"]), "uids"),
            (alice.add("room", []), "uids"),
            (alice.remove("room", ["bob"] * 51), "uids"),
            (alice.leave("room", msg_id="no id"), "msg_id"),
        ):
            with pytest.raises(InvalidInput) as error:
                await change
            assert error.value.field == field
        assert not {request["cmd"] for request in server.requests} - {"login"}
