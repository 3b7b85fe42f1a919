"""How people are told to upload: forms, parts, what is there already, and how much one person may."""

import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catchup.domain.media import PART_BYTES, checksum_of
from tests.support.bucket import MEDIA_BUCKET
from tests.support.media import PNG, digest, key_of, picture, uploaded
from tests.support.world import Phone, World

PICTURE: dict[str, Any] = {
    "msgId": "m-1",
    "type": "image",
    "mime": "image/png",
    "bytes": len(PNG),
    "sha256": digest(PNG),
}
PARTS = [bytes([number]) * PART_BYTES for number in (1, 2)] + [b"the rest"]
DIGESTS = [digest(part) for part in PARTS]
VIDEO: dict[str, Any] = {
    "msgId": "m-1",
    "type": "video",
    "mime": "video/mp4",
    "bytes": sum(map(len, PARTS)),
    "sha256": checksum_of(DIGESTS),
    "parts": DIGESTS,
}


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


def policy_of(answer: dict[str, Any]) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(base64.b64decode(answer["form"]["fields"]["policy"]))
    return policy


def test_a_form_is_bound_to_key_size_type_and_checksum_for_15_minutes(world: World, alice: Phone) -> None:
    before = world.parts.clock()
    answer = alice.ok("upload", **PICTURE)
    assert answer["key"] == key_of("alice", "m-1")
    assert before + 900_000 <= answer["expiresAt"] <= world.parts.clock() + 900_000
    policy = policy_of(answer)
    ends = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < ends <= timedelta(minutes=15)
    said = {name: value for item in policy["conditions"] if isinstance(item, dict) for name, value in item.items()}
    assert ["content-length-range", len(PNG), len(PNG)] in policy["conditions"]
    assert said["bucket"] == MEDIA_BUCKET
    assert said["key"] == f"media/{answer['key']}"
    assert said["Content-Type"] == answer["mime"] == "image/png"
    assert said["x-amz-checksum-sha256"] == PICTURE["sha256"]
    assert said["tagging"] == answer["form"]["fields"]["tagging"]


def test_every_field_of_a_form_is_a_condition_of_its_policy(alice: Phone) -> None:
    answer = alice.ok("upload", **PICTURE)
    said = {name for item in policy_of(answer)["conditions"] if isinstance(item, dict) for name in item}
    assert {*answer["form"]["fields"]} - {"policy", "x-amz-signature"} == said - {"bucket"}


def test_a_form_goes_to_the_address_of_the_region(alice: Phone) -> None:
    assert (
        urlsplit(alice.ok("upload", **PICTURE)["form"]["url"]).hostname
        == f"{MEDIA_BUCKET}.s3.eu-central-1.amazonaws.com"
    )


def test_a_media_type_loses_its_parameters(alice: Phone) -> None:
    voice = {**PICTURE, "type": "voice", "mime": "Audio/WebM;codecs=opus"}
    answer = alice.ok("upload", **voice)
    assert answer["mime"] == answer["form"]["fields"]["Content-Type"] == "audio/webm"


def test_the_same_upload_has_the_same_key_and_another_has_another(world: World, alice: Phone) -> None:
    key = alice.ok("upload", **PICTURE)["key"]
    assert alice.ok("upload", **PICTURE)["key"] == key
    assert world.online("bob").ok("upload", **PICTURE)["key"] != key
    for other in ({"msgId": "m-2"}, {"type": "file"}, {"mime": "image/jpeg"}, {"bytes": 7}, {"sha256": digest(b"x")}):
        assert alice.ok("upload", **{**PICTURE, **other})["key"] != key


def test_what_is_there_needs_no_upload(world: World, alice: Phone) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    trace = world.trace()
    assert alice.ok("upload", **PICTURE) == {"key": key, "mime": "image/png", "complete": True}
    assert world.trace() == trace


def test_what_no_message_can_name_any_more_is_uploaded_again(world: World, alice: Phone) -> None:
    uploaded(world.clients.bucket, "alice", "m-1", LastModified=datetime.now(UTC) - timedelta(hours=23))
    assert "form" in alice.ok("upload", **PICTURE)


