"""Every message once, at the seq that its put has allocated."""

from dataclasses import replace

import pytest

from catchup.domain.counter import Counter
from catchup.domain.group import GroupChange, Role
from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Message, Route
from catchup.domain.page import Bounds
from catchup.domain.standing import Changed
from catchup.storage import message_log
from catchup.storage.reading import MAX_QUERIES
from catchup.usecases.catching_up.ports import Stretch
from catchup.usecases.sending.ports import Link, Owed
from catchup.wire.group_changes import content_of
from tests.contract.groups import ROOM
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, message, message_row, sent, seqs

OTHER = SessionId("p:alice:carl")


def test_a_free_seq_is_allocated(stores: Stores) -> None:
    assert stores.messages.allocate(message(1)) == message(1)
    assert stores.messages.page(SESSION, Bounds(), 10, newest_first=True) == Stretch([message(1)], more=False, lowest=1)


def test_allocating_again_returns_the_message_as_it_was_first_accepted(stores: Stores) -> None:
    stores.messages.allocate(message(1))
    before = stores.trace()
    again = replace(message(1), accepted_at_ms=NOW_MS + 5_000)
    assert stores.messages.allocate(again) == message(1)
    assert stores.trace() == before


def test_a_seq_that_another_message_has_is_not_allocated(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="first"))
    before = stores.trace()
    assert stores.messages.allocate(message(1, msg_id="second")) == Link(Seq(1), Seq(0))
    assert stores.trace() == before


def test_the_same_msg_id_of_the_other_person_is_another_message(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="m"))
    assert stores.messages.allocate(message(1, msg_id="m", sender=BOB, to=ALICE)) == Link(Seq(1), Seq(0))


def test_each_session_has_seqs_of_its_own(stores: Stores) -> None:
    elsewhere = message(1, session=OTHER)
    assert stores.messages.allocate(message(1)) == message(1)
    assert stores.messages.allocate(elsewhere) == elsewhere


def test_a_message_keeps_its_content_to_the_byte(stores: Stores) -> None:
    odd = message(1, text='😀 \u0000 \\ " é ' + "x" * 16_000)
    stores.messages.allocate(odd)
    assert stores.messages.page(SESSION, Bounds(), 1, newest_first=True).messages == [odd]


def test_the_head_is_raised_and_never_lowered(stores: Stores) -> None:
    heads = []
    for seq in (2, 5, 3, 5):
        stores.messages.raise_head(SESSION, Seq(seq))
        heads.append(stores.messages.heads([SESSION])[SESSION])
    assert heads == [2, 5, 5, 5]


def test_sessions_without_a_head_are_missing(stores: Stores) -> None:
    stores.messages.raise_head(SESSION, Seq(4))
    assert stores.messages.heads([SESSION, OTHER]) == {SESSION: 4}
    assert stores.messages.heads([]) == {}


def test_heads_of_more_sessions_than_one_call_takes(stores: Stores) -> None:
    sessions = [SessionId(f"p:bob:c{number:03}") for number in range(101)]
    for session in (sessions[0], sessions[-1]):
        stores.messages.raise_head(session, Seq(7))
    assert stores.messages.heads(sessions) == {sessions[0]: 7, sessions[-1]: 7}


def test_a_message_is_found_where_its_reservation_says_with_the_receivers_counter(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="m"))
    stores.counters.count(BOB, SESSION, Seq(1), NOW_MS)
    stores.counters.ensure(ALICE, SESSION, NOW_MS)
    found, counter = stores.messages.find(sent(1), SESSION, BOB)
    assert found == message(1, msg_id="m")
    assert counter == Counter(SESSION, received=1, timestamp_ms=NOW_MS, recent=frozenset({Seq(1)}))


def test_a_candidate_proves_nothing_while_its_seq_is_free_or_anothers(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="other"))
    for candidate in (sent(1), sent(2)):
        found, counter = stores.messages.find(candidate, SESSION, BOB)
        assert found is None
        assert counter == Counter(SESSION)


def test_owed_is_what_others_have_sent_to_be_counted(stores: Stores) -> None:
    for number in (1, 2, 4, 6):
        stores.messages.allocate(message(number))
    stores.messages.allocate(message(3, sender=BOB, to=ALICE))
    stores.messages.allocate(message(5), Route.LIVE)
    assert stores.messages.owed(SESSION, BOB, Seq(1), Seq(5)) == Owed(frozenset(seqs(2, 4)), Seq(5))
    assert stores.messages.owed(SESSION, ALICE, Seq(0), Seq(6)) == Owed(frozenset(seqs(3)), Seq(6))


def test_a_search_for_what_is_owed_ends_after_some_queries_and_says_how_far_it_came(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_log, "ROWS_PER_LONG_QUERY", 2)
    for number in range(1, 2 * MAX_QUERIES + 2):
        stores.messages.allocate(message(number))
    reached = 2 * MAX_QUERIES
    expected = Owed(frozenset(seqs(*range(1, reached + 1))), Seq(reached))
    assert stores.messages.owed(SESSION, BOB, Seq(0), Seq(reached + 1)) == expected


# ---------------------------------------------------------------- the chain of changes


def change(seq: int, event: GroupChange, last_change: int = 0) -> Message:
    plain = message(seq, to="room", session=ROOM)
    draft = replace(plain.draft, content=content_of(event), is_system=True)
    return replace(plain, draft=draft, last_change=Seq(last_change))


EVENTS = [
    GroupChange("create", (BOB,), name="The room"),
    GroupChange("join"),
    GroupChange("leave"),
    GroupChange("add", (BOB, ALICE)),
    GroupChange("remove", (BOB,)),
    GroupChange("role", (BOB,), role=Role.ADMIN),
]


@pytest.mark.parametrize("event", EVENTS, ids=[event.kind for event in EVENTS])
def test_a_change_can_be_read_from_its_message(stores: Stores, event: GroupChange) -> None:
    stores.messages.allocate(change(4, event, last_change=2))
    link = stores.messages.link(ROOM, Seq(4))
    assert link == Link(Seq(4), Seq(2), True, Changed(Seq(4), ALICE, event, NOW_MS))
    assert link.next_place == (5, 4)
    assert stores.messages.last(ROOM) == link


def test_a_message_hands_the_last_change_on(stores: Stores) -> None:
    stores.messages.allocate(replace(message(5, session=ROOM), last_change=Seq(4)))
    link = stores.messages.link(ROOM, Seq(5))
    assert link == Link(Seq(5), Seq(4))
    assert link.next_place == (6, 4)


def test_who_meets_another_message_learns_what_it_changes(stores: Stores) -> None:
    stores.messages.allocate(change(4, EVENTS[4], last_change=2))
    met = stores.messages.allocate(replace(message(4, msg_id="late", session=ROOM), last_change=Seq(2)))
    assert met == stores.messages.link(ROOM, Seq(4))


def test_there_is_no_link_where_nothing_is_any_more(stores: Stores) -> None:
    assert stores.messages.link(ROOM, Seq(4)) is None
    assert stores.messages.last(ROOM) is None


@pytest.mark.parametrize("damage", [{"payload": {"B": b"\xff"}}, {"payload": {"S": "x"}}, {"layout": {"N": "9"}}])
def test_a_change_that_cant_be_read_changes_nothing_and_is_one_all_the_same(
    stores: Stores, damage: dict[str, dict[str, object]]
) -> None:
    stores.put_row("Message", message_row(change(4, EVENTS[4], last_change=2)) | damage)
    assert stores.messages.link(ROOM, Seq(4)) == Link(Seq(4), Seq(2), True, None)
    assert stores.poison
