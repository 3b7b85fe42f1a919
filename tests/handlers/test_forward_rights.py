"""Who may forward a picture: whoever can read it at that moment, and nobody else. A refusal says no more than that."""

from typing import Any

import pytest

from tests.support.media import picture, uploaded
from tests.support.world import Phone, World

NO_SUCH = ("FAILED_PRECONDITION", "body.msg.key")
NOT_YOURS = ("PERMISSION_DENIED", "body.source.sessionId")
OK = ("OK", "")
# Alice has shown a picture to each; Bob, Carol and Dave try to forward it to Erin.
GRID = [
    ("bob", "p:alice:bob", OK),
    ("alice", "p:alice:bob", OK),
    ("carol", "p:alice:bob", NOT_YOURS),
    ("bob", "g:room", OK),
    ("left", "g:room", OK),
    ("removed", "g:room", OK),
    ("joined later", "g:room", NO_SUCH),
    ("carol", "g:room", NO_SUCH),
    ("bob", "g:nowhere", NO_SUCH),
]


@pytest.fixture
def shown(world: World) -> dict[str, dict[str, Any]]:
    """The pictures, by session. Who left or was removed did so after it."""
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob", "left", "removed"])
    contents = {}
    for number, (to, session) in enumerate((("bob", "p:alice:bob"), ("room", "g:room"))):
        content = picture(uploaded(world.clients.bucket, "alice", f"m-{number}"))
        kind = 2 if to == "room" else 1
        seq = alice.ok("chat", msgId=f"m-{number}", chatType=kind, ackFlg=1, to=to, msg=content)["seq"]
        contents[session] = {"msg": content, "source": {"sessionId": session, "seq": seq}}
    contents["g:nowhere"] = {**contents["g:room"], "source": {"sessionId": "g:nowhere", "seq": 1}}
    world.online("left").change("leave", "room")
    alice.change("remove", "room", uids=["removed"])
    alice.change("add", "room", uids=["joined later".replace(" ", "-")])
    return contents


def forward(phone: Phone, content: dict[str, Any], to: str = "erin") -> tuple[str, str]:
    answer = phone.ask("chat", msgId="f-1", chatType=1, ackFlg=1, to=to, **content)
    return answer["code"], answer.get("error", {}).get("field", "")


@pytest.mark.parametrize(("who", "session", "expected"), GRID)
def test_who_may_forward(
    world: World, shown: dict[str, Any], who: str, session: str, expected: tuple[str, str]
) -> None:
    phone, before = world.online(who.replace(" ", "-")), world.trace()
    assert forward(phone, shown[session]) == expected
    if expected != OK:
        assert world.trace() == before
        assert not any(key.startswith("shared/") for key in world.clients.bucket.objects)


def test_what_was_recalled_is_not_forwarded(world: World, shown: dict[str, Any]) -> None:
    content = shown["p:alice:bob"]
    world.online("alice", "tablet").ok("recall", msgId="r-1", sessionId="p:alice:bob", seq=1)
    assert forward(world.online("bob"), content) == NO_SUCH


def test_what_was_forwarded_outlives_the_recall_of_its_source(world: World, shown: dict[str, Any]) -> None:
    content = shown["p:alice:bob"]
    assert forward(world.online("bob"), content) == OK
    world.online("alice", "tablet").ok("recall", msgId="r-1", sessionId="p:alice:bob", seq=1)
    assert f"media/{content['msg']['key']}" in world.clients.bucket.objects


def test_a_block_does_not_take_back_what_was_read(world: World, shown: dict[str, Any]) -> None:
    world.online("alice", "tablet").ok("block", uid="bob")
    assert forward(world.online("bob"), shown["p:alice:bob"]) == OK


def test_a_forward_of_a_forward_has_its_own_source(world: World, shown: dict[str, Any]) -> None:
    content = shown["p:alice:bob"]
    assert forward(world.online("bob"), content) == OK
    again = {**content, "source": {"sessionId": "p:bob:erin", "seq": 1}}
    assert forward(world.online("erin"), again, to="frank") == OK
