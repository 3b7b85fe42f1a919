"""A person's devices agree on how their sessions are shown, whatever fails; and no count changes by it."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import FOR_EVER, Code, Encoding, InvalidInput, RequestRefused, SessionSettings, SettingsChanged
from catchup_client.client import Client
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import both_transports, hear, phone, unread, until
from tests.client.virtual_time import EPOCH_MS, in_virtual_time

CHAT = "p:alice:bob"
OTHER = "p:bob:carol"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def server_with_chats(*faults: tuple[str, OnRequest]) -> FakeServer:
    """Alice and Carol have written to Bob."""
    server = FakeServer(Scripted({cmd: [fault for name, fault in faults if name == cmd] for cmd, _ in faults}))
    server.say("alice", "bob", "hello")
    server.say("carol", "bob", "hi")
    return server


def settings_of(client: Client, session_id: str = CHAT) -> SessionSettings:
    return {str(state.session_id): state.settings for state in client.sessions()}[session_id]


@both_transports
@both_encodings
@in_virtual_time
async def test_what_one_device_chooses_the_others_show(tmp_path: Path, encoding: Encoding) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        async with phone(server, tmp_path, device="tablet", encoding=encoding) as tablet:
            await tablet.catch_up()
            await bob.set_settings(CHAT, muted_until_ms=FOR_EVER, pinned=True)
            await bob.set_settings(CHAT, hidden=True, marked_unread=True)
            await hear(server, tablet)
            await until(lambda: settings_of(tablet) == settings_of(bob))
            shown = settings_of(tablet)
            assert (shown.muted_until_ms, shown.version) == (FOR_EVER, 2)
            assert shown.hidden_at == shown.marked_at == (1, 1)
            assert shown.pinned_at_ms > 0
            assert [state.session_id for state in tablet.chat_list()] == [OTHER]


@both_transports
@in_virtual_time
async def test_a_device_that_was_away_learns_of_settings_when_it_logs_in(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path, device="tablet") as tablet:
        await tablet.catch_up()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.set_settings(OTHER, pinned=True)
        await bob.set_settings(CHAT, hidden=True)
    asked = len(server.requests)
    async with phone(server, tmp_path, device="tablet") as tablet:
        await until(lambda: settings_of(tablet, OTHER).pinned_at_ms > 0)
        assert settings_of(tablet).hidden_at == (1, 1)
    assert [request["cmd"] for request in server.requests[asked:]].count("sessions") == 1
    asked = len(server.requests)
    async with phone(server, tmp_path, device="tablet") as tablet:
        await tablet.logged_in()
        await asyncio.sleep(60)
    assert "sessions" not in [request["cmd"] for request in server.requests[asked:]]


@both_transports
@pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])
@in_virtual_time
async def test_a_choice_is_sent_until_it_is_answered(tmp_path: Path, fault: OnRequest) -> None:
    server = server_with_chats(("settings", fault))
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.set_settings(CHAT, pinned=True)
        assert settings_of(bob).version == 1
    sent = [request["body"] for request in server.requests if request["cmd"] == "settings"]
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert server.state.settings.versions == {("bob", CHAT): 1}


@in_virtual_time
async def test_a_choice_is_shown_and_told_at_once_and_survives_the_process(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.close_all()
        events = bob.events()
        bob.choose(CHAT, pinned=True, muted_until_ms=0)
        assert settings_of(bob).pinned_at_ms > 0
        assert [event.session_id for event in events.pending() if isinstance(event, SettingsChanged)] == [CHAT]
    assert not server.state.settings.versions
    async with phone(server, tmp_path) as bob:
        await until(lambda: bool(server.state.settings.versions))
        await until(lambda: settings_of(bob).version == 1)


@in_virtual_time
async def test_of_two_devices_the_one_that_chose_later_wins_though_it_is_heard_first(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.refuse_dials = [ConnectionError("no network")] * 3
        server.close_all()
        bob.choose(CHAT, muted_until_ms=7)
        bob.choose(CHAT, pinned=True)
        async with phone(server, tmp_path, device="tablet", dial=server.dialer()) as tablet:
            server.refuse_dials.clear()
            await tablet.catch_up()
            await asyncio.sleep(1)
            await tablet.set_settings(CHAT, muted_until_ms=FOR_EVER)
            await until(lambda: settings_of(bob) == settings_of(tablet) and settings_of(bob).version >= 2)
            assert settings_of(bob).muted_until_ms == FOR_EVER
            assert settings_of(bob).pinned_at_ms > 0


@both_transports
@in_virtual_time
async def test_what_the_server_refuses_is_undone_and_told(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        del server.state.talks[CHAT]
        with pytest.raises(RequestRefused) as refused:
            await bob.set_settings(CHAT, pinned=True)
        assert refused.value.code is Code.NOT_FOUND
        assert settings_of(bob) == SessionSettings()
        await bob.set_settings(OTHER, pinned=True)


@pytest.mark.parametrize(
    ("session_id", "chosen", "field"),
    [
        ("alice", {"pinned": True}, "session_id"),
        (CHAT, {}, "settings"),
        (CHAT, {"muted_until_ms": -1}, "muted_until_ms"),
        (CHAT, {"muted_until_ms": FOR_EVER + 1}, "muted_until_ms"),
    ],
)
@in_virtual_time
async def test_a_choice_that_can_be_none_is_not_even_kept(
    tmp_path: Path, session_id: str, chosen: dict[str, int], field: str
) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        with pytest.raises(InvalidInput, match=field):
            await bob.set_settings(session_id, **chosen)  # type: ignore[arg-type]
        assert bob._store.next_choices(EPOCH_MS) == []


@both_transports
@in_virtual_time
async def test_counts_and_the_total_follow_the_settings_and_never_change_by_them(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert bob.unread_total() == 2
        await bob.set_settings(CHAT, muted_until_ms=FOR_EVER)
        assert (bob.unread_total(), bob.unread_total(include_muted=True), unread(bob, CHAT)) == (1, 2, 1)
        await bob.set_settings(CHAT, muted_until_ms=0, hidden=True)
        assert (bob.unread_total(), unread(bob, CHAT)) == (1, 1)
        server.say("alice", "bob", "again")
        await hear(server, bob)
        await until(lambda: unread(bob, CHAT) == 2)
        assert bob.unread_total() == 3
        await bob.set_settings(OTHER, marked_unread=True)
        assert bob.unread_total() == 3
        bob.mark_read(OTHER)
        assert bob.unread_total() == 2
        await until(lambda: settings_of(bob, OTHER).version == 2)
        assert settings_of(bob, OTHER).marked_at is None


@in_virtual_time
async def test_more_choices_than_a_request_may_have_are_all_sent(tmp_path: Path) -> None:
    server = FakeServer()
    names = [f"p:bob:p{number:03}" for number in range(120)]
    for name in names:
        server.say(name.rpartition(":")[2], "bob", "hello")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        for name in names:
            bob.choose(name, pinned=True)
        await until(lambda: len(server.state.settings.versions) == 120)


@in_virtual_time
async def test_a_choice_whose_answer_has_no_room_for_the_settings_is_learnt_from_the_counter(tmp_path: Path) -> None:
    server = server_with_chats()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        kept, beside = server.state.settings, server.state.settings.beside
        kept.beside = lambda *_: {}  # type: ignore[method-assign]
        await bob.set_settings(CHAT, pinned=True)
        kept.beside = beside  # type: ignore[method-assign]
        await until(lambda: settings_of(bob).version == 1)
