"""People speak in a group and change it at the same moment: nobody has said what they had no right to at its seq."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.concurrency.crowd import assert_dense, history, together
from tests.people.group_log import Said
from tests.people.group_rights import roles_after, without_right
from tests.support.world import Phone, World

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

ROOM = "g:room"
TRIES = 12


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Nothing is fanned out: the queue of the tests belongs to one thread."""
    world = make_world()
    world.fans_out_at_once = False
    return world


@pytest.fixture
def alice(world: World) -> Phone:
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob", "carol"], open=True)
    return alice


def said_in(phone: Phone) -> list[Said]:
    """The group's messages, judged as the tests of all orders judge them."""

    def judged(message: dict[str, Any]) -> Said:
        told = message["msg"] if message.get("type") == "system" else {}
        about = tuple(told.get("uids", ())) + ((told["uid"],) if "uid" in told else ())
        event, role = told.get("event", ""), told.get("role", "")
        place = message["seq"], message["from"], message["msgId"]
        return Said(*place, event, about, tuple(message.get("at", ())), message.get("atAll", False), role)

    return [judged(message) for message in history(phone, ROOM)]


def speak(phone: Phone, msg_id: str, **more: Any) -> dict[str, Any]:
    return phone.ask("chat", msgId=msg_id, chatType=2, to="room", msg={"message": msg_id}, **more)


def change(phone: Phone, cmd: str, msg_id: str, **more: Any) -> dict[str, Any]:
    return phone.ask(cmd, msgId=msg_id, groupId="room", **more)


def assert_rightful(alice: Phone, answers: list[dict[str, Any]], asked: list[tuple[str, str]]) -> list[str]:
    """What was said was rightful, and what was denied was not said. The codes."""
    said = said_in(alice)
    assert list(without_right(said, is_open=True)) == []
    there = {(message.sender, message.msg_id): message.seq for message in said}
    for (uid, msg_id), answer in zip(asked, answers, strict=True):
        expected = answer["body"]["seq"] if answer["code"] == "OK" else None
        assert there.get((uid, msg_id)) == expected, answer
    listed = {each["uid"]: each["role"] for each in alice.ok("members", groupId="room", limit=100)["members"]}
    assert listed == roles_after(said)
    assert_dense(history(alice, ROOM))
    return [answer["code"] for answer in answers]


def test_who_is_removed_while_they_speak_says_nothing_any_more(world: World, alice: Phone) -> None:
    bob, tablet = world.online("bob"), world.online("bob", "tablet")
    for number in range(TRIES):
        ids = [f"t{number}-{each}" for each in range(4)]
        answers = together(
            [
                partial(speak, bob, ids[0]),
                partial(speak, tablet, ids[1]),
                partial(change, alice, "remove", ids[2], uids=["bob"]),
                partial(speak, bob, ids[3], at=["carol"]),
            ]
        )
        asked = [("bob", ids[0]), ("bob", ids[1]), ("alice", ids[2]), ("bob", ids[3])]
        codes = assert_rightful(alice, answers, asked)
        assert codes[2] == "OK"
        assert set(codes) <= {"OK", "PERMISSION_DENIED"}
        alice.change("add", "room", uids=["bob"])


def test_who_loses_a_role_makes_no_use_of_it_any_more(world: World, alice: Phone) -> None:
    bob = world.online("bob")
    for number in range(TRIES):
        alice.change("role", "room", uid="bob", role="ADMIN")
        ids = [f"t{number}-{each}" for each in range(4)]
        answers = together(
            [
                partial(change, alice, "role", ids[0], uid="bob", role="MEMBER"),
                partial(change, bob, "add", ids[1], uids=[f"n{number}"]),
                partial(speak, bob, ids[2], atAll=True),
                partial(change, bob, "remove", ids[3], uids=["carol"]),
            ]
        )
        asked = [("alice", ids[0]), *(("bob", each) for each in ids[1:])]
        assert assert_rightful(alice, answers, asked)[0] == "OK"
        alice.change("add", "room", uids=["carol"])


def test_an_owner_who_leaves_while_they_hand_the_group_over_leaves_it_to_somebody(world: World, alice: Phone) -> None:
    tablet, bob = world.online("alice", "tablet"), world.online("bob")
    carol = world.online("carol")
    for number in range(TRIES):
        ids = [f"t{number}-{each}" for each in range(3)]
        answers = together(
            [
                partial(change, alice, "role", ids[0], uid="bob", role="OWNER"),
                partial(change, tablet, "leave", ids[1]),
                partial(change, bob, "leave", ids[2]),
            ]
        )
        assert_rightful(carol, answers, [("alice", ids[0]), ("alice", ids[1]), ("bob", ids[2])])
        roles = roles_after(said_in(carol))
        (owner,) = [uid for uid, role in roles.items() if role == "OWNER"]
        for uid, phone in (("alice", alice), ("bob", bob)):
            if uid not in roles:
                phone.change("join", "room")
        if owner == "bob":
            bob.change("role", "room", uid="alice", role="OWNER")


def test_a_message_on_two_connections_has_one_answer(world: World, alice: Phone) -> None:
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    for number in range(TRIES):
        msg_id, removal = f"m{number}", f"r{number}"
        *answers, _ = together(
            [
                partial(speak, phone, msg_id),
                partial(speak, tablet, msg_id),
                partial(change, alice, "remove", removal, uids=["bob"]),
            ]
        )
        assert len({(answer["code"], answer["body"].get("seq")) for answer in answers}) == 1, answers
        assert_rightful(alice, answers, [("bob", msg_id)] * 2)
        alice.change("add", "room", uids=["bob"])
