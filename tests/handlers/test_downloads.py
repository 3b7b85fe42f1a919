"""Where the file of a message is: who is told, as what it is served, and how long the address is good for."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.bucket import MEDIA_BUCKET
from tests.support.http import HttpClient
from tests.support.media import PNG, picture, uploaded
from tests.support.world import Phone, World

BOB = "p:alice:bob"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
NOON_MS = 1_795_521_600_000


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


def shown(world: World, alice: Phone, to: str = "bob", **content: Any) -> int:
    """Alice sends a picture. Returns its seq."""
    key = uploaded(world.clients.bucket, "alice", "m-1")
    return sent(alice, to, picture(key, **content))


def sent(alice: Phone, to: str, content: dict[str, Any]) -> int:
    kind = 2 if to == "room" else 1
    seq: int = alice.ok("chat", msgId="m-1", chatType=kind, ackFlg=1, to=to, msg=content)["seq"]
    return seq


def file(world: World, body: bytes, mime: str, **content: Any) -> dict[str, Any]:
    """The content of a file with these bytes."""
    key = uploaded(world.clients.bucket, "alice", "m-1", body, kind="file", ContentType=mime)
    said = {name: value for name, value in picture(key, body).items() if name not in ("width", "height")}
    return {**said, "type": "file", "mime": mime, **content}


def query(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def test_whoever_may_read_the_message_is_told_where_its_file_is(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    for phone in (alice, world.online("bob")):
        answer = phone.ok("media", sessionId=BOB, seq=seq)
        place = urlsplit(answer["url"])
        assert place.hostname == f"{MEDIA_BUCKET}.s3.eu-central-1.amazonaws.com"
        assert place.path.startswith("/media/")
        assert (answer["mime"], answer["bytes"]) == ("image/png", len(PNG))


def test_an_address_lives_five_minutes_and_is_the_same_within_its_cell(make_world: Any) -> None:
    now = [NOON_MS]
    world = make_world(clock=lambda: now[0])
    alice = world.online("alice")
    seq = shown_at(world, alice, now[0])
    first = alice.ok("media", sessionId=BOB, seq=seq)
    now[0] += 149_999
    again = alice.ok("media", sessionId=BOB, seq=seq)
    assert again == first
    assert again["expiresAt"] - now[0] >= 300_000
    assert query(first["url"])["X-Amz-Date"] == "20261124T120000Z"
    assert query(first["url"])["X-Amz-Expires"] == "450"
    now[0] += 1
    assert alice.ok("media", sessionId=BOB, seq=seq)["url"] != first["url"]


def shown_at(world: World, alice: Phone, now_ms: int) -> int:
    """As `shown`, by another clock than the machine's."""
    at = datetime.fromtimestamp(now_ms / 1_000, UTC)
    return sent(alice, "bob", picture(uploaded(world.clients.bucket, "alice", "m-1", LastModified=at)))


def test_a_picture_is_shown_and_a_file_saved_under_its_name(world: World, alice: Phone) -> None:
    seq = shown(world, alice, name="beach.png")
    said = query(alice.ok("media", sessionId=BOB, seq=seq)["url"])
    assert said["response-content-disposition"] == "inline"
    assert said["response-content-type"] == "image/png"


@pytest.mark.parametrize(
    ("body", "mime", "served"),
    [(PNG, "image/png", "image/png"), (b"%PDF-1.7\n", "application/pdf", "application/octet-stream")],
)
def test_what_is_sent_as_a_file_is_never_shown(world: World, alice: Phone, body: bytes, mime: str, served: str) -> None:
    seq = sent(alice, "bob", file(world, body, mime, name='a "b" ä.x'))
    said = query(alice.ok("media", sessionId=BOB, seq=seq)["url"])
    assert said["response-content-disposition"] == "attachment; filename*=UTF-8''a%20%22b%22%20%C3%A4.x"
    assert said["response-content-type"] == served


