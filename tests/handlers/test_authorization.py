"""Who may do what to which session: every route of both APIs, against everything that is not the caller's.

Alice asks. A route without a line in the grid fails, and so does a cell without an answer. Whatever is refused changes
no row of any table, and nobody is told of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from catchup.commands import COMMANDS, rule_of
from catchup.domain.authorization import CALLER_ALONE
from catchup.entrypoint.handler import request_handler
from catchup.observability import FunctionTelemetry
from catchup.wire import catchup_pb2 as pb
from tests.support.engines import fresh_tables, moto_engine, template
from tests.support.http import HttpClient
from tests.support.requests import GOOD
from tests.support.world import Context, World, from_pb, to_pb

CODES = {
    "ok": "OK",
    "denied": "PERMISSION_DENIED",
    "invalid": "INVALID_ARGUMENT",
    "exists": "ALREADY_EXISTS",
    "state": "FAILED_PRECONDITION",
    "range": "OUT_OF_RANGE",
    "missing": "NOT_FOUND",
    # The answer is OK, and says nothing of what was asked about.
    "silent": "OK",
}
SESSIONS = {
    "own": ("a private session of one's own", "p:alice:bob"),
    "barred": ("a private session with somebody who blocks one", "p:alice:gina"),
    "peers": ("a session of one's peer with another", "p:bob:carol"),
    "others": ("a session of two others", "p:dan:erin"),
    "member": ("a group that one is a member of", "g:member"),
    "admin": ("a group that one is an admin of", "g:admin"),
    "owner": ("a group that one owns", "g:owner"),
    "club": ("an open group that one is a member of", "g:club"),
    "left": ("a group that one has left", "g:left"),
    "removed": ("a group that one was removed from", "g:removed"),
    "never": ("a group that one was never in", "g:never"),
    "open": ("an open group that one was never in", "g:open"),
    "nowhere": ("a group that there is not", "g:nowhere"),
    "asking": ("a group that one asks to join and was never in", "g:asking"),
    "muted": ("a group in which one is muted", "g:muted"),
    "ended": ("a group that was dissolved while one was a member", "g:ended"),
}
FORGERIES = {
    "uid": "another's uid in the header",
    "device": "another's deviceId in the header",
    "msgid": "another's msgId",
    "cursor": "a cursor in another's sessions",
    "high": "numbers that are far too high",
    "negative": "negative numbers",
}
# A dash: the route's request can't say it. What is about the caller alone has the columns of ABOUT_THE_CALLER, unless
# it has lines of its own.
ABOUT_THE_CALLER = {"uid": "denied", "device": "ok"}
GRID = """
route     own     barred  peers   others  member  admin   owner   club    left    removed never   open    nowhere
counters  ok      ok      silent  silent  ok      ok      ok      ok      ok      ok      silent  silent  silent
clear     ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
ack       ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
pull      ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
history   ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
chat      ok      denied  denied  denied  ok      ok      ok      ok      denied  denied  denied  denied  denied
sessions  -       -       -       -       -       -       -       -       -       -       -       -       -
settings  ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
create    invalid invalid invalid invalid exists  exists  exists  exists  exists  exists  exists  exists  ok
join      invalid invalid invalid invalid state   state   state   state   denied  denied  denied  ok      denied
leave     invalid invalid invalid invalid ok      ok      state   ok      denied  denied  denied  denied  denied
add       invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
remove    invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
role      invalid invalid invalid invalid denied  denied  ok      denied  denied  denied  denied  denied  denied
describe  invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
mute      invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
dissolve  invalid invalid invalid invalid denied  denied  ok      denied  denied  denied  denied  denied  denied
members   invalid invalid invalid invalid ok      ok      ok      ok      denied  denied  denied  denied  denied
ask       invalid invalid invalid invalid state   state   state   state   denied  denied  denied  denied  denied
requests  invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
approve   invalid invalid invalid invalid denied  ok      ok      denied  denied  denied  denied  denied  denied
recall    ok      denied  denied  denied  denied  ok      ok      denied  denied  denied  denied  denied  denied
edit      ok      denied  denied  denied  denied  denied  denied  denied  denied  denied  denied  denied  denied
signal    ok      denied  state   state   ok      ok      ok      ok      denied  denied  denied  denied  denied
online    ok      silent  silent  silent  -       -       -       -       -       -       -       -       -
read      ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
readers   denied  denied  denied  denied  ok      ok      ok      ok      denied  denied  denied  denied  denied
hide      ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
hidden    ok      ok      denied  denied  ok      ok      ok      ok      ok      ok      denied  denied  denied
media     state   state   denied  denied  state   state   state   state   state   state   denied  denied  denied

