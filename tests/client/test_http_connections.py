"""HTTP over real sockets: connections are kept, opened again, and closed; compressed answers are read."""

import asyncio
import gzip
from pathlib import Path

import pytest

from catchup_client import AddressInvalid, Client, ConnectionLost, Encoding
from catchup_client.http_connections import HttpConnections
from catchup_client.http_transport import dial_http
from catchup_client.protocol.http_form import HttpRequest
from tests.client.fake_server import token
from tests.support.http_server import Answer, serving

GET = HttpRequest("GET", "/v1/sessions?limit=1", {"Accept": "application/json"}, b"")
JSON = (("Content-Type", "application/json"),)


async def test_a_connection_is_used_again_and_one_that_was_closed_is_replaced() -> None:
    with serving() as server:
        connections = HttpConnections(f"{server.address}/prefix/")
        for _ in range(3):
            assert (await connections.exchange(GET)).content == b"{}"
        assert {(asked.path, asked.headers["accept"]) for asked in server.asked} == {
            ("/prefix/v1/sessions?limit=1", "application/json")
        }
        assert len({asked.connection for asked in server.asked}) == 1
        server.answers.append(Answer(closes=True))
        assert (await connections.exchange(GET)).status == 200
        assert len({asked.connection for asked in server.asked}) == 2
        await connections.close()
        with pytest.raises(ConnectionLost, match="closed by this client"):
            await connections.exchange(GET)


async def test_requests_at_once_have_connections_of_their_own() -> None:
    with serving() as server:
        connections = HttpConnections(server.address)
        server.answers.append(Answer(silent=True))
        silent = asyncio.create_task(connections.exchange(GET))
        while not server.asked:
            await asyncio.sleep(0.01)
        assert (await connections.exchange(GET)).status == 200
        await connections.close()
        async with asyncio.timeout(5):
            with pytest.raises(ConnectionLost):
                await silent
        await connections.close()


async def test_a_compressed_answer_is_read_and_a_broken_one_is_a_lost_connection() -> None:
    with serving() as server:
        packed = (*JSON, ("Content-Encoding", "gzip"))
        server.answers += [Answer(body=gzip.compress(b'{"a":1}'), headers=packed), Answer(body=b"?", headers=packed)]
        connections = HttpConnections(server.address)
        assert (await connections.exchange(GET)).content == b'{"a":1}'
        with pytest.raises(ConnectionLost, match="can't be reached"):
            await connections.exchange(GET)
        await connections.close()


async def test_an_address_where_nobody_listens_is_tried_again() -> None:
    connections = HttpConnections("http://127.0.0.1:9")
    with pytest.raises(ConnectionLost, match=r"http://127.0.0.1:9 can't be reached: .*; check the address"):
        await connections.exchange(GET)
    await connections.close()


async def test_a_proxy_of_the_environment_is_asked_for_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "")
        connections = HttpConnections("https://catchup.example")
        with pytest.raises(ConnectionLost, match="Tunnel connection failed: 501"):  # this server knows no CONNECT
            await connections.exchange(GET)
        await connections.close()


@pytest.mark.parametrize("url", ["ws://127.0.0.1", "127.0.0.1:1", "nonsense", "http://127.0.0.1:99999", "http://a..b"])
async def test_what_is_no_http_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressInvalid, match="is not an HTTP address: it must start with http:// or https://"):
        await dial_http(url, token("bob"), Encoding.JSON)


async def test_a_client_names_its_token_and_its_device(tmp_path: Path) -> None:
    with serving() as server:
        server.usual = Answer(body=b'{"counters":{},"next":"","epoch":"e"}', headers=JSON)
        options = {"transport": "http", "device_id": "phone"}
        async with Client(server.address, token("bob"), tmp_path / "bob.sqlite", **options) as bob:  # type: ignore[arg-type]
            await bob.logged_in()
        assert [(asked.method, asked.path) for asked in server.asked] == [("GET", "/v1/counters")]
        assert server.asked[0].headers["authorization"] == f"Bearer {token('bob')}"
        assert server.asked[0].headers["x-device-id"] == "phone"
