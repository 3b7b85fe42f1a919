"""What a phone does with verdicts on what it sends (docs/protocol.md, sections 4 and 6), in both encodings."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from catchup_client import (
    Client,
    Code,
    Encoding,
    Message,
    MessageHeld,
    MessageRefused,
    MessagesSaved,
    MsgId,
    Outgoing,
    RequestRefused,
    Seq,
    SessionId,
    Source,
    Uid,
)
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import assert_nothing_lost, both_transports, phone, quick_store, texts, unread, until
from tests.client.virtual_time import in_virtual_time

SESSION = SessionId("p:alice:bob")
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def a_server(faults: Scripted | None = None) -> FakeServer:
    """Return a server with word lists."""
    server = FakeServer(faults)
    server.state.rules.words = {"damn": "MASK", "casino": "HELD", "bomb": "REJECTED"}
    return server


def attempts(server: FakeServer, msg_id: str) -> int:
    """Return how often a message was sent."""
    return sum(1 for request in server.requests if request["cmd"] == "chat" and request["body"]["msgId"] == msg_id)


def refusals(client: Client) -> list[tuple[str, Code | None]]:
    return [(queued.message.msg_id, queued.refused) for queued in client.outbox()]


@both_transports
@both_encodings
@pytest.mark.parametrize("fault", [OnRequest.ANSWER, OnRequest.LOSE_ANSWER, OnRequest.CLOSE_AFTER])
@in_virtual_time
async def test_a_masked_message_is_kept_as_it_was_stored_also_if_its_first_answer_was_lost(
    tmp_path: Path, encoding: Encoding, fault: OnRequest
) -> None:
    server = a_server(Scripted({"chat": [fault]}))
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        assert (await alice.send("bob", {"message": "well, damn"})).seq == 1
        assert texts(alice, SESSION) == ["well, ****"]
        assert alice.outbox() == []
        assert_nothing_lost(server, alice, "alice")


@both_transports
@both_encodings
@in_virtual_time
async def test_a_rejected_message_is_given_up_and_told_and_the_next_one_goes_out(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = a_server()
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        events = alice.events()
        with pytest.raises(RequestRefused) as refused:
            await alice.send("bob", {"message": "a bomb"}, msg_id="m1")
        assert (refused.value.code, refused.value.field) == (Code.REJECTED, "body.msg")
        assert (await alice.send("bob", {"message": "hello"})).seq == 1
        told = [event async for event in _until_settled(events)][-1]
        assert isinstance(told, MessageRefused)
        assert (told.msg_id, told.code) == ("m1", Code.REJECTED)
        assert texts(alice, SESSION) == ["hello"]
        server.close_all()
        await asyncio.sleep(60)
        assert (attempts(server, "m1"), refusals(alice)) == (1, [("m1", Code.REJECTED)])


@both_encodings
@in_virtual_time
async def test_a_held_message_is_shown_as_waiting_and_not_sent_again_until_its_release_brings_it(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = a_server()
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        events = alice.events()
        with pytest.raises(RequestRefused) as refused:
            await alice.send("bob", {"message": "to the casino"}, msg_id="m1")
        assert refused.value.code is Code.HELD
        told = [event async for event in _until_settled(events)][-1]
        assert isinstance(told, MessageHeld)
        assert told.msg_id == "m1"
        assert (await alice.send("bob", {"message": "hello"})).seq == 1
        server.close_all()
        await asyncio.sleep(60)
        assert refusals(alice) == [("m1", Code.HELD)]
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        await alice.logged_in()
        assert refusals(alice) == [("m1", Code.HELD)], "also after a restart"
        events = alice.events()
        server.release("alice", "m1")
        saved = await anext(events)
        assert isinstance(saved, MessagesSaved)
        assert (saved.source, saved.messages[0].msg_id) == (Source.PUSH, "m1")
        assert (alice.outbox(), texts(alice, SESSION)) == ([], ["hello", "to the casino"])
        assert unread(alice, SESSION) == 0
        assert_nothing_lost(server, alice, "alice")
    assert attempts(server, "m1") == 1


@both_transports
@pytest.mark.parametrize("to", ["bob", "g:room"])
@in_virtual_time
async def test_a_held_message_whose_release_was_missed_is_found_by_catching_up(tmp_path: Path, to: str) -> None:
    server = a_server()
    server.change("alice", "create", "room", uids=["bob"], name="Room")
    async with phone(server, tmp_path, "alice") as alice:
        await alice.catch_up()
        with pytest.raises(RequestRefused):
            await alice.send(to, {"message": "to the casino"}, msg_id="m1")
    session_id = server.release("alice", "m1")["sessionId"]
    async with phone(server, tmp_path, "alice") as alice:
        await alice.catch_up()
        await alice.fetch_older(session_id)
        assert alice.outbox() == []
        assert "m1" in {message.msg_id for message in alice.messages(session_id)}


def test_a_release_that_overtakes_the_answer_leaves_nothing_waiting(tmp_path: Path) -> None:
    store = quick_store(tmp_path / "alice.sqlite")
    store.claim(Uid("alice"))
    for msg_id in ("m1", "m2"):
        store.enqueue(Outgoing(MsgId(msg_id), SESSION, "bob", {}, wants_ack=True, time_ms=1))
    store.save_push(Message(SESSION, Seq(1), MsgId("m1"), Uid("alice"), "bob", {}))
    store.refuse(MsgId("m1"), Code.HELD, "")
    named_as_ours = Message(SESSION, Seq(2), MsgId("m2"), Uid("bob"), "alice", {})
    store.save_push(named_as_ours)
    store.refuse(MsgId("m2"), Code.HELD, "")
    store.save_push(replace(named_as_ours, seq=Seq(3)))
    assert [queued.message.msg_id for queued in store.outbox()] == ["m2"]
    store.close()


@both_transports
@both_encodings
@in_virtual_time
async def test_who_sends_too_much_waits_ten_seconds_and_then_sends_the_same(tmp_path: Path, encoding: Encoding) -> None:
    server = a_server()
    server.state.rules.too_much = True
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        await alice.logged_in()
        msg_id = alice.post("bob", {"message": "hello"})
        await asyncio.sleep(9.9)
        assert (attempts(server, msg_id), refusals(alice)) == (1, [(msg_id, None)])
        server.state.rules.too_much = False
        await until(lambda: alice.outbox() == [], seconds=5)
        assert attempts(server, msg_id) == 2
        assert_nothing_lost(server, alice, "alice")


async def _until_settled(events):  # type: ignore[no-untyped-def]
    async for event in events:
        yield event
        if isinstance(event, MessageRefused | MessageHeld):
            return
