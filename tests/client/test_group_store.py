"""What single frames do to the count of a group, where the whole client would hide it by asking again."""

from pathlib import Path

from catchup_client import MsgId, Received, Seq, SessionId, Store, Uid
from catchup_client.protocol.groups import GroupSummary, Role
from catchup_client.protocol.model import Counter, Message, SessionSummary
from tests.client.support import quick_store

ROOM = SessionId("g:room")


def a_store(tmp_path: Path) -> Store:
    store = quick_store(tmp_path / "bob.sqlite")
    store.claim(Uid("bob"))
    return store


def message(seq: int, sender: str = "alice") -> Message:
    return Message(ROOM, Seq(seq), MsgId(f"m{seq}"), Uid(sender), "room", {}, 2, received=Received(seq))


def counts(store: Store) -> tuple[int, int]:
    state = store.session(ROOM)
    return state.unread, state.known


def test_a_push_above_a_gap_asks_for_the_counter_and_counts_once_the_gap_is_closed(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert not store.save_push(message(1)).numbers_missing
    assert store.save_push(message(4)).numbers_missing
    assert counts(store) == (1, 1)
    store.add_counters({ROOM: Counter(Received(3), Received(0), own=(Seq(2),))})
    assert counts(store) == (3, 4), "what had overtaken the counter's numbers is counted, too"
    assert not store.save_push(message(4)).numbers_missing
    assert counts(store) == (3, 4)
    store.close()


def test_an_own_message_is_taken_back_once_however_often_and_wherever_it_turns_up(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add_counters({ROOM: Counter(Received(5), Received(0))})
    own = Counter(Received(5), Received(0), own=(Seq(2),), last_messages=(message(3, "bob"), message(2, "bob")))
    for _ in range(2):
        store.save_push(message(4, "bob"))
        store.add_counters({ROOM: own})
        store.save_history(ROOM, [message(4, "bob"), message(2, "bob")])
        assert counts(store) == (2, 5)
    store.close()


def test_an_own_message_that_is_read_or_was_cleared_elsewhere_takes_nothing_back(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add_counters({ROOM: Counter(Received(2), Received(0))})
    store.mark_read(ROOM)
    store.add_counters({ROOM: Counter(Received(6), Received(4))})
    store.save_history(ROOM, [message(1, "bob"), message(3, "bob")])
    assert counts(store) == (2, 6)
    store.close()


def test_what_is_read_need_not_be_remembered(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add_counters({ROOM: Counter(Received(9), Received(3), own=(Seq(8),), mentions=(Seq(7),))})
    store.mark_read(ROOM)
    for table in ("passed", "anonymous", "mention"):
        assert store._database.reading.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608
    store.close()


def test_a_summary_counts_nothing_but_tells_whether_to_ask(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    group = GroupSummary("Room", Role.MEMBER, 2, Seq(1))
    unread = SessionSummary(ROOM, Received(5), Received(2), Seq(5), 1, group)
    assert store.add_summaries([unread]).uncounted == [ROOM]
    assert counts(store) == (0, 0)
    read = SessionSummary(ROOM, Received(5), Received(5), Seq(5), 1, group)
    assert store.add_summaries([read]).uncounted == []
    assert counts(store) == (0, 5)
    assert store.session(ROOM).group == group
    store.close()