route     asking  muted   ended
counters  silent  ok      ok
clear     denied  ok      ok
ack       denied  ok      ok
pull      denied  ok      ok
history   denied  ok      ok
chat      denied  denied  state
sessions  -       -       -
settings  denied  ok      ok
create    exists  exists  exists
join      denied  state   state
leave     denied  ok      state
add       denied  denied  state
remove    denied  denied  state
role      denied  denied  state
describe  denied  denied  state
mute      denied  denied  state
dissolve  denied  denied  state
members   denied  ok      state
ask       ok      state   state
requests  denied  denied  state
approve   denied  denied  state
recall    denied  denied  state
edit      denied  denied  state
signal    denied  denied  state
online    -       -       -
read      denied  ok      ok
readers   denied  ok      state
hide      denied  ok      ok
hidden    denied  ok      ok
media     denied  state   state

route     uid     device  msgid   cursor  high    negative
counters  denied  ok      -       silent  -       -
clear     denied  ok      -       -       range   invalid
ack       denied  ok      -       -       range   invalid
pull      denied  ok      -       -       ok      invalid
history   denied  ok      -       -       ok      invalid
chat      denied  ok      ok      -       invalid invalid
sessions  denied  ok      -       silent  invalid invalid
settings  denied  ok      -       -       range   invalid
create    denied  ok      exists  -       -       -
join      denied  ok      ok      -       -       -
leave     denied  ok      ok      -       -       -
add       denied  ok      ok      -       -       -
remove    denied  ok      ok      -       -       -
role      denied  ok      ok      -       -       -
describe  denied  ok      ok      -       -       -
mute      denied  ok      ok      -       invalid invalid
dissolve  denied  ok      ok      -       -       -
ask       denied  ok      -       -       -       -
requests  denied  ok      -       ok      invalid invalid
approve   denied  ok      ok      -       -       -
members   denied  ok      -       ok      invalid invalid
recall    denied  ok      ok      -       missing invalid
edit      denied  ok      ok      -       missing invalid
read      denied  ok      -       -       range   invalid
readers   denied  ok      -       -       missing invalid
signal    denied  ok      -       -       -       -
online    denied  ok      -       -       -       -
hide      denied  ok      -       -       ok      invalid
hidden    denied  ok      -       -       ok      invalid
media     denied  state   -       -       missing invalid
"""
# What a frame says beside its body.
ONLY_IN_FRAMES = {"uid", "device"}
READS = {
    *("counters", "pull", "history", "sessions", "members", "requests", "ping", "blocked", "online", "hidden"),
    "readers",
    "media",
}
# A group in which Alice may do what the route is for, to have a request whose only fault is the forged part.
MAY_IN = {
    "create": "g:nowhere",
    "join": "g:open",
    "ask": "g:asking",
    "chat": "p:alice:bob",
    "pull": "p:alice:bob",
    "history": "p:alice:bob",
    "recall": "p:alice:bob",
    "edit": "p:alice:bob",
    "signal": "p:alice:bob",
    "online": "p:alice:bob",
}
A_DAY_MS = 86_400_000
# Bob's, of a message and of a group's founding.
BOBS_MSG_ID = "bobs"


def grid() -> dict[tuple[str, str], str]:
    """What the grid says, by route and column."""
    cells: dict[tuple[str, str], str] = {}
    for block in GRID.strip().split("\n\n"):
        (_, *columns), *lines = (line.split() for line in block.splitlines())
        for route, *words in lines:
            assert len(words) == len(columns), f"{route} has not one answer a column"
            cells.update({(route, column): word for column, word in zip(columns, words, strict=True)})
    told = {route for route, _ in cells}
    for route in (cmd for cmd, command in COMMANDS.items() if command.rule == CALLER_ALONE and cmd not in told):
        cells.update({(route, column): ABOUT_THE_CALLER.get(column, "-") for column in (*SESSIONS, *FORGERIES)})
    return cells


CELLS = grid()


@dataclass
class Stage:
    """A world that every case finds alike."""

    world: World

    def __post_init__(self) -> None:
        self.alice = self.world.online("alice")
        people = {name: self.world.online(name) for name in ("bob", "carol", "dan", "erin", "gina")}
        bob = people["bob"]
        bob.chat("alice", msg_id=BOBS_MSG_ID)
        bob.chat("carol")
        people["dan"].chat("erin")
        self.alice.chat("bob")
        people["gina"].chat("alice")
        self.alice.chat("gina")
        people["gina"].ok("block", uid="alice")
        for group in ("member", "admin", "owner", "left", "removed", "muted", "ended"):
            bob.change("create", group, uids=["alice", "carol"])
        bob.change("create", "club", uids=["alice", "carol"], open=True)
        for group in ("never", "open", "asking"):
            kind = {"open": group == "open", "ask": group == "asking"}
            bob.change("create", group, msg_id=f"founded-{group}", uids=["carol"], **kind)
        sessions = {session for _, session in SESSIONS.values()} - {"g:nowhere"}
        for group in sorted(session.removeprefix("g:") for session in sessions if session.startswith("g:")):
            bob.say(group, msg_id=f"said-{group}")
        for group in ("member", "admin", "owner", "club", "left", "removed", "muted", "ended"):
            self.alice.say(group)
        bob.change("role", "admin", uid="alice", role="ADMIN")
        bob.change("role", "owner", uid="alice", role="OWNER")
        self.alice.change("leave", "left")
        bob.change("remove", "removed", uids=["alice"])
        bob.change("mute", "muted", uid="alice", until=self.world.parts.clock() + A_DAY_MS)
        bob.change("dissolve", "ended")
        self.rows = self.world.trace()
        self.keys = {table: self._keys(table) for table in self.world.tables}
        self.dirty = False

    def reset(self) -> None:
        """As it was at first: rows that are new go, and those that have changed are put back."""
        if self.dirty:
            for table, name in self.world.tables.items():
                keys, now = self.keys[table], self.world.rows(table.removesuffix("Table"))
                for row in now:
                    if row not in self.rows[table]:
                        self.world.dynamodb.delete_item(TableName=name, Key={key: row[key] for key in keys})
                for row in self.rows[table]:
                    if row not in now:
                        self.world.dynamodb.put_item(TableName=name, Item=row)
        self.dirty = True
        self.world.gateway.posted.clear()
        self.world.gateway.closed.clear()
        self.queued = self.world.queues.taken_in

    def _keys(self, table: str) -> list[str]:
        described = self.world.dynamodb.describe_table(TableName=self.world.tables[table])
        return [key["AttributeName"] for key in described["Table"]["KeySchema"]]

    def ask(self, route: str, frame: dict[str, Any], encoding: str) -> dict[str, Any]:
        """Alice's request, and its answer in the JSON form."""
        if encoding.startswith("http"):
            return HttpClient(self.world, "alice", encoding.partition(" ")[2]).ask(route, **frame["body"])
        frame = {"cmd": route, **frame}
        text = json.dumps(frame if encoding == "json" else {"cmd": route, "pb": to_pb(frame)})
        answer: dict[str, Any] = json.loads(self.alice.send_frame(text, COMMANDS[route].function, route))
        return from_pb(answer["pb"]) if encoding == "pb" and "pb" in answer else answer

    def assert_untouched(self) -> None:
        """No row has changed, and nobody was told anything."""
        assert self.world.trace() == self.rows
        assert not any(self.world.gateway.posted.values())
        assert not self.world.gateway.closed
        assert self.world.queues.taken_in == self.queued
        self.dirty = False


