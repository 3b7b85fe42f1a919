"""The same over real sockets: the handshake, both subprotocols, and closes."""

import asyncio
import http
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from catchup_client import (
    AccessForbidden,
    AddressInvalid,
    Client,
    ConnectionLost,
    Encoding,
    NotServed,
    Offline,
    Settings,
    TokenRefused,
)
from catchup_client.transport import dial_websocket
from tests.client.fake_server import FakeServer, token
from tests.client.socket_server import listening
from tests.client.support import assert_nothing_lost, settled, until

QUICK = Settings(backoff_base=0.01, backoff_cap=0.02, repair_delay=0.01, page_limit=5)


@pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)
async def test_a_phone_works_over_a_real_websocket(tmp_path: Path, encoding: Encoding) -> None:
    fake = FakeServer()
    for number in range(12):
        fake.say("alice", "bob", str(number))
    async with (
        listening(fake) as url,
        Client(url, token("bob"), tmp_path / "bob.sqlite", encoding=encoding, settings=QUICK) as bob,
        Client(url, token("alice"), tmp_path / "alice.sqlite", settings=QUICK) as alice,
    ):
        await bob.catch_up()
        assert next(iter(fake.online.values())).encoding in {"catchup.json.v1", "catchup.pb.v1"}
        await alice.send("bob", {"message": "live"})
        fake.close_all()
        await alice.send("bob", {"message": "after the connections were closed"})
        await until(lambda: len(fake.online) == 2, 5)
        await bob.catch_up()
        await until(lambda: settled(fake, "bob"), 5)
        assert_nothing_lost(fake, bob)


@pytest.mark.parametrize(
    ("jwt", "error"),
    [
        (token("bob").rsplit(".", 1)[0] + ".forged", TokenRefused),
        (token("banned"), AccessForbidden),
        (token("unlucky"), ConnectionLost),
    ],
    ids=["401", "403", "502"],
)
async def test_a_refused_handshake_tells_why(jwt: str, error: type[Exception]) -> None:
    async with listening(FakeServer()) as url:
        with pytest.raises(error):
            await dial_websocket(url, jwt, Encoding.JSON)


@pytest.mark.parametrize(
    ("status", "kind", "body", "error", "words"),
    [
        (403, "AccessDeniedException", "", AccessForbidden, "forbids this token"),
        (
            403,
            "",
            '{"message": "User is not authorized to access this resource"}',
            AccessForbidden,
            "forbids this token",
        ),
        (403, "ForbiddenException", "", NotServed, "is not a Catchup address (403 ForbiddenException): check the host"),
        (403, "", "<html>", NotServed, "is not a Catchup address (403): check the host"),
        (404, "", "", ConnectionLost, "status 404: it is not Catchup; check the address"),
        (429, "LimitExceededException", "", ConnectionLost, "is overloaded"),
        (500, "AuthorizerConfigurationException", "", ConnectionLost, "could not check the token (500 Authorizer"),
        (500, "AuthorizerFailureException", "", ConnectionLost, "because the issuer of the tokens can't be reached"),
        (502, "InternalServerErrorException", "", ConnectionLost, "failed at the handshake (502 InternalServerError"),
    ],
)
async def test_the_kind_of_a_refusal_says_what_is_wrong(
    status: int, kind: str, body: str, error: type[Exception], words: str
) -> None:
    def refuse(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(http.HTTPStatus(status), body)
        if kind:
            response.headers["x-amzn-ErrorType"] = kind
        return response

    async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0, process_request=refuse) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        with pytest.raises(error) as raised:
            await dial_websocket(url, token("bob"), Encoding.JSON)
    assert words in str(raised.value)
    assert ("; check the" in str(raised.value) or ": check the" in str(raised.value)) == (
        status in {403, 404} and error is not AccessForbidden
    )


async def test_a_proxy_of_the_environment_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("socks5://127.0.0.1:9", "nonsense", "http://127.0.0.1:9"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(ConnectionLost, match="can't be reached: "):
            await dial_websocket("ws://catchup.example/v1", token("bob"), Encoding.JSON)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "127.0.0.1:1", "nonsense", "ws://127.0.0.1:99999", "ws://a..b/v1"])
async def test_what_is_no_websocket_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressInvalid, match="must start with ws:// or wss://"):
        await dial_websocket(url, token("bob"), Encoding.JSON)


async def test_an_address_where_nobody_listens_is_tried_again(tmp_path: Path) -> None:
    async with Client("ws://127.0.0.1:9", token("bob"), tmp_path / "bob.sqlite", settings=QUICK) as bob:
        events = bob.events()
        for failures in (1, 2, 3):
            event = await anext(events)
            assert isinstance(event, Offline)
            assert event.failures == failures
            assert "ws://127.0.0.1:9 can't be reached" in event.reason


async def test_a_socket_that_dies_fails_what_waits_on_it() -> None:
    fake = FakeServer()
    async with listening(fake) as url:
        transport = await dial_websocket(url, token("bob"), Encoding.JSON)
        receiving = asyncio.create_task(transport.receive())
        await transport.send('{"cmd": "login", "reqId": "1", "body": {}}')
        assert '"reqId": "1"' in await receiving
        fake.close_all()
        with pytest.raises(ConnectionLost):
            await transport.receive()
        with pytest.raises(ConnectionLost):
            await transport.send('{"cmd": "ping", "reqId": "2"}')
        await transport.close()
