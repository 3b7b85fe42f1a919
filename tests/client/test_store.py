"""Which files are taken as a store, and which are refused with a line that helps."""

import sqlite3
from pathlib import Path

import pytest

from catchup_client import (
    Client,
    MsgId,
    Number,
    Seq,
    SessionId,
    Store,
    StoreConflict,
    StoreError,
    StoreForeign,
    StoreLocked,
    StoreTooNew,
    Uid,
)
from catchup_client.protocol.model import ChatAck, Message, Outgoing
from tests.client.fake_server import FakeServer
from tests.client.support import phone
from tests.client.virtual_time import in_virtual_time

SESSION = SessionId("p:alice:bob")


def message(seq: int, text: str = "hello") -> Message:
    return Message(SESSION, Seq(seq), MsgId(text), Uid("alice"), "bob", {"message": text})


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, and no database at all" * 20)
    with pytest.raises(StoreForeign, match=r"notes.txt is not a store of catchup_client: name another file"):
        Store(path)
    assert path.read_text().startswith("these are my notes")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(StoreForeign):
        Store(path)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("mine",)]


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bob.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 10")
    with pytest.raises(StoreTooNew, match="has schema 10, this version knows 9: upgrade catchup_client"):
        Store(path)


def test_a_store_that_is_in_use_is_refused(tmp_path: Path) -> None:
    first = Store(tmp_path / "bob.sqlite")
    with pytest.raises(StoreLocked, match="in use by another process"):
        Store(tmp_path / "bob.sqlite")
    first.close()
    Store(tmp_path / "bob.sqlite").close()


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be used: unable to open"):
        Store(tmp_path / "missing" / "bob.sqlite")


def test_commits_wait_for_the_disk(tmp_path: Path) -> None:
    store = Store(tmp_path / "bob.sqlite")
    read = store._database.reading.execute
    assert read("PRAGMA synchronous").fetchone() == (2,), "FULL: the server deletes what was acked"
    assert read("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_another_message_at_the_same_seq_is_refused_as_a_whole(tmp_path: Path) -> None:
    store = Store(tmp_path / "bob.sqlite")
    store.claim(Uid("bob"))
    store.save_page(SESSION, [message(1)])
    with pytest.raises(StoreConflict, match="seq 1 of p:alice:bob: it was filled from another deployment"):
        store.save_page(SESSION, [message(2, "two"), message(1, "something else")])
    assert [held.seq for held in store.messages(SESSION, None, 10)] == [1]
    store.close()


@in_virtual_time
async def test_a_store_of_another_deployment_stops_the_client(tmp_path: Path) -> None:
    first, second = FakeServer(), FakeServer()
    first.say("alice", "bob", "hello")
    second.say("alice", "bob", "something else")
    async with phone(first, tmp_path) as bob:
        await bob.catch_up()
    async with phone(second, tmp_path) as bob:
        with pytest.raises(StoreConflict):
            await bob.catch_up()


@in_virtual_time
async def test_a_client_that_gets_a_path_opens_and_closes_the_store_itself(tmp_path: Path) -> None:
    from tests.client.fake_server import token
    from tests.client.virtual_time import timing

    server, path = FakeServer(), tmp_path / "bob.sqlite"
    async with Client("ws://fake", token("bob"), path, dial=server.dialer(), timing=timing()) as bob:
        await bob.logged_in()
        with pytest.raises(StoreLocked):
            Store(path)
    Store(path).close()


def test_a_store_of_an_older_version_is_set_aside_and_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "bob.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as older:
        older.execute("DROP TABLE session")
        older.execute("CREATE TABLE session (session_id TEXT PRIMARY KEY, unread INTEGER)")
        older.execute("CREATE TABLE gone (seq INTEGER)")
        older.execute("INSERT INTO session VALUES ('p:alice:bob', 3)")
        older.execute("PRAGMA user_version = 2")
    older.close()
    store = Store(path)
    assert store.sessions() == []
    assert store.owner is None
    store.save_push(message(1))
    store.close()
    with sqlite3.connect(f"{path}.old-1") as kept:
        assert kept.execute("SELECT unread FROM session").fetchall() == [(3,)]
    Store(path).close()
    assert [file.name for file in tmp_path.glob("*.old-*")] == ["bob.sqlite.old-1"], "it is set aside once"


def test_an_own_message_that_was_changed_is_kept_as_it_was_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "alice.sqlite")
    store.claim(Uid("alice"))
    sent = Outgoing(MsgId("m1"), SESSION, "bob", {"message": "damn"}, wants_ack=True, time_ms=1)
    store.enqueue(sent)
    store.sent(sent, ChatAck(MsgId("m1"), SESSION, Seq(1), Number(1), 2, {"message": "****"}))
    assert [held.content for held in store.messages(SESSION, None, 10)] == [{"message": "****"}]
    store.close()