@pytest.fixture(scope="module")
def shared_stage() -> Iterator[Stage]:
    """Made once: what is refused leaves it as it is."""
    with moto_engine() as client:
        yield Stage(World(client, fresh_tables(client)))


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """As at first."""
    shared_stage.reset()
    return shared_stage


def about(route: str, session: str) -> dict[str, Any]:
    """A request about a session that is right but for whose it is."""
    group = session.removeprefix("g:")
    change = {"msgId": "alices", "groupId": group}
    match route:
        case "counters":
            return {"sessionIds": [session]}
        case "clear":
            return {"sessions": {session: 1}}
        case "read":
            return {"sessions": {session: {"seq": 1, "received": 1}}}
        case "ack":
            return {"sessions": {session: {"seqs": [1], "received": 1}}}
        case "settings":
            return {"sessions": {session: {"pinned": True, "mutedUntil": 1}}}
        case "pull" | "history" | "hidden":
            return {"sessionId": session}
        case "hide":
            return {"sessionId": session, "seqs": [1]}
        case "chat" if session.startswith("g:"):
            return {"msgId": "alices", "chatType": 2, "to": group, "msg": {"message": "hello"}}
        case "chat":
            _, sender, to = session.split(":")
            return {
                "msgId": "alices",
                "chatType": 1,
                "ackFlg": 1,
                "from": sender,
                "to": to,
                "msg": {"message": "hello"},
            }
        case "media":
            return {"sessionId": session, "seq": 2}
        case "readers":
            # Her own.
            return {"sessionId": session, "seq": 3}
        case "recall":
            return {"msgId": "alices", "sessionId": session, "seq": 2}
        case "edit":
            return {"msgId": "alices", "sessionId": session, "seq": 2, "msg": {"message": "hello!"}}
        case "signal" if session.startswith("g:"):
            return {"chatType": 2, "to": group, "kind": "typing"}
        case "signal":
            return {"chatType": 1, "to": session.split(":")[2], "kind": "typing"}
        case "online":
            return {"uids": [session.split(":")[2]]}
        case "add":
            return {**change, "uids": ["dan"]}
        case "remove":
            return {**change, "uids": ["carol"]}
        case "role":
            return {**change, "uid": "carol", "role": "ADMIN"}
        case "members" | "requests" | "ask":
            return {"groupId": group}
        case "approve":
            # She is a member, so this is safe although she has not asked.
            return {**change, "uids": ["carol"]}
        case "describe":
            return {**change, "name": "The hall"}
        case "mute":
            return {**change, "uid": "carol", "until": 0}
        case "create" | "join" | "leave" | "dissolve":
            return change
    return GOOD[route]


