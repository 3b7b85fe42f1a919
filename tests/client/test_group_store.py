"""What single frames do to the count of a group, where the whole client would hide it by asking again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from catchup_client import MsgId, Number, Seq, SessionId, Store, Uid
from catchup_client.protocol.groups import GroupSummary, OwnBelow, Role
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from tests.client.support import quick_store

ROOM = SessionId("g:room")


def a_store(tmp_path: Path) -> Store:
    store = quick_store(tmp_path / "bob.sqlite")
    store.claim(Uid("bob"))
    return store


def message(seq: int, sender: str = "alice", number: int | None = None, *, quiet: bool = False, **more: Any) -> Message:
    number = seq if number is None else number
    return Message(
        ROOM, Seq(seq), MsgId(f"m{seq}"), Uid(sender), "room", {}, 2, number=Number(number), quiet=quiet, **more
    )


def counter(received: int, cleared: int = 0, own: tuple[int, ...] = (), **more: Any) -> Counter:
    return Counter(Number(received), Number(cleared), Seq(received), own=tuple(map(Number, own)), **more)


def counts(store: Store) -> tuple[int, int]:
    state = store.session(ROOM)
    return state.unread, state.known


def test_a_push_above_a_gap_asks_for_the_counter_which_counts_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert not store.save_push(message(1)).uncounted
    assert store.save_push(message(4)).uncounted
    assert counts(store) == (1, 1)
    store.add_counters({ROOM: counter(4, own=(2,))})
    assert counts(store) == (3, 4)
    assert not store.save_push(message(4)).uncounted
    assert not store.save_push(message(3)).uncounted
    assert counts(store) == (3, 4)
    store.close()


def test_own_messages_move_what_is_known_and_are_never_unread(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.save_push(message(1, "bob"))
    ack = ChatAck(MsgId("m2"), ROOM, Seq(2), Number(2), 1)
    store.sent(Outgoing(MsgId("m2"), ROOM, "room", {}, True, 1, 2), ack)
    assert counts(store) == (0, 2)
    store.save_push(message(3))
    assert counts(store) == (1, 3)
    above_a_gap = ChatAck(MsgId("m5"), ROOM, Seq(5), Number(5), 1)
    assert store.sent(Outgoing(MsgId("m5"), ROOM, "room", {}, True, 1, 2), above_a_gap).uncounted
    assert counts(store) == (1, 3)
    store.close()


def test_a_quiet_message_counts_nothing_and_tells_if_numbers_are_missing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert not store.save_push(message(1, number=0, quiet=True)).uncounted
    assert not store.save_push(message(2, number=1)).uncounted
    assert store.save_push(message(4, number=2, quiet=True)).uncounted
    assert counts(store) == (1, 1)
    store.close()


def test_pages_count_nothing_and_tell_if_numbers_are_missing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert store.save_history(ROOM, [message(2), message(1)]).uncounted
    assert counts(store) == (0, 0), "another device may have cleared them"
    store.add_counters({ROOM: counter(2, cleared=1)})
    assert counts(store) == (1, 2)
    assert not store.save_history(ROOM, [message(2), message(1)]).uncounted
    store.close()


def test_what_was_counted_in_an_earlier_stay_is_dropped_whatever_tells_of_the_new_one(tmp_path: Path) -> None:
    by_counter = [lambda store: store.add_counters({ROOM: counter(4, 4, joined=Seq(9), joined_number=Number(4))})]
    by_leaving = [lambda store: store.add_counters({ROOM: counter(4, 4, joined=Seq(1), left=Seq(8))})]
    removed = {"event": "remove", "uids": ["bob"]}
    by_push = [
        lambda store: store.save_push(replace(message(8, "alice", 4, quiet=True, kind="system"), content=removed))
    ]
    by_own = [lambda store: store.note_change(ChatAck(MsgId("j"), ROOM, Seq(9), Number(4), 1), of_own_stay=True)]
    for number, tell in enumerate([*by_counter, *by_leaving, *by_push, *by_own]):
        store = quick_store(tmp_path / f"{number}.sqlite")
        store.claim(Uid("bob"))
        store.add_counters({ROOM: counter(3)})
        assert counts(store) == (3, 3)
        for _ in range(2):
            tell(store)
            assert counts(store) == (0, 4)
        added = message(9, "alice", 4, quiet=True, kind="system")
        store.save_push(replace(added, content={"event": "add", "uids": ["bob"]}))
        store.save_push(message(11, number=5))
        tell(store)
        assert counts(store) == (1, 5), "late or doubled, it takes nothing of the new stay"
        store.close()


def test_a_push_from_after_a_removal_or_of_a_stay_not_heard_of_yet_is_counted_by_the_next_counter(
    tmp_path: Path,
) -> None:
    for number, (told, expected) in enumerate(
        [
            (counter(4, 4, joined=Seq(1), left=Seq(8)), (0, 4)),
            (counter(5, 4, joined=Seq(9), joined_number=Number(4)), (1, 5)),
        ]
    ):
        store = quick_store(tmp_path / f"{number}.sqlite")
        store.claim(Uid("bob"))
        store.add_counters({ROOM: counter(4)})
        store.save_push(message(11, number=5))
        assert counts(store) == (5, 5)
        left = {ROOM: counter(4, 4, joined=Seq(1), left=Seq(8))}
        assert store.add_counters(left).uncounted == [ROOM]
        assert counts(store) == (0, 4)
        assert store.add_counters({ROOM: told}).uncounted == []
        assert counts(store) == expected
        store.close()


def test_own_messages_that_are_not_listed_count_for_nothing_and_are_known_once_all_is_held(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add_counters({ROOM: counter(6, own=(6,), own_below=OwnBelow(Number(4), 2))})
    assert counts(store) == (3, 6)
    page = [message(seq, "bob" if seq in {1, 4, 6} else "alice", at=(Uid("bob"),)) for seq in range(6, 0, -1)]
    store.save_history(ROOM, page[:3])
    assert counts(store) == (3, 6)
    store.save_history(ROOM, page[3:])
    assert counts(store) == (3, 6)
    assert store.mentions(ROOM) == [2, 3, 5]
    store.close()


def test_what_is_read_need_not_be_remembered(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    listed = counter(9, 3, own=(8,), own_below=OwnBelow(Number(5), 1), mentions=(Seq(7),))
    store.add_counters({ROOM: listed})
    assert store.mentions(ROOM) == [7]
    store.mark_read(ROOM)
    store.add_counters({ROOM: listed})
    assert (counts(store), store.mentions(ROOM)) == ((0, 9), [])
    read = store._database.reading.execute
    assert read("SELECT added, unlisted FROM session").fetchone() == ("[]", 0)
    assert read("SELECT count(*) FROM mention").fetchone() == (0,)
    store.close()


def test_each_counter_of_a_group_is_cleared_so_that_login_tells_of_no_joining_twice(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.add_counters({ROOM: counter(0, joined=Seq(1))})
    assert store.uncleared() == {ROOM: 0}
    store.add_summaries(
        [SessionSummary(ROOM, Number(0), Number(0), Seq(1), 1, GroupSummary("", Role.MEMBER, 2, Seq(1)))]
    )
    assert store.uncleared() == {ROOM: 0}, "a summary doesn't tell that a device has cleared"
    store.settle([(ROOM, (), Number(0))])
    assert store.uncleared() == {}
    store.close()


def test_a_summary_counts_nothing_but_tells_whether_to_ask(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    group = GroupSummary("Room", Role.MEMBER, 2, Seq(1))
    unread = SessionSummary(ROOM, Number(5), Number(2), Seq(5), 1, group)
    assert store.add_summaries([unread]).uncounted == [ROOM]
    assert counts(store) == (0, 0)
    read = SessionSummary(ROOM, Number(5), Number(5), Seq(5), 1, group)
    assert store.add_summaries([read]).uncounted == []
    assert counts(store) == (0, 5)
    assert store.session(ROOM).group == group
    store.save_push(message(6))
    came_back = SessionSummary(ROOM, Number(6), Number(6), Seq(9), 1, replace(group, joined=Seq(9)))
    assert store.add_summaries([came_back]).uncounted == [ROOM], "what is unread is from before"
    store.close()
