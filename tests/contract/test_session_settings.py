"""Settings of sessions in rows: each of the four is a register of its own, and a change is safe to repeat."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchup.domain.ids import MAX_NUMBER, Seq, SessionId, Uid
from catchup.domain.session_settings import Position, SessionSettings, SettingsChange
from catchup.storage.session_settings import DynamoSettings
from catchup.storage.session_settings_rows import SessionSettingsRow
from catchup.usecases.session_settings.ports import SettingsResult, Settled
from tests.contract.stores import BOB, NOW_MS, SESSION, Stores, tell
from tests.support.outages import WRITES, Outages

PLACE = Position(Seq(1), 1)
ALL = SettingsChange(muted_until_ms=7, is_pinned=True, is_hidden=True, is_marked=True, at=PLACE)
NONE = SettingsChange(muted_until_ms=0, is_pinned=False, is_hidden=False, is_marked=False)


@pytest.fixture
def book(stores: Stores) -> DynamoSettings:
    """Bob has a message in the session."""
    tell(stores, 1)
    return DynamoSettings(stores.storage)


def change(book: DynamoSettings, what: SettingsChange, at_ms: int, session: SessionId = SESSION) -> Settled:
    return book.change(BOB, session, what, at_ms)


def held(stores: Stores) -> SessionSettings:
    return stores.counters.named(BOB, [SESSION])[0].settings


def test_all_are_chosen_at_once_and_taken_back(stores: Stores, book: DynamoSettings) -> None:
    chosen = SessionSettings(7, NOW_MS, PLACE, PLACE, NOW_MS, version=1)
    assert change(book, ALL, NOW_MS) == Settled(SettingsResult.SETTLED, chosen, is_last=True)
    assert held(stores) == chosen
    back = SessionSettings(changed_at_ms=NOW_MS + 1, version=2)
    assert change(book, NONE, NOW_MS + 1) == Settled(SettingsResult.SETTLED, back, is_last=True)
    assert held(stores) == back


def test_what_is_taken_back_leaves_only_times_in_the_row(stores: Stores, book: DynamoSettings) -> None:
    before = set(stores.rows("Counter")[0])
    change(book, ALL, NOW_MS)
    change(book, NONE, NOW_MS + 1)
    times = {"silentAt", "pinnedAt", "hiddenAt", "markedAt", "settingsVersion"}
    assert set(stores.rows("Counter")[0]) - before == times


def test_a_change_that_is_made_is_made_once(stores: Stores, book: DynamoSettings) -> None:
    first = change(book, ALL, NOW_MS)
    before = stores.trace()
    assert change(book, ALL, NOW_MS) == first
    assert change(book, ALL, NOW_MS - 1) == first._replace(is_last=False)
    assert stores.trace() == before


def test_a_change_that_the_sdk_repeats_is_made_once(stores: Stores, book: DynamoSettings, outages: Outages) -> None:
    outages.lose_response(WRITES)
    settled = change(book, ALL, NOW_MS)
    assert outages.count(WRITES) == 2
    assert settled == Settled(SettingsResult.SETTLED, held(stores), is_last=True)
    assert settled.settings.version == 1


def test_a_change_that_another_has_overtaken_while_it_was_repeated_undoes_nothing(
    stores: Stores, book: DynamoSettings, outages: Outages
) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: change(book, NONE, NOW_MS + 1))
    settled = change(book, ALL, NOW_MS)
    assert settled == Settled(SettingsResult.SETTLED, SessionSettings(changed_at_ms=NOW_MS + 1, version=2))
    assert held(stores) == settled.settings


@pytest.mark.parametrize("later", ["muted_until_ms", "is_pinned", "is_hidden", "is_marked"])
def test_each_of_the_four_has_its_own_time(stores: Stores, book: DynamoSettings, later: str) -> None:
    """One was chosen later already: of the late request the three others are made."""
    change(book, SettingsChange()._replace(**{later: getattr(NONE, later)}), NOW_MS + 1)
    assert change(book, ALL, NOW_MS).is_last
    found = held(stores)
    shown = {
        "muted_until_ms": found.muted_until_ms,
        "is_pinned": found.pinned_at_ms,
        "is_hidden": found.hidden_at,
        "is_marked": found.marked_at,
    }
    assert [name for name, value in shown.items() if not value] == [later]
    assert (found.changed_at_ms, found.version) == (NOW_MS + 1, 2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(
            st.integers(1, 4),
            st.builds(
                SettingsChange,
                st.none() | st.integers(0, 2),
                st.none() | st.booleans(),
                st.none() | st.booleans(),
                st.none() | st.booleans(),
                st.just(PLACE),
            ),
        ),
        min_size=2,
        max_size=5,
        unique_by=lambda deed: deed[0],
    ),
    data=st.data(),
)
def test_whatever_order_changes_come_in_the_same_settings_hold(
    make_stores: Any, deeds: list[tuple[int, SettingsChange]], data: st.DataObject
) -> None:
    """Each once, or more than once: only the number of changes that were made may differ."""
    ends = []
    for order in (sorted(deeds), data.draw(st.permutations(deeds + deeds[:1]))):
        stores = make_stores()
        tell(stores, 1)
        book = DynamoSettings(stores.storage)
        for at_ms, what in order:
            if what[:4] != (None, None, None, None):
                change(book, what, at_ms)
        found = held(stores)
        ends.append((found.muted_until_ms, found.pinned_at_ms, found.hidden_at, found.marked_at, found.changed_at_ms))
    assert ends[0] == ends[1]


def test_a_session_without_messages_gets_no_row(stores: Stores, book: DynamoSettings) -> None:
    stores.blocks.block(BOB, Uid("carl"))
    before = stores.trace()
    for session in ("p:bob:carl", "p:bob:dan", "p:bob:bob"):
        assert change(book, ALL, NOW_MS, SessionId(session)).result is SettingsResult.UNKNOWN_SESSION
    assert change(book, ALL, NOW_MS, SessionId("g:room")).result is SettingsResult.NOT_YOURS
    assert stores.trace() == before


def test_a_place_beyond_what_was_received_is_refused(stores: Stores, book: DynamoSettings) -> None:
    before = stores.trace()
    beyond = ALL._replace(at=Position(Seq(2), 2))
    assert change(book, beyond, NOW_MS).result is SettingsResult.TOO_HIGH
    assert stores.trace() == before


def test_without_a_place_it_is_what_was_received(stores: Stores, book: DynamoSettings) -> None:
    change(book, ALL._replace(at=None), NOW_MS)
    assert (held(stores).hidden_at, held(stores).marked_at) == (Position(Seq(0), 1), Position(Seq(0), 1))


def test_a_version_that_is_no_number_is_reported_and_the_row_kept(
    stores: Stores, book: DynamoSettings, engine: str
) -> None:
    if engine == "moto":
        pytest.skip("moto calls it another error than DynamoDB does")
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}, settingsVersion={"S": "x"})
    before = stores.trace()
    assert change(book, ALL, NOW_MS).result is SettingsResult.UNREADABLE
    assert stores.trace() == before
    assert [table for table, _ in stores.poison] == [stores.tables["CounterTable"]]


def test_settings_that_cannot_be_read_make_the_row_unreadable(stores: Stores, book: DynamoSettings) -> None:
    change(book, ALL, NOW_MS)
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}, pinnedAt={"S": "x"})
    assert stores.counters.all(BOB) == []
    assert change(book, NONE, NOW_MS + 1).result is SettingsResult.UNREADABLE


def test_a_row_with_all_settings_stays_within_one_write_unit() -> None:
    """Of the 1,024 bytes 600 are for own numbers."""
    row = SessionSettingsRow(
        uid="",
        session_id="",
        **dict.fromkeys(("silent_until", "silent_at", "pinned_at", "hidden_at", "marked_at", "version"), MAX_NUMBER),
        **dict.fromkeys(("hidden_seq", "hidden_number", "marked_seq", "marked_number"), MAX_NUMBER),
        pinned=True,
    )
    names = [name for name in row.serialize() if name not in ("uid", "sessionId")]
    # A number of 16 digits has 9 bytes.
    assert sum(map(len, names)) + 10 * 9 + 1 < 220