def forged(route: str, forgery: str) -> dict[str, Any]:
    """A frame that is right but for the forged part."""
    session = MAY_IN.get(route, "g:member" if route == "leave" else "g:owner")
    body = about(route, session)
    number = 2**52 if forgery == "high" else -1
    match route, forgery:
        case _, "uid":
            return {"uid": "bob", "body": body}
        case _, "device":
            return {"clientInfo": {"deviceId": "bobs-phone"}, "body": body}
        case "create", "msgid":
            return {"body": {**about(route, "g:never"), "msgId": "founded-never", "uids": ["carol"]}}
        case _, "msgid":
            return {"body": {**body, "msgId": BOBS_MSG_ID}}
        case "members" | "requests", "cursor":
            return {"body": {**body, "next": "bob"}}
        case _, "cursor":
            return {"body": {"next": "after:p:bob:carol"}}
        case "clear", _:
            return {"body": {"sessions": {"p:alice:bob": number}}}
        case "read", _:
            return {"body": {"sessions": {"p:alice:bob": {"seq": abs(number), "received": number}}}}
        case "settings", _:
            place = {"seq": abs(number), "received": number}
            return {"body": {"sessions": {"p:alice:bob": {"hidden": True, "at": place}}}}
        case "ack", _:
            return {"body": {"sessions": {"p:alice:bob": {"seqs": [abs(number)], "received": number}}}}
        case "pull", _:
            return {"body": {**body, "ack": [number]}}
        case "history", _:
            return {"body": {**body, "before": number}}
        case "hide", _:
            return {"body": {**body, "seqs": [number]}}
        case "hidden", _:
            return {"body": {**body, "after": number}}
        case "chat", _:
            return {"body": {**body, "time": number * 2}}
        case "recall" | "edit" | "readers" | "media", _:
            return {"body": {**body, "seq": number}}
        case "mute", _:
            return {"body": {**body, "until": number * 2}}
        case _:
            return {"body": {**body, "limit": 1_001 if forgery == "high" else -1}}


