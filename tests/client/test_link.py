"""Connecting, staying connected, and knowing when to stop."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import (
    AccessForbidden,
    CatchupError,
    Client,
    ClientClosed,
    ConnectionLost,
    DeviceReplaced,
    Encoding,
    LoggedIn,
    Offline,
    Settings,
    StoreOfAnother,
    TokenRefused,
)
from tests.client.fake_server import FakeConnection, FakeServer, token
from tests.client.faults import OnRequest, Scripted
from tests.client.support import phone, quick_store, until
from tests.client.virtual_time import EPOCH_MS, in_virtual_time

NOW = EPOCH_MS // 1000


def lost() -> ConnectionLost:
    return ConnectionLost("no network")


@in_virtual_time
async def test_failed_connections_are_tried_again_with_jittered_growing_waits(tmp_path: Path) -> None:
    server = FakeServer()
    server.refuse_dials = [lost() for _ in range(60)]
    waits: list[float] = []
    async with phone(server, tmp_path) as bob:
        async for event in bob.events():
            if isinstance(event, LoggedIn):
                break
            if isinstance(event, Offline):
                waits.append(event.retry_in_seconds)
    assert len(waits) == 60
    assert all(wait <= min(30, 0.5 * 2**attempt) for attempt, wait in enumerate(waits))
    assert 10 < sum(waits[10:]) / 50 < 20, "full jitter: half of the cap on average"
    assert max(waits) > 25
    assert min(waits[10:]) < 5


@in_virtual_time
async def test_an_idle_connection_is_pinged_and_replaced_before_two_hours(tmp_path: Path) -> None:
    server = FakeServer()
    lives: list[float] = []
    async with phone(server, tmp_path) as bob:
        events = bob.events()
        started = asyncio.get_running_loop().time()
        await bob.logged_in()
        while len(lives) < 3:
            event = await anext(events)
            assert not isinstance(event, Offline), "a planned reconnect is no failure"
            if isinstance(event, LoggedIn) and server.dials > 1:
                now = asyncio.get_running_loop().time()
                lives.append(now - started)
                started = now
    assert all(5900 < life < 7200 for life in lives)
    pings = [request for request in server.requests if request["cmd"] == "ping"]
    assert len(pings) > 3 * 5900 / 600, "never 10 minutes without a frame"


@in_virtual_time
async def test_a_connection_on_which_nothing_comes_any_more_is_replaced(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.faults = Scripted({"ping": [OnRequest.LOSE_ANSWER]})
        started = asyncio.get_running_loop().time()
        await until(lambda: server.dials == 2)
        assert asyncio.get_running_loop().time() - started < 300


@in_virtual_time
async def test_the_platforms_error_frame_ends_the_waiting_for_the_only_open_request(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"pull": [OnRequest.PLATFORM_ERROR]}))
    server.say("alice", "bob", "hello")
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await asyncio.sleep(1)
        report = await bob.catch_up()
        assert report.seconds < 5


@pytest.mark.parametrize("refusal", [TokenRefused("401"), AccessForbidden()], ids=["401", "403"])
@in_virtual_time
async def test_a_refused_token_stops_the_client_and_all_who_wait(tmp_path: Path, refusal: CatchupError) -> None:
    server = FakeServer()
    server.refuse_dials = [refusal]
    async with phone(server, tmp_path) as bob:
        events = bob.events()
        with pytest.raises(type(refusal)):
            await bob.send("alice", {"message": "hello"})
        with pytest.raises(type(refusal)):
            await bob.logged_in()
        with pytest.raises(type(refusal)):
            async for _ in events:
                pass
        with pytest.raises(type(refusal)):
            await anext(bob.events())
        assert len(bob.outbox()) == 1, "it is sent when somebody starts again with a good token"


@in_virtual_time
async def test_a_renewable_token_that_was_refused_once_is_fetched_again(tmp_path: Path) -> None:
    server = FakeServer()
    server.refuse_dials = [TokenRefused("401")]
    fetched = 0

    async def fresh() -> str:
        nonlocal fetched
        fetched += 1
        return token("bob")

    async with phone(server, tmp_path, token=fresh) as bob:
        await bob.logged_in()
        assert fetched == 2
        server.refuse_dials = [TokenRefused("401"), TokenRefused("401")]
        server.close_all()
        with pytest.raises(TokenRefused):
            async for _ in bob.events():
                pass


@in_virtual_time
async def test_a_new_connection_is_made_before_a_renewable_token_expires(tmp_path: Path) -> None:
    server = FakeServer()
    fetched: list[int] = []

    async def fresh() -> str:
        now = NOW + int(asyncio.get_running_loop().time())
        fetched.append(now)
        return token("bob", exp=now + 900)

    async with phone(server, tmp_path, token=fresh) as bob:
        await bob.logged_in()
        await asyncio.sleep(3600)
    assert len(fetched) >= 4
    assert all(later - earlier < 900 for earlier, later in zip(fetched, fetched[1:], strict=False))


@in_virtual_time
async def test_an_expired_token_is_replaced_if_it_can_be_and_stops_the_client_if_not(tmp_path: Path) -> None:
    server = FakeServer()

    async def fresh() -> str:
        return token("bob")

    async with phone(server, tmp_path, token=fresh) as bob:
        await bob.logged_in()
        server.expired.update(server.online.values())
        assert (await bob.send("alice", {"message": "hello"})).seq == 1
        assert server.dials == 2
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.expired.update(server.online.values())
        with pytest.raises(TokenRefused, match="expired"):
            await bob.send("alice", {"message": "hello"})


@in_virtual_time
async def test_a_token_source_that_is_offline_itself_is_asked_again(tmp_path: Path) -> None:
    server = FakeServer()
    answers: list[str | Exception] = [token("bob"), OSError("no network"), token("bob")]

    async def fresh() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with phone(server, tmp_path, token=fresh) as bob:
        await bob.logged_in()
        server.close_all()
        await until(lambda: server.dials == 2)
        await bob.logged_in()
    assert answers == []


@in_virtual_time
async def test_the_store_of_one_account_is_not_used_for_another(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
    store = quick_store(tmp_path / "bob-phone.sqlite")
    with pytest.raises(StoreOfAnother, match="belongs to bob, the token to eve"):
        async with Client("ws://fake", token("eve"), store, dial=server.dialer()):
            pass
    store.close()


@in_virtual_time
async def test_a_login_that_finds_a_newer_connection_of_this_device_stops_the_client(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        server.latency = lambda: 1.0
        await until(lambda: server.dials == 1)
        newer = await server.dialer()("", token("bob"), bob._encoding)
        server._login(newer)
        with pytest.raises(DeviceReplaced):
            await bob.logged_in()


@in_virtual_time
async def test_two_programs_with_one_device_do_not_close_each_other_in_a_tight_loop(tmp_path: Path) -> None:
    server = FakeServer()
    (tmp_path / "other").mkdir()
    async with phone(server, tmp_path, seed=1), phone(server, tmp_path / "other", seed=2):
        await asyncio.sleep(600)
    assert server.dials < 150


@pytest.mark.parametrize(
    ("seconds", "failures"),
    [pytest.param(55, [1, 2, 3, 4], id="within a minute"), pytest.param(65, [1, 1, 1, 1], id="after")],
)
@in_virtual_time
async def test_only_a_connection_that_lives_a_minute_after_its_login_lets_the_waits_begin_anew(
    tmp_path: Path, seconds: float, failures: list[int]
) -> None:
    server = FakeServer()
    dial = server.dialer()

    async def slow_dial(url: str, jwt: str, encoding: Encoding) -> FakeConnection:
        await asyncio.sleep(20)  # it is no part of the connection's life
        connection: FakeConnection = await dial(url, jwt, encoding)
        return connection

    seen: list[int] = []
    async with phone(server, tmp_path, dial=slow_dial) as bob:
        events = bob.events()
        while len(seen) < len(failures):
            event = await anext(events)
            if isinstance(event, LoggedIn):
                await asyncio.sleep(seconds)
                server.close_all()
            elif isinstance(event, Offline):
                seen.append(event.failures)
    assert seen == failures


@in_virtual_time
async def test_closing_the_client_ends_what_waits_and_keeps_the_outbox(tmp_path: Path) -> None:
    server = FakeServer()
    server.refuse_dials = [lost() for _ in range(1000)]
    async with phone(server, tmp_path) as bob:
        sending = asyncio.create_task(bob.send("alice", {"message": "hello"}))
        events = bob.events()
        await asyncio.sleep(1)
    with pytest.raises(ClientClosed):
        await sending
    assert all(isinstance(event, Offline) for event in [event async for event in events])
    server.refuse_dials = []
    async with phone(server, tmp_path) as bob:
        await until(lambda: not bob.outbox())
    assert server.state.talks["p:alice:bob"].messages[0]["msg"] == {"message": "hello"}


@in_virtual_time
async def test_a_send_that_is_given_up_is_still_sent(tmp_path: Path) -> None:
    server = FakeServer()
    server.refuse_dials = [lost() for _ in range(8)]
    async with phone(server, tmp_path, settings=Settings()) as bob:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await bob.send("alice", {"message": "hello"})
        await until(lambda: not bob.outbox())


@pytest.mark.parametrize("whom", ["the application", "the link"])
@in_virtual_time
async def test_who_is_cancelled_twice_while_closing_leaves_no_task_behind(tmp_path: Path, whom: str) -> None:
    server = FakeServer()
    bystanders = asyncio.all_tasks()
    dial, closing = server.dialer(), asyncio.Event()

    async def dial_slow_to_close(url: str, jwt: str, encoding: Encoding) -> FakeConnection:
        connection: FakeConnection = await dial(url, jwt, encoding)

        async def close() -> None:
            closing.set()
            await asyncio.sleep(3_600)

        connection.close = close  # type: ignore[method-assign]
        return connection

    async def live() -> None:
        async with phone(server, tmp_path, dial=dial_slow_to_close) as bob:
            await bob.logged_in()
            await asyncio.Event().wait()

    living = asyncio.create_task(live())
    await until(lambda: bool(server.online))
    await asyncio.sleep(1)
    (link,) = (task for task in asyncio.all_tasks() if task.get_name() == "catchup: Link")
    first, second = (living, living) if whom == "the application" else (link, link)
    first.cancel()
    await closing.wait()
    second.cancel()
    await asyncio.sleep(1)
    names = {task.get_name() for task in asyncio.all_tasks() - bystanders}
    assert not names & {"catchup: read", "catchup: Link"}
    if whom == "the link":
        assert not living.done()
        living.cancel()
    with pytest.raises(asyncio.CancelledError):
        await living
    assert asyncio.all_tasks() == bystanders
    quick_store(tmp_path / "bob-phone.sqlite").close()
