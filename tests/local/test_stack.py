"""A whole stack: its data, its tokens, its connections."""

import asyncio
import socket as sockets
import threading

import aiohttp
import jwt
import pytest
import websockets

from local.aws import client
from local.errors import LocalStackError
from local.options import Options
from local.stack import LocalStack
from tests.local.support import connected, mini_options, told


async def test_the_templates_tables_and_queues_are_there() -> None:
    """Blocking calls from the stack's own thread are answered too."""
    async with LocalStack(mini_options()) as stack:
        dynamodb = client("dynamodb", stack.engine.dynamodb)
        assert dynamodb.list_tables()["TableNames"] == ["mini-Table"]
        described = dynamodb.describe_table(TableName=stack.tables["Table"])["Table"]
        assert [index["IndexName"] for index in described["GlobalSecondaryIndexes"]] == ["byGroup"]
        expiry = dynamodb.describe_time_to_live(TableName="mini-Table")["TimeToLiveDescription"]
        assert expiry["TimeToLiveStatus"] == "ENABLED"
        urls = client("sqs", stack.engine.services).list_queues()["QueueUrls"]
        assert sorted(urls) == sorted(stack.queues.values())


async def test_two_stacks_in_one_process_have_data_of_their_own() -> None:
    """Although both have a table of this name."""
    async with LocalStack(mini_options()) as one, LocalStack(mini_options()) as two:
        first, second = client("dynamodb", one.engine.dynamodb), client("dynamodb", two.engine.dynamodb)
        first.put_item(TableName="mini-Table", Item={"id": {"S": "x"}})
        assert first.scan(TableName="mini-Table")["Count"] == 1
        assert second.scan(TableName="mini-Table")["Count"] == 0


async def test_the_secret_that_signs_tokens_is_where_the_template_says() -> None:
    """The functions read it from Secrets Manager, as on AWS."""
    async with LocalStack(mini_options()) as stack:
        arn = stack.functions.environments["ProbeFunction"]["SECRET_ARN"]
        secret = client("secretsmanager", stack.engine.services).get_secret_value(SecretId=arn)["SecretString"]
        claims = jwt.decode(stack.token("bob", "tablet", ttl_seconds=60), secret, algorithms=["HS256"])
        assert (claims["sub"], claims["deviceId"]) == ("bob", "tablet")
        with pytest.raises(jwt.ExpiredSignatureError):
            jwt.decode(stack.token("bob", ttl_seconds=-1), secret, algorithms=["HS256"])


async def test_a_secret_can_be_fixed_so_that_tokens_survive_a_restart() -> None:
    """At least 32 bytes, as RFC 7518 asks for."""
    async with LocalStack(mini_options(jwt_secret="x" * 32)) as stack:
        assert stack.jwt_secret == "x" * 32
    with pytest.raises(LocalStackError, match="at least 32"):
        LocalStack(mini_options(jwt_secret="short"))


async def test_the_management_endpoint_of_the_template_is_the_local_gateway() -> None:
    """`https://<api id>.execute-api.<region>.amazonaws.com/<stage>` on AWS."""
    async with LocalStack(mini_options()) as stack, connected(stack) as socket:
        endpoint = stack.functions.environments["ProbeFunction"]["MANAGEMENT_ENDPOINT"]
        (connection,) = stack.gateway.connections.values()
        management = client("apigatewaymanagementapi", endpoint)
        await asyncio.to_thread(management.post_to_connection, ConnectionId=connection.id, Data=b"pushed")
        assert await socket.recv() == "pushed"
        assert stack.template.outputs["Url"] == stack.url


async def test_a_wrong_token_is_refused() -> None:
    """By the template's authorizer."""
    async with LocalStack(mini_options()) as stack:
        with pytest.raises(websockets.InvalidStatus) as error:
            await websockets.connect(stack.url, additional_headers={"Authorization": "nonsense"})
        assert error.value.response.status_code == 401


async def test_a_persons_connections_can_be_dropped() -> None:
    """As a network does: no close frame."""
    async with LocalStack(mini_options()) as stack:
        async with connected(stack, "alice") as alice, connected(stack, "bob") as bob:
            assert await stack.drop_connection(uid="bob") == 1
            with pytest.raises(websockets.ConnectionClosedError) as error:
                await bob.recv()
            assert error.value.rcvd is None
            assert isinstance(await told(alice, "pid", seconds=0), int)
            (connection,) = stack.gateway.connections.values()
            assert await stack.drop_connection(connection.id) == 1
        assert await stack.drop_connection("unknown") == 0


async def test_clients_are_told_when_the_stack_ends() -> None:
    """1001, as on AWS when a connection's time is over."""
    async with LocalStack(mini_options()) as stack:
        opened = await websockets.connect(stack.url, additional_headers={"Authorization": f"Bearer {stack.token('a')}"})
    await opened.wait_closed()
    assert opened.close_code == 1001


async def test_a_taken_port_is_a_clear_error() -> None:
    """It says what to change."""
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=f"port {port} is taken.*PORT={port + 1}"):
            async with LocalStack(mini_options(port=port)):
                pass


async def test_a_stack_that_could_not_start_leaves_nothing_behind() -> None:
    """Its port is free again."""
    failing = mini_options(parameter_overrides="Days=99")
    with pytest.raises(LocalStackError, match="Days=99: must be a number from 1 to 30"):
        async with LocalStack(failing):
            pass
    assert "moto" not in [thread.name for thread in threading.enumerate()]


async def test_an_unknown_engine_is_a_clear_error() -> None:
    """With what it may be."""
    with pytest.raises(LocalStackError, match="ENGINE=mysql: must be moto, dynamodb-local, or an http"):
        async with LocalStack(mini_options(engine="mysql")):
            pass


async def test_any_dynamodb_endpoint_can_be_the_engine_and_its_tables_are_kept() -> None:
    """Here the moto of another stack."""
    async with LocalStack(mini_options()) as first:
        dynamodb = client("dynamodb", first.engine.dynamodb)
        dynamodb.put_item(TableName="mini-Table", Item={"id": {"S": "kept"}})
        async with LocalStack(mini_options(engine=first.engine.dynamodb)) as second:
            assert second.engine.dynamodb == first.engine.dynamodb
            assert second.engine.services != first.engine.services
        assert dynamodb.scan(TableName="mini-Table")["Count"] == 1


async def test_a_plain_request_to_the_stage_says_that_it_wants_an_upgrade() -> None:
    """426, so that a browser on the address shows something sensible."""
    async with (
        LocalStack(mini_options()) as stack,
        aiohttp.ClientSession() as http,
        http.get(stack.management_endpoint) as response,
    ):
        assert response.status == 426


def test_defaults_are_those_of_api_gateway() -> None:
    """AWS documentation, "Quotas for configuring and running a WebSocket in API Gateway"."""
    options = Options()
    limits = (options.connection_idle_seconds, options.connection_seconds, options.integration_seconds)
    assert limits == (600, 7200, 29)
