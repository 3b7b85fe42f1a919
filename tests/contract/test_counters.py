"""A person in a private session: told once of each message, cleared never too far."""

from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Message, Numbers, Place
from catchup.usecases.catching_up.ports import ClearResult
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, message, seqs, tell

OTHER = SessionId("p:bob:carl")


def counter(stores: Stores, uid: Uid = BOB) -> Counter:
    return stores.counters.named(uid, [SESSION])[0]


def clear(stores: Stores, seen: int) -> ClearResult:
    return stores.counters.clear(BOB, SESSION, seen)


def alices(seq: int, number: int, bobs: int = 0, at_ms: int = NOW_MS) -> Message:
    """A message of alice's: her `number`th, after so many of bob's."""
    return message(seq, before=Numbers(number - 1, bobs), at_ms=at_ms)


# ---------------------------------------------------------------- raising


def test_a_first_message_makes_the_counter(stores: Stores) -> None:
    assert stores.counters.raise_to(BOB, alices(4, 1, bobs=3)) is None
    assert counter(stores) == Counter(SESSION, last_seq=4, received=1, sent=3, timestamp_ms=NOW_MS)


def test_a_counter_is_raised_from_one_message_of_the_others_to_the_next(stores: Stores) -> None:
    for seq, number, bobs in ((1, 1, 0), (2, 2, 0), (5, 3, 2)):
        assert stores.counters.raise_to(BOB, alices(seq, number, bobs)) is None
    assert counter(stores) == Counter(SESSION, last_seq=5, received=3, sent=2, timestamp_ms=NOW_MS)


def test_a_counter_that_is_there_already_stays(stores: Stores) -> None:
    tell(stores, 1, 2, 3)
    before = stores.trace()
    for seq in (1, 2):
        assert stores.counters.raise_to(BOB, alices(seq, seq, at_ms=NOW_MS + 9)) == counter(stores)
    assert stores.counters.raise_to(BOB, alices(3, 3, at_ms=NOW_MS + 9)) is None
    assert stores.trace() == before


def test_a_counter_is_not_raised_past_a_message_of_the_others(stores: Stores) -> None:
    for told in (0, 1):
        if told:
            tell(stores, 1)
        before = stores.trace()
        assert stores.counters.raise_to(BOB, alices(told + 2, told + 2)) == counter(stores)
        assert stores.trace() == before


def test_what_is_passed_is_pending_until_it_is_confirmed(stores: Stores) -> None:
    tell(stores, 1)
    late = alices(5, 4, bobs=1)
    assert stores.counters.raise_to(BOB, late, counter(stores), frozenset(seqs(2, 4))) is None
    assert counter(stores) == Counter(
        SESSION, last_seq=5, received=4, sent=1, timestamp_ms=NOW_MS, pending=frozenset(seqs(2, 4))
    )
    assert [counter(stores).has_told(seq) for seq in range(1, 7)] == [True, False, True, False, True, False]
    for _ in range(2):
        passed = stores.counters.raise_to(BOB, alices(4, 3, bobs=1))
        assert passed is not None
        assert passed.last_seq == 5
        assert counter(stores).pending == {2}
    stores.counters.raise_to(BOB, alices(2, 2))
    assert counter(stores).pending == set()


def test_a_counter_is_raised_past_some_only_from_where_it_was_found(stores: Stores) -> None:
    tell(stores, 1)
    found = counter(stores)
    tell(stores, 2)
    before = stores.trace()
    late = stores.counters.raise_to(BOB, alices(4, 4), found, frozenset(seqs(2, 3)))
    assert late == counter(stores)
    assert stores.trace() == before


def test_a_counter_that_was_not_there_is_raised_past_some_unless_it_is_there_now(stores: Stores) -> None:
    assert stores.counters.raise_to(BOB, alices(2, 2), Counter(SESSION), frozenset(seqs(1))) is None
    late = stores.counters.raise_to(BOB, alices(3, 3), Counter(SESSION), frozenset(seqs(1)))
    assert late == counter(stores)
    assert (counter(stores).received, counter(stores).pending) == (2, {1})


def test_notes_are_own_messages_and_never_unread(stores: Stores) -> None:
    notes = SessionId("p:bob:bob")
    for seq in (1, 2, 2, 1, 4):
        stores.counters.raise_to(BOB, message(seq, sender=BOB, session=notes, before=Numbers(seq - 1)))
    (found,) = stores.counters.all(BOB)
    assert found == Counter(notes, last_seq=4, sent=4, timestamp_ms=NOW_MS)
    assert found.following(BOB) == Place(5, Numbers(4))


def test_each_person_and_each_session_is_apart(stores: Stores) -> None:
    tell(stores, 1)
    stores.counters.raise_to(ALICE, message(2, sender=BOB, before=Numbers(1, 0)))
    stores.counters.raise_to(BOB, message(1, sender=Uid("carl"), session=OTHER))
    found = [*stores.counters.all(ALICE), *stores.counters.all(BOB)]
    assert [(each.last_seq, each.received, each.sent) for each in found] == [(2, 1, 1), (1, 1, 0), (1, 1, 0)]


