"""Files, as docs/protocol.md says: the part of the fake server that tells where they go up and come down."""

import hashlib
from typing import TYPE_CHECKING

from tests.client.fake_bucket import FakeBucket
from tests.client.fake_wire import Json, Refused

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

ROUTES = frozenset({"upload", "media"})
PART_BYTES = 16_777_216
MIMES = {"image": "image/", "voice": "audio/", "video": "video/", "file": ""}


class Media:
    """What is uploaded where. Tests put a bucket in."""

    def __init__(self) -> None:
        self.bucket = FakeBucket()
        self.lifetime_ms = 900_000
        self.begun: dict[str, Json] = {}
        """Uploads in parts, by their id."""
        self.lists = 10
        """How many parts an answer names."""


def answer(server: "FakeServer", uid: str, cmd: str, body: Json) -> Json:
    """Work on a request."""
    return _upload(server, uid, body) if cmd == "upload" else _media(server, uid, body)


def _upload(server: "FakeServer", uid: str, body: Json) -> Json:
    media, size = server.state.media, body["bytes"]
    if not body["mime"].startswith(MIMES[body["type"]]):
        raise Refused("INVALID_ARGUMENT", "body.mime", "is of another kind")
    facts = {name: body[name] for name in ("msgId", "type", "mime", "bytes", "sha256")}
    key = hashlib.sha256(f"{uid} {sorted(facts.items())}".encode()).hexdigest()
    head = {"key": key, "mime": body["mime"].partition(";")[0], "complete": False}
    if f"media/{key}" in media.bucket.objects:
        return {**head, "complete": True}
    expires = {"expiresAt": server.state.clock + media.lifetime_ms}
    if size <= PART_BYTES:
        fields = {"key": f"media/{key}", "policy": "e30=", "x-amz-checksum-sha256": body["sha256"]}
        return {**head, **expires, "form": {"url": f"{media.bucket.url}/", "fields": fields}}
    upload_id = body.get("uploadId") or f"upload-{len(media.begun)}"
    if body.get("uploadId") and media.begun.get(upload_id) != facts:
        raise Refused("FAILED_PRECONDITION", "body.uploadId", "no such upload")
    media.begun[upload_id] = facts
    paths = {number: f"{key}/{upload_id}/{number}" for number in range(1, len(body["parts"]) + 1)}
    missing = [number for number, path in paths.items() if path not in media.bucket.objects]
    if not missing:
        media.bucket.objects[f"media/{key}"] = b"".join(media.bucket.objects[path] for path in paths.values())
        return {**head, "complete": True}
    parts = [
        {"number": number, "url": f"{media.bucket.url}/{paths[number]}",
         "headers": {"x-amz-checksum-sha256": body["parts"][number - 1]}}
        for number in missing[: media.lists]
    ]  # fmt: skip
    return {**head, **expires, "inParts": {"uploadId": upload_id, "partBytes": PART_BYTES, "parts": parts}}


def _media(server: "FakeServer", uid: str, body: Json) -> Json:
    session_id, seq = body["sessionId"], body["seq"]
    talk = server.state.talks.get(session_id)
    if uid not in session_id.split(":")[1:]:
        raise Refused("PERMISSION_DENIED", "body.sessionId", "is of others")
    if talk is None or not 1 <= seq <= len(talk.messages):
        raise Refused("NOT_FOUND", "body.seq", "no such message")
    content = talk.messages[seq - 1]["msg"]
    if "key" not in content:
        raise Refused("FAILED_PRECONDITION", "body.seq", "has no media")
    bucket = server.state.media.bucket
    where = {"url": f"{bucket.url}/media/{content['key']}?signed=1", "mime": content["mime"]}
    return {**body, **where, "bytes": content["bytes"], "expiresAt": server.state.clock + 300_000}
