"""Recalls and edits in the local database of the Python client."""

from dataclasses import replace
from pathlib import Path

import pytest

from catchup_client import Message, Ref, Store
from catchup_client.names import MsgId, Number, Seq, SessionId, Uid
from catchup_client.protocol.model import Counter, SessionSummary

SESSION = SessionId("p:alice:bob")
ALICE = Uid("alice")


def message(seq: int, text: str = "old", **more: object) -> Message:
    """Alice's message with this seq and number."""
    made = Message(SESSION, Seq(seq), MsgId(f"m-{seq}"), ALICE, "bob", {"message": text}, number=Number(seq))
    return replace(made, **more)


def notice(kind: str, seq: int, of: int, text: str = "") -> Message:
    """The notice of a recall or an edit."""
    content = {"message": text} if text else {}
    return message(seq, number=Number(of), content=content, quiet=True, kind=kind, ref=Ref(Seq(of), Number(of), ALICE))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "bob.sqlite")
    store.claim(Uid("bob"))
    for seq in (1, 2):
        store.save_push(message(seq))
    return store


def text_of(store: Store, seq: int) -> object:
    found = store.message(SESSION, Seq(seq))
    assert found is not None
    return found.content.get("message")


def test_a_recall_is_told_and_removes_the_text(store: Store) -> None:
    saved = store.save_push(notice("recall", 3, 2))
    assert [(each.seq, each.recalled, dict(each.content)) for each in saved.revised] == [(2, True, {})]
    assert saved.unread == 1
    assert b"old" not in _table(store, 2)


def test_a_recall_removes_the_text_of_the_edits_before_it_too(store: Store) -> None:
    store.save_push(notice("edit", 3, 2, "new"))
    assert text_of(store, 2) == "new"
    store.save_push(notice("recall", 4, 2))
    assert b"new" not in _table(store, 2) + _table(store, 3)
    store.save_push(notice("edit", 3, 2, "new"))
    assert text_of(store, 2) is None


def test_an_edit_without_its_text_is_to_be_asked_for_until_the_answer(store: Store) -> None:
    saved = store.save_page(SESSION, [notice("edit", 3, 2)])
    assert (saved.stale, store.stale(SESSION)) == (True, [2])
    store.save_history(SESSION, [message(2, "new", revised=Seq(3))])
    assert (store.stale(SESSION), text_of(store, 2)) == ([], "new")


def test_what_history_had_not_got_yet_is_to_be_asked_for_again(store: Store) -> None:
    store.save_page(SESSION, [notice("edit", 3, 2)])
    saved = store.save_history(SESSION, [message(2)])
    assert not saved.stale, "not at once"
    assert (store.stale(SESSION), store.stale_sessions()) == ([2], [SESSION])
    store.save_push(notice("edit", 3, 2, "new"))
    assert (store.stale_sessions(), text_of(store, 2)) == ([], "new")


def test_a_list_of_sessions_tells_of_recalls_too(store: Store) -> None:
    summary = SessionSummary(SESSION, Number(2), Number(0), Seq(3), 0, recalled=(Number(1),))
    noted = store.add_summaries([summary])
    assert [each.seq for each in noted.revised[SESSION].revised] == [1]
    assert noted.unread == {SESSION: 1}


def test_the_time_of_the_last_login_is_of_one_data_set(store: Store) -> None:
    store.meet("one")
    assert store.last_login() is None
    store.note_login(1_554_964_795_000)
    assert store.last_login() == 1_554_964_795_000
    store.meet("another")
    assert store.last_login() is None


def test_a_counter_without_recalls_leaves_a_private_session_uncleared_only_if_it_counts(store: Store) -> None:
    store.settle([(SESSION, (), Number(2))])
    store.add_counters({SESSION: Counter(Number(2), Number(2), Seq(2))})
    assert SESSION not in store.uncleared()
    store.add_counters({SESSION: Counter(Number(2), Number(2), Seq(3), recalled=(Number(1),))})
    assert SESSION in store.uncleared()


def _table(store: Store, seq: int) -> bytes:
    row = store._database.reading.execute("SELECT content FROM message WHERE seq = ?", (seq,)).fetchone()
    return str(row[0]).encode()