def test_the_largest_numbers_are_exact(stores: Stores) -> None:
    highest = 2**53 - 1
    stores.counters.raise_to(BOB, alices(highest, highest - 1), Counter(SESSION), frozenset(seqs(highest - 2)))
    assert (counter(stores).last_seq, counter(stores).received) == (highest, highest - 1)
    assert counter(stores).pending == {highest - 2}


def test_the_numbers_at_the_head_come_in_the_order_of_the_sessions_id(stores: Stores) -> None:
    tell(stores, 1, 2)
    stores.counters.raise_to(ALICE, message(3, sender=BOB, before=Numbers(2, 0)))
    assert counter(stores).following(BOB) == Place(3, Numbers(2, 0))
    assert counter(stores, ALICE).following(ALICE) == Place(4, Numbers(2, 1))


# ---------------------------------------------------------------- heads


def test_a_head_is_the_higher_one_of_the_two_counters(stores: Stores) -> None:
    tell(stores, 1, 2)
    assert stores.counters.heads([SESSION, OTHER]) == {SESSION: 2}
    stores.counters.raise_to(ALICE, message(3, sender=BOB, before=Numbers(2, 0)))
    assert stores.counters.heads([SESSION]) == {SESSION: 3}
    assert stores.counters.heads([]) == {}


def test_heads_of_more_sessions_than_one_call_takes(stores: Stores) -> None:
    sessions = [SessionId(f"p:bob:c{number:03}") for number in range(101)]
    for session in (sessions[0], sessions[-1]):
        stores.counters.raise_to(BOB, message(1, sender=Uid(session[6:]), session=session))
    assert stores.counters.heads(sessions) == {sessions[0]: 1, sessions[-1]: 1}


# ---------------------------------------------------------------- making


def test_ensuring_makes_an_empty_counter(stores: Stores) -> None:
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert stores.counters.all(BOB) == [Counter(SESSION, timestamp_ms=NOW_MS)]
    assert stores.counters.raise_to(BOB, alices(1, 1)) is None


def test_ensuring_leaves_what_is_there_alone(stores: Stores) -> None:
    tell(stores, 1)
    clear(stores, 1)
    before = stores.trace()
    stores.counters.ensure(BOB, SESSION, NOW_MS + 5)
    assert stores.trace() == before


# ---------------------------------------------------------------- clearing


def test_clearing_only_rises(stores: Stores) -> None:
    tell(stores, 1, 2, 3)
    cleared = []
    for seen in (2, 1, 2, 3, 0):
        assert clear(stores, seen) is ClearResult.CLEARED
        cleared.append(counter(stores).cleared)
    assert cleared == [2, 2, 2, 3, 3]
    assert counter(stores).unread == 0


def test_clearing_more_than_was_received_changes_nothing(stores: Stores) -> None:
    tell(stores, 1, 2)
    for cleared in (0, 1):
        clear(stores, cleared)
        before = stores.trace()
        assert clear(stores, 3) is ClearResult.TOO_HIGH
        assert stores.trace() == before


def test_clearing_again_what_was_cleared_changes_nothing(stores: Stores) -> None:
    tell(stores, 1, 2)
    clear(stores, 2)
    before = stores.trace()
    assert [clear(stores, seen) for seen in (2, 1, 0)] == [ClearResult.CLEARED] * 3
    assert stores.trace() == before


def test_clearing_an_unknown_session_makes_none(stores: Stores) -> None:
    assert [clear(stores, seen) for seen in (0, 1)] == [ClearResult.UNKNOWN_SESSION] * 2
    assert stores.rows("Counter") == []


def test_a_session_in_which_nothing_was_received_is_cleared_to_zero_at_most(stores: Stores) -> None:
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert clear(stores, 0) is ClearResult.CLEARED
    assert clear(stores, 1) is ClearResult.TOO_HIGH


def test_clearing_a_counter_does_not_touch_those_of_others(stores: Stores) -> None:
    tell(stores, 1)
    stores.counters.raise_to(ALICE, message(2, sender=BOB, before=Numbers(1, 0)))
    clear(stores, 1)
    assert counter(stores, ALICE).cleared == 0


# ---------------------------------------------------------------- blocks


def test_a_block_alone_makes_no_session(stores: Stores) -> None:
    stores.blocks.block(BOB, ALICE)
    assert (stores.counters.all(BOB), stores.counters.page(BOB, None, 9)) == ([], ([], None))
    assert [clear(stores, seen) for seen in (0, 1)] == [ClearResult.UNKNOWN_SESSION] * 2
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert stores.counters.all(BOB) == [Counter(SESSION, timestamp_ms=NOW_MS, blocked=True)]
    stores.blocks.unblock(BOB, ALICE)
    assert tell(stores, 1) == [None]
    assert stores.counters.all(BOB) == [Counter(SESSION, last_seq=1, received=1, timestamp_ms=NOW_MS)]
