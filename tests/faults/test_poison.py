"""A row that can't be read costs nobody anything but itself, whichever request meets it. Rows of newer code are such.

tests/contract/test_poison_rows.py and test_newer_code.py have every kind for every repository; this is the way through
the handlers, with one of each.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.faults.scenarios.groups import ROOM, room
from tests.faults.scenarios.registry import SESSION, talking
from tests.faults.stage import Stage

OTHER = "p:bob:erin"
NEWEST = 5
# By table and kind: what replaces attributes of a good row; None removes one.
DAMAGE: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("Message", "no payload"): {"payload": None},
    ("Message", "newer layout"): {"layout": {"N": "2"}},
    ("Message", "no sender"): {"sender": None},
    ("Inbox", "no payload"): {"payload": None},
    ("Inbox", "newer layout"): {"layout": {"N": "2"}},
    ("Counter", "received is text"): {"received": {"S": "many"}},
    ("Counter", "pending is a list"): {"pending": {"L": []}},
    ("Counter", "no last seq"): {"lastSeq": None},
    ("Message", "no numbers before it"): {"before": None},
    ("Inbox", "no numbers before it"): {"before": None},
    ("Counter", "newer attribute"): {"mentions": {"NS": ["1"]}},
    ("Sent", "no seq"): {"seq": None},
    ("Sent", "numbers that are none"): {"before": {"S": "1"}},
    ("Presence", "an entry is text"): {"d#phone": {"S": "?"}},
    ("Presence", "newer attribute"): {"mood": {"S": "fine"}},
}


def is_damaged(row: Mapping[str, Any]) -> bool:
    """Bob's rows of the session, and what belongs to its newest message."""
    if "key" in row:
        return row["key"] == {"S": f"{SESSION}#{NEWEST:016d}"}
    if "seq" in row:
        return row["seq"] == {"N": str(NEWEST)}
    return row.get("uid", {"S": "bob"}) == {"S": "bob"} and row.get("sessionId", {"S": SESSION}) == {"S": SESSION}


Damaged = tuple[str, dict[str, Any]]


@pytest.fixture(params=DAMAGE, ids=" / ".join)
def damaged(stage: Stage, request: pytest.FixtureRequest) -> Damaged:
    """Four messages of Alice wait for Bob, and one of Erin. One row is damaged: its table, and what it is now."""
    alice = talking(stage)
    for _ in range(3):
        alice.say("bob")
    stage.online("erin").say("bob")
    tablet = stage.person("bob", "tablet")
    tablet.connect()
    tablet.log_in()
    tablet.crash()
    table, _ = request.param
    (row,) = filter(is_damaged, stage.world.rows(table))
    bad = {name: value for name, value in {**row, **DAMAGE[request.param]}.items() if value is not None}
    stage.aws.sdk.put_item(TableName=stage.tables[f"{table}Table"], Item=bad)
    return table, bad


def without_newest(messages: list[dict[str, Any]]) -> list[int]:
    return [message["seq"] for message in messages if message["seq"] != NEWEST]


def test_everything_else_arrives(stage: Stage, damaged: Damaged) -> None:
    phone = stage.person("bob").phone
    phone.connect()
    assert OTHER in phone.ok("login")["counters"]
    assert without_newest(phone.ok("pull", sessionId=SESSION)["messages"]) == [4, 3, 1]
    assert without_newest(phone.ok("history", sessionId=SESSION)["messages"]) == [4, 3, 2, 1]


def test_lists_of_sessions_lead_past_it(stage: Stage, damaged: Damaged) -> None:
    phone = stage.person("bob").phone
    found, page = [], phone.ok("sessions", limit=1)
    while not page["end"]:
        found += page["sessions"]
        page = phone.ok("sessions", limit=1, next=page["next"])
    assert [summary["sessionId"] for summary in [*found, *page["sessions"]]][-1] == OTHER


def test_it_is_kept(stage: Stage, damaged: Damaged) -> None:
    table, bad = damaged
    test_everything_else_arrives(stage, damaged)
    # A login replaces its own device's entry, whatever it was.
    changed_by_login = {"d#phone": None, "ttl": None}
    assert {**bad, **changed_by_login} in [{**row, **changed_by_login} for row in stage.world.rows(table)]


def test_its_owner_catches_up_all_the_same(stage: Stage, damaged: Damaged) -> None:
    bob = stage.person("bob")
    bob.inspect = lambda *_: None  # what can't be read is left over, and no reason to pull again
    bob.finish()
    assert bob.log.surprises == []
    assert set(bob.store.talk(OTHER).messages) == {1}


def test_nobody_is_kept_from_sending(stage: Stage, damaged: Damaged) -> None:
    phone = stage.person("alice").phone
    for _ in range(2):
        ack = phone.chat("bob", msg_id="m")
        # All messages but one are hers.
        assert (ack["seq"], ack["number"]) == (NEWEST + 1, NEWEST)
    bob = stage.person("bob").phone
    bob.connect()
    bob.ok("login")
    assert NEWEST + 1 in [message["seq"] for message in bob.ok("pull", sessionId=SESSION)["messages"]]


@pytest.mark.parametrize(
    "damage", [{"payload": None}, {"before": None}, {"sender": None}, {"chg": {"S": "?"}}], ids=str
)
@pytest.mark.parametrize("seq", ["2", "3"], ids=["a message", "a change"])
def test_a_group_goes_on_past_what_can_not_be_read(stage: Stage, seq: str, damage: Mapping[str, Any]) -> None:
    alice = room(stage)
    alice.tell("room")
    alice.change("add", "room", uids=["frank"])
    (row,) = (row for row in stage.world.rows("Message") if row["sessionId"]["S"] == ROOM and row["seq"]["N"] == seq)
    bad = {name: value for name, value in {**row, **damage}.items() if value is not None}
    stage.aws.sdk.put_item(TableName=stage.tables["MessageTable"], Item=bad)
    for uid in ("alice", "bob", "erin", "frank"):
        stage.person(uid).inspect = lambda *_: None  # what can't be read is left out
    numbers = [stage.online(uid).phone.say("room")["number"] for uid in ("alice", "bob", "frank")]
    assert numbers == [2, 3, 4]
    told = stage.online("erin").phone.ok("counters", sessionIds=[ROOM])["counters"][ROOM]
    assert (told["received"], told["lastSeq"]) == (4, 6)
