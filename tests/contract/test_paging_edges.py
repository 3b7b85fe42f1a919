"""Pages of the offline store at their edges: each message once, and `end` exactly when nothing else is left."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from catchup.clock import system_clock
from tests.contract.stores import SESSION, Stores, come_to, inbox_row, message, message_row
from tests.support.world import Phone, World

LIMIT = 3
ENCODINGS = pytest.mark.parametrize("encoding", ["json", "pb"])
# 0, N-1, N, N+1, kN
ROWS = pytest.mark.parametrize("rows", [0, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT])
# As large as a message may be, and a size of which the two encodings hold different numbers in a frame.
LARGEST, LARGE = "x" * 16_100, "\\" * 4_000


def fill(world: World, count: int, text: str = "hello") -> None:
    """As if alice had written to bob, who is away; without his counter."""
    stores = Stores(world.dynamodb, world.tables)
    messages = [message(seq, text=text, at_ms=system_clock()) for seq in range(1, count + 1)]
    stores.put_rows("Inbox", map(inbox_row, messages))
    stores.put_rows("Message", map(message_row, messages))
    if count:
        come_to(stores, count)


def write(world: World, count: int, text: str = "hello") -> None:
    alice = world.phone("alice")
    for _ in range(count):
        alice.chat("bob", text)


def seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["messages"]]


def left(world: World) -> list[int]:
    """What the offline store holds for bob, newest first."""
    return sorted((int(row["key"]["S"][-16:]) for row in world.rows("Inbox") if row["uid"]["S"] == "bob"), reverse=True)


def pull_all(
    world: World, bob: Phone, limit: int, meanwhile: Callable[[], None] = lambda: None, most: int = 40
) -> list[list[int]]:
    """Pulls as a client does, until `end`; returns the pages. Checks each page against what is stored."""
    pages: list[list[int]] = []
    acked: list[int] = []
    for _ in range(most):
        page = bob.ok("pull", sessionId=SESSION, limit=limit, ack=acked)
        stored = left(world)
        acked = seqs(page)
        pages.append(acked)
        assert acked == stored[: len(acked)]
        assert page["end"] is (acked == stored)
        assert page["endReason"] == ("CAUGHT_UP" if page["end"] else "NOT_END")
        assert page["remaining"] == []
        if page["end"]:
            bob.ok("ack", sessions={SESSION: {"seqs": acked}} if acked else {SESSION: {"seqs": []}})
            assert left(world) == []
            return pages
        meanwhile()
    raise AssertionError(f"no end after {most} pages: {pages}")


@ENCODINGS
@ROWS
def test_pages_give_each_message_once_and_end_with_the_last(world: World, encoding: str, rows: int) -> None:
    fill(world, rows)
    pages = pull_all(world, world.phone("bob", encoding=encoding), LIMIT)
    assert [seq for page in pages for seq in page] == list(range(rows, 0, -1))
    assert len(pages) == max(1, -(-rows // LIMIT))


class Backwards:
    """Concurrency in which the last task ends first: a pull then reads before it has deleted."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        return [task() for task in reversed(tasks)][::-1]


@ROWS
def test_it_is_the_same_if_a_page_is_read_before_the_one_before_it_is_deleted(
    make_world: Callable[..., World], rows: int
) -> None:
    world = make_world(concurrency=Backwards())
    fill(world, rows)
    pages = pull_all(world, world.phone("bob"), LIMIT)
    assert [seq for page in pages for seq in page] == list(range(rows, 0, -1))
    assert len(pages) == max(1, -(-rows // LIMIT))


@ROWS
def test_the_page_that_came_with_the_login_counts_as_one(make_world: Callable[..., World], rows: int) -> None:
    world = make_world(preview_messages=LIMIT)
    write(world, rows)
    bob = world.phone("bob")
    counter = bob.ok("login")["counters"].get(SESSION, {"lastMsg": []})
    first = [message["seq"] for message in counter["lastMsg"]]
    page = bob.ok("pull", sessionId=SESSION, limit=LIMIT, ack=first)
    found = [first, seqs(page)]
    while not page["end"]:
        page = bob.ok("pull", sessionId=SESSION, limit=LIMIT, ack=found[-1])
        found.append(seqs(page))
    assert [seq for part in found for seq in part] == list(range(rows, 0, -1))


@ENCODINGS
def test_the_largest_messages_come_one_a_page(world: World, encoding: str) -> None:
    fill(world, 4, LARGEST)
    assert pull_all(world, world.phone("bob", encoding=encoding), 2) == [[4], [3], [2], [1]]


@ENCODINGS
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_page_that_the_frame_cuts_is_not_the_last(world: World, encoding: str, limit: int) -> None:
    fill(world, 7, LARGE)
    pages = pull_all(world, world.phone("bob", encoding=encoding), limit)
    assert [seq for page in pages for seq in page] == [7, 6, 5, 4, 3, 2, 1]
    assert max(map(len, pages)) == min(limit, 4 if encoding == "pb" else 3)


@ENCODINGS
@pytest.mark.parametrize("seed", range(4))
def test_what_arrives_while_paging_comes_once_too(world: World, encoding: str, seed: int) -> None:
    chance = random.Random(seed)
    fill(world, 7)
    texts = ["x", "x" * 900, '"' * 2_000, "é" * 4_000, "😀" * 2_000, LARGEST]
    sent = 7

    def arrive() -> None:
        nonlocal sent
        count = chance.choice([0, 0, 1, 2, LIMIT, LIMIT + 1]) if sent < 25 else 0
        write(world, count, chance.choice(texts))
        sent += count

    pages = pull_all(world, world.phone("bob", encoding=encoding), LIMIT, arrive)
    found = [seq for page in pages for seq in page]
    assert sorted(found) == list(range(1, sent + 1))


def test_a_message_that_arrives_after_the_last_page_is_a_page_of_its_own(world: World) -> None:
    fill(world, LIMIT)
    bob = world.phone("bob")
    last = bob.ok("pull", sessionId=SESSION, limit=LIMIT)
    assert last["end"]
    write(world, 1)
    page = bob.ok("pull", sessionId=SESSION, limit=LIMIT, ack=seqs(last))
    assert (seqs(page), page["end"]) == ([4], True)


def test_pages_without_an_ack_stay_the_same_and_never_end(world: World) -> None:
    fill(world, LIMIT + 1)
    bob = world.phone("bob")
    pages = [bob.ok("pull", sessionId=SESSION, limit=LIMIT) for _ in range(3)]
    assert [(seqs(page), page["end"]) for page in pages] == [([4, 3, 2], False)] * 3


def test_a_page_may_be_acked_in_parts(world: World) -> None:
    fill(world, 5)
    bob = world.phone("bob")
    parts = [[], [5], [5, 4, 1], [3, 2]]
    pages = [bob.ok("pull", sessionId=SESSION, limit=2, ack=part) for part in parts]
    assert [(seqs(page), page["end"]) for page in pages] == [
        ([5, 4], False),
        ([4, 3], False),
        ([3, 2], True),
        ([], True),
    ]


def test_a_hundred_messages_come_and_go_in_two_frames(world: World) -> None:
    fill(world, 100)
    bob = world.phone("bob", encoding="pb")
    page = bob.ok("pull", sessionId=SESSION, limit=100)
    assert (seqs(page), page["end"]) == (list(range(100, 0, -1)), True)
    page = bob.ok("pull", sessionId=SESSION, limit=100, ack=seqs(page))
    assert (seqs(page), page["end"], left(world)) == ([], True, [])
