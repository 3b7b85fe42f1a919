"""Held messages are listed, read, released and dropped."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.admin.conftest import Terminal
from tests.support.engines import moto_services
from tests.support.screening import BUCKET, KEY, Lists, send
from tests.support.world import World


@pytest.fixture
def world(make_world: Callable[..., World], dynamodb: Any) -> Iterator[World]:
    with moto_services():
        lists = Lists()
        lists.put(HOLD=["casino"])
        world = make_world(word_list_bucket=BUCKET, word_list_key=KEY)
        world.clients.lists = lists
        yield world


def test_a_held_message_is_listed_without_its_text_and_shown_with_it(world: World, terminal: Terminal) -> None:
    assert terminal.run("held list")[1] == "nothing is held\n"
    send(world.phone("alice"), "my casino \x1b[2J\u202e")
    status, out, _ = terminal.run("held list")
    assert status == 0
    assert "list-HOLD@7" in out
    assert "casino" not in out
    out = terminal.run("held show alice m-1")[1]
    assert '{"message": "my casino ' in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert terminal.json("held show alice m-1")["msg"] == {"message": "my casino \x1b[2J\u202e"}


def test_a_released_message_is_delivered_and_not_held_any_more(world: World, terminal: Terminal) -> None:
    bob = world.online("bob")
    send(world.phone("alice"), "my casino")
    assert terminal.run("held release alice m-1") == (0, "released: p:alice:bob #1\n", "")
    assert [push["body"]["msg"] for push in bob.pushes] == [{"message": "my casino"}]
    for again in ("release", "drop", "show"):
        status, out, err = terminal.run(f"held {again} alice m-1")
        assert (status, out) == (1, "")
        assert "not held" in err


def test_a_dropped_message_is_forgotten(world: World, terminal: Terminal) -> None:
    bob = world.online("bob")
    send(world.phone("alice"), "my casino")
    assert terminal.run("held drop alice m-1") == (0, "dropped: m-1 of alice\n", "")
    assert world.rows("Held") == []
    assert bob.pushes == []


def test_a_message_whose_sender_has_left_stays_held(world: World, terminal: Terminal) -> None:
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    send(world.phone("bob"), "my casino", "room", 2)
    world.phone("bob").change("leave", "room")
    status, out, err = terminal.run("held release bob m-1")
    assert (status, out) == (1, "")
    assert "member" in err
    assert len(world.rows("Held")) == 1


def test_a_list_goes_on_over_pages_and_says_when_there_is_more(world: World, terminal: Terminal) -> None:
    for number in range(5):
        send(world.phone(f"u{number}"), "my casino")
    assert len(terminal.json("held list")) == 5
    status, out, _ = terminal.run("held list --limit 3")
    assert (status, out.count("m-1"), "there are more" in out) == (0, 3, True)
