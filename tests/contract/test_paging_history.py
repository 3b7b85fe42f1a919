"""Pages of history, of sessions and of counters at their edges, as a client asks for them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import HUGE_TEXT, LONG_TEXT, NOW_MS, SESSION, Stores, inbox_row, message, message_row
from tests.contract.test_paging_edges import ENCODINGS, LARGE, LIMIT, ROWS, fill, seqs
from tests.support.world import Phone, World

pytestmark = on_dynamodb_local_alone


# What an answer says about where to go on, if its search stopped early.
RESUME = {"before": "resumeBefore", "after": "resumeAfter"}


def history(bob: Phone, cursor: str, most: int = 40, **first: Any) -> list[list[int]]:
    """Pages until `end`, each from where the one before it stopped."""
    pages: list[list[int]] = []
    asked: dict[str, Any] = dict(first)
    for _ in range(most):
        page = bob.ok("history", sessionId=SESSION, limit=LIMIT, **asked)
        pages.append(seqs(page))
        assert page["end"] is (page["endReason"] != "NOT_END")
        if page["end"]:
            return pages
        asked[cursor] = page.get(RESUME[cursor]) or pages[-1][-1]
    raise AssertionError(f"no end after {most} pages: {pages}")


@ENCODINGS
@ROWS
def test_history_gives_each_message_once_in_both_directions(world: World, encoding: str, rows: int) -> None:
    fill(world, rows)
    bob = world.phone("bob", encoding=encoding)
    down, up = history(bob, "before"), history(bob, "after", after=0)
    assert [seq for page in down for seq in page] == list(range(rows, 0, -1))
    assert [seq for page in up for seq in page] == list(range(1, rows + 1))
    assert len(down) == len(up) == max(1, -(-rows // LIMIT))


@ENCODINGS
def test_history_that_the_frame_cuts_goes_on_where_it_was_cut(world: World, encoding: str) -> None:
    fill(world, 7, LARGE)
    bob = world.phone("bob", encoding=encoding)
    assert [seq for page in history(bob, "before") for seq in page] == [7, 6, 5, 4, 3, 2, 1]
    assert [seq for page in history(bob, "after", after=0) for seq in page] == [1, 2, 3, 4, 5, 6, 7]


@ROWS
def test_a_gap_is_filled_exactly(world: World, rows: int) -> None:
    fill(world, rows + 4)
    pages = history(world.phone("bob"), "before", after=2, before=rows + 3)
    assert [seq for page in pages for seq in page] == list(range(rows + 2, 2, -1))
    assert len(pages) == max(1, -(-rows // LIMIT))


def test_a_gap_of_expired_messages_ends_with_retention(make_world: Callable[..., World]) -> None:
    world = make_world(clock=lambda: NOW_MS)
    Stores(world.dynamodb, world.tables).put_rows(
        "Message", [message_row(message(seq), expired=seq <= 4) for seq in range(1, 7)]
    )
    page = world.phone("bob").ok("history", sessionId=SESSION, limit=9, after=2, before=6)
    assert (seqs(page), page["endReason"]) == ([5], "RETENTION")


@pytest.mark.parametrize(("cursor", "encoding"), [("before", "json"), ("after", "pb")])
def test_expired_messages_that_are_not_deleted_yet_do_not_stop_history(
    make_world: Callable[..., World], cursor: str, encoding: str
) -> None:
    world = make_world(clock=lambda: NOW_MS)
    rows = [message_row(message(seq, text=HUGE_TEXT), expired=True) for seq in range(2, 40)]
    rows += [message_row(message(seq, text=LONG_TEXT)) for seq in (1, 40, 41, 42, 43)]
    Stores(world.dynamodb, world.tables).put_rows("Message", rows)
    bob = world.phone("bob", encoding=encoding)
    early = bob.ok("history", sessionId=SESSION, limit=LIMIT, **{cursor: 40 if cursor == "before" else 1})
    assert (early["end"], early["messages"]) == (False, [])
    assert 1 < early[RESUME[cursor]] < 40
    pages = history(bob, cursor, **({"after": 0} if cursor == "after" else {}))
    assert sorted(seq for page in pages for seq in page) == [1, 40, 41, 42, 43]


def test_expired_messages_that_are_not_deleted_yet_do_not_stop_pulling(make_world: Callable[..., World]) -> None:
    world = make_world(clock=lambda: NOW_MS)
    rows = [inbox_row(message(seq, text=HUGE_TEXT), expired=True) for seq in range(2, 40)]
    rows += [inbox_row(message(seq, text=LONG_TEXT)) for seq in (1, 40, 41, 42, 43)]
    Stores(world.dynamodb, world.tables).put_rows("Inbox", rows)
    bob = world.phone("bob", encoding="pb")
    found: list[int] = []
    asked: dict[str, Any] = {}
    for _ in range(10):
        page = bob.ok("pull", sessionId=SESSION, limit=LIMIT, **asked)
        found += seqs(page)
        if page["end"]:
            break
        asked = {"ack": seqs(page)} | ({"before": page["resumeBefore"]} if "resumeBefore" in page else {})
    assert page["endReason"] == "RETENTION"
    assert found == [43, 42, 41, 40, 1]


# ---------------------------------------------------------------- sessions and counters


def counter_rows(count: int, **numbers: int) -> list[dict[str, Any]]:
    row = {name: {"N": str(value)} for name, value in {"timestamp": 5, "received": 2, **numbers}.items()}
    return [{"uid": {"S": "bob"}, "sessionId": {"S": f"p:bob:c{number:03}"}, **row} for number in range(count)]


def put_counters(world: World, rows: list[dict[str, Any]]) -> None:
    Stores(world.dynamodb, world.tables).put_rows("Counter", rows)


def all_sessions(bob: Phone, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    for _ in range(40):
        page = bob.ok("sessions", limit=limit, **cursor)
        pages.append([session["sessionId"] for session in page["sessions"]])
        assert page["end"] is (page["next"] == "")
        if page["end"]:
            return pages
        cursor = {"next": page["next"]}
    raise AssertionError(pages)


@ENCODINGS
@ROWS
def test_sessions_come_once_each_and_end_with_the_last(world: World, encoding: str, rows: int) -> None:
    put_counters(world, counter_rows(rows))
    pages = all_sessions(world.phone("bob", encoding=encoding), LIMIT)
    assert [session for page in pages for session in page] == [f"p:bob:c{number:03}" for number in range(rows)]
    assert len(pages) == max(1, -(-rows // LIMIT))


def test_a_page_of_sessions_that_cannot_be_read_leads_on(world: World) -> None:
    poisoned = counter_rows(2, received=1)
    poisoned[0]["received"] = {"S": "x"}
    put_counters(world, poisoned)
    assert [session for page in all_sessions(world.phone("bob"), 1) for session in page] == ["p:bob:c001"]


@pytest.mark.parametrize("cmd", ["sessions", "counters"])
def test_a_cursor_that_no_server_sent_is_refused(world: World, cmd: str) -> None:
    answer = world.phone("bob").ask(cmd, next="after:" + "x" * 2_000)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.next")


@pytest.mark.parametrize("cmd", ["sessions", "counters"])
def test_a_cursor_that_the_server_sent_is_taken_whatever_newer_code_has_put_there(world: World, cmd: str) -> None:
    put_counters(world, [row | {"sessionId": {"S": f"g:t{n:03}"}} for n, row in enumerate(counter_rows(201))])
    bob = world.phone("bob")
    asked: dict[str, Any] = {"limit": 1} if cmd == "sessions" else {"next": "after:"}
    cursor = bob.ok(cmd, **asked)["next"]
    assert cursor
    assert bob.ask(cmd, **{**asked, "next": cursor})["code"] == "OK"


@ENCODINGS
@pytest.mark.parametrize(
    ("count", "name_length", "read"),
    # About 270 counters with short names fill a frame, about 160 with long ones; a frame looks at 200 rows.
    [(200, 1, 0), (201, 1, 0), (600, 1, 200), (601, 1, 201), (400, 60, 0), (401, 60, 1)],
)
def test_counters_in_several_frames_are_complete(
    world: World, encoding: str, count: int, name_length: int, read: int
) -> None:
    rows = [
        row | {"sessionId": {"S": f"p:bob:c{number:0{name_length}}"}} for number, row in enumerate(counter_rows(count))
    ]
    for row in rows[:: count // read] if read else []:
        row["cleared"] = row["read"] = {"N": "2"}
    unread = [row["sessionId"]["S"] for row in rows if "cleared" not in row]
    put_counters(world, rows)
    bob = world.phone("bob", encoding=encoding)
    page = bob.ok("login")
    first, following = list(page["counters"]), list[str]()
    for _ in range(10):
        if not page["next"]:
            break
        page = bob.ok("counters", next=page["next"])
        following += page["counters"]
    assert page["next"] == ""
    # The frames after the first walk through all sessions by themselves.
    assert sorted(following or first) == sorted(unread)
