"""The gate: takes requests of functions, browsers and programs, and gives those that are right to moto's S3."""

import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.object_store.cors import CorsRule, answer_headers, preflight
from local.object_store.created import Created, Reason
from local.object_store.documents import items
from local.object_store.forms import Form, check_form, read_form
from local.object_store.parts import PartChecksums, whole_checksum
from local.object_store.refusals import Refused, denied, too_large
from local.object_store.request import StoreRequest
from local.object_store.signatures import check, check_checksum
from local.ports import SHUTDOWN_SECONDS, port_of

logger = logging.getLogger(__name__)

# A part of 16 MiB, and the rest of a form.
MAX_REQUEST_BYTES = 17 * 1_024 * 1_024
_HOP_BY_HOP = frozenset(
    {"connection", "content-length", "date", "expect", "host", "server", "transfer-encoding", "origin"}
)


@dataclass(frozen=True)
class Answer:
    """An answer of the store."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ObjectStoreGate:
    """Answers as S3 does.

    Args:
        services: the address of moto.
        buckets: the template's buckets, and what other origins may do with each. Requests about others pass.
        created: gets a call for each object that was made, by whatever operation.
        clock: the time by which signatures are judged.
    """

    def __init__(
        self,
        services: str,
        buckets: Mapping[str, Sequence[CorsRule]],
        region: str,
        created: Callable[[Created], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._services, self._buckets, self._region = services, buckets, region
        self._created, self._clock = created, clock
        self._checksums = PartChecksums()
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, listener: socket.socket) -> str:
        """Listens. Returns the address."""
        application = web.Application(client_max_size=MAX_REQUEST_BYTES)
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._http = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS
        )
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return f"http://127.0.0.1:{port_of(listener)}"

    async def close(self) -> None:
        """Stops."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.close()

    async def _handle(self, sent: web.Request) -> web.Response:
        request = StoreRequest(sent.method, sent.raw_path, sent.headers, b"")
        try:
            request = StoreRequest(sent.method, sent.raw_path, sent.headers, await sent.read())
            answer = await self._answer(request)
        except Refused as refused:
            answer = Answer(refused.status, {"Content-Type": "application/xml"}, refused.body)
        except web.HTTPRequestEntityTooLarge:
            large = too_large(sent.content_length or 0, MAX_REQUEST_BYTES)
            answer = Answer(large.status, {"Content-Type": "application/xml"}, large.body)
        headers = CIMultiDict(answer.headers)
        headers.update(answer_headers(self._buckets.get(request.bucket, ()), request))
        return web.Response(status=answer.status, headers=headers, body=answer.body)

    async def _answer(self, request: StoreRequest) -> Answer:
        if request.method == "OPTIONS":
            return Answer(200, preflight(self._buckets.get(request.bucket, ()), request), b"")
        if request.method == "POST" and not request.key and not request.query and request.bucket in self._buckets:
            return await self._take_form(request)
        check(request, self._region, self._clock())
        if request.method == "PUT":
            check_checksum(request.header("x-amz-checksum-sha256"), request.body)
        if request.bucket not in self._buckets:
            return await self._forward(request)
        return await self._on_object(request)

    async def _take_form(self, request: StoreRequest) -> Answer:
        form = read_form(request)
        check_form(form, request.bucket, self._region, self._clock())
        key = form.fields["key"]
        stored = await self._put(request.bucket, key, form)
        if stored.status != 200:
            return stored
        etag = stored.headers.get("ETag", "")
        self._created(Created(request.bucket, key, len(form.content), etag, Reason.FORM))
        status = form.fields.get("success_action_status", "204")
        place = f"/{request.bucket}/{quote(key)}"
        return Answer(int(status) if status in ("200", "201") else 204, {"ETag": etag, "Location": place}, b"")

    async def _put(self, bucket: str, key: str, form: Form) -> Answer:
        kept = ("content-type", "cache-control", "content-disposition", "content-encoding", "expires")
        headers = {
            name: value
            for name, value in form.fields.items()
            if name in kept or name.startswith(("x-amz-meta-", "x-amz-checksum-", "x-amz-server-side-"))
        }
        if "x-amz-checksum-sha256" in form.fields:
            # moto keeps a checksum if the SDK says which.
            headers["x-amz-sdk-checksum-algorithm"] = "SHA256"
        if "tagging" in form.fields:
            headers["x-amz-tagging"] = _tags(form.fields["tagging"])
        return await self._send("PUT", f"/{bucket}/{quote(key)}", headers, form.content)

    async def _on_object(self, request: StoreRequest) -> Answer:
        is_upload, is_part = request.parameter("uploadId") is not None, request.parameter("partNumber") is not None
        if request.header("If-None-Match") == "*" and await self._exists(request):
            says = "At least one of the pre-conditions you specified did not hold"
            raise Refused(412, "PreconditionFailed", says)
        if request.method == "POST" and is_upload:
            self._checksums.check(request)
        answer = await self._forward(request)
        if request.method in ("GET", "HEAD") and not is_upload:
            return _of_reading(answer)
        if answer.status != 200:
            return answer
        if request.method == "PUT" and is_upload and is_part:
            checksum = self._checksums.note(request)
            return Answer(200, _with(answer.headers, "x-amz-checksum-sha256", checksum), answer.body)
        if request.method == "GET":
            return Answer(200, answer.headers, self._checksums.listed(request, answer.body))
        if request.method == "POST" and is_upload:
            self._checksums.forget(request)
            await self._tell(request, Reason.PARTS)
        elif request.method == "PUT" and request.is_of_an_object:
            is_copy = bool(request.header("x-amz-copy-source"))
            await self._tell(request, Reason.COPY if is_copy else Reason.PUT)
        return answer

    async def _tell(self, request: StoreRequest, reason: Reason) -> None:
        head = await self._send("HEAD", request.path, {}, b"")
        size, etag = int(head.headers.get("Content-Length", 0)), head.headers.get("ETag", "")
        self._created(Created(request.bucket, request.key, size, etag, reason))

    async def _exists(self, request: StoreRequest) -> bool:
        return (await self._send("HEAD", request.path, {}, b"")).status == 200

    async def _forward(self, request: StoreRequest) -> Answer:
        query = urlencode([pair for pair in request.query if not pair[0].lower().startswith("x-amz-")], quote_via=quote)
        return await self._send(
            request.method, request.path + (f"?{query}" if query else ""), request.headers, request.body
        )

    async def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """To moto, which finds the service by the name in a signature."""
        assert self._http is not None
        scope = f"Credential=gate/20200101/{self._region}/s3/aws4_request"
        sent = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        sent |= {"Authorization": f"AWS4-HMAC-SHA256 {scope}"}
        address = URL(self._services + target, encoded=True)
        async with self._http.request(
            method, address, headers=sent, data=body, skip_auto_headers=["Content-Type"]
        ) as got:
            kept = CIMultiDict({name: value for name, value in got.headers.items() if name.lower() not in _HOP_BY_HOP})
            if method == "HEAD":
                kept["Content-Length"] = got.headers.get("Content-Length", "0")
            return Answer(got.status, kept, await got.read())


def _of_reading(answer: Answer) -> Answer:
    """An answer to somebody who may not list the bucket: what is not there is forbidden."""
    if answer.status == 404:
        raise denied()
    checksum = answer.headers.get("x-amz-checksum-sha256", "")
    if not checksum:
        return answer
    whole = whole_checksum(checksum, answer.headers.get("ETag", ""))
    return Answer(answer.status, _with(answer.headers, "x-amz-checksum-sha256", whole), answer.body)


def _with(headers: Mapping[str, str], name: str, value: str) -> Mapping[str, str]:
    changed = CIMultiDict(headers)
    changed[name] = value
    return changed


def _tags(text: str) -> str:
    """The tags of a form, as a header has them. Raises Refused."""
    tags = items(text, "Tagging", "TagSet", "Tag")
    return urlencode({str(tag.get("Key")): str(tag.get("Value")) for tag in tags})
