"""Each upload is looked at, once and whatever its events do."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catchup.domain.sniffed import Sniffed
from catchup.errors import Unavailable
from catchup.storage.media_types import S3MediaTypes
from tests.conftest import on_moto_alone
from tests.support.bucket import MEDIA_BUCKET
from tests.support.media import key_of, picture, sample, uploaded
from tests.support.telemetry import lines, logged, metrics
from tests.support.world import ROOT, Context, World

# It calls no table.
pytestmark = on_moto_alone
EVENT = json.loads((ROOT / "events/sniffer/picture.json").read_text())


def event(key: str, **detail: Any) -> dict[str, Any]:
    return {**EVENT, "detail": {**EVENT["detail"], "object": {**EVENT["detail"]["object"], "key": key}, **detail}}


def happens(world: World, key: str) -> dict[str, Any]:
    """The event of an object comes."""
    answer: dict[str, Any] = world.handlers["sniffer"](event(key), Context())
    return answer


def noted(world: World, key: str) -> Sniffed | None:
    return S3MediaTypes(lambda: world.clients.bucket, MEDIA_BUCKET).noted(key)


def test_an_upload_is_looked_at(world: World) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    assert happens(world, f"media/{key}") == {"type": "image/png", "lies": False}
    assert noted(world, key) == Sniffed("image/png", lies=False)


def test_a_page_that_is_called_a_picture_is_counted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1", b"<svg onload='alert(1)'>")
    with logged() as log:
        assert happens(world, f"media/{key}") == {"type": "image/svg+xml", "lies": True}
    assert noted(world, key) == Sniffed("image/svg+xml", lies=True)
    (line,) = lines(log.getvalue())
    assert (line["level"], line["media_key"], line["type"]) == ("WARNING", key, "image/svg+xml")
    assert "alert" not in log.getvalue()
    assert metrics(capsys.readouterr().out)["LyingFiles"] == 1


def test_events_that_come_twice_and_in_any_order_change_nothing(world: World) -> None:
    bucket = world.clients.bucket
    first = uploaded(bucket, "alice", "m-1")
    second = uploaded(bucket, "alice", "m-2", sample("voice.m4a"), "voice", ContentType="audio/mp4")
    for key in (second, first, second, first):
        happens(world, f"media/{key}")
    assert noted(world, first) == Sniffed("image/png", lies=False)
    assert noted(world, second) == Sniffed("audio/mp4", lies=False)
    assert bucket.calls.count("PutObject") == 2


def test_nothing_is_written_where_events_come_from(world: World) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    before = set(world.clients.bucket.objects)
    happens(world, f"media/{key}")
    assert set(world.clients.bucket.objects) - before == {f"types/{key}"}


def test_an_event_of_what_is_gone_leaves_nothing(world: World) -> None:
    """A recall may come before the event of its upload."""
    assert happens(world, f"media/{key_of('alice')}") == {}
    assert world.clients.bucket.objects == {}


@pytest.mark.parametrize(
    "key",
    [
        *("media/", "media", "", "media/photo.png", "media/../types/x", "media/%2e%2e/x", "shared/" + key_of("alice")),
        *("types/" + key_of("alice"), key_of("alice"), "media/media/" + key_of("alice"), "media/é", "media/a b+c"),
    ],
)
def test_other_objects_are_nothing_to_it(world: World, key: str) -> None:
    assert happens(world, key) == {}
    assert world.clients.bucket.calls == []


def test_a_bucket_that_does_not_answer_gets_the_event_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    world.clients.bucket.down = True
    with logged() as log, pytest.raises(Unavailable):
        happens(world, f"media/{key}")
    (line,) = lines(log.getvalue())
    assert (line["level"], line["message"]) == ("WARNING", "an event comes again")
    assert "InternalErrors" not in metrics(capsys.readouterr().out)
    world.clients.bucket.down = False
    assert happens(world, f"media/{key}") == {"type": "image/png", "lies": False}


def test_what_is_unforeseen_is_logged_and_raised(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that lacks a permission, on a call that is never forbidden otherwise."""
    key = uploaded(world.clients.bucket, "alice", "m-1")
    refused: Any = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def put_object(**_: Any) -> None:
        raise ClientError(refused, "PutObject")

    monkeypatch.setattr(world.clients.bucket, "put_object", put_object)
    with pytest.raises(ClientError):
        happens(world, f"media/{key}")
    assert metrics(capsys.readouterr().out)["InternalErrors"] == 1


def test_what_is_uploaded_again_by_the_same_form_is_kept_as_long_as_the_message_that_names_it(world: World) -> None:
    alice, bucket = world.online("alice"), world.clients.bucket
    key = uploaded(bucket, "alice", "m-1")
    happens(world, f"media/{key}")
    alice.ok("chat", msgId="m-1", chatType=1, ackFlg=1, to="bob", msg=picture(key))
    # It is a new object, with the tag of an upload.
    uploaded(bucket, "alice", "m-1")
    assert bucket.objects[f"media/{key}"].tags == {"keep": "1"}
    happens(world, f"media/{key}")
    assert int(bucket.objects[f"media/{key}"].tags["keep"]) >= 92


def test_what_is_kept_already_is_left_alone(world: World) -> None:
    bucket, key = world.clients.bucket, uploaded(world.clients.bucket, "alice", "m-1")
    bucket.objects[f"media/{key}"].tags["keep"] = "92"
    for _ in range(2):
        happens(world, f"media/{key}")
    assert bucket.objects[f"media/{key}"].tags == {"keep": "92"}
