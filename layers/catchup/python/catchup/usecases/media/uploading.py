"""Tells a person how to upload a file for one of their messages. The bytes never pass through here.

    up to a part     a form, with which all of it goes up
    in parts         begin ─▶ addresses of parts that are missing ─▶ … ─▶ none is missing: complete

Nothing about an upload is kept here: each request says all of it again, and the key is a digest of that. So whoever
changes what they say asks for another key, and nobody gets more than they were granted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.domain.ids import MsgId, Uid
from catchup.domain.media import UPLOAD_LIFETIME_MS, Upload, bytes_of_part, key_of
from catchup.domain.pace import Pace
from catchup.errors import NoSuchUpload
from catchup.usecases.media.ports import Form, PartThere, StoredObject, UploadStore
from catchup.usecases.media.quota import UploadQuota

ADDRESS_SECONDS = 900
# An address with temporary credentials has up to 2 KB: as many as fit into one frame.
PARTS_AT_ONCE = 10
# What was uploaded longer ago is uploaded again: a message that is sent soon may still name it.
USABLE_MS = UPLOAD_LIFETIME_MS - 3_600_000


class UploadRequest(NamedTuple):
    """An upload that a person asks for. `parts`: the SHA-256 of each, in base64; none: all of it in one request.
    `upload_id`: of an upload in parts that is under way; "": a new one."""

    msg_id: MsgId
    upload: Upload
    parts: Sequence[str]
    upload_id: str = ""


class PartToPut(NamedTuple):
    """A part that is missing, and where to put it."""

    number: int
    url: str
    sha256: str


class UploadStep(NamedTuple):
    """What to do next: send a form, put parts, or nothing: it is complete."""

    key: str
    mime: str
    form: Form | None = None
    upload_id: str = ""
    parts: Sequence[PartToPut] = ()
    expires_at_ms: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all of it is there."""
        return self.form is None and not self.parts


@dataclass(eq=False, repr=False, slots=True)
class Uploading:
    """Tells how to upload. `limit`: how fast one person may send."""

    store: UploadStore
    quota: UploadQuota
    limit: Callable[[Uid, Pace], None]
    concurrency: Concurrency
    clock: Clock

    def __call__(self, uid: Uid, asked: UploadRequest) -> UploadStep:
        """The next step. Raises TooManyMessages, TooManyBytes, NoSuchUpload, Contended, Unavailable."""
        key = key_of(uid, asked.msg_id, asked.upload)
        if asked.upload_id:
            return self._next(key, asked)
        found, (pace, spent) = self.concurrency.run(lambda: self.store.look(key), lambda: self.quota.book.of(uid))
        if found is not None and self._is_usable(key, found):
            return UploadStep(key, asked.upload.mime)
        self.limit(uid, pace)
        self.quota(uid, key, asked.upload.bytes, spent)
        if asked.parts:
            return self._next(key, asked._replace(upload_id=self.store.begin(key, asked.upload)))
        form = self.store.form(key, asked.upload, ADDRESS_SECONDS)
        return UploadStep(key, asked.upload.mime, form, expires_at_ms=self._expiry())

    def _is_usable(self, key: str, found: StoredObject) -> bool:
        """Whether a message may name what is there, or does. That must not be uploaded again: it would be a new object,
        which is kept for a day."""
        return self.clock() - found.created_at_ms < USABLE_MS or self.store.is_kept(key)

    def _next(self, key: str, asked: UploadRequest) -> UploadStep:
        there = self.store.parts(key, asked.upload_id)
        if there is None:
            return self._completed(key, asked)
        wanted = [
            PartThere(number, bytes_of_part(asked.upload.bytes, number), sha256, "")
            for number, sha256 in enumerate(asked.parts, 1)
        ]
        good = {part._replace(etag="") for part in there}
        missing = [part for part in wanted if part not in good][:PARTS_AT_ONCE]
        if not missing:
            self.store.complete(key, asked.upload_id, there)
            return self._completed(key, asked)
        parts = [
            PartToPut(part.number, self.store.address_of_part(key, asked.upload_id, part, ADDRESS_SECONDS), part.sha256)
            for part in missing
        ]
        return UploadStep(key, asked.upload.mime, upload_id=asked.upload_id, parts=parts, expires_at_ms=self._expiry())

    def _completed(self, key: str, asked: UploadRequest) -> UploadStep:
        if self.store.look(key) is None:
            raise NoSuchUpload
        return UploadStep(key, asked.upload.mime)

    def _expiry(self) -> int:
        return self.clock() + ADDRESS_SECONDS * 1_000
