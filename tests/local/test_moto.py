"""The moto engine: one call at a time, and what boto3 expects of a server."""

import contextlib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest
from botocore.exceptions import ClientError

from local.aws import client
from local.engine.moto import MotoServer


@pytest.fixture
def server() -> Iterator[MotoServer]:
    """A running server with a table."""
    with MotoServer() as running:
        client("dynamodb", running.endpoint).create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield running


def test_concurrent_updates_are_all_counted(server: MotoServer) -> None:
    """docs/platform.md, "moto 5.2.5": "400 concurrent ADDs gave 390" without the serialising."""
    dynamodb = client("dynamodb", server.endpoint)

    def add(_: int) -> None:
        dynamodb.update_item(
            TableName="t",
            Key={"id": {"S": "x"}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(200)))
    assert dynamodb.get_item(TableName="t", Key={"id": {"S": "x"}})["Item"]["n"] == {"N": "200"}
    assert server.calls["UpdateItem"] == 200


def test_errors_are_boto3s_exceptions(server: MotoServer) -> None:
    """With code and message."""
    dynamodb = client("dynamodb", server.endpoint)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName="t", Item={"id": {"S": "x"}}, ConditionExpression="attribute_exists(id)")
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.get_item(TableName="none", Key={"id": {"S": "x"}})


def test_a_large_batch_fits(server: MotoServer) -> None:
    """25 items of 300 KB; DynamoDB takes up to 16 MB."""
    dynamodb = client("dynamodb", server.endpoint)
    items = [{"PutRequest": {"Item": {"id": {"S": str(n)}, "b": {"B": b"x" * 300_000}}}} for n in range(25)]
    assert dynamodb.batch_write_item(RequestItems={"t": items})["UnprocessedItems"] == {}  # type: ignore[dict-item]


async def test_an_unsigned_request_is_refused(server: MotoServer) -> None:
    """As by AWS."""
    async with aiohttp.ClientSession() as http, http.post(server.endpoint, data=b"{}") as response:
        assert response.status == 403


def test_secrets_and_queues_are_on_the_same_address(server: MotoServer) -> None:
    """What functions need beside DynamoDB."""
    manager, sqs = client("secretsmanager", server.endpoint), client("sqs", server.endpoint)
    arn = manager.create_secret(Name="s", SecretString="secret")["ARN"]
    assert manager.get_secret_value(SecretId=arn)["SecretString"] == "secret"
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    assert url.startswith(server.endpoint)
    sqs.send_message(QueueUrl=url, MessageBody="work")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "work"


def test_messages_received_together_become_visible_together(server: MotoServer) -> None:
    """Else a batch that failed would come again in parts."""
    sqs = client("sqs", server.endpoint)
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for body in "abc":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 3
    assert len({message.visible_at for message in server.sqs("us-east-1").queues["q"]._messages}) == 1


def test_a_server_that_has_ended_leaves_nothing_to_the_next() -> None:
    """Although moto's state is global to the process."""
    with MotoServer() as first:
        client("sqs", first.endpoint).create_queue(QueueName="q")
    with MotoServer() as second, pytest.raises(ClientError):
        client("sqs", second.endpoint).get_queue_url(QueueName="q")


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"])
def test_a_server_that_ends_closes_the_connections_of_its_clients(sent: bytes) -> None:
    """Also in the middle of a request: boto3 would wait a minute for the answer."""
    with MotoServer() as server:
        connection = socket.create_connection(("127.0.0.1", int(server.endpoint.rpartition(":")[2])), timeout=5)
        connection.sendall(sent)
        time.sleep(0.05)
    with connection, contextlib.suppress(ConnectionResetError):
        assert connection.recv(1000) == b""


def test_an_item_that_is_too_large_is_refused_also_as_the_sum_of_its_attributes(server: MotoServer) -> None:
    """DynamoDB's limit is 400 KB; characters have up to four bytes."""
    dynamodb = client("dynamodb", server.endpoint)

    def put(*contents: str | bytes) -> None:
        values = [{"B": each} if isinstance(each, bytes) else {"S": each} for each in contents]
        names = {f"a{number}": value for number, value in enumerate(values)}
        dynamodb.put_item(TableName="t", Item={"id": {"S": "x"}, **names})

    put("x" * 390_000)
    put("é" * 190_000)
    put(*["x" * 39_000] * 10)
    for large in (["x" * 410_000], ["é" * 210_000], ["x" * 41_000] * 10, ["🙂" * 60_000, "🙂" * 60_000]):
        with pytest.raises(ClientError, match="Item size has exceeded the maximum allowed size"):
            put(*large)


def test_an_item_that_grows_too_large_is_refused(server: MotoServer) -> None:
    dynamodb = client("dynamodb", server.endpoint)
    dynamodb.put_item(TableName="t", Item={"id": {"S": "x"}})

    def grow(name: str) -> None:
        dynamodb.update_item(
            TableName="t",
            Key={"id": {"S": "x"}},
            UpdateExpression=f"SET {name} = :v",
            ExpressionAttributeValues={":v": {"S": "x" * 150_000}},
        )

    grow("a")
    grow("b")
    with pytest.raises(ClientError, match="Item size"):
        grow("c")


def test_items_that_are_put_without_requests_are_as_those_of_requests(server: MotoServer) -> None:
    dynamodb = client("dynamodb", server.endpoint)
    content: dict[str, Any] = {"s": {"S": "x"}, "n": {"N": "7"}, "b": {"B": b"\x00\xff"}, "t": {"BOOL": True}}
    dynamodb.put_item(TableName="t", Item={"id": {"S": "one"}, **content})
    server.put_items("us-east-1", "t", [{"id": {"S": "two"}, **content}, {"id": {"S": "three"}, **content}])
    found = dynamodb.scan(TableName="t")["Items"]
    assert [{name: value for name, value in row.items() if name != "id"} for row in found] == [content] * 3


def test_items_that_are_put_without_requests_lose_nothing_that_others_write(server: MotoServer) -> None:
    dynamodb = client("dynamodb", server.endpoint)

    def work(number: int) -> None:
        if number % 2:
            server.put_items("us-east-1", "t", [{"id": {"S": f"{number}-{each}"}} for each in range(25)])
        else:
            dynamodb.put_item(TableName="t", Item={"id": {"S": str(number)}})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(100)))
    assert len(dynamodb.scan(TableName="t")["Items"]) == 50 * 25 + 50


def test_two_servers_have_buckets_of_the_same_name_and_see_only_their_own() -> None:
    with MotoServer() as one, MotoServer() as other:
        clients = [client("s3", server.endpoint) for server in (one, other)]
        for number, s3 in enumerate(clients):
            s3.create_bucket(Bucket="the-same")
            s3.put_object(Bucket="the-same", Key="x", Body=str(number).encode())
        assert [s3.get_object(Bucket="the-same", Key="x")["Body"].read() for s3 in clients] == [b"0", b"1"]
