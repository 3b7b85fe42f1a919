"""A message with a picture costs what a text costs, and pages of pictures fit into frames."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from catchup.settings import MAX_FRAME_BYTES, MAX_PREVIEW_CHARACTERS
from tests.support.media import picture, uploaded
from tests.support.world import Phone, World

PREVIEW = b64encode(b"\xff\xd8\xff".ljust(MAX_PREVIEW_CHARACTERS * 3 // 4, b"x")).decode()


@contextmanager
def calls_of(world: World) -> Iterator[list[str]]:
    """The calls to DynamoDB meanwhile, each with what it asks for consistently."""
    made: list[str] = []
    events = world.dynamodb.meta.events

    def note(model: Any, params: Any, **_: Any) -> None:
        text = str(params["body"])
        made.append(f"{model.name} {text.count('ConsistentRead')} {text.count('TableName')}")

    events.register("before-call.dynamodb", note)
    try:
        yield made
    finally:
        events.unregister("before-call.dynamodb", note)


def sent(phone: Phone, to: str, msg_id: str, msg: dict[str, Any]) -> dict[str, Any]:
    return phone.ok("chat", msgId=msg_id, chatType=2 if to == "room" else 1, ackFlg=1, to=to, msg=msg)


@pytest.mark.parametrize("to", ["bob", "alice", "room"])
def test_a_picture_makes_the_calls_of_a_text_and_looks_once_at_its_object(world: World, to: str) -> None:
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob"])
    sent(alice, to, "m-0", {"message": "the first of a session has more to do"})
    with calls_of(world) as of_text:
        sent(alice, to, "m-1", {"message": "hello"})
    key = uploaded(world.clients.bucket, "alice", "m-2")
    with calls_of(world) as of_picture:
        sent(alice, to, "m-2", picture(key, caption="Lunch", preview=PREVIEW))
    assert of_text
    assert sorted(of_picture) == sorted(of_text)
    # Beside the look: the object is kept, once in its life.
    assert world.clients.bucket.calls == ["HeadObject", "PutObjectTagging"]
    with calls_of(world):
        sent(alice, to, "m-2", picture(key, caption="Lunch", preview=PREVIEW))
    assert world.clients.bucket.calls.count("PutObjectTagging") == 1


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_twenty_pictures_with_previews_come_in_frames_that_the_gateway_takes(
    world: World, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    alice = world.online("alice")
    for number in range(20):
        key = uploaded(world.clients.bucket, "alice", f"m-{number}")
        sent(alice, "bob", f"m-{number}", picture(key, preview=PREVIEW, caption="x" * 200))
    bob, sizes = world.phone("bob", encoding=encoding), list[int]()
    send_frame = bob.send_frame

    def measured(*arguments: Any) -> str:
        answer = send_frame(*arguments)
        sizes.append(len(answer.encode()))
        return answer

    monkeypatch.setattr(bob, "send_frame", measured)
    bob.ok("login")
    seqs: set[int] = set()
    page: dict[str, Any] = {"end": False}
    while not page["end"]:
        before = {"before": min(seqs)} if seqs else {}
        page = bob.ok("history", sessionId="p:alice:bob", limit=20, **before)
        seqs |= {message["seq"] for message in page["messages"]}
    assert seqs == set(range(1, 21))
    assert max(sizes) <= MAX_FRAME_BYTES
    # A login, and pages that are as full as a frame can be.
    assert len(sizes) <= 1 + 5
