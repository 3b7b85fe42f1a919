"""Newer code has written attributes that this code does not know: no update of ours erases them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from catchup.domain.ids import Seq
from catchup.domain.membership import Mention, Role
from catchup.domain.message import Numbers, Place
from catchup.domain.page import Bounds
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.group_book import DynamoGroups
from catchup.usecases.screening.ports import HeldMessage
from catchup.usecases.sending.ports import Link
from catchup.wire import catchup_pb2 as pb
from tests.contract.groups import ROOM, a_group, admit, dismiss, group, mention, note, person, settle
from tests.contract.stores import (
    ALICE,
    BOB,
    NOW_MS,
    SESSION,
    Stores,
    endpoint,
    inbox_row,
    message,
    message_row,
    sent,
    seqs,
    seqs_of,
    tell,
)

NEWER: Mapping[str, Any] = {
    "text": {"S": "kept"},
    "map": {"M": {"a": {"L": [{"N": "1"}, {"NULL": True}]}}},
    "set": {"SS": ["a", "b"]},
    "bytes": {"B": b"\x00\xff"},
}
COUNTER = {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}
PRESENCE = {"uid": {"S": BOB}}


def newer(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row.get(name) for name in NEWER} for row in rows]


def test_a_reservation_keeps_them(stores: Stores) -> None:
    held = sent(1, is_held=True)
    stores.sent_log.reserve(held)
    stores.add("Sent", {"uid": {"S": ALICE}, "msgId": {"S": "m"}}, **NEWER)
    assert stores.sent_log.reserve(sent(1)) == held
    stores.sent_log.move(held, Place(Seq(2)))
    assert stores.sent_log.hold(sent(2, is_held=True), is_held=False) == sent(2)
    assert newer(stores.rows("Sent")) == [NEWER]


def test_a_message_keeps_them(stores: Stores) -> None:
    stores.messages.allocate(message(1))
    stores.add("Message", {"sessionId": {"S": SESSION}, "seq": {"N": "1"}}, **NEWER)
    assert stores.messages.allocate(message(1)) == message(1)
    assert stores.messages.allocate(message(1, msg_id="other")) == Link(SESSION, Place(Seq(1)), ALICE)
    assert newer(stores.rows("Message")) == [NEWER]


def test_a_message_that_waits_keeps_them(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1))
    stores.add("Inbox", {"uid": {"S": BOB}, "key": {"S": f"{SESSION}#{1:016}"}}, **NEWER)
    stores.inbox.put(BOB, message(1))
    assert newer(stores.rows("Inbox")) == [NEWER]


def test_removing_a_message_that_waits_takes_them_along(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1))
    stores.add("Inbox", {"uid": {"S": BOB}, "key": {"S": f"{SESSION}#{1:016}"}}, **NEWER)
    assert stores.inbox.remove(BOB, SESSION, seqs(1)) == []
    assert stores.rows("Inbox") == []


COUNTER_UPDATES: Mapping[str, Callable[[DynamoCounters], object]] = {
    "raise": lambda counters: counters.raise_to(BOB, message(4, before=Numbers(3))),
    "raise again": lambda counters: counters.raise_to(BOB, message(3, before=Numbers(2))),
    "raise past some": lambda counters: counters.raise_to(
        BOB, message(6, before=Numbers(5)), counters.all(BOB)[0], frozenset(seqs(4, 5))
    ),
    "confirm": lambda counters: counters.raise_to(BOB, message(2)),
    "ensure": lambda counters: counters.ensure(BOB, SESSION, NOW_MS),
    "clear": lambda counters: counters.clear(BOB, SESSION, 2),
}


@pytest.mark.parametrize("update", COUNTER_UPDATES)
def test_a_counter_keeps_them(stores: Stores, update: str) -> None:
    tell(stores, 1, 2, 3)
    stores.add("Counter", COUNTER, **NEWER)
    COUNTER_UPDATES[update](stores.counters)
    assert newer(stores.rows("Counter")) == [NEWER]
    assert stores.counters.all(BOB)[0].received >= 3


def test_a_persons_presence_keeps_them(stores: Stores) -> None:
    stores.presence.register(endpoint(NOW_MS))
    stores.add("Presence", PRESENCE, **NEWER)
    stores.presence.register(endpoint(NOW_MS + 1))
    stores.presence.register(endpoint(device="tablet"))
    stores.presence.forget(endpoint(device="tablet"))
    assert newer(stores.rows("Presence")) == [NEWER]
    assert stores.presence.online([BOB]) == {BOB: (endpoint(NOW_MS + 1),)}


@pytest.mark.parametrize(
    "entry",
    [
        {"M": {"connectionId": {"S": "c"}, "encoding": {"S": "cbor"}, "since": {"N": str(NOW_MS)}}},
        {"M": {"connectionId": {"S": "c"}, "encoding": {"S": "json"}}},
        {"M": {"connectionId": {"N": "1"}, "encoding": {"S": "json"}, "since": {"S": "now"}}},
        {"M": {}},
        {"S": "c"},
        {"NULL": True},
        {"L": []},
    ],
)
def test_a_devices_entry_that_cannot_be_read_is_skipped_and_kept(stores: Stores, entry: dict[str, Any]) -> None:
    stores.presence.register(endpoint())
    stores.client.update_item(
        TableName=stores.tables["PresenceTable"],
        Key=PRESENCE,
        UpdateExpression="SET #d = :e",
        ExpressionAttributeNames={"#d": "d#tablet"},
        ExpressionAttributeValues={":e": entry},
    )
    assert stores.presence.online([BOB]) == {BOB: (endpoint(),)}
    stores.presence.register(endpoint(NOW_MS + 1))
    stores.presence.forget(endpoint(device="tablet"))
    assert stores.presence.online([BOB]) == {BOB: (endpoint(NOW_MS + 1),)}
    (row,) = stores.rows("Presence")
    assert row["d#tablet"] == entry


@pytest.mark.parametrize(
    "entry",
    [
        {"S": "c"},
        {"M": {"connectionId": {"S": "c"}, "encoding": {"S": "json"}}},
        {"M": {"connectionId": {"S": "c"}, "encoding": {"S": "json"}, "since": {"S": "now"}}},
    ],
)
def test_a_device_whose_entry_cannot_be_read_may_log_in(stores: Stores, entry: dict[str, Any]) -> None:
    stores.put_row("Presence", {**PRESENCE, "d#phone": entry})
    assert not stores.presence.register(endpoint()).superseded


def test_rows_with_attributes_of_newer_code_are_read(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1))
    stores.messages.allocate(message(1))
    stores.add("Inbox", {"uid": {"S": BOB}, "key": {"S": f"{SESSION}#{1:016}"}}, **NEWER)
    stores.add("Message", {"sessionId": {"S": SESSION}, "seq": {"N": "1"}}, **NEWER)

    assert seqs_of(stores.inbox.newest(BOB, SESSION, 9, Bounds()).messages) == [1]
    assert seqs_of(stores.messages.page(SESSION, Bounds(), 9, newest_first=True).messages) == [1]
    assert stores.poison == []


# ---------------------------------------------------------------- groups

GROUP_UPDATES: Mapping[str, Callable[[DynamoGroups], object]] = {
    "found": lambda groups: groups.found(a_group()),
    "raise head": lambda groups: groups.raise_head(ROOM, Place(Seq(10), Numbers(9)), NOW_MS),
    "count members": lambda groups: groups.count_members(ROOM, Seq(9), 1),
    "hand over": lambda groups: groups.hand_over(ROOM, Seq(9), BOB),
    "mention all": lambda groups: groups.mention_all(ROOM, Mention(9, 9)),
    "start roster": lambda groups: groups.start_roster(ROOM, NOW_MS),
    "set hot": lambda groups: (groups.set_hot(ROOM, True), groups.set_hot(ROOM, False)),
}


@pytest.mark.parametrize("update", GROUP_UPDATES)
def test_a_group_keeps_them(stores: Stores, update: str) -> None:
    stores.groups.found(a_group())
    stores.add("Session", {"sessionId": {"S": ROOM}}, **NEWER)
    GROUP_UPDATES[update](stores.groups)
    assert newer(stores.rows("Session")) == [NEWER]
    assert group(stores).founder == a_group().founder
    assert stores.poison == []


MEMBER_UPDATES: Mapping[str, Callable[[Stores], object]] = {
    "leave and come back": lambda stores: (dismiss(stores, 8), admit(stores, 9)),
    "set role": lambda stores: stores.members.set_role(BOB, ROOM, Seq(8), Role.ADMIN),
    "note own": lambda stores: note(stores, 8),
    "settle own": lambda stores: settle(stores, person(stores), 3),
    "mention": lambda stores: mention(stores, 8),
    "clear": lambda stores: stores.members.clear(person(stores), 3, 0),
    "roster noted": lambda stores: stores.members.roster_noted(BOB, ROOM),
}


@pytest.mark.parametrize("update", MEMBER_UPDATES)
def test_a_membership_keeps_them(stores: Stores, update: str) -> None:
    admit(stores, 2)
    note(stores, 3, 4)
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": ROOM}}, **NEWER)
    before = stores.rows("Counter")
    MEMBER_UPDATES[update](stores)
    assert stores.rows("Counter") != before
    assert newer(stores.rows("Counter")) == [NEWER]
    assert person(stores).is_member
    assert [entry.uid for entry in stores.members.page(ROOM, None, 9)[0]] == [BOB]


def test_an_entry_of_a_roster_keeps_them_until_another_connection_takes_its_place(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 1})
    stores.add("Roster", {"sessionId": {"S": ROOM}, "device": {"S": f"{BOB}#phone"}}, **NEWER)
    assert [each.endpoint for each in stores.roster.page(ROOM, "").entries] == [endpoint()]
    stores.roster.enter(endpoint(NOW_MS - 1), {ROOM: 1})
    stores.roster.leave(endpoint(), ROOM)
    assert newer(stores.rows("Roster")) == [NEWER]


# ---------------------------------------------------------------- what is in a message, and messages that are held


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def of_newer_code(payload: bytes) -> bytes:
    """With a field that this code's schema does not have."""
    return payload + varint(500 << 3 | 2) + varint(5) + b"newer"


