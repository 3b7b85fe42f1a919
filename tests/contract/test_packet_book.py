"""Red packets on both engines: who has claimed what, when it is over, and what is due."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catchup.domain.packets import Claims
from catchup.errors import Unavailable
from catchup.storage.packet_book import DynamoPackets
from catchup.storage.packet_rows import PAGE_CLAIMS, shard_of
from catchup.usecases.packets.ports import Account, Due
from tests.contract.packets import HOUR_MS, packet, seen, slots
from tests.contract.stores import NOW_MS, Stores

PEOPLE = [f"person{number:03}" for number in range(60)]


@pytest.fixture
def book(stores: Stores) -> DynamoPackets:
    """The packets, in an empty table."""
    return DynamoPackets(stores.storage)


def claim(book: DynamoPackets, given: Any, uid: str, known: Claims | None = None) -> Any:
    """Claims, after a read."""
    return book.claim(given, seen(book, given) if known is None else known, uid, NOW_MS)[0]


def test_a_packet_is_found_as_it_was_made(book: DynamoPackets) -> None:
    given = packet(greeting="hello", receiver="bob")
    assert book.find(given.packet_id) is None
    assert book.put(given) == given
    assert book.find(given.packet_id) == (given, Claims())


def test_the_packet_that_was_made_first_stays(book: DynamoPackets) -> None:
    first = packet()
    book.put(first)
    assert book.put(replace(first, seed=b"t" * 32)) == first


def test_what_was_cancelled_is_never_made(book: DynamoPackets) -> None:
    given = packet()
    assert book.cancel(given.packet_id) is None
    assert book.put(given) is None
    assert book.cancel(given.packet_id) is None
    assert book.find(given.packet_id) is None


def test_what_was_made_is_not_cancelled(book: DynamoPackets) -> None:
    given = packet()
    book.put(given)
    assert book.cancel(given.packet_id) == given
    assert book.find(given.packet_id) == (given, Claims())


@pytest.mark.parametrize("count", [1, 3, PAGE_CLAIMS, PAGE_CLAIMS + 1, 2 * PAGE_CLAIMS + 5])
def test_as_many_claim_as_there_are_shares_in_their_order(book: DynamoPackets, count: int) -> None:
    given = packet(count=count)
    book.put(given)
    assert [claim(book, given, uid).slot for uid in PEOPLE[:count]] == list(range(count))
    assert claim(book, given, PEOPLE[count]) is None
    assert slots(seen(book, given)) == list(zip(PEOPLE, range(count), strict=False))


def test_who_claims_again_has_their_first_claim(book: DynamoPackets) -> None:
    given = packet(count=45)
    book.put(given)
    first = {uid: claim(book, given, uid) for uid in PEOPLE[:45]}
    assert {uid: claim(book, given, uid) for uid in PEOPLE[:45]} == first


@pytest.mark.parametrize("before", [0, 4, PAGE_CLAIMS, PAGE_CLAIMS + 4])
def test_a_stale_read_claims_nothing_twice(book: DynamoPackets, before: int) -> None:
    given = packet(count=45)
    book.put(given)
    for uid in PEOPLE[:before]:
        claim(book, given, uid)
    old = seen(book, given)
    first = {uid: claim(book, given, uid) for uid in PEOPLE[before:45]}
    assert {uid: claim(book, given, uid, old) for uid in PEOPLE[before:45]} == first
    assert claim(book, given, PEOPLE[45], old) is None
    assert len(seen(book, given).made) == 45


def test_a_page_with_room_takes_nobody_twice(book: DynamoPackets) -> None:
    given = packet(count=45)
    book.put(given)
    first = claim(book, given, "bob", Claims())
    assert claim(book, given, "bob", Claims()) == first
    assert slots(seen(book, given)) == [("bob", 0)]


@pytest.mark.parametrize("claimed", [0, 4, PAGE_CLAIMS, PAGE_CLAIMS + 4])
def test_nobody_claims_after_a_closing(book: DynamoPackets, claimed: int) -> None:
    given = packet(count=45)
    book.put(given)
    for uid in PEOPLE[:claimed]:
        claim(book, given, uid)
    old = seen(book, given)
    final = book.close(given, NOW_MS)
    assert (len(final.made), final.is_closed) == (claimed, True)
    assert claim(book, given, PEOPLE[50], old) is None
    assert claim(book, given, PEOPLE[50], Claims()) is None
    assert book.close(given, NOW_MS + 1) == final == seen(book, given)


def test_who_claimed_before_a_closing_keeps_it(book: DynamoPackets) -> None:
    given = packet()
    book.put(given)
    first = claim(book, given, "bob")
    book.close(given, NOW_MS)
    assert claim(book, given, "bob") == first
    assert claim(book, given, "bob", Claims()) == first


def test_an_empty_packet_has_nothing_to_close(book: DynamoPackets) -> None:
    given = packet(count=PAGE_CLAIMS)
    book.put(given)
    for uid in PEOPLE[:PAGE_CLAIMS]:
        claim(book, given, uid)
    final = book.close(given, NOW_MS)
    assert (len(final.made), final.is_closed) == (PAGE_CLAIMS, False)


def test_an_account_has_what_was_paid_and_refunded(book: DynamoPackets) -> None:
    given = packet()
    assert book.account(given.packet_id) == Account(None, Claims(), {}, None)
    book.put(given)
    made = claim(book, given, "bob")
    for _ in range(2):
        book.note_paid(given.packet_id, "bob", 7)
        book.note_refunded(given.packet_id, 993)
    assert book.account(given.packet_id) == Account(given, Claims((made,)), {"bob": 7}, 993)


def test_packets_are_due_in_the_order_of_their_times(book: DynamoPackets) -> None:
    given = packet()
    shard = shard_of(given.packet_id)
    early, late = (replace(given, expires_at_ms=NOW_MS + HOUR_MS * hours) for hours in (1, 2))
    for each in (late, early, early):
        book.intend(each)
    assert book.due(NOW_MS + HOUR_MS - 1, shard, 10) == []
    assert book.due(NOW_MS + HOUR_MS, shard, 10) == [Due(early, early.expires_at_ms)]
    assert book.due(NOW_MS + 9 * HOUR_MS, shard, 10) == [Due(each, each.expires_at_ms) for each in (early, late)]
    assert len(book.due(NOW_MS + 9 * HOUR_MS, shard, 1)) == 1
    assert book.due(NOW_MS + 9 * HOUR_MS, (shard + 1) % 4, 10) == []


def test_what_is_due_can_wait_and_be_settled(book: DynamoPackets) -> None:
    given = packet()
    shard = shard_of(given.packet_id)
    book.intend(given)
    later = book.postpone(Due(given, given.expires_at_ms), NOW_MS + 2 * HOUR_MS)
    assert book.due(NOW_MS + HOUR_MS, shard, 10) == []
    assert book.due(NOW_MS + 2 * HOUR_MS, shard, 10) == [later]
    book.settled(later)
    book.settled(later)
    assert book.due(NOW_MS + 9 * HOUR_MS, shard, 10) == []


@pytest.mark.parametrize("row", ["packet", "page#000", "paid#bob"])
def test_money_is_not_counted_by_a_row_that_cannot_be_read(book: DynamoPackets, stores: Stores, row: str) -> None:
    given = packet()
    book.put(given)
    key = {"pk": {"S": given.packet_id}, "sk": {"S": row}}
    stores.put_row("Packet", {**key, "claims": {"L": [{"S": "bob"}]}, "count": {"S": "x"}, "amount": {"S": "x"}})
    with pytest.raises(Unavailable):
        book.account(given.packet_id)
    assert stores.poison[0][1]["sk"] == {"S": row}


def test_a_page_of_another_type_takes_no_claim(book: DynamoPackets, stores: Stores, engine: str) -> None:
    if engine == "moto":
        pytest.skip("its error has other words")
    given = packet()
    book.put(given)
    key = {"pk": {"S": given.packet_id}, "sk": {"S": "page#000"}}
    stores.put_row("Packet", {**key, "claims": {"S": "x"}})
    with pytest.raises(Unavailable):
        book.claim(given, Claims(), "bob", NOW_MS)


class Units:
    """The write units of what is called."""

    def __init__(self, client: Any) -> None:
        self.client, self.written = client, 0.0

    def of(self, call: Any) -> float:
        events, self.written = self.client.meta.events, 0.0

        def ask(params: Any, **_: Any) -> None:
            params["ReturnConsumedCapacity"] = "TOTAL"

        def note(parsed: Any, **_: Any) -> None:
            self.written += parsed["ConsumedCapacity"]["CapacityUnits"]

        for name in ("UpdateItem", "PutItem", "DeleteItem"):
            events.register(f"provide-client-params.dynamodb.{name}", ask)
            events.register(f"after-call.dynamodb.{name}", note)
        call()
        for name in ("UpdateItem", "PutItem", "DeleteItem"):
            events.unregister(f"provide-client-params.dynamodb.{name}", ask)
            events.unregister(f"after-call.dynamodb.{name}", note)
        return self.written


def test_a_packet_costs_two_write_units_and_a_claim_one(book: DynamoPackets, stores: Stores, engine: str) -> None:
    if engine == "moto":
        pytest.skip("its capacity is made up")
    given = packet(count=PAGE_CLAIMS + 2, greeting="g" * 300, receiver="y" * 64)
    units = Units(stores.client)
    assert units.of(partial(book.intend, given)) + units.of(partial(book.put, given)) == 2
    uuids = [f"{number:036}" for number in range(PAGE_CLAIMS + 3)]
    assert [units.of(partial(claim, book, given, uid)) for uid in uuids[:-1]] == [1] * given.count
    # Known to be empty; and claimed before.
    assert units.of(partial(claim, book, given, uuids[-1])) == 0
    assert units.of(partial(claim, book, given, uuids[3])) == 0


def test_a_claim_of_the_longest_uids_costs_two_write_units_at_most(
    book: DynamoPackets, stores: Stores, engine: str
) -> None:
    if engine == "moto":
        pytest.skip("its capacity is made up")
    given = packet(count=PAGE_CLAIMS)
    book.put(given)
    longest = [f"{number:064}" for number in range(PAGE_CLAIMS)]
    units = Units(stores.client)
    assert max(units.of(partial(claim, book, given, uid)) for uid in longest) == 2
