"""Counts never include what retention has removed: they come to the truth when somebody reads so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from catchup.clock import system_clock
from catchup.storage.data_set import KEY
from tests.conftest import on_dynamodb_local_alone
from tests.support.outages import Outages
from tests.support.world import Phone, World

pytestmark = on_dynamodb_local_alone


SESSION, ROOM = "p:alice:bob", "g:room"
DAY_MS = 86_400_000


@dataclass
class Days:
    """A deployment whose clock a test moves, and whose expired rows DynamoDB deletes if it is asked to."""

    make_world: Callable[..., World]
    swept: bool
    days: int = 0
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.make_world(clock=lambda: system_clock() + self.days * DAY_MS)

    def pass_by(self, days: int) -> None:
        self.days += days
        if not self.swept:
            return
        now = (system_clock() + self.days * DAY_MS) // 1_000
        for table, key in (("Message", ("sessionId", "seq")), ("Inbox", ("uid", "key"))):
            for row in self.world.rows(table):
                if int(row["ttl"]["N"]) <= now:
                    name = self.world.tables[f"{table}Table"]
                    self.world.dynamodb.delete_item(TableName=name, Key={part: row[part] for part in key})


@pytest.fixture(params=[False, True], ids=["expired", "deleted"])
def days(make_world: Callable[..., World], request: pytest.FixtureRequest) -> Days:
    return Days(make_world, request.param)


def count(phone: Phone, session: str = SESSION) -> int:
    counters = phone.ok("login")["counters"]
    return int(counters[session]["count"]) if session in counters else 0


def read_all(phone: Phone, cmd: str, session: str = SESSION) -> dict[str, Any]:
    """Pages down to the end; the last one."""
    page = phone.ok(cmd, sessionId=session)
    while not page["end"]:
        page = phone.ok(cmd, sessionId=session, before=page["messages"][-1]["seq"])
    return page


@pytest.mark.parametrize("cmd", ["pull", "history"])
def test_what_is_all_removed_is_no_longer_unread(days: Days, cmd: str) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    for number in range(3):
        alice.chat("bob", f"old {number}")
    days.pass_by(91)
    assert count(bob) == 3, "nobody has looked so far"
    page = read_all(bob, cmd)
    assert (page["messages"], page["end"], page["endReason"]) == ([], True, "RETENTION")
    assert count(bob) == 0
    assert bob.ok("counters", sessionIds=[SESSION])["counters"][SESSION]["received"] == 3
    before = days.world.trace()
    bob.ok(cmd, sessionId=SESSION)
    assert days.world.trace() == before
    alice.chat("bob", "new")
    assert count(bob) == 1


@pytest.mark.parametrize("own", [0, 4])
def test_what_is_kept_stays_unread_whatever_own_messages_lie_between(days: Days, own: int) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    for number in range(3):
        alice.chat("bob", f"old {number}")
    days.pass_by(60)
    for number in range(own):
        bob.chat("alice", f"own {number}")
    for number in range(2):
        alice.chat("bob", f"newer {number}")
    days.pass_by(31)
    assert count(bob) == 5
    assert read_all(bob, "history")["endReason"] == "RETENTION"
    assert count(bob) == 2


def test_what_only_the_offline_store_has_removed_stays_unread(days: Days) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    for number in range(3):
        alice.chat("bob", f"old {number}")
    days.pass_by(31)
    assert bob.ok("pull", sessionId=SESSION)["messages"] == []
    assert count(bob) == 3
    page = read_all(bob, "history")
    assert (len(page["messages"]), page["endReason"]) == (3, "CAUGHT_UP")
    assert count(bob) == 3


def test_what_was_read_before_is_not_taken_for_unread(days: Days) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    for number in range(3):
        alice.chat("bob", f"read {number}")
    bob.ok("clear", sessions={SESSION: 3})
    days.pass_by(60)
    alice.chat("bob", "unread")
    days.pass_by(31)
    assert read_all(bob, "history")["endReason"] == "RETENTION"
    assert count(bob) == 1


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize(("newer", "expected"), [(0, 0), (2, 2)])
def test_a_group_s_count_comes_to_the_truth_too(days: Days, cmd: str, newer: int, expected: int) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    alice.change("create", "room", name="Room", uids=["bob"])
    for number in range(3):
        alice.say("room", f"old {number}")
    bob.say("room", "own")
    days.pass_by(60)
    bob.say("room", "own")
    for number in range(newer):
        alice.say("room", f"newer {number}")
    days.pass_by(31)
    assert count(bob, ROOM) == 3 + newer
    assert read_all(bob, cmd, ROOM)["endReason"] == "RETENTION"
    assert count(bob, ROOM) == expected
    alice.say("room", "new")
    assert count(bob, ROOM) == expected + 1


def test_a_group_of_which_nothing_is_left_is_not_unread(days: Days) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    alice.change("create", "room", name="Room", uids=["bob"])
    alice.say("room", "old")
    days.pass_by(91)
    assert count(bob, ROOM) == 1
    page = read_all(bob, "pull", ROOM)
    assert (page["messages"], page["endReason"]) == ([], "RETENTION")
    assert count(bob, ROOM) == 0


def test_rows_that_can_t_be_read_are_not_taken_for_removed(days: Days) -> None:
    """A deployment under way: the newer version writes rows that the older one leaves out, and keeps."""
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    alice.change("create", "room", name="Room", uids=["bob"])
    for number in range(3):
        alice.chat("bob", f"newer layout {number}")
        alice.say("room", f"newer layout {number}")
    for row in days.world.rows("Message"):
        key = {name: row[name] for name in ("sessionId", "seq")}
        days.world.dynamodb.put_item(
            TableName=days.world.tables["MessageTable"], Item={**row, **key, "layout": {"N": "99"}}
        )
    for session in (SESSION, ROOM):
        read_all(bob, "history", session)
    assert (count(bob), count(bob, ROOM)) == (3, 3)


def test_a_page_arrives_though_the_counter_can_t_be_reached(days: Days) -> None:
    alice, bob = days.world.online("alice"), days.world.phone("bob")
    alice.chat("bob", "old")
    days.pass_by(91)
    with Outages(days.world.dynamodb) as outages:
        outages.fail("UpdateItem", ConnectTimeoutError(endpoint_url="x"))
        assert bob.ok("pull", sessionId=SESSION)["end"] is True
        outages.heal()
    assert bob.ok("pull", sessionId=SESSION)["endReason"] == "RETENTION"
    assert count(bob) == 0


def test_the_epoch_outlives_retention(days: Days) -> None:
    epoch = days.world.online("alice").ok("login")["epoch"]
    days.pass_by(1_000)
    assert [row["epoch"]["S"] for row in days.world.rows("Session") if row["sessionId"]["S"] == KEY] == [epoch]