def test_a_message_with_a_field_of_newer_code_is_delivered_and_its_row_stays_as_it_is(stores: Stores) -> None:
    """What this code writes itself lacks the field: a copy in the offline store that a retry makes, or a push."""
    for row, table in ((message_row(message(1)), "Message"), (inbox_row(message(1)), "Inbox")):
        stores.put_row(table, {**row, "payload": {"B": of_newer_code(row["payload"]["B"])}})
    before = stores.trace()
    assert stores.messages.page(SESSION, Bounds(), 9, newest_first=True).messages == [message(1)]
    assert stores.inbox.newest(BOB, SESSION, 9, Bounds()).messages == [message(1)]
    assert stores.messages.allocate(message(1)) == message(1)
    stores.inbox.put(BOB, message(1))
    assert stores.trace() == before
    assert stores.poison == []


def test_a_message_of_a_kind_that_only_newer_code_knows_is_skipped_reported_and_kept(stores: Stores) -> None:
    wire = pb.Message.FromString(message_row(message(2))["payload"]["B"])
    wire.chat_type = 3  # type: ignore[assignment]
    for number in (1, 3):
        stores.put_row("Inbox", inbox_row(message(number)))
    stores.put_row("Inbox", {**inbox_row(message(2)), "payload": {"B": wire.SerializeToString()}})
    before = stores.trace()
    assert seqs_of(stores.inbox.newest(BOB, SESSION, 9, Bounds()).messages) == [3, 1]
    assert [key["key"]["S"][-1] for _, key in stores.poison] == ["2"]
    assert stores.trace() == before


def test_a_held_message_keeps_them(stores: Stores) -> None:
    held = HeldMessage(message(1).draft, SESSION, b"digest", NOW_MS)
    stores.held.keep(held)
    (row,) = stores.rows("Held")
    stores.add("Held", {"uid": row["uid"], "msgId": row["msgId"]}, **NEWER)
    assert stores.held.keep(held) == held
    assert stores.held.page(None, 9)[0] == [held]
    assert newer(stores.rows("Held")) == [NEWER]


def test_whom_somebody_blocks_is_kept_beside_them(stores: Stores) -> None:
    stores.blocks.block(BOB, ALICE)
    (listed,) = stores.rows("Session")
    stores.add("Session", {"sessionId": listed["sessionId"]}, **NEWER)
    stores.add("Counter", COUNTER, **NEWER)
    stores.blocks.unblock(BOB, ALICE)
    stores.blocks.block(BOB, ALICE)
    assert newer(stores.rows("Session")) == newer(stores.rows("Counter")) == [NEWER]
    assert stores.blocks.blocked(BOB) == [ALICE]