def test_a_page_that_is_sent_as_a_file_is_saved_as_bytes(world: World, alice: Phone) -> None:
    seq = sent(alice, "bob", file(world, HTML, "text/html", name="page.html"))
    said = query(alice.ok("media", sessionId=BOB, seq=seq)["url"])
    assert said["response-content-disposition"].startswith("attachment")
    assert said["response-content-type"] == "application/octet-stream"


def test_a_page_that_is_called_a_picture_and_sent_as_a_file_is_saved_too(world: World, alice: Phone) -> None:
    seq = sent(alice, "bob", file(world, HTML, "image/png", name="a.png"))
    said = query(alice.ok("media", sessionId=BOB, seq=seq)["url"])
    assert said["response-content-disposition"] == "attachment; filename*=UTF-8''a.png"
    assert said["response-content-type"] == "application/octet-stream"


def test_a_picture_that_is_a_page_is_refused(world: World, alice: Phone) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1", HTML)
    seq = sent(alice, "bob", picture(key, HTML))
    answer = alice.ask("media", sessionId=BOB, seq=seq)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")


def test_what_was_recalled_or_has_no_media_has_no_file(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    alice.ok("chat", msgId="m-2", chatType=1, ackFlg=1, to="bob", msg={"message": "hello"})
    alice.ok("recall", msgId="r-1", sessionId=BOB, seq=seq)
    for number in (seq, seq + 1):
        assert alice.ask("media", sessionId=BOB, seq=number)["code"] == "FAILED_PRECONDITION"


def test_what_one_has_hidden_from_oneself_has_no_file(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    bob = world.online("bob")
    bob.ok("hide", sessionId=BOB, seqs=[seq])
    assert bob.ask("media", sessionId=BOB, seq=seq)["code"] == "FAILED_PRECONDITION"
    assert alice.ask("media", sessionId=BOB, seq=seq)["code"] == "OK"


def test_a_file_that_is_gone_is_told(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    world.clients.bucket.objects.clear()
    assert alice.ask("media", sessionId=BOB, seq=seq)["code"] == "NOT_FOUND"


def test_in_a_group_whoever_came_later_sees_no_file_of_before_and_whoever_left_none_of_after(
    world: World, alice: Phone
) -> None:
    alice.change("create", "room", uids=["bob", "carol"])
    world.online("carol").change("leave", "room")
    seq = shown(world, alice, "room")
    alice.change("add", "room", uids=["dan"])
    assert world.online("bob").ask("media", sessionId="g:room", seq=seq)["code"] == "OK"
    for uid in ("carol", "dan"):
        assert world.online(uid).ask("media", sessionId="g:room", seq=seq)["code"] == "NOT_FOUND"
    assert world.online("eve").ask("media", sessionId="g:room", seq=seq)["code"] == "PERMISSION_DENIED"


def test_over_http_it_is_a_redirection_that_lives_shorter_than_the_address(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    answer = HttpClient(world, "bob").send(
        "GET /v1/sessions/{sessionId}/messages/{seq}/media", path={"sessionId": BOB, "seq": str(seq)}
    )
    assert answer.status == 302
    body = answer.json
    assert answer.headers["location"] == body["url"]
    kind, _, seconds = answer.headers["cache-control"].rpartition("=")
    assert kind == "private, max-age"
    assert 0 < int(seconds) * 1_000 < body["expiresAt"] - world.parts.clock()


def test_a_first_download_notes_what_the_file_is_and_the_next_ones_read_that(world: World, alice: Phone) -> None:
    seq = shown(world, alice)
    world.clients.bucket.calls.clear()
    alice.ok("media", sessionId=BOB, seq=seq)
    assert "PutObject" in world.clients.bucket.calls
    world.clients.bucket.calls.clear()
    alice.ok("media", sessionId=BOB, seq=seq)
    assert world.clients.bucket.calls == ["HeadObject"]
