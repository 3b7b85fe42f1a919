"""Which reads are strongly consistent: no emulator returns a stale one, so the requests themselves are looked at."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catchup.domain.ids import MsgId, Seq
from catchup.domain.page import Bounds
from tests.contract.groups import ROOM
from tests.contract.stores import ALICE, BOB, SESSION, Stores, sent

Asked = list[tuple[str, bool]]


@pytest.fixture
def asked(stores: Stores) -> Iterator[Asked]:
    """Table and consistency of every read."""
    names = {name: logical_id.removesuffix("Table") for logical_id, name in stores.tables.items()}
    found: Asked = []

    def note(params: dict[str, Any], **_: Any) -> None:
        tables = params.get("RequestItems") or {params["TableName"]: params}
        found.extend((names[table], wanted.get("ConsistentRead", False)) for table, wanted in tables.items())

    event = "before-parameter-build.dynamodb"
    stores.client.meta.events.register(event, note)
    yield found
    stores.client.meta.events.unregister(event, note)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda stores: stores.inbox.newest(BOB, SESSION, 1, Bounds()), [("Inbox", True)]),
        (lambda stores: stores.counters.all(BOB), [("Counter", True)]),
        (lambda stores: stores.counters.page(BOB, None, 1), [("Counter", True)]),
        (lambda stores: stores.counters.named(BOB, [SESSION]), [("Counter", True)]),
        (lambda stores: stores.presence.online([BOB]), [("Presence", True)]),
        (lambda stores: stores.messages.page(SESSION, Bounds(), 1, newest_first=True), [("Message", True)]),
        (lambda stores: stores.messages.between(SESSION, Seq(0), Seq(9)), [("Message", True)]),
        (lambda stores: stores.messages.first(SESSION), [("Message", True)]),
        (lambda stores: stores.groups.many([ROOM]), [("Session", True)]),
        (
            lambda stores: stores.groups.seen_by(BOB, ROOM),
            [("Session", True), ("Counter", True)],
        ),
        (lambda stores: stores.roster.page(ROOM, ""), [("Roster", True)]),
        (
            lambda stores: stores.sent_log.look_up_in_group(ALICE, MsgId("m"), ROOM),
            [("Sent", False), ("Session", False), ("Counter", False), ("Presence", False)],
        ),
        # Later than the group: who was just removed sends nothing.
        (lambda stores: stores.members.read([BOB], ROOM), [("Counter", True)]),
        # An index has no other reads.
        (lambda stores: stores.members.page(ROOM, None, 1), [("Counter", False)]),
        # Half the price where a stale read costs a repetition at most.
        (lambda stores: stores.counters.heads([SESSION]), [("Counter", False)]),
        (
            lambda stores: stores.messages.find(sent(1), SESSION, BOB),
            [("Message", False), ("Counter", True)],
        ),
        (
            lambda stores: stores.messages.find(sent(1), SESSION, BOB, consistent=True),
            [("Message", True), ("Counter", True)],
        ),
        (
            lambda stores: stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [BOB]),
            [("Sent", False), ("Counter", False), ("Presence", False)],
        ),
        # A login that reads them again.
        (lambda stores: stores.counters.all(BOB, consistent=False), [("Counter", False)]),
        # Signals, and who is online: of this moment, more or less.
        (lambda stores: stores.sightings.of(ALICE, [BOB]), [("Presence", False), ("Counter", False)]),
        (lambda stores: stores.presence.online([BOB], consistent=False), [("Presence", False)]),
        (
            lambda stores: stores.groups.seen_by(BOB, ROOM, consistent=False),
            [("Session", False), ("Counter", False)],
        ),
        (lambda stores: stores.roster.page(ROOM, "", consistent=False), [("Roster", False)]),
        # Receipts: who has just turned them off is told of no more, but in a list.
        (lambda stores: stores.receipts.chosen(BOB), [("Counter", True)]),
        (lambda stores: stores.receipts.sides([(BOB, SESSION)], consistent=True), [("Counter", True)]),
        (lambda stores: stores.receipts.sides([(BOB, SESSION)], consistent=False), [("Counter", False)]),
    ],
    ids=[
        *("newest", "all", "page", "named", "online", "history"),
        *("between", "first", "many groups", "seen by", "roster", "look up in a group", "rights", "members"),
        *("heads", "find", "find surely", "look up", "all for a first look"),
        *("sightings", "online for a signal", "seen by for a signal", "roster for a signal"),
        *("choice", "sides to push", "sides to list"),
    ],
)
def test_a_read_is_as_consistent_as_its_interface_promises(
    stores: Stores, asked: Asked, read: Callable[[Stores], Any], expected: Asked
) -> None:
    read(stores)
    assert asked == expected
