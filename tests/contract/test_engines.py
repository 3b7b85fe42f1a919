"""What the repositories rely on in DynamoDB. Where moto differs, DynamoDB Local is right."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.stores import BOB, SESSION, Stores, inbox_row, message

MotoDiffers = Callable[[str], None]


@pytest.fixture
def moto_differs(request: pytest.FixtureRequest, engine: str) -> MotoDiffers:
    """Says what moto does instead: there the test must fail."""

    def differs(reason: str) -> None:
        if engine == "moto":
            request.applymarker(pytest.mark.xfail(reason=f"moto 5.2.5: {reason}", strict=True))

    return differs


def refused(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] == "ValidationException"
    return False


def query(stores: Stores, **arguments: Any) -> Any:
    return stores.client.query(
        TableName=stores.tables["InboxTable"],
        KeyConditionExpression="uid = :u",
        ExpressionAttributeValues={":u": {"S": BOB}},
        **arguments,
    )


def test_an_exactly_full_page_has_a_cursor(stores: Stores, moto_differs: MotoDiffers) -> None:
    moto_differs("no LastEvaluatedKey on an exactly full last page")
    stores.put_rows("Inbox", [inbox_row(message(seq)) for seq in (1, 2)])
    assert "LastEvaluatedKey" in query(stores, Limit=2)
    assert "LastEvaluatedKey" not in query(stores, Limit=3)


def test_a_query_reads_no_more_than_a_megabyte(stores: Stores) -> None:
    stores.put_rows("Inbox", [inbox_row(message(seq, text="x" * 16_000)) for seq in range(1, 81)])
    answer = query(stores)
    assert 40 < len(answer["Items"]) < 80
    assert "LastEvaluatedKey" in answer


def test_a_batch_of_more_than_25_writes_is_refused(stores: Stores, moto_differs: MotoDiffers) -> None:
    moto_differs("takes any number")
    table = stores.tables["InboxTable"]
    keys = [{"uid": {"S": BOB}, "key": {"S": f"{SESSION}#{seq:016}"}} for seq in range(26)]
    batch = {table: [{"DeleteRequest": {"Key": key}} for key in keys]}
    assert refused(stores.client.batch_write_item, RequestItems=batch)


def test_a_batch_that_names_a_key_twice_is_refused(stores: Stores) -> None:
    table = stores.tables["InboxTable"]
    delete = {"DeleteRequest": {"Key": {"uid": {"S": BOB}, "key": {"S": "k"}}}}
    assert refused(stores.client.batch_write_item, RequestItems={table: [delete, delete]})


def test_a_read_of_more_than_100_keys_is_refused(stores: Stores) -> None:
    keys = [{"uid": {"S": f"u{number}"}} for number in range(101)]
    assert refused(stores.client.batch_get_item, RequestItems={stores.tables["PresenceTable"]: {"Keys": keys}})


def test_a_read_that_names_a_key_twice_is_refused(stores: Stores) -> None:
    keys = [{"uid": {"S": BOB}}] * 2
    assert refused(stores.client.batch_get_item, RequestItems={stores.tables["PresenceTable"]: {"Keys": keys}})


def test_a_range_that_ends_before_it_begins_is_refused(stores: Stores, moto_differs: MotoDiffers) -> None:
    moto_differs("finds nothing in it")
    assert refused(
        stores.client.query,
        TableName=stores.tables["MessageTable"],
        KeyConditionExpression="sessionId = :s AND seq BETWEEN :low AND :high",
        ExpressionAttributeValues={":s": {"S": SESSION}, ":low": {"N": "3"}, ":high": {"N": "2"}},
    )


def test_a_sort_key_over_a_kilobyte_is_refused_on_a_read(stores: Stores, moto_differs: MotoDiffers) -> None:
    moto_differs("finds nothing")
    assert refused(
        stores.client.query,
        TableName=stores.tables["CounterTable"],
        KeyConditionExpression="uid = :u AND sessionId > :s",
        ExpressionAttributeValues={":u": {"S": BOB}, ":s": {"S": "x" * 1_025}},
    )


def test_a_failed_condition_brings_the_row_that_failed_it(stores: Stores) -> None:
    row = {"sessionId": {"S": SESSION}, "lastSeq": {"N": "4"}}
    stores.put_row("Session", row)
    with pytest.raises(ClientError) as raised:
        stores.client.update_item(
            TableName=stores.tables["SessionTable"],
            Key={"sessionId": {"S": SESSION}},
            UpdateExpression="SET lastSeq = :n",
            ConditionExpression="lastSeq < :n",
            ExpressionAttributeValues={":n": {"N": "4"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert raised.value.response["Item"] == row  # type: ignore[typeddict-item]


def test_a_number_set_contains_a_number_and_not_its_digits(stores: Stores) -> None:
    key = {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}
    stores.put_row("Counter", {**key, "recent": {"NS": ["12", "3"]}})
    for number, contained in (("12", True), ("1", False), ("2", False), ("3", True), ("123", False)):
        found = stores.client.query(
            TableName=stores.tables["CounterTable"],
            KeyConditionExpression="uid = :u",
            FilterExpression="contains(recent, :n)",
            ExpressionAttributeValues={":u": {"S": BOB}, ":n": {"N": number}},
        )
        assert bool(found["Items"]) is contained


def test_a_set_from_which_all_is_deleted_is_gone(stores: Stores) -> None:
    key = {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}
    stores.put_row("Counter", {**key, "recent": {"NS": ["1", "2"]}})
    stores.client.update_item(
        TableName=stores.tables["CounterTable"],
        Key=key,
        UpdateExpression="DELETE recent :s",
        ExpressionAttributeValues={":s": {"NS": ["2", "1", "7"]}},
    )
    assert stores.rows("Counter") == [key]
