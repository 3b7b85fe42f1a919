"""Only what the client named leaves the offline store, and what could not leave is reported."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catchup.clock import Deadline
from catchup.storage.dynamo import FIRST_PAUSE_MS, LONGEST_PAUSE_MS
from tests.contract.stores import ALICE, BOB, SESSION, Stores, inbox_row, message, seqs
from tests.support.outages import Outages, refusal


class Stubborn:
    """A client whose BatchWriteItem leaves some of its requests unprocessed, as DynamoDB does when it is busy."""

    def __init__(self, client: Any, leaves: Callable[[str, int], bool]) -> None:
        self._client = client
        self._leaves = leaves
        self.calls: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803 - boto3's name
        ((table, requests),) = RequestItems.items()
        self.calls.append(len(requests))
        left = [one for one in requests if self._leaves(one["DeleteRequest"]["Key"]["key"]["S"], len(self.calls))]
        done = [one for one in requests if one not in left]
        if not done:
            raise refusal("ProvisionedThroughputExceededException")
        self._client.batch_write_item(RequestItems={table: done})
        return {"UnprocessedItems": {table: left} if left else {}}


def stubborn(stores: Stores, leaves: Callable[[str, int], bool]) -> tuple[Stores, Stubborn]:
    """The same repositories over a client that leaves keys for which `leaves(key, number of the call)` holds."""
    client = Stubborn(stores.client, leaves)
    return Stores(client, stores.tables, stores.time), client


def fill(stores: Stores, count: int) -> None:
    stores.put_rows("Inbox", [inbox_row(message(seq)) for seq in range(1, count + 1)])


def left_over(stores: Stores) -> list[int]:
    return [int(row["key"]["S"].rpartition("#")[2]) for row in stores.rows("Inbox")]


def test_exactly_what_is_named_is_deleted(stores: Stores) -> None:
    fill(stores, 6)
    assert stores.inbox.remove(BOB, SESSION, seqs(5, 2)) == []
    assert left_over(stores) == [1, 3, 4, 6]


def test_deleting_again_and_what_is_not_there_changes_nothing(stores: Stores) -> None:
    fill(stores, 2)
    assert stores.inbox.remove(BOB, SESSION, seqs(3, 2**53 - 1)) == []
    assert left_over(stores) == [1, 2]


def test_naming_nothing_calls_nothing(stores: Stores, outages: Outages) -> None:
    assert stores.inbox.remove(BOB, SESSION, []) == []
    assert outages.sent == []


def test_only_the_owners_rows_of_this_session_are_deleted(stores: Stores) -> None:
    others = [
        inbox_row(message(1), owner=ALICE),
        inbox_row(message(1, session="p:bob:carl")),
        inbox_row(message(11)),
        inbox_row(message(10)),
    ]
    stores.put_rows("Inbox", others)
    before = stores.rows("Inbox")
    fill(stores, 1)
    stores.inbox.remove(BOB, SESSION, seqs(1))
    assert stores.rows("Inbox") == before


@pytest.mark.parametrize("count", [25, 26, 51, 100])
def test_more_than_a_batch_takes_goes_out_in_several(stores: Stores, outages: Outages, count: int) -> None:
    fill(stores, count + 1)
    outages.heal()
    assert stores.inbox.remove(BOB, SESSION, seqs(*range(1, count + 1))) == []
    assert outages.count({"BatchWriteItem"}) == -(-count // 25)
    assert left_over(stores) == [count + 1]


def test_what_a_batch_leaves_over_is_deleted_after_a_pause(stores: Stores) -> None:
    fill(stores, 30)
    busy, client = stubborn(stores, lambda key, call: call == 1 and key.endswith(("3", "7")))
    assert busy.inbox.remove(BOB, SESSION, seqs(*range(1, 31))) == []
    assert left_over(stores) == []
    assert client.calls == [25, 5, 5]
    (pause,) = busy.time.pauses
    assert 0 < pause * 1_000 <= 2 * FIRST_PAUSE_MS


def test_what_stays_left_over_until_the_deadline_is_reported(stores: Stores) -> None:
    fill(stores, 30)
    # Each call deletes one, the highest.
    busy, _ = stubborn(stores, lambda key, call: int(key[-2:]) != 26 - call)
    busy.time.left_ms = 3_000
    remaining = busy.inbox.remove(BOB, SESSION, seqs(*range(1, 26)))
    assert 0 < len(remaining) < 25
    assert left_over(stores) == [*remaining, *range(26, 31)]
    assert busy.time.left_ms >= Deadline.RESERVE_MS


def test_pauses_grow_with_jitter_up_to_their_cap(stores: Stores) -> None:
    fill(stores, 25)
    busy, _ = stubborn(stores, lambda key, call: int(key[-2:]) > call)
    busy.time.left_ms = 3_600_000
    assert busy.inbox.remove(BOB, SESSION, seqs(*range(1, 26))) == []
    pauses = [pause * 1_000 for pause in busy.time.pauses]
    assert len(pauses) == 24
    caps = [min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2**attempt) for attempt in range(1, 25)]
    assert all(0 < pause <= cap for pause, cap in zip(pauses, caps, strict=True))
    assert len(set(pauses)) == 24
    # Full jitter: over twenty pauses it is not always the upper half.
    assert min(pauses[5:]) < LONGEST_PAUSE_MS / 2 < max(pauses[5:])


def test_without_time_nothing_is_deleted_and_everything_is_reported(stores: Stores, outages: Outages) -> None:
    fill(stores, 2)
    outages.heal()
    stores.time.left_ms = 500
    assert stores.inbox.remove(BOB, SESSION, seqs(1, 2)) == [1, 2]
    assert outages.sent == []


def test_a_batch_that_fails_is_reported_and_the_others_are_deleted(stores: Stores) -> None:
    fill(stores, 50)
    busy, _ = stubborn(stores, lambda key, _: int(key[-2:]) <= 25)
    assert busy.inbox.remove(BOB, SESSION, seqs(*range(1, 51))) == list(range(1, 26))
    assert left_over(stores) == list(range(1, 26))


def test_of_a_batch_that_fails_in_the_end_only_what_is_still_there_is_reported(stores: Stores) -> None:
    fill(stores, 25)
    busy, _ = stubborn(stores, lambda key, _: key.endswith("07"))
    assert busy.inbox.remove(BOB, SESSION, seqs(*range(1, 26))) == [7]


def test_a_wrong_request_is_not_taken_for_a_busy_store(stores: Stores, outages: Outages) -> None:
    outages.fail("BatchWriteItem", refusal("ValidationException"))
    with pytest.raises(ClientError):
        stores.inbox.remove(BOB, SESSION, seqs(1))
