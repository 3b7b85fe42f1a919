"""Uploads and downloads of media: requests and answers. Requests raise InvalidRequest."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.media import (
    MIMES,
    PART_BYTES,
    MediaType,
    Upload,
    checksum_of,
    is_checksum,
    is_digest,
    mime_of,
    parts_of,
    takes,
)
from catchup.errors import InvalidRequest
from catchup.usecases.media.uploading import UploadRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules
from catchup.wire.media_contents import CHECKSUM_RULE

if TYPE_CHECKING:
    from catchup.usecases.media.downloading import Download
    from catchup.usecases.media.uploading import UploadStep

# S3's have some hundred, of the characters of addresses.
MAX_UPLOAD_ID_CHARACTERS = 1_024
_TYPES = {kind.value: kind for kind in MediaType}


def upload_request(envelope: pb.Envelope, limits: Mapping[MediaType, int]) -> UploadRequest:
    """Returns what to upload. `limits`: bytes by type. The media type loses its parameters: what the answer says is
    what counts."""
    body = envelope.upload
    msg_id = MsgId(rules.identifier(body.msg_id, "body.msgId", "the msgId of the message"))
    if body.type not in _TYPES:
        raise InvalidRequest("body.type", f"one of {', '.join(_TYPES)}", "send the type of the message")
    kind, mime = _TYPES[body.type], mime_of(body.mime)
    if mime is None or not takes(kind, mime):
        known = ", ".join(sorted(MIMES.get(kind, ()))) or "a media type, such as application/pdf"
        rule = f"one of {known}" if kind in MIMES else known
        raise InvalidRequest("body.mime", rule, "convert it, or send it as a file")
    size = rules.number(body.bytes, "body.bytes", 1, limits[kind])
    if not is_checksum(body.sha256, size):
        raise InvalidRequest("body.sha256", CHECKSUM_RULE, "send the checksum of these bytes")
    _check_parts(body, parts_of(size))
    if len(body.upload_id) > MAX_UPLOAD_ID_CHARACTERS or not body.upload_id.isascii():
        raise InvalidRequest("body.uploadId", "an uploadId", "send the uploadId of the last answer, or none")
    if body.upload_id and not body.parts:
        raise InvalidRequest("body.uploadId", "only for an upload in parts", "leave it out")
    return UploadRequest(msg_id, Upload(kind, mime, size, body.sha256), tuple(body.parts), body.upload_id)


def _check_parts(body: pb.UploadRequest, expected: int) -> None:
    if len(body.parts) != expected:
        rule = f"{expected} checksums: one for each {PART_BYTES} bytes" if expected else "none up to 16 MiB"
        raise InvalidRequest("body.parts", rule, "send the checksum of each part in order, or none up to 16 MiB")
    for index, part in enumerate(body.parts):
        if not is_digest(part):
            raise InvalidRequest(f"body.parts[{index}]", "SHA-256 in base64", "send the checksum of this part")
    if body.parts and checksum_of(body.parts) != body.sha256:
        raise InvalidRequest("body.sha256", "the SHA-256 of those of the parts", "send what the parts have together")


def media_request(envelope: pb.Envelope, caller: Uid) -> tuple[SessionId, Seq]:
    """Returns the session, and the message in it."""
    body = envelope.media
    session = rules.own_session(body.session_id, caller, "body.sessionId", "media")
    return session, Seq(rules.number(body.seq, "body.seq", 1))


def media_reply(session: SessionId, seq: Seq, found: "Download") -> pb.Envelope:
    """Where the file is."""
    return pb.Envelope(
        media_reply=pb.MediaReply(
            session_id=session,
            seq=seq,
            url=found.url,
            mime=found.mime,
            bytes=found.bytes,
            expires_at=found.expires_at_ms,
        )
    )


def upload_reply(step: "UploadStep") -> pb.Envelope:
    """What to do next."""
    reply = pb.UploadReply(key=step.key, mime=step.mime, complete=step.is_complete)
    if step.form is not None:
        reply.form.url = step.form.url
        reply.form.fields.update(step.form.fields)
    if step.parts:
        reply.in_parts.upload_id, reply.in_parts.part_bytes = step.upload_id, PART_BYTES
        reply.in_parts.parts.extend(
            pb.UploadPart(number=part.number, url=part.url, headers={"x-amz-checksum-sha256": part.sha256})
            for part in step.parts
        )
    if not step.is_complete:
        reply.expires_at = step.expires_at_ms
    return pb.Envelope(upload_reply=reply)
