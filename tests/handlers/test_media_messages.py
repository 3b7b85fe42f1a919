"""Messages that name media: whose upload it must be, forwards, edits and recalls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.media import key_of, picture, uploaded
from tests.support.world import Phone, World

BOB = "p:alice:bob"


def send(phone: Phone, to: str, msg: dict[str, Any], msg_id: str = "m-1", **more: Any) -> dict[str, Any]:
    """Sends a message to a person, or to the group "room"."""
    kind = 2 if to == "room" else 1
    answer = phone.ask("chat", msgId=msg_id, chatType=kind, ackFlg=1, to=to, msg=msg, **more)
    return {"code": answer["code"], **answer.get("body", {}), **answer.get("error", {})}


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


def test_a_picture_that_was_uploaded_is_sent_and_its_object_kept_as_long_as_the_message(
    world: World, alice: Phone
) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    bob = world.online("bob")
    assert send(alice, "bob", picture(key, caption="At the beach"))["code"] == "OK"
    assert bob.pushes[-1]["body"]["msg"] == picture(key, caption="At the beach")
    assert world.clients.bucket.objects[f"media/{key}"].tags == {"keep": "92"}


@pytest.mark.parametrize("to", ["bob", "room"])
def test_a_media_message_costs_one_look_at_the_object_and_one_tag(world: World, alice: Phone, to: str) -> None:
    alice.change("create", "room", uids=["bob"])
    key = uploaded(world.clients.bucket, "alice", "m-1")
    assert send(alice, to, picture(key))["code"] == "OK"
    assert world.clients.bucket.calls == ["HeadObject", "PutObjectTagging"]


def test_a_text_asks_nothing_of_the_bucket(world: World, alice: Phone) -> None:
    alice.chat("bob")
    assert world.clients.bucket.calls == []


WRONG: dict[str, Callable[[World], str]] = {
    "nothing was uploaded": lambda _world: key_of("alice"),
    "somebody else's upload": lambda world: uploaded(world.clients.bucket, "bob", "m-1"),
    "an upload for another message": lambda world: uploaded(world.clients.bucket, "alice", "m-2"),
    "an upload of yesterday": lambda world: uploaded(
        world.clients.bucket, "alice", "m-1", LastModified=datetime.now(UTC) - timedelta(hours=24)
    ),
    "an upload of another type": lambda world: uploaded(world.clients.bucket, "alice", "m-1", kind="file"),
}


@pytest.mark.parametrize("to", ["bob", "room"])
@pytest.mark.parametrize("name", WRONG)
def test_a_key_that_the_sender_may_not_name_is_refused_in_one_way_and_leaves_no_trace(
    world: World, alice: Phone, to: str, name: str
) -> None:
    alice.change("create", "room", uids=["bob"])
    key, before = WRONG[name](world), world.trace()
    answer = send(alice, to, picture(key))
    assert (answer["code"], answer["field"]) == ("FAILED_PRECONDITION", "body.msg.key")
    assert world.trace() == before
    assert "PutObjectTagging" not in world.clients.bucket.calls


@pytest.mark.parametrize(
    ("field", "value"),
    [("mime", "image/jpeg"), ("bytes", 7), ("sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")],
)
def test_what_a_message_says_wrongly_of_its_media_is_named(world: World, alice: Phone, field: str, value: Any) -> None:
    key, before = uploaded(world.clients.bucket, "alice", "m-1"), world.trace()
    answer = send(alice, "bob", {**picture(key), field: value})
    assert (answer["code"], answer["field"]) == ("FAILED_PRECONDITION", f"body.msg.{field}")
    assert world.trace() == before


def test_a_voice_message_longer_than_the_deployment_takes_is_refused(world: World, alice: Phone) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1", kind="voice", ContentType="audio/webm")
    said = {name: value for name, value in picture(key).items() if name not in {"width", "height"}}
    voice = {**said, "type": "voice", "mime": "audio/webm"}
    assert send(alice, "bob", {**voice, "durationMs": 60_001})["field"] == "body.msg.durationMs"
    assert send(alice, "bob", {**voice, "durationMs": 60_000})["code"] == "OK"


def test_a_retry_of_a_message_in_its_place_does_not_need_the_object(world: World, alice: Phone) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    first = send(alice, "bob", picture(key))
    world.clients.bucket.objects.clear()
    assert send(alice, "bob", picture(key)) == first


def test_no_message_is_taken_while_the_bucket_does_not_answer(world: World, alice: Phone) -> None:
    key, before = uploaded(world.clients.bucket, "alice", "m-1"), world.trace()
    world.clients.bucket.down = True
    assert send(alice, "bob", picture(key))["code"] == "UNAVAILABLE"
    assert world.trace() == before
    world.clients.bucket.down = False
    assert send(alice, "bob", picture(key))["code"] == "OK"


# -------------------------------------------------------------------------------- forwards


@pytest.fixture
def sent(world: World, alice: Phone) -> dict[str, Any]:
    """Alice has sent Bob a picture. Returns its content."""
    msg = picture(uploaded(world.clients.bucket, "alice", "m-1"), caption="At the beach")
    assert send(alice, "bob", msg)["seq"] == 1
    return msg


SOURCE = {"sessionId": BOB, "seq": 1}


@pytest.mark.parametrize("to", ["carol", "room"])
def test_whoever_can_read_a_picture_forwards_it_without_its_caption(
    world: World, sent: dict[str, Any], to: str
) -> None:
    bob = world.online("bob")
    bob.change("create", "room", uids=["carol"])
    assert send(bob, to, {**sent, "caption": "Look"}, "f-1", source=SOURCE)["code"] == "OK"
    assert f"shared/{sent['key']}" in world.clients.bucket.objects


def test_the_source_is_neither_delivered_nor_stored(world: World, sent: dict[str, Any]) -> None:
    carol = world.online("carol")
    send(world.online("bob"), "carol", sent, "f-1", source=SOURCE)
    assert "source" not in carol.pushes[-1]["body"]


NOT_FOR_THEM: dict[str, dict[str, Any]] = {
    "a message of others": {"source": SOURCE},
    "a message that does not exist": {"source": {"sessionId": "p:bob:dave", "seq": 1}},
    "a group of others": {"source": {"sessionId": "g:secret", "seq": 2}},
    "no source": {},
}


@pytest.mark.parametrize("name", NOT_FOR_THEM)
def test_nobody_forwards_what_they_can_not_read(world: World, sent: dict[str, Any], name: str) -> None:
    world.online("alice", "tablet").change("create", "secret", uids=["bob"])
    before = world.trace()
    answer = send(world.online("dave"), "erin", sent, "f-1", **NOT_FOR_THEM[name])
    assert answer["code"] in {"FAILED_PRECONDITION", "PERMISSION_DENIED"}
    assert f"shared/{sent['key']}" not in world.clients.bucket.objects
    assert [row for row in world.trace()["MessageTable"] if row not in before["MessageTable"]] == []


def test_a_source_with_other_media_is_refused(world: World, sent: dict[str, Any]) -> None:
    bob = world.online("bob")
    assert send(bob, "carol", {**sent, "width": 2}, "f-1", source=SOURCE)["field"] == "body.msg.width"
    other = {**sent, "key": key_of("alice", "m-9")}
    assert send(bob, "carol", other, "f-2", source=SOURCE)["field"] == "body.msg.key"


def test_what_was_hidden_is_not_forwarded(world: World, sent: dict[str, Any]) -> None:
    bob = world.online("bob")
    bob.ok("hide", sessionId=BOB, seqs=[1])
    assert send(bob, "carol", sent, "f-1", source=SOURCE)["field"] == "body.msg.key"


def test_a_text_with_a_source_is_refused(world: World, alice: Phone) -> None:
    assert send(alice, "bob", {"message": "hello"}, source=SOURCE)["field"] == "body.source"


# -------------------------------------------------------------------------------- edits and recalls


def test_an_edit_changes_the_caption_and_not_the_media(world: World, alice: Phone, sent: dict[str, Any]) -> None:
    place: dict[str, Any] = {"sessionId": BOB, "seq": 1}
    alice.ok("edit", msgId="e-1", msg={**sent, "caption": "At the lake"}, **place)
    others = ({**sent, "width": 2}, {"message": "no picture"}, {**sent, "key": key_of("alice", "m-9")})
    for number, msg in enumerate(others):
        refused = alice.ask("edit", msgId=f"e-2{number}", msg=msg, **place)
        assert (refused["code"], refused["error"]["field"]) == ("FAILED_PRECONDITION", "body.msg")


def test_an_edit_brings_no_media_into_a_text(alice: Phone) -> None:
    seq = alice.chat("bob")["seq"]
    refused = alice.ask("edit", msgId="e-1", sessionId=BOB, seq=seq, msg=picture(key_of("alice")))
    assert refused["error"]["field"] == "body.msg"


@pytest.mark.parametrize("to", ["bob", "room"])
def test_a_recall_deletes_the_object(world: World, alice: Phone, to: str) -> None:
    alice.change("create", "room", uids=["bob"])
    key = uploaded(world.clients.bucket, "alice", "m-1")
    placed = send(alice, to, picture(key))
    alice.ok("recall", msgId="r-1", sessionId=placed["sessionId"], seq=placed["seq"])
    assert world.clients.bucket.objects == {}


def test_a_recall_leaves_the_object_to_those_who_have_forwarded_it(
    world: World, alice: Phone, sent: dict[str, Any]
) -> None:
    bob = world.online("bob")
    forwarded = send(bob, "carol", sent, "f-1", source=SOURCE)
    bob.ok("recall", msgId="r-1", sessionId=forwarded["sessionId"], seq=forwarded["seq"])
    assert f"media/{sent['key']}" in world.clients.bucket.objects
    alice.ok("recall", msgId="r-2", sessionId=BOB, seq=1)
    assert f"media/{sent['key']}" in world.clients.bucket.objects
    assert send(bob, "carol", sent, "f-2", source=SOURCE)["field"] == "body.msg.key"


def test_a_repeated_recall_deletes_what_the_first_could_not(world: World, alice: Phone, sent: dict[str, Any]) -> None:
    world.clients.bucket.down = True
    recall: dict[str, Any] = {"msgId": "r-1", "sessionId": BOB, "seq": 1}
    assert alice.ask("recall", **recall)["code"] == "UNAVAILABLE"
    world.clients.bucket.down = False
    alice.ok("recall", **recall)
    assert f"media/{sent['key']}" not in world.clients.bucket.objects