def code_of(answer: dict[str, Any]) -> str:
    """The answer's code; that of its only session, where each has one."""
    results = answer.get("body", {}).get("sessions") if answer["cmd"] in ("clear", "ack", "settings", "read") else None
    codes = {result["code"] for result in results.values()} if isinstance(results, dict) else {answer["code"]}
    (code,) = codes
    return str(code)


def named_in(answer: dict[str, Any]) -> set[str]:
    """The sessions that an answer tells of."""
    body = answer.get("body", {})
    listed = {item["sessionId"] for item in body.get("sessions", []) if isinstance(item, dict)}
    return listed | set(body.get("counters", {}))


def seen_in(answer: dict[str, Any]) -> set[str]:
    """The people of whom an answer tells more than nothing."""
    return {uid for uid, told in answer.get("body", {}).get("people", {}).items() if told != {"online": False}}


def check(stage: Stage, route: str, frame: dict[str, Any], word: str, encoding: str) -> dict[str, Any]:
    answer = stage.ask(route, frame, encoding)
    assert answer["cmd"] == COMMANDS[route].answer_cmd
    assert code_of(answer) == CODES[word], answer
    if word != "ok" or route in READS:
        stage.assert_untouched()
    return answer


def cases(columns: dict[str, Any], title: Any) -> list[Any]:
    return [
        pytest.param(route, column, word, encoding, id=f"{route} {title(columns[column])} is {word}, in {encoding}")
        for (route, column), word in CELLS.items()
        if column in columns and word != "-"
        for encoding in ("json", "pb", "http json", "http pb")
        if not encoding.startswith("http") or (COMMANDS[route].http and column not in ONLY_IN_FRAMES)
    ]


@pytest.mark.parametrize(("route", "column", "word", "encoding"), cases(SESSIONS, lambda named: f"of {named[0]}"))
def test_a_session(stage: Stage, route: str, column: str, word: str, encoding: str) -> None:
    session = SESSIONS[column][1]
    answer = check(stage, route, {"body": about(route, session)}, word, encoding)
    if word == "silent":
        assert named_in(answer) == seen_in(answer) == set()


@pytest.mark.parametrize(("route", "column", "word", "encoding"), cases(FORGERIES, lambda what: f"with {what}"))
def test_a_forgery(stage: Stage, route: str, column: str, word: str, encoding: str) -> None:
    answer = check(stage, route, forged(route, column), word, encoding)
    assert all(session.startswith("g:") or "alice" in session for session in named_in(answer))
    presence = {row["uid"]["S"]: set(row) - {"uid", "ttl"} for row in stage.world.rows("Presence")}
    assert presence["alice"] == presence["bob"] == {"d#phone"}


@pytest.mark.parametrize("target", ["bob, who owns it", "carol, an admin"])
def test_an_admin_removes_neither_its_owner_nor_an_admin(stage: Stage, target: str) -> None:
    name = target.partition(",")[0]
    stage.world.phone("bob").change("role", "admin", uid="carol", role="ADMIN")
    before = stage.world.trace()
    answer = stage.alice.ask("remove", msgId="alices", groupId="admin", uids=[name])
    assert answer["code"] == ("FAILED_PRECONDITION" if name == "bob" else "PERMISSION_DENIED")
    assert stage.world.trace() == before


@pytest.mark.parametrize(
    ("group", "code"), [("member", "PERMISSION_DENIED"), ("admin", "OK"), ("owner", "OK")], ids=lambda word: str(word)
)
def test_all_are_mentioned_by_owner_and_admins_alone(stage: Stage, group: str, code: str) -> None:
    answer = stage.alice.ask("chat", **about("chat", f"g:{group}"), atAll=True)
    assert answer["code"] == code
    if code != "OK":
        stage.assert_untouched()


def test_a_page_of_another_persons_inbox_does_not_exist(stage: Stage) -> None:
    """Whatever seqs one names, they are looked up in one's own inbox."""
    waiting = [row for row in stage.rows["InboxTable"] if row["uid"]["S"] != "alice"]
    assert waiting
    stage.alice.ok("pull", sessionId="p:alice:bob", ack=list(range(1, 101)))
    stage.alice.ok("ack", sessions={"p:alice:bob": {"seqs": list(range(1, 101))}})
    assert [row for row in stage.world.trace()["InboxTable"] if row["uid"]["S"] != "alice"] == waiting


