"""What is special about a phone over HTTP: tokens, waits, ids in paths, larger pages, and changes of the transport."""

import asyncio
import json
import random
from pathlib import Path

import pytest

from catchup_client import Client, Code, InvalidInput, NotServed, RequestRefused, Settings, TokenRefused
from catchup_client.protocol.http_form import Asked, HttpResponse
from tests.client.fake_http import JSON
from tests.client.fake_server import FakeServer, token
from tests.client.faults import Random
from tests.client.support import TRANSPORTS, assert_nothing_lost, phone, settled, texts, unread, until
from tests.client.virtual_time import in_virtual_time

SESSION = "p:alice:bob"


def gateway(status: int, **headers: str) -> HttpResponse:
    """Return an answer that no function of Catchup has given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {"content-type": JSON, **named}, b'{"message":"from the gateway"}')


def busy(wait: str) -> HttpResponse:
    body = {"code": "RESOURCE_EXHAUSTED", "error": {"field": "", "rule": "too many", "fix": "wait"}}
    return HttpResponse(429, {"content-type": JSON, "retry-after": wait}, json.dumps(body).encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """Return a server whose phones use HTTP."""
    monkeypatch.setattr(FakeServer, "transport", "http")
    return FakeServer()


@in_virtual_time
async def test_an_idle_phone_sends_nothing_and_a_refused_token_is_renewed(tmp_path: Path, server: FakeServer) -> None:
    tokens = [token("bob", exp=4_102_444_800 + number) for number in range(3)]
    given = iter(tokens)

    async def fresh() -> str:
        return next(given)

    async with phone(server, tmp_path, token=fresh) as bob:
        await bob.logged_in()
        await asyncio.sleep(3600)
        assert len(server.http) == 1
        server.expired_tokens.add(tokens[0])
        assert (await bob.send("alice", {"message": "hello"})).seq == 1
        server.http_answers.append(gateway(403))  # a token that the gateway does not know yet, and that has expired
        assert (await bob.send("alice", {"message": "again"})).seq == 2
    assert {request.headers["Authorization"].removeprefix("Bearer ") for request in server.http} == set(tokens)


@pytest.mark.parametrize("status", [401, 403])
@in_virtual_time
async def test_a_token_that_the_gateway_refuses_at_once_stops_the_client(
    tmp_path: Path, server: FakeServer, status: int
) -> None:
    server.http_answers.append(gateway(status))
    async with phone(server, tmp_path) as bob:
        with pytest.raises(TokenRefused, match=f"status {status}"):
            await bob.logged_in()


@in_virtual_time
async def test_an_address_without_these_paths_stops_the_client(tmp_path: Path, server: FakeServer) -> None:
    server.http_answers.append(gateway(404))
    async with phone(server, tmp_path) as bob:
        with pytest.raises(NotServed, match=r"is not a Catchup address \(404\): check the host and the path"):
            await bob.logged_in()


@pytest.mark.parametrize("status", [200, 302, 429, 500, 502, 503])
@in_virtual_time
async def test_a_first_request_that_nobody_works_on_is_sent_again(
    tmp_path: Path, server: FakeServer, status: int
) -> None:
    server.http_answers.append(HttpResponse(status, {"content-type": "text/html"}, b"<html>"))
    async with phone(server, tmp_path) as bob, asyncio.timeout(5):
        assert (await bob.logged_in()).sessions == 0
    assert server.dials == 2


@pytest.mark.parametrize("answer", [busy("7"), gateway(503, retry_after="7")], ids=["the service", "the gateway"])
@in_virtual_time
async def test_the_same_is_sent_again_when_the_server_has_asked_to_wait(
    tmp_path: Path, server: FakeServer, answer: HttpResponse
) -> None:
    async with phone(server, tmp_path) as alice:
        await alice.logged_in()
        server.http_answers.append(answer)
        started = asyncio.get_running_loop().time()
        assert (await alice.send("carol", {"message": "hello"})).seq == 1
        assert 7 <= asyncio.get_running_loop().time() - started < 8
    first, second = (request.content for request in server.http if request.target == "/v1/messages")
    assert first == second


@in_virtual_time
async def test_a_login_waits_as_long_as_the_server_asks_for(tmp_path: Path, server: FakeServer) -> None:
    server.http_answers.append(busy("20"))
    async with phone(server, tmp_path) as bob:
        started = asyncio.get_running_loop().time()
        await bob.logged_in()
        assert 20 <= asyncio.get_running_loop().time() - started < 21


@in_virtual_time
async def test_a_request_that_an_older_server_does_not_have_is_unimplemented(
    tmp_path: Path, server: FakeServer
) -> None:
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.http_answers.append(gateway(404))
        with pytest.raises(RequestRefused) as refused:
            await bob.blocked()
        assert refused.value.code is Code.UNIMPLEMENTED


@pytest.mark.parametrize("uid", ["a/b", "a?b", "a%2Fb", "100%", ".", "..", "a+b&c|d", "back\\slash", "bob@example.com"])
@in_virtual_time
async def test_every_id_gets_through_a_path(tmp_path: Path, server: FakeServer, uid: str) -> None:
    async with phone(server, tmp_path) as bob:
        await bob.block(uid)
        assert await bob.blocked() == (uid,)
        await bob.unblock(uid)
        assert await bob.blocked() == ()
        sent = await bob.send(uid, {"message": "hello"})
        await bob.catch_up(sent.session_id)
        assert texts(bob, sent.session_id) == ["hello"]
    assert not any(character in request.target for request in server.http for character in "%\\")


@in_virtual_time
async def test_a_page_of_a_thousand_acks_the_page_before(tmp_path: Path, server: FakeServer) -> None:
    server.state.last_messages = 0
    server.state.page_capacity = 1_000
    for number in range(2_500):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path, settings=Settings(page_limit=1_000)) as bob:
        report = await bob.catch_up()
        assert (report.saved, report.duplicates, len(report.pages)) == (2_500, 0, 3)
        assert_nothing_lost(server, bob)
        assert settled(server, "bob")


@pytest.mark.parametrize("seed", range(30))
@in_virtual_time
async def test_changing_the_transport_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    server.faults = faults = Random(seed, 0.2)
    server.state.counters_per_frame = 2
    server.live_attempts_in_doubt = chance.random() < 0.5
    server.latency = lambda: chance.uniform(0, 0.3)
    settings = Settings(page_limit=4, answer_timeout=5, internal_errors=50)
    posted = 0
    for turn in range(6):
        last = turn == 5
        if last:
            faults.calm()
        monkeypatch.setattr(FakeServer, "transport", chance.choice(TRANSPORTS))
        async with phone(server, tmp_path, settings=settings, seed=seed + turn) as bob:
            await bob.logged_in()
            for number in range(chance.randrange(4)):
                server.say("alice", "bob", f"{turn} {number}", ack=chance.randrange(2))
                bob.post("alice", {"message": f"own {turn} {number}"})
                posted += 1
            if last or chance.random() < 0.7:
                await bob.catch_up()
            else:
                await asyncio.sleep(chance.uniform(0, 3))  # it ends in the midst of its requests
            if last:
                await until(lambda bob=bob: not bob.outbox())  # type: ignore[misc]
                await bob.catch_up(SESSION)
                await bob.fetch_older(SESSION)
                await until(lambda: settled(server, "bob"))
                assert_nothing_lost(server, bob)
                assert sum(text.startswith("own") for text in texts(bob, SESSION)) == posted
                bob.mark_read(SESSION)
    monkeypatch.setattr(FakeServer, "transport", TRANSPORTS[seed % 2])
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert unread(bob, SESSION) == 0


def test_what_cannot_be_read_is_a_frame_that_cannot_be_read() -> None:
    asked = Asked.read('{"cmd":"pull","reqId":"1","time":1,"body":{"sessionId":"p:a:b","limit":1,"ack":[]}}')
    for media_type, content in ((JSON, b"\xff"), ("application/x-protobuf", b"\xff")):
        assert asked.answered(HttpResponse(200, {"content-type": media_type}, content)) == ""


def test_a_transport_that_there_is_not_is_named() -> None:
    with pytest.raises(InvalidInput, match='transport must be "websocket" or "http"'):
        Client("https://catchup.example", token("bob"), ":memory:", transport="mail")  # type: ignore[arg-type]
