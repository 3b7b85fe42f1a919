"""A picture goes from Alice to Bob who is away, through the real template: upload, message, download."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from catchup.domain.media import PART_BYTES, checksum_of
from local.aws import client
from local.options import Options
from local.stack import LocalStack
from tests.support.media import PNG, digest

SESSION = "p:alice:bob"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


class Person:
    """Somebody who uses the HTTP API."""

    def __init__(self, stack: LocalStack, http: aiohttp.ClientSession, uid: str) -> None:
        self._stack, self._http = stack, http
        self._headers = {"Authorization": f"Bearer {stack.token(uid)}"}

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._http.post(self._stack.http_url + path, json=body, headers=self._headers) as answer:
            said: dict[str, Any] = await answer.json()
            return said

    async def media(self, seq: int) -> aiohttp.ClientResponse:
        path = f"/v1/sessions/{SESSION}/messages/{seq}/media"
        return await self._http.get(self._stack.http_url + path, headers=self._headers, allow_redirects=False)

    async def upload(self, body: bytes, msg_id: str, **said: Any) -> dict[str, Any]:
        """Uploads by a form. Returns what a message says of it."""
        asked = {"type": "image", "mime": "image/png", "bytes": len(body), "sha256": digest(body), **said}
        answer = await self.post("/v1/uploads", {"msgId": msg_id, **asked})
        form = aiohttp.FormData()
        for name, value in answer["form"]["fields"].items():
            form.add_field(name, value)
        form.add_field("file", body)
        async with self._http.post(answer["form"]["url"], data=form) as stored:
            assert stored.status == 204, await stored.text()
        return {**asked, "key": answer["key"], "mime": answer["mime"]}

    async def send(self, msg: dict[str, Any], msg_id: str) -> int:
        sent = await self.post("/v1/messages", {"msgId": msg_id, "chatType": 1, "ackFlg": 1, "to": "bob", "msg": msg})
        seq: int = sent["seq"]
        return seq


@pytest.fixture
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0)) as stack:
        yield stack


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def test_a_picture_is_uploaded_sent_and_seen_by_whoever_comes_later(
    stack: LocalStack, http: aiohttp.ClientSession
) -> None:
    alice, bob = Person(stack, http, "alice"), Person(stack, http, "bob")
    picture = await alice.upload(PNG, "m-1")
    seq = await alice.send({**picture, "width": 1, "height": 1}, "m-1")
    found = await bob.media(seq)
    assert found.status == 302
    async with http.get(found.headers["Location"], headers={"Range": "bytes=0-7"}) as answer:
        assert (answer.status, await answer.read()) == (206, PNG[:8])
    async with http.get(found.headers["Location"]) as answer:
        assert (answer.headers["Content-Type"], await answer.read()) == ("image/png", PNG)
    assert (await Person(stack, http, "carol").media(seq)).status == 403


async def test_the_bucket_s_event_has_it_looked_at_without_any_download(
    stack: LocalStack, http: aiohttp.ClientSession
) -> None:
    picture = await Person(stack, http, "alice").upload(HTML, "m-2")
    s3 = client("s3", stack.engine.services)
    async with asyncio.timeout(30):
        while True:
            listed = await asyncio.to_thread(s3.list_objects_v2, Bucket=stack.buckets["MediaBucket"], Prefix="types/")
            if f"types/{picture['key']}" in [each["Key"] for each in listed.get("Contents", ())]:
                break
            await asyncio.sleep(0.05)


async def test_a_page_that_is_called_a_picture_is_never_shown(stack: LocalStack, http: aiohttp.ClientSession) -> None:
    alice = Person(stack, http, "alice")
    picture = await alice.upload(HTML, "m-3")
    seq = await alice.send({**picture, "width": 1, "height": 1}, "m-3")
    assert (await alice.media(seq)).status == 400


async def test_a_large_file_goes_up_in_parts_and_comes_down_whole(
    stack: LocalStack, http: aiohttp.ClientSession
) -> None:
    alice, bodies = Person(stack, http, "alice"), [bytes(PART_BYTES), b"the rest"]
    digests = [base64.b64encode(hashlib.sha256(body).digest()).decode() for body in bodies]
    asked = {
        "msgId": "m-4",
        "type": "file",
        "mime": "application/zip",
        "bytes": sum(map(len, bodies)),
        "sha256": checksum_of(digests),
        "parts": digests,
    }
    begun = await alice.post("/v1/uploads", asked)
    for part in begun["inParts"]["parts"]:
        async with http.put(part["url"], data=bodies[part["number"] - 1], headers=part["headers"]) as stored:
            assert stored.status == 200, await stored.text()
    done = await alice.post("/v1/uploads", {**asked, "uploadId": begun["inParts"]["uploadId"]})
    assert done["complete"]
    said = {name: asked[name] for name in ("type", "bytes", "sha256")}
    seq = await alice.send({**said, "key": done["key"], "mime": done["mime"], "name": "all.zip"}, "m-4")
    found = await alice.media(seq)
    async with http.get(found.headers["Location"]) as answer:
        assert await answer.read() == b"".join(bodies)
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''all.zip"