def test_what_a_message_shows_is_never_uploaded_again(world: World, alice: Phone) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1")
    alice.ok("chat", msgId="m-1", chatType=1, ackFlg=1, to="bob", msg=picture(key))
    world.clients.bucket.objects[f"media/{key}"].head["LastModified"] -= timedelta(days=40)
    assert alice.ok("upload", **PICTURE)["complete"]


def test_a_large_file_goes_up_in_parts_each_bound_to_its_size_and_checksum(world: World, alice: Phone) -> None:
    answer = alice.ok("upload", **VIDEO)
    assert answer["inParts"]["partBytes"] == PART_BYTES
    assert [part["number"] for part in answer["inParts"]["parts"]] == [1, 2, 3]
    for part, sha in zip(answer["inParts"]["parts"], DIGESTS, strict=True):
        query = parse_qs(urlsplit(part["url"]).query)
        signed = query["X-Amz-SignedHeaders"][0].split(";")
        assert {"content-length", "host", "x-amz-checksum-sha256"} <= set(signed)
        assert part["headers"] == {"x-amz-checksum-sha256": sha}
        assert query["X-Amz-Expires"] == ["900"]
    assert world.clients.bucket.calls == ["HeadObject", "CreateMultipartUpload", "ListParts"]


def test_an_upload_in_parts_goes_on_where_it_was_and_ends_when_nothing_is_missing(world: World, alice: Phone) -> None:
    bucket, begun = world.clients.bucket, alice.ok("upload", **VIDEO)
    bucket.put_part(begun["inParts"]["uploadId"], 1, PARTS[0])
    bucket.put_part(begun["inParts"]["uploadId"], 3, b"not the rest")
    again = alice.ok("upload", **VIDEO, uploadId=begun["inParts"]["uploadId"])
    assert [part["number"] for part in again["inParts"]["parts"]] == [2, 3]
    bucket.put_part(begun["inParts"]["uploadId"], 2, PARTS[1])
    bucket.put_part(begun["inParts"]["uploadId"], 3, PARTS[2])
    done = {"key": begun["key"], "mime": "video/mp4", "complete": True}
    assert alice.ok("upload", **VIDEO, uploadId=begun["inParts"]["uploadId"]) == done
    assert bucket.objects[f"media/{begun['key']}"].body == b"".join(PARTS)
    # The answer was lost, and the app has started anew.
    assert alice.ok("upload", **VIDEO, uploadId=begun["inParts"]["uploadId"]) == alice.ok("upload", **VIDEO) == done


def test_an_upload_in_parts_becomes_a_message(world: World, alice: Phone) -> None:
    bucket, begun = world.clients.bucket, alice.ok("upload", **VIDEO)
    for number, part in enumerate(PARTS, 1):
        bucket.put_part(begun["inParts"]["uploadId"], number, part)
    alice.ok("upload", **VIDEO, uploadId=begun["inParts"]["uploadId"])
    said = {name: VIDEO[name] for name in ("type", "mime", "bytes", "sha256")}
    msg = {**said, "key": begun["key"], "width": 640, "height": 480, "durationMs": 9_000}
    alice.ok("chat", msgId="m-1", chatType=1, ackFlg=1, to="bob", msg=msg)


def test_at_most_ten_parts_come_at_once(make_world: Any) -> None:
    alice = make_world(max_video_bytes=10**9).online("alice")
    parts = [digest(bytes([number])) for number in range(12)]
    film = {**VIDEO, "parts": parts, "sha256": checksum_of(parts), "bytes": 11 * PART_BYTES + 1}
    assert [part["number"] for part in alice.ok("upload", **film)["inParts"]["parts"]] == [*range(1, 11)]


@pytest.mark.parametrize("upload_id", ["unknown", "another's"])
def test_an_upload_that_was_given_up_or_is_anothers_is_refused(world: World, alice: Phone, upload_id: str) -> None:
    begun = world.online("bob").ok("upload", **VIDEO)["inParts"]["uploadId"]
    answer = alice.ask("upload", **VIDEO, uploadId=begun if upload_id == "another's" else "x")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.uploadId")


