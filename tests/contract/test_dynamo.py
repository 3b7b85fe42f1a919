"""The calls to DynamoDB: what is asked again, what is given up, and which errors may pass."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catchup.clock import Deadline
from catchup.errors import OutOfTime, Unavailable
from catchup.storage.dynamo import Dynamo, KeysOf
from catchup.storage.tables import SessionRow
from tests.contract.stores import Stores
from tests.support.engines import dynamodb_client
from tests.support.outages import SDK_ATTEMPTS, Outages, refusal, timeout

KEY = {"sessionId": {"S": "s"}}
CALLS: Mapping[str, Callable[[Dynamo], Any]] = {
    "PutItem": lambda dynamo: dynamo.put("t", SessionRow(session_id="s"), SessionRow.session_id.does_not_exist()),
    "UpdateItem": lambda dynamo: dynamo.update(
        "t", KEY, [SessionRow.last_seq.set(1)], SessionRow.last_seq.does_not_exist()
    ),
    "BatchGetItem": lambda dynamo: dynamo.get_many([KeysOf("t", [KEY], consistent=True)]),
    "Query": lambda dynamo: dynamo.query(
        "t", SessionRow.session_id == "s", limit=1, forward=True, consistent=True, start=None
    ),
}


@pytest.fixture(scope="module")
def unreachable() -> Any:
    """A client of no engine."""
    return dynamodb_client("http://127.0.0.1:9")


@pytest.fixture
def failing(unreachable: Any) -> Iterator[tuple[Dynamo, Outages]]:
    """Calls that fail before they are sent: no engine is needed."""
    with Outages(unreachable) as outages:
        yield Dynamo(unreachable), outages


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("LimitExceededException", 400),
        ("TransactionConflictException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        ("Whatever", 502),
    ],
)
def test_what_may_pass_is_unavailable(failing: tuple[Dynamo, Outages], code: str, status: int) -> None:
    dynamo, outages = failing
    for operation, call in CALLS.items():
        outages.fail(operation, refusal(code, status))
        with pytest.raises(Unavailable) as raised:
            call(dynamo)
        assert raised.type is Unavailable


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_what_will_not_pass_stays_what_it_is(failing: tuple[Dynamo, Outages], code: str) -> None:
    dynamo, outages = failing
    for operation, call in CALLS.items():
        outages.fail(operation, refusal(code))
        with pytest.raises(ClientError):
            call(dynamo)


def test_a_time_out_is_tried_again_by_the_sdk_before_it_is_given_up(failing: tuple[Dynamo, Outages]) -> None:
    dynamo, outages = failing
    for operation, call in CALLS.items():
        outages.fail(operation, timeout())
        with pytest.raises(Unavailable):
            call(dynamo)
        assert outages.count({operation}) == SDK_ATTEMPTS


@pytest.mark.parametrize("error", [refusal("ThrottlingException"), refusal("InternalServerError", 500), timeout()])
def test_what_can_not_be_deleted_now_is_returned(failing: tuple[Dynamo, Outages], error: Exception) -> None:
    dynamo, outages = failing
    outages.fail("BatchWriteItem", error)
    assert dynamo.delete_many("t", [KEY]) == [KEY]


def test_a_wrong_deletion_is_an_error(failing: tuple[Dynamo, Outages]) -> None:
    dynamo, outages = failing
    outages.fail("BatchWriteItem", refusal("ValidationException"))
    with pytest.raises(ClientError):
        dynamo.delete_many("t", [KEY])


def test_a_failed_condition_is_no_error_and_returns_what_is_there(stores: Stores) -> None:
    table = stores.tables["SessionTable"]
    row = SessionRow(session_id="s", last_seq=1)
    assert stores.dynamo.put(table, row, SessionRow.session_id.does_not_exist()) is None
    there = stores.dynamo.put(table, SessionRow(session_id="s", last_seq=2), SessionRow.session_id.does_not_exist())
    assert there == {"sessionId": {"S": "s"}, "lastSeq": {"N": "1"}}
    written, there = stores.dynamo.update(table, KEY, [SessionRow.last_seq.set(2)], SessionRow.last_seq == 7)
    assert (written, there) == (False, {"sessionId": {"S": "s"}, "lastSeq": {"N": "1"}})


def test_a_failed_condition_on_a_row_that_is_not_there_returns_nothing_and_makes_none(stores: Stores) -> None:
    table = stores.tables["SessionTable"]
    assert stores.dynamo.update(table, KEY, [SessionRow.last_seq.set(2)], SessionRow.last_seq == 7) == (False, None)
    assert stores.rows("Session") == []


class Partial:
    """A client whose BatchGetItem answers for `share` of the keys a call, as DynamoDB does over 16 MB."""

    def __init__(self, client: Any, share: int) -> None:
        self._client = client
        self._share = share
        self.asked: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - boto3's name
        keys = [(table, key) for table, wanted in RequestItems.items() for key in wanted["Keys"]]
        self.asked.append(len(keys))
        now, later = self._of(RequestItems, keys[: self._share]), self._of(RequestItems, keys[self._share :])
        answer = self._client.batch_get_item(RequestItems=now) if now else {"Responses": {}}
        return {"Responses": answer["Responses"], "UnprocessedKeys": later}

    @staticmethod
    def _of(wanted: dict[str, Any], keys: list[Any]) -> dict[str, Any]:
        tables = dict.fromkeys(table for table, _ in keys)
        return {table: {**wanted[table], "Keys": [key for of, key in keys if of == table]} for table in tables}


def fill(stores: Stores, count: int) -> list[KeysOf]:
    names = [f"s{number:03}" for number in range(count)]
    stores.put_rows("Session", [{"sessionId": {"S": name}, "lastSeq": {"N": "1"}} for name in names])
    keys = [{"sessionId": {"S": name}} for name in names]
    return [
        KeysOf(stores.tables["SessionTable"], keys, consistent=True),
        KeysOf(stores.tables["PresenceTable"], [{"uid": {"S": "nobody"}}], consistent=True),
    ]


def test_keys_that_come_back_unprocessed_are_asked_for_again_after_a_pause(stores: Stores) -> None:
    wanted = fill(stores, 30)
    client = Partial(stores.client, share=12)
    found = Dynamo(client, stores.time.sleep).get_many(wanted)
    assert sorted(item["sessionId"]["S"] for item in found[wanted[0].table]) == [f"s{n:03}" for n in range(30)]
    assert found[wanted[1].table] == []
    assert client.asked == [31, 19, 7]
    assert len(stores.time.pauses) == 2
    assert all(pause > 0 for pause in stores.time.pauses)


def test_keys_that_stay_unprocessed_run_out_of_time(stores: Stores) -> None:
    wanted = fill(stores, 3)
    with pytest.raises(OutOfTime):
        Dynamo(Partial(stores.client, share=0), stores.time.sleep).get_many(wanted)
    assert stores.time.left_ms >= Deadline.RESERVE_MS


def test_without_time_nothing_is_read(stores: Stores, outages: Outages) -> None:
    wanted = fill(stores, 1)
    outages.heal()
    stores.time.left_ms = 1_000
    with pytest.raises(OutOfTime):
        stores.dynamo.get_many(wanted)
    assert outages.sent == []


def test_more_keys_than_a_call_takes_are_read_across_tables(stores: Stores, outages: Outages) -> None:
    wanted = fill(stores, 100)
    outages.heal()
    found = stores.dynamo.get_many(wanted)
    assert (len(found[wanted[0].table]), found[wanted[1].table]) == (100, [])
    assert outages.sent == ["BatchGetItem"] * 2
