"""Which files are taken as a store, and which are refused with a line that helps."""

import sqlite3
from pathlib import Path

import pytest

from catchup_client import (
    Client,
    MsgId,
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
        newer.execute("PRAGMA user_version = 7")
    with pytest.raises(StoreTooNew, match="has schema 7, this version knows 2: upgrade catchup_client"):
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


def test_another_message_under_the_same_number_is_refused_as_a_whole(tmp_path: Path) -> None:
    store = Store(tmp_path / "bob.sqlite")
    store.claim(Uid("bob"))
    store.save_page(SESSION, [message(1)])
    with pytest.raises(StoreConflict, match="number 1 of p:alice:bob: it was filled from another deployment"):
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


def test_a_store_of_the_version_before_groups_is_brought_up_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path, fresh = tmp_path / "bob.sqlite", tmp_path / "fresh.sqlite"
    Store(fresh).close()
    with sqlite3.connect(fresh) as new, sqlite3.connect(path) as old:
        tables = [row[0] for row in new.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")]
        added = ("group_info", "passed", "anonymous", "mention")
        for table in tables:
            if not table.startswith(tuple(f"CREATE TABLE {name} " for name in added)):
                old.execute(table)
        for table, columns in (("message", ("at", "at_all", "kind")), ("outbox", ("at", "at_all"))):
            for column in columns:
                old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.execute("INSERT INTO meta VALUES ('uid', 'bob')")
        old.execute("INSERT INTO session (session_id, unread, known) VALUES ('p:alice:bob', 3, 7)")
        old.execute(
            "INSERT INTO message (session_id, seq, msg_id, sender, recipient, chat_type, wants_ack, time_ms,"
            " server_time_ms, version, content) VALUES ('p:alice:bob', 9, 'm', 'alice', 'bob', 1, 1, 0, 0, 1, '{}')"
        )
        old.execute("PRAGMA user_version = 1")
        old.execute(f"PRAGMA application_id = {new.execute('PRAGMA application_id').fetchone()[0]}")
    store = Store(path)
    assert (store.session(SESSION).unread, store.session(SESSION).known) == (3, 7)
    (held,) = store.messages(SESSION, None, 10)
    assert (held.seq, held.at, held.at_all, held.kind) == (9, (), False, "")
    store.save_push(Message(SessionId("g:room"), Seq(1), MsgId("g"), Uid("alice"), "room", {}, 2, at=(Uid("bob"),)))
    assert store.mentions(SessionId("g:room")) == [1]
    store.close()
    with sqlite3.connect(path) as brought_up, sqlite3.connect(fresh) as new:
        columns = "SELECT m.name, c.name, c.type, c.dflt_value FROM sqlite_schema m, pragma_table_info(m.name) c"
        assert set(brought_up.execute(columns)) == set(new.execute(columns))


def test_an_own_message_that_was_changed_is_kept_as_it_was_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "alice.sqlite")
    store.claim(Uid("alice"))
    sent = Outgoing(MsgId("m1"), SESSION, "bob", {"message": "damn"}, wants_ack=True, time_ms=1)
    store.enqueue(sent)
    store.sent(sent, ChatAck(MsgId("m1"), SESSION, Seq(1), 2, {"message": "****"}))
    assert [held.content for held in store.messages(SESSION, None, 10)] == [{"message": "****"}]
    store.close()
