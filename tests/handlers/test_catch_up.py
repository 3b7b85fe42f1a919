"""A person catches up: login, counters, clear, pull, ack, history, sessions."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.clock import system_clock
from tests.conftest import on_dynamodb_local_alone
from tests.support.world import Phone, World

SESSION = "p:alice:bob"


def fill(world: World, messages: int, sender: str = "alice") -> None:
    """`sender` writes to bob, who is away."""
    phone = world.phone(sender)
    for number in range(messages):
        phone.chat("bob", f"message {number}")


def seqs(body: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in body["messages"]]


# ---------------------------------------------------------------- login and counters


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_login_tells_only_of_sessions_with_something_unread(world: World, encoding: str) -> None:
    fill(world, 2)
    fill(world, 1, "carl")
    bob = world.phone("bob", encoding=encoding)
    bob.ok("clear", sessions={"p:bob:carl": 1})
    bob.ok("read", sessions={"p:bob:carl": {"seq": 1, "received": 1}})
    counters = bob.ok("login")["counters"]
    assert {session: counter["count"] for session, counter in counters.items()} == {SESSION: 2}


def test_login_brings_the_newest_messages_newest_first(make_world: Callable[..., World]) -> None:
    world = make_world(preview_messages=3)
    fill(world, 5)
    assert [m["seq"] for m in world.phone("bob").ok("login")["counters"][SESSION]["lastMsg"]] == [5, 4, 3]


def test_login_brings_messages_for_the_newest_sessions_only(make_world: Callable[..., World]) -> None:
    world = make_world(preview_sessions=1)
    fill(world, 1, "carl")
    fill(world, 1, "alice")
    counters = world.phone("bob").ok("login")["counters"]
    assert len(counters[SESSION]["lastMsg"]) == 1
    assert counters["p:bob:carl"]["lastMsg"] == []


def test_a_repeated_login_gets_the_same_counters(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    assert bob.ok("login") == bob.ok("login")


def test_a_second_login_of_a_device_closes_its_older_connection(world: World) -> None:
    bob = world.online("bob")
    older = bob.connection
    bob.connect()
    bob.ok("login")
    assert world.gateway.closed == [older]


def test_a_login_over_an_older_connection_is_told_so_and_changes_nothing(world: World) -> None:
    late = world.phone("bob")
    world.online("bob")
    before = world.trace()
    assert late.ask("login")["code"] == "ABORTED"
    assert world.trace() == before


def test_devices_of_one_person_are_online_side_by_side(world: World) -> None:
    devices = [world.online("bob", device) for device in ("phone", "tablet")]
    fill(world, 1)
    assert [len(device.pushes) for device in devices] == [1, 1]


def test_the_eleventh_device_closes_the_one_that_came_first(world: World) -> None:
    devices = [world.online("bob", f"d{number}") for number in range(11)]
    assert world.gateway.closed == [devices[0].connection]
    fill(world, 1)
    assert [len(device.pushes) for device in devices] == [0] + [1] * 10


@on_dynamodb_local_alone
@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_more_sessions_than_a_frame_holds_come_in_further_frames(
    make_world: Callable[..., World], encoding: str
) -> None:
    world = make_world()
    senders = [f"{'x' * 50}-{number:04}" for number in range(300)]
    for sender in senders:
        put_counter(world, "bob", f"p:bob:{sender}", received=2, cleared=1)
    bob = world.phone("bob", encoding=encoding)
    body = bob.ok("login")
    counters, frames = dict(body["counters"]), 1
    while body["next"]:
        body = bob.ok("counters", next=body["next"])
        counters.update(body["counters"])
        frames += 1
    assert {session.rpartition(":")[2] for session in counters} == set(senders)
    assert 1 < frames < 8
    assert all(counter["count"] == 1 for counter in counters.values())


def put_counter(world: World, uid: str, session: str, **numbers: int) -> None:
    """Writes a counter as the repositories do."""
    row = {name: {"N": str(value)} for name, value in {"timestamp": 5, **numbers}.items()}
    world.dynamodb.put_item(
        TableName=world.tables["CounterTable"],
        Item={"uid": {"S": uid}, "sessionId": {"S": session}, "recent": {"NS": ["1"]}, **row},
    )


def test_counters_of_a_session_without_messages_are_zero(world: World) -> None:
    counter = world.phone("bob").ok("counters", sessionIds=[SESSION])["counters"][SESSION]
    assert (counter["count"], counter["received"], counter["cleared"], counter["lastSeq"]) == (0, 0, 0, 0)


# ---------------------------------------------------------------- clear


def clear(phone: Phone, seen: int) -> str:
    code: str = phone.ok("clear", sessions={SESSION: seen})["sessions"][SESSION]["code"]
    return code


def test_a_message_that_arrives_between_login_and_clear_stays_unread(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    seen = bob.ok("login")["counters"][SESSION]["received"]
    fill(world, 1)
    assert clear(bob, seen) == "OK"
    assert bob.ok("login")["counters"][SESSION]["count"] == 1


def test_clearing_twice_clears_once(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    assert clear(bob, 3) == "OK"
    fill(world, 2)
    assert clear(bob, 3) == "OK"
    assert bob.ok("login")["counters"][SESSION]["count"] == 2


def test_clears_may_come_in_any_order(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    assert [clear(bob, seen) for seen in (3, 1, 2)] == ["OK", "OK", "OK"]
    assert bob.ok("login")["counters"][SESSION]["count"] == 0


def test_clearing_more_than_was_received_is_refused_and_changes_nothing(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    before = world.trace()
    assert clear(bob, 4) == "OUT_OF_RANGE"
    assert world.trace() == before


def test_clearing_an_unknown_session_makes_no_row(world: World) -> None:
    assert clear(world.phone("bob"), 1) == "NOT_FOUND"
    assert world.rows("Counter") == []


def test_clear_answers_for_each_session(world: World) -> None:
    fill(world, 1)
    body = world.phone("bob").ok("clear", sessions={SESSION: 1, "p:bob:carl": 1})
    assert {session: result["code"] for session, result in body["sessions"].items()} == {
        SESSION: "OK",
        "p:bob:carl": "NOT_FOUND",
    }


# ---------------------------------------------------------------- pull and ack


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_session_is_pulled_page_by_page_newest_first(world: World, encoding: str) -> None:
    fill(world, 5)
    bob = world.phone("bob", encoding=encoding)
    first = bob.ok("pull", sessionId=SESSION, limit=2)
    second = bob.ok("pull", sessionId=SESSION, limit=2, ack=seqs(first))
    third = bob.ok("pull", sessionId=SESSION, limit=2, ack=seqs(second))
    assert [seqs(page) for page in (first, second, third)] == [[5, 4], [3, 2], [1]]
    assert [page["end"] for page in (first, second, third)] == [False, False, True]
    assert [page["endReason"] for page in (first, third)] == ["NOT_END", "CAUGHT_UP"]


def test_a_pull_repeated_gives_the_same_page(world: World) -> None:
    fill(world, 5)
    bob = world.phone("bob")
    bob.ok("pull", sessionId=SESSION, limit=2)
    second = bob.ok("pull", sessionId=SESSION, limit=2, ack=[5, 4])
    before = world.trace()
    assert bob.ok("pull", sessionId=SESSION, limit=2, ack=[5, 4]) == second
    assert world.trace() == before


def test_only_what_was_named_is_deleted(world: World) -> None:
    fill(world, 5)
    bob = world.phone("bob")
    bob.ok("pull", sessionId=SESSION, ack=[5, 2])
    assert seqs(bob.ok("pull", sessionId=SESSION)) == [4, 3, 1]


def test_what_arrives_while_paging_comes_first(world: World) -> None:
    fill(world, 4)
    bob = world.phone("bob")
    first = bob.ok("pull", sessionId=SESSION, limit=2)
    fill(world, 1)
    assert seqs(bob.ok("pull", sessionId=SESSION, limit=2, ack=seqs(first))) == [5, 2]


def test_acking_the_last_page_empties_the_offline_store(world: World) -> None:
    fill(world, 2)
    bob = world.phone("bob")
    page = bob.ok("pull", sessionId=SESSION)
    assert page["end"]
    bob.ok("ack", sessions={SESSION: {"seqs": seqs(page)}})
    assert world.rows("Inbox") == []
    assert seqs(bob.ok("pull", sessionId=SESSION)) == []


def test_an_ack_without_a_number_clears_nothing(world: World) -> None:
    fill(world, 2)
    bob = world.phone("bob")
    bob.ok("ack", sessions={SESSION: {"seqs": [1, 2]}})
    assert bob.ok("login")["counters"][SESSION]["count"] == 2


def test_acking_what_is_not_there_is_no_error_and_leaves_no_trace(world: World) -> None:
    fill(world, 1)
    before = world.trace()
    body = world.phone("bob").ok("ack", sessions={SESSION: {"seqs": [7, 8]}})
    assert body["sessions"][SESSION] == {"code": "OK", "remaining": []}
    assert world.trace() == before


def test_an_ack_with_a_forged_number_deletes_what_is_named_and_clears_nothing(world: World) -> None:
    fill(world, 1)
    bob = world.phone("bob")
    assert (
        bob.ok("ack", sessions={SESSION: {"seqs": [1], "received": 9}})["sessions"][SESSION]["code"] == "OUT_OF_RANGE"
    )
    assert bob.ok("login")["counters"][SESSION]["count"] == 1


def test_nobody_empties_the_store_of_another(world: World) -> None:
    fill(world, 2)
    world.phone("alice").ok("ack", sessions={SESSION: {"seqs": [1, 2], "received": 0}})
    world.phone("alice").ok("pull", sessionId=SESSION, ack=[1, 2])
    assert seqs(world.phone("bob").ok("pull", sessionId=SESSION)) == [2, 1]


def test_pull_stays_within_its_bounds(world: World) -> None:
    fill(world, 6)
    bob = world.phone("bob")
    assert seqs(bob.ok("pull", sessionId=SESSION, before=5, after=2)) == [4, 3]
    assert bob.ok("pull", sessionId=SESSION, before=1)["end"] is True


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_page_never_exceeds_a_frame_and_nothing_is_skipped(world: World, encoding: str) -> None:
    alice = world.phone("alice")
    for _ in range(5):
        alice.chat("bob", "x" * 9_000)
    bob = world.phone("bob", encoding=encoding)
    seen: list[int] = []
    page = bob.ok("pull", sessionId=SESSION)
    for _ in range(9):
        seen += seqs(page)
        if page["end"]:
            break
        page = bob.ok("pull", sessionId=SESSION, ack=seqs(page))
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_the_largest_message_fits_every_frame(world: World, encoding: str) -> None:
    bob = world.online("bob", encoding=encoding)
    world.phone("alice").chat("bob", "x" * 16_100)
    assert len(bob.pushes) == 1
    assert len(bob.ok("pull", sessionId=SESSION)["messages"]) == 1
    assert len(bob.ok("login")["counters"][SESSION]["lastMsg"]) == 1


# ---------------------------------------------------------------- history and sessions


def test_history_has_own_messages_and_what_was_acked(world: World) -> None:
    fill(world, 2)
    bob = world.phone("bob")
    bob.chat("alice")
    bob.ok("ack", sessions={SESSION: {"seqs": [1, 2]}})
    assert seqs(bob.ok("history", sessionId=SESSION)) == [3, 2, 1]


def test_history_goes_down_by_before_and_up_by_after(world: World) -> None:
    fill(world, 6)
    bob = world.phone("bob")
    down = bob.ok("history", sessionId=SESSION, limit=2, before=5)
    up = bob.ok("history", sessionId=SESSION, limit=2, after=2)
    between = bob.ok("history", sessionId=SESSION, before=6, after=3)
    assert [seqs(page) for page in (down, up, between)] == [[4, 3], [3, 4], [5, 4]]
    assert [page["end"] for page in (down, up, between)] == [False, False, True]


def test_history_changes_nothing(world: World) -> None:
    fill(world, 2)
    before = world.trace()
    world.phone("bob").ok("history", sessionId=SESSION)
    assert world.trace() == before


def test_history_says_when_older_messages_were_removed_by_retention(world: World) -> None:
    fill(world, 3)
    world.dynamodb.delete_item(
        TableName=world.tables["MessageTable"], Key={"sessionId": {"S": SESSION}, "seq": {"N": "1"}}
    )
    page = world.phone("bob").ok("history", sessionId=SESSION)
    assert (seqs(page), page["end"], page["endReason"]) == ([3, 2], True, "RETENTION")


def test_history_beyond_what_was_said_is_no_loss(world: World) -> None:
    fill(world, 3)
    bob = world.phone("bob")
    for bounds in ({"after": 40, "before": 61}, {"before": 61, "after": 3}, {"after": 40}):
        page = bob.ok("history", sessionId=SESSION, **bounds)
        assert (seqs(page), page["endReason"]) == ([], "CAUGHT_UP")
    assert bob.ok("history", sessionId="p:bob:nobody")["endReason"] == "CAUGHT_UP"


def test_history_of_which_all_within_the_bounds_was_removed_says_so(world: World) -> None:
    fill(world, 3)
    for seq in ("1", "2"):
        key = {"sessionId": {"S": SESSION}, "seq": {"N": seq}}
        world.dynamodb.delete_item(TableName=world.tables["MessageTable"], Key=key)
    page = world.phone("bob").ok("history", sessionId=SESSION, before=3)
    assert (seqs(page), page["end"], page["endReason"]) == ([], True, "RETENTION")


def test_expired_messages_are_not_shown_before_the_engine_deletes_them(make_world: Callable[..., World]) -> None:
    now = [1_000_000_000_000]
    world = make_world(clock=lambda: now[0], inbox_retention_days=14, message_retention_days=14)
    fill(world, 2)
    now[0] += 13 * 86_400_000
    fill(world, 1)
    now[0] += 86_400_000
    bob = world.phone("bob")
    pulled, history = bob.ok("pull", sessionId=SESSION), bob.ok("history", sessionId=SESSION)
    assert (seqs(pulled), pulled["end"], pulled["endReason"]) == ([3], True, "RETENTION")
    assert (seqs(history), history["end"], history["endReason"]) == ([3], True, "RETENTION")


def test_sessions_come_by_page_on_a_new_device(world: World) -> None:
    for sender in ("alice", "carl", "dora"):
        fill(world, 1, sender)
    bob = world.phone("bob", "new")
    first = bob.ok("sessions", limit=2)
    second = bob.ok("sessions", limit=2, next=first["next"])
    found = [session["sessionId"] for page in (first, second) for session in page["sessions"]]
    assert found == [SESSION, "p:bob:carl", "p:bob:dora"]
    assert [page["end"] for page in (first, second)] == [False, True]


def test_the_last_seq_of_a_session_counts_own_messages(world: World) -> None:
    fill(world, 1)
    bob = world.phone("bob")
    bob.chat("alice")
    (session,) = bob.ok("sessions")["sessions"]
    assert session["lastSeq"] == 2


# ---------------------------------------------------------------- connections


def test_after_a_disconnect_nothing_is_pushed(world: World) -> None:
    bob = world.online("bob")
    bob.drop()
    fill(world, 1)
    assert bob.pushes == []
    assert world.gateway.posted[bob.connection] == []


def test_a_disconnect_that_comes_after_the_device_is_back_changes_nothing(world: World) -> None:
    bob = world.online("bob")
    older = Phone(world, "bob", connection=bob.connection, connected_at=bob.connected_at)
    bob.connect()
    bob.ok("login")
    older.drop()
    fill(world, 1)
    assert len(bob.pushes) == 1


def test_an_entry_over_two_hours_old_is_void(make_world: Callable[..., World]) -> None:
    hours = [0]
    world = make_world(clock=lambda: system_clock() + hours[0] * 3_600_000)
    bob = world.online("bob")
    hours[0] = 2
    fill(world, 1)
    assert bob.pushes == []


def test_ping_answers_pong(world: World) -> None:
    answer = world.phone("bob").ask("ping")
    assert (answer["cmd"], answer["body"]) == ("pong", {})
