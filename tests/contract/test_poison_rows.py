"""A row that can't be read is skipped, reported and kept, and the rest of its page arrives."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from catchup.domain.counter import Counter
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.membership import Mention
from catchup.domain.message import Place
from catchup.domain.page import Bounds
from catchup.errors import Unreadable
from catchup.usecases.sending.ports import Link
from tests.contract.groups import CAROL, HALL, ROOM, a_group, admit, person
from tests.contract.stores import (
    ALICE,
    BOB,
    SESSION,
    Stores,
    endpoint,
    inbox_row,
    message,
    message_row,
    sent,
    seqs_of,
    tell,
)

# What replaces attributes of a good row; None removes one.
POISON: Mapping[str, Mapping[str, Any]] = {
    "a payload that is none": {"payload": {"B": b"\xff\xff\xff\xff"}},
    "a payload of another type": {"payload": {"S": "hello"}},
    "a payload that is a map": {"payload": {"M": {}}},
    "no payload": {"payload": None},
    "a null payload": {"payload": {"NULL": True}},
    "no numbers before it": {"before": None},
    "numbers before it that are none": {"before": {"S": "x#1"}},
    "numbers before it of another type": {"before": {"S": "1"}},
    "a newer layout": {"layout": {"N": "2"}},
    "a layout of another type": {"layout": {"S": "1"}},
    "a layout that is a fraction": {"layout": {"N": "1.5"}},
    "a ttl of another type": {"ttl": {"S": "soon"}},
}


def poisoned(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: value for name, value in {**row, **POISON[kind]}.items() if value is not None}


def newest(stores: Stores, limit: int) -> tuple[list[int], bool]:
    waiting = stores.inbox.newest(BOB, SESSION, limit, Bounds())
    return seqs_of(waiting.messages), waiting.more


@pytest.mark.parametrize("kind", POISON)
def test_in_the_offline_store(stores: Stores, kind: str) -> None:
    bad = poisoned(inbox_row(message(2)), kind)
    stores.put_rows("Inbox", [inbox_row(message(1)), bad, inbox_row(message(3))])
    before = stores.rows("Inbox")
    assert newest(stores, 2) == ([3, 1], False)
    assert stores.poison == [(stores.tables["InboxTable"], {"uid": bad["uid"], "key": bad["key"]})]
    assert stores.rows("Inbox") == before


@pytest.mark.parametrize("kind", POISON)
def test_in_history(stores: Stores, kind: str) -> None:
    bad = poisoned(message_row(message(2)), kind)
    stores.put_rows("Message", [message_row(message(1)), bad, message_row(message(3))])
    before = stores.rows("Message")
    found = stores.messages.page(SESSION, Bounds(), 2, newest_first=True)
    assert (seqs_of(found.messages), found.more) == ([3, 1], False)
    assert stores.poison == [(stores.tables["MessageTable"], {"sessionId": bad["sessionId"], "seq": bad["seq"]})]
    assert stores.rows("Message") == before


@pytest.mark.parametrize("bad", [{3}, {1}, {5}, {4, 5}, {1, 2}, {2, 3, 4}, {1, 2, 3, 4, 5}])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_wherever_they_stand_the_pages_around_them_are_whole(stores: Stores, bad: set[int], limit: int) -> None:
    rows = [inbox_row(message(seq)) for seq in range(1, 6)]
    stores.put_rows("Inbox", [poisoned(row, "no payload") if n in bad else row for n, row in enumerate(rows, 1)])
    good = [seq for seq in range(5, 0, -1) if seq not in bad]
    assert newest(stores, limit) == (good[:limit], len(good) > limit)


def test_a_page_of_nothing_else_is_passed(stores: Stores) -> None:
    rows = [inbox_row(message(seq)) for seq in range(1, 41)]
    stores.put_rows("Inbox", rows[:1] + [poisoned(row, "a newer layout") for row in rows[1:]])
    assert newest(stores, 3) == ([1], False)
    assert len(stores.poison) == 39


def test_a_row_can_be_removed_although_it_cannot_be_read(stores: Stores) -> None:
    stores.put_row("Inbox", poisoned(inbox_row(message(1)), "no payload"))
    assert stores.inbox.remove(BOB, SESSION, [Seq(1)]) == []
    assert stores.rows("Inbox") == []


def test_an_empty_payload_is_no_message(stores: Stores) -> None:
    stores.put_row("Inbox", inbox_row(message(1)) | {"payload": {"B": b""}})
    assert newest(stores, 3) == ([], False)
    assert len(stores.poison) == 1


@pytest.mark.parametrize("suffix", ["0000000000000002#v2", "000000000000000x"])
def test_a_key_of_another_form_does_not_cost_the_page(stores: Stores, suffix: str) -> None:
    stores.put_rows("Inbox", [inbox_row(message(1)), inbox_row(message(3))])
    stores.put_row("Inbox", inbox_row(message(2)) | {"key": {"S": f"{SESSION}#{suffix}"}})
    assert newest(stores, 3) == ([3, 1], False)
    assert len(stores.poison) == 1


# ---------------------------------------------------------------- counters


@pytest.mark.parametrize(
    "change",
    [
        {"received": {"S": "x"}},
        {"received": {"N": "1.5"}},
        {"pending": {"SS": ["x"]}},
        {"cleared": {"NULL": True}},
    ],
)
def test_among_counters(stores: Stores, change: dict[str, Any]) -> None:
    sessions = [SessionId(f"p:bob:c{number}") for number in range(3)]
    for session in sessions:
        tell(stores, 1, session=session, sender=Uid(session[6:]))
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": sessions[1]}}, **change)
    before = stores.rows("Counter")
    good = [sessions[0], sessions[2]]
    assert [counter.session_id for counter in stores.counters.all(BOB)] == good
    assert [counter.session_id for counter in stores.counters.page(BOB, None, 3)[0]] == good
    assert stores.counters.named(BOB, sessions)[1] == Counter(sessions[1])
    assert [key["sessionId"]["S"] for _, key in stores.poison] == [sessions[1]] * 3
    assert stores.rows("Counter") == before


@pytest.mark.parametrize("row", [{}, {"lastSeq": {"S": "x"}}, {"lastSeq": {"N": "1.5"}}])
def test_among_heads(stores: Stores, row: dict[str, Any]) -> None:
    other = SessionId("p:bob:carl")
    stores.put_row("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}, **row})
    tell(stores, 1, session=other, sender=Uid("carl"))
    assert stores.counters.heads([SESSION, other]).get(other) == 1
    assert not stores.counters.heads([SESSION, other]).get(SESSION)


def test_the_cursor_of_a_page_of_counters_that_cannot_be_read_leads_on(stores: Stores) -> None:
    for number in range(3):
        row = {"uid": {"S": BOB}, "sessionId": {"S": f"p:bob:c{number}"}, "received": {"S": "x"}}
        stores.put_row("Counter", row)
    assert stores.counters.page(BOB, None, 2) == ([], "p:bob:c1")
    assert stores.counters.page(BOB, SessionId("p:bob:c1"), 2) == ([], None)


# ---------------------------------------------------------------- where a seq is allocated


@pytest.mark.parametrize("name", ["sender", "msgId"])
def test_a_seq_with_a_row_that_does_not_say_whose_it_is_is_anothers(stores: Stores, name: str) -> None:
    row = message_row(message(1, msg_id="other"))
    del row[name]
    stores.put_row("Message", row)
    author = Uid("") if name == "sender" else ALICE
    assert stores.messages.allocate(message(1)) == Link(SESSION, Place(Seq(1)), author)
    assert stores.messages.find(sent(1), SESSION, BOB)[0] is None


def test_a_seq_with_an_unreadable_message_of_another_is_anothers(stores: Stores) -> None:
    stores.put_row("Message", poisoned(message_row(message(1, msg_id="other")), "a newer layout"))
    assert stores.messages.allocate(message(1)) == Link(SESSION, Place(Seq(1)), ALICE)


@pytest.mark.parametrize(
    "change",
    [
        {"received": {"S": "many"}},
        {"lastSeq": {"NULL": True}},
        {"received": {"NULL": True}},
    ],
)
def test_a_counter_to_be_raised(stores: Stores, change: dict[str, Any]) -> None:
    tell(stores, 1)
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}, **change)
    assert tell(stores, 2) == [None]
    assert {(table, str(key)) for table, key in stores.poison} == {
        (stores.tables["CounterTable"], str({"uid": {"S": BOB}, "sessionId": {"S": SESSION}}))
    }
    (row,) = stores.rows("Counter")
    assert change.items() <= row.items()


def test_a_receivers_counter_beside_the_message_of_a_retry(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="m"))
    tell(stores, 1)
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}, received={"S": "many"})
    found, counter = stores.messages.find(sent(1), SESSION, BOB)
    assert (found, counter) == (message(1, msg_id="m"), None)
    assert len(stores.poison) == 1


@pytest.mark.parametrize(
    "change",
    [{"seq": {"S": "one"}}, {"before": {"L": []}}, {"digest": {"NULL": True}}, {"digest": {"S": "x"}}],
)
def test_a_reservation_that_cannot_be_read_refuses_its_msg_id_and_is_kept(
    stores: Stores, change: dict[str, Any]
) -> None:
    stores.sent_log.reserve(sent(1))
    stores.add("Sent", {"uid": {"S": "alice"}, "msgId": {"S": "m"}}, **change)
    before = stores.rows("Sent")
    for ask in (
        lambda: stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, []),
        lambda: stores.sent_log.reserve(sent(1)),
    ):
        with pytest.raises(Unreadable):
            ask()
    assert stores.rows("Sent") == before
    assert {key["msgId"]["S"] for _, key in stores.poison} == {"m"}


# ---------------------------------------------------------------- groups

BAD_GROUPS: list[dict[str, Any]] = [
    {"founder": {"NULL": True}},
    {"lastSeq": {"S": "x"}},
    {"members": {"N": "1.5"}},
    {"toAll": {"S": "1"}},
    {"chg": {"S": "x"}},
    {"number": {"S": "x"}},
    {"hot": {"S": "yes"}},
]
BAD_MEMBERSHIPS: list[dict[str, Any]] = [
    {"joined": {"S": "x"}},
    {"role": {"N": "7"}},
    {"cleared": {"N": "1.5"}},
    {"own": {"S": "1"}},
    {"mentions": {"L": []}},
    {"ownBelow": {"NULL": True}},
]
MEMBERSHIP = {"uid": {"S": BOB}, "sessionId": {"S": ROOM}}


@pytest.mark.parametrize("change", BAD_GROUPS, ids=str)
def test_among_groups(stores: Stores, change: dict[str, Any]) -> None:
    for session in (ROOM, HALL):
        stores.groups.found(a_group(session))
    stores.add("Session", {"sessionId": {"S": ROOM}}, **change)
    before = stores.rows("Session")
    admit(stores, 2)
    assert set(stores.groups.many([ROOM, HALL])) == {HALL}
    assert stores.groups.seen_by(BOB, ROOM) == (None, person(stores))
    assert stores.sent_log.look_up_in_group(BOB, MsgId("m"), ROOM).group is None
    assert stores.poison == [(stores.tables["SessionTable"], {"sessionId": {"S": ROOM}})] * 3
    assert stores.rows("Session") == before


def test_a_private_session_is_no_group(stores: Stores) -> None:
    stores.put_row("Session", {"sessionId": {"S": SESSION}, "lastSeq": {"N": "3"}})
    assert stores.groups.many([SESSION]) == {}


@pytest.mark.parametrize("change", BAD_MEMBERSHIPS, ids=str)
def test_among_memberships(stores: Stores, change: dict[str, Any]) -> None:
    stores.groups.found(a_group())
    for session in (ROOM, HALL):
        admit(stores, 2, session=session)
    tell(stores, 1)
    stores.add("Counter", MEMBERSHIP, **change)
    before = stores.rows("Counter")
    good = [HALL, SESSION]
    assert [each.session_id for each in stores.counters.all(BOB)] == good
    assert [each.session_id for each in stores.counters.page(BOB, None, 3)[0]] == good
    assert [each.session_id for each in stores.counters.named(BOB, [HALL, ROOM, SESSION])] == good
    assert stores.groups.seen_by(BOB, ROOM) == (a_group(), None)
    assert stores.sent_log.look_up_in_group(BOB, MsgId("m"), ROOM).membership is None
    assert stores.poison == [(stores.tables["CounterTable"], MEMBERSHIP)] * 5
    assert stores.rows("Counter") == before


@pytest.mark.parametrize(
    ("change", "write"),
    [
        ({"own": {"S": "1"}}, lambda stores: stores.members.note_own(BOB, ROOM, 5)),
        ({"mentions": {"L": []}}, lambda stores: stores.members.mention(BOB, ROOM, Mention(5, 5))),
    ],
    ids=["own", "mentions"],
)
def test_a_membership_to_be_changed_keeps_nobody_from_sending(
    stores: Stores, change: dict[str, Any], write: Callable[[Stores], object]
) -> None:
    admit(stores, 2)
    stores.add("Counter", MEMBERSHIP, **change)
    before = stores.rows("Counter")
    assert not write(stores)
    assert stores.poison == [(stores.tables["CounterTable"], MEMBERSHIP)]
    assert stores.rows("Counter") == before


def test_a_membership_that_cannot_be_read_after_its_own_message_is_noted(stores: Stores) -> None:
    admit(stores, 2)
    stores.add("Counter", MEMBERSHIP, mentions={"S": "1"})
    assert stores.members.note_own(BOB, ROOM, 5) is None
    assert stores.poison == [(stores.tables["CounterTable"], MEMBERSHIP)]


@pytest.mark.parametrize(
    ("change", "write"),
    [
        ({"members": {"S": "1"}}, lambda stores: stores.groups.count_members(ROOM, Seq(5), 1)),
        ({"toAll": {"S": "1"}}, lambda stores: stores.groups.mention_all(ROOM, Mention(5, 5))),
    ],
    ids=["members", "toAll"],
)
def test_a_group_to_be_changed_keeps_nobody_from_sending(
    stores: Stores, change: dict[str, Any], write: Callable[[Stores], object]
) -> None:
    stores.groups.found(a_group())
    stores.add("Session", {"sessionId": {"S": ROOM}}, **change)
    assert not write(stores)
    assert stores.poison == [(stores.tables["SessionTable"], {"sessionId": {"S": ROOM}})]
    (row,) = stores.rows("Session")
    assert change.items() <= row.items()


@pytest.mark.parametrize("change", [{"role": {"N": "7"}}, {"joined": {"NULL": True}}, {"role": {"S": "x"}}], ids=str)
def test_among_members(stores: Stores, change: dict[str, Any]) -> None:
    for uid in (ALICE, BOB, CAROL):
        admit(stores, 2, uid)
    stores.add("Counter", MEMBERSHIP, **change)
    entries, last = stores.members.page(ROOM, None, 2)
    assert ([each.uid for each in entries], last) == ([ALICE], BOB)
    assert [each.uid for each in stores.members.page(ROOM, last, 2)[0]] == [CAROL]
    assert stores.poison == [(stores.tables["CounterTable"], MEMBERSHIP)]


@pytest.mark.parametrize(
    "change",
    [
        {"encoding": {"S": "cbor"}},
        {"since": {"S": "now"}},
        {"since": {"NULL": True}},
        {"connectionId": {"N": "1"}},
    ],
    ids=str,
)
def test_among_those_in_a_roster(stores: Stores, change: dict[str, Any]) -> None:
    for device in ("a", "b", "c"):
        stores.roster.enter(endpoint(device=device), {ROOM: 1})
    key = {"sessionId": {"S": ROOM}, "device": {"S": f"{BOB}#b"}}
    stores.add("Roster", key, **change)
    before = stores.rows("Roster")
    assert [each.endpoint.device_id for each in stores.roster.page(ROOM, "").entries] == ["a", "c"]
    assert stores.poison == [(stores.tables["RosterTable"], key)]
    assert stores.rows("Roster") == before