def test_whoever_changes_what_they_upload_asks_for_another_upload(alice: Phone) -> None:
    begun = alice.ok("upload", **VIDEO)["inParts"]["uploadId"]
    answer = alice.ask("upload", **{**VIDEO, "type": "file"}, uploadId=begun)
    assert answer["code"] == "FAILED_PRECONDITION"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("sha256", {"sha256": digest(b"x")}),
        ("sha256", {"sha256": checksum_of(DIGESTS[:2])}),
        ("sha256", {"sha256": checksum_of([*reversed(DIGESTS)])}),
        ("parts", {"parts": []}),
        ("parts", {"parts": DIGESTS[:2]}),
        ("parts[1]", {"parts": [DIGESTS[0], "x", DIGESTS[2]]}),
        ("uploadId", {"uploadId": "ä"}),
        ("bytes", {"bytes": 100_000_001}),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(alice: Phone, field: str, said: dict[str, Any]) -> None:
    answer = alice.ask("upload", **{**VIDEO, **said})
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", f"body.{field}")


@pytest.mark.parametrize(
    ("kind", "mime", "most"),
    [
        ("voice", "audio/mp4", 2_000_000),
        ("image", "image/jpeg", 16_777_216),
        ("file", "application/zip", 16_777_216),
    ],
)
def test_each_type_has_its_size(alice: Phone, kind: str, mime: str, most: int) -> None:
    said = {**PICTURE, "type": kind, "mime": mime}
    assert alice.ask("upload", **{**said, "bytes": most})["code"] == "OK"
    assert alice.ask("upload", **{**said, "bytes": most + 1})["code"] == "INVALID_ARGUMENT"


# -------------------------------------------------------------------------------- how much


def test_one_person_uploads_so_much_in_a_day(make_world: Any) -> None:
    world = make_world(media_bytes_per_day=20_000_000, max_video_bytes=1, max_file_bytes=1)
    alice, large = world.online("alice"), {**PICTURE, "bytes": 9_000_000}
    for msg_id in ("m-1", "m-1", "m-2"):
        alice.ok("upload", **{**large, "msgId": msg_id})
    answer = alice.ask("upload", **{**large, "msgId": "m-3"})
    assert (answer["code"], answer["error"]["field"]) == ("RESOURCE_EXHAUSTED", "body.bytes")
    alice.ok("upload", **{**PICTURE, "bytes": 2_000_000})
    world.online("bob").ok("upload", **large)


def test_a_new_day_begins_at_midnight_utc(make_world: Any) -> None:
    noon = 1_795_521_600_000
    now = [noon]
    world = make_world(media_bytes_per_day=10_000_000, max_video_bytes=1, max_file_bytes=1, max_image_bytes=10_000_000)
    world.parts.clock = lambda: now[0]
    world.handlers["media"] = world._load("media")
    alice, large = world.online("alice"), {**PICTURE, "bytes": 10_000_000}
    alice.ok("upload", **large)
    assert "43201 seconds" in alice.ask("upload", **{**large, "msgId": "m-2"})["error"]["fix"]
    now[0] += 43_200_000
    alice.ok("upload", **{**large, "msgId": "m-2"})


def test_the_send_limit_is_for_uploads_too(make_world: Any) -> None:
    alice = make_world(send_burst=5, send_rate=1).online("alice")
    codes = [alice.ask("upload", **PICTURE)["code"] for _ in range(6)]
    assert codes == ["OK"] * 5 + ["RESOURCE_EXHAUSTED"]


def test_nothing_is_spent_while_the_bucket_does_not_answer(world: World, alice: Phone) -> None:
    trace = world.trace()
    world.clients.bucket.down = True
    assert alice.ask("upload", **PICTURE)["code"] == "UNAVAILABLE"
    assert world.trace() == trace


def test_a_picture_costs_one_look_and_one_write(world: World, alice: Phone) -> None:
    alice.ok("upload", **PICTURE)
    assert world.clients.bucket.calls == ["HeadObject"]


def test_the_checksum_of_parts_is_that_of_their_digests() -> None:
    whole = sha256(b"".join(sha256(part).digest() for part in PARTS)).digest()
    assert checksum_of(DIGESTS) == f"{base64.b64encode(whole).decode()}-3"
