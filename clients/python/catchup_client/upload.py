"""The upload of one file: by a form or in parts, with new addresses when they expire (docs/protocol.md, section 4)."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from catchup_client.errors import FileUnusable, ProtocolViolation, RequestRefused, TransferFailed
from catchup_client.files import Content, open_content
from catchup_client.link import Link
from catchup_client.protocol.codes import Code
from catchup_client.protocol.media import UploadForm, UploadInParts, UploadPart, UploadReply
from catchup_client.protocol.uploading import Upload
from catchup_client.server_clock import ServerClock
from catchup_client.settings import UPLOAD_PART_BYTES, Settings
from catchup_client.store import Store
from catchup_client.store.uploads import PendingUpload
from catchup_client.timing import Timing
from catchup_client.transfers import Transfers

ADDRESS_MARGIN_MS = 30_000
"""Addresses are not used in their last seconds: a form is checked when all of it has come."""


class UploadWork:
    """Uploads one file until it is there."""

    def __init__(
        self,
        pending: PendingUpload,
        store: Store,
        link: Link,
        transfers: Transfers,
        on_sent: Callable[[int, int], None],
        *,
        clock: ServerClock,
        settings: Settings,
        timing: Timing,
    ) -> None:
        """Prepare. `on_sent` is called with the bytes that are there, and with all bytes of the file."""
        self._message = pending.message
        self._file = pending.file
        self._upload_id = pending.upload_id
        self._store = store
        self._link = link
        self._transfers = transfers
        self._on_sent = on_sent
        self._clock = clock
        self._timing = timing
        self._most_refusals = settings.internal_errors
        self._slots = asyncio.Semaphore(settings.parallel_parts)
        self._backoff = link.backoff()
        self._refusals = 0
        self._total: int = pending.message.content["bytes"]
        self._sent: dict[int, int] = {}

    async def run(self) -> UploadReply:
        """Upload it; return what the message says of it.

        Raises FileUnusable if the file is not what it was, RequestRefused, ProtocolViolation, or TransferFailed if the
        store of files refuses these bytes, or whatever it is sent.
        """
        content = await asyncio.to_thread(open_content, self._file.path, keep_metadata=self._file.keep_metadata)
        if content.size != self._total:
            raise FileUnusable(self._file.path, "has changed since it was to be sent")
        while True:
            reply = await self._ask()
            if reply.form is not None and not reply.complete:
                if await self._post(reply.form, content, reply.expires_at_ms):
                    return reply
            elif reply.in_parts is not None and not reply.complete:
                await self._put_all(reply.in_parts, content)
            else:
                self._tell(1, self._total)
                return reply

    async def _ask(self) -> UploadReply:
        while True:
            said, content = self._file, self._message.content
            asked = Upload(
                self._message.msg_id,
                content["type"],
                content["mime"],
                content["bytes"],
                content["sha256"],
                said.parts,
                self._upload_id,
            )
            try:
                return (await self._link.request(asked)).body
            except RequestRefused as error:
                is_gone = error.code is Code.FAILED_PRECONDITION and error.field == "body.uploadId"
                if not (is_gone and self._upload_id):
                    raise
                self._note("")  # it was deleted after a day, or the server has other data

    def _note(self, upload_id: str) -> None:
        if upload_id != self._upload_id:
            self._upload_id = upload_id
            self._sent.clear()
            self._store.begin_upload(self._message.msg_id, upload_id)

    async def _post(self, form: UploadForm, content: Content, expires_at_ms: int) -> bool:
        """Send the whole file; False if fresh addresses are needed. Each new form counts in the person's quota."""
        # The first try does not ask the clock, which may be wrong: the store of files knows what has expired.
        while True:
            try:
                await self._transfers.post(form, content, lambda sent: self._tell(1, sent))
            except TransferFailed as error:
                if await self._is_refused(error) or self._clock.now_ms() >= expires_at_ms - ADDRESS_MARGIN_MS:
                    return False
            else:
                return True

    async def _put_all(self, answered: UploadInParts, content: Content) -> None:
        """Send the parts that are missing, as many as the answer names; the next answer tells what is still missing."""
        self._note(answered.upload_id)
        missing = {part.number for part in answered.parts}
        if not missing or not 1 <= min(missing) <= max(missing) <= len(self._file.parts):
            raise ProtocolViolation(f"an upload of {len(self._file.parts)} parts lacks {sorted(missing)}")
        for number in range(1, max(missing)):
            if number not in missing:
                self._sent[number] = UPLOAD_PART_BYTES
        results = await asyncio.gather(*(self._put(part, content) for part in answered.parts), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        lasting = next((each for each in failures if not isinstance(each, TransferFailed)), None)
        if lasting is not None:
            raise lasting
        for failure in failures[:1]:
            assert isinstance(failure, TransferFailed)
            await self._is_refused(failure)

    async def _put(self, part: UploadPart, content: Content) -> None:
        offset = (part.number - 1) * UPLOAD_PART_BYTES
        size = min(UPLOAD_PART_BYTES, content.size - offset)
        async with self._slots:
            try:
                await self._transfers.put(part, content, offset, size, lambda sent: self._tell(part.number, sent))
            except TransferFailed:
                self._sent.pop(part.number, None)
                raise

    async def _is_refused(self, error: TransferFailed) -> bool:
        """Wait before the next try; tell whether it needs fresh addresses. Raises the error if no try can help."""
        if error.is_about_the_bytes:
            raise error
        is_refused = HTTPStatus.BAD_REQUEST < error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        self._refusals = self._refusals + 1 if is_refused else 0
        if self._refusals >= self._most_refusals:
            raise error
        await self._timing.sleep(self._backoff.next())
        return is_refused

    def _tell(self, number: int, sent: int) -> None:
        self._sent[number] = sent
        self._on_sent(min(sum(self._sent.values()), self._total), self._total)