NOT_ONES_OWN = [
    session for column in ("peers", "others", "never", "open", "nowhere") for session in SESSIONS[column][1:]
]


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("foreign", NOT_ONES_OWN)
def test_a_session_that_is_not_ones_own_has_its_own_entry_and_the_rest_of_the_frame_is_done(
    stage: Stage, foreign: str, encoding: str
) -> None:
    """Whether it is a private one or a group."""
    both = {"p:alice:bob": 1, foreign: 1}
    cleared = stage.ask("clear", {"body": {"sessions": both}}, encoding)
    assert {name: result["code"] for name, result in cleared["body"]["sessions"].items()} == {
        "p:alice:bob": "OK",
        foreign: "PERMISSION_DENIED",
    }
    told = stage.ask("counters", {"body": {"sessionIds": [*both]}}, encoding)
    assert (told["code"], set(told["body"]["counters"])) == ("OK", {"p:alice:bob"})
    acks = {name: {"seqs": [1]} for name in both}
    acked = stage.ask("ack", {"body": {"sessions": acks}}, encoding)
    assert {name: (result["code"], result["remaining"]) for name, result in acked["body"]["sessions"].items()} == {
        "p:alice:bob": ("OK", []),
        foreign: ("PERMISSION_DENIED", []),
    }
    chosen = stage.ask("settings", {"body": {"sessions": {name: {"pinned": True} for name in both}}}, encoding)
    assert {name: (result["code"], "settings" in result) for name, result in chosen["body"]["sessions"].items()} == {
        "p:alice:bob": ("OK", True),
        foreign: ("PERMISSION_DENIED", False),
    }
    assert [row["key"]["S"][:11] for row in stage.world.rows("Inbox") if row["uid"]["S"] == "alice"] == ["p:alice:gin"]


@pytest.mark.parametrize("cmd", ["clear", "ack", "counters"])
def test_an_id_that_names_no_session_refuses_the_whole_frame(stage: Stage, cmd: str) -> None:
    answer = stage.alice.ask(cmd, sessions={"p:bob:alice": 1}) if cmd == "clear" else None
    if cmd == "ack":
        answer = stage.alice.ask(cmd, sessions={"p:alice:bob": {"seqs": [1]}, "room": {"seqs": [1]}})
    if cmd == "counters":
        answer = stage.alice.ask(cmd, sessionIds=["p:alice:bob", "g:"])
    assert answer is not None
    assert answer["code"] == "INVALID_ARGUMENT"
    stage.assert_untouched()


def test_an_ack_of_a_group_has_nothing_to_do_for_a_member(stage: Stage) -> None:
    acked = stage.alice.ok("ack", sessions={"g:member": {"seqs": [1]}, "g:left": {"seqs": [1]}})
    assert {result["code"] for result in acked["sessions"].values()} == {"OK"}
    stage.assert_untouched()


# ---------------------------------------------------------------- the table and the grid are whole


def routes_of_the_template() -> set[str]:
    api = template().api
    assert api is not None
    return {route for route in api.routes if not route.startswith("$")}


def test_the_grid_has_every_route_of_the_template_in_every_column() -> None:
    assert {route for route, _ in CELLS} == routes_of_the_template()
    for route in routes_of_the_template():
        assert {column for known, column in CELLS if known == route} == {*SESSIONS, *FORGERIES}


def test_a_function_with_a_command_that_has_no_rule_does_not_start() -> None:
    with pytest.raises(LookupError, match="shout"):
        request_handler("connection", {"shout": lambda _: pb.Envelope()}, FunctionTelemetry())
    with pytest.raises(LookupError, match="shout"):
        rule_of("shout")


def test_a_frame_whose_cmd_stands_twice_is_refused_by_the_function_that_it_reaches(stage: Stage) -> None:
    frame = '{"cmd":"ping","cmd":"chat","body":{"msgId":"m","chatType":1,"to":"bob","msg":{}}}'
    answer = json.loads(stage.alice.send_frame(frame, "sync", "ping", Context()))
    assert (answer["code"], answer["error"]["field"]) == ("UNIMPLEMENTED", "cmd")
    stage.assert_untouched()
