"""The JSON form of what is said about files (docs/protocol.md, section 4, *upload* and *media*)."""

from typing import Any

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.media import MediaReply, UploadForm, UploadInParts, UploadPart, UploadReply
from catchup_client.protocol.uploading import Upload


def encode_upload(asked: Upload) -> dict[str, Any]:
    """Return the `body` of an `upload`."""
    return {
        "msgId": asked.msg_id,
        "type": asked.kind,
        "mime": asked.mime,
        "bytes": asked.bytes,
        "sha256": asked.sha256,
        **({"parts": list(asked.parts)} if asked.parts else {}),
        **({"uploadId": asked.upload_id} if asked.upload_id else {}),
    }


def upload_reply(body: Fields) -> UploadReply:
    """Read the answer of `upload`."""
    return UploadReply(
        key=body.some_text("key"),
        mime=body.some_text("mime"),
        complete=body.flag("complete"),
        form=_form(body.object("form")) if "form" in body else None,
        in_parts=_in_parts(body.object("inParts")) if "inParts" in body else None,
        expires_at_ms=body.number("expiresAt"),
    )


def media_reply(body: Fields) -> MediaReply:
    """Read the answer of `media`."""
    return MediaReply(
        SessionId(body.some_text("sessionId")),
        Seq(body.number("seq")),
        body.some_text("url"),
        body.text("mime"),
        body.number("bytes"),
        body.number("expiresAt"),
    )


def _form(form: Fields) -> UploadForm:
    return UploadForm(form.some_text("url"), form.text_values("fields"))


def _in_parts(in_parts: Fields) -> UploadInParts:
    parts = tuple(
        UploadPart(part.number("number"), part.some_text("url"), part.text_values("headers"))
        for part in in_parts.objects("parts")
    )
    return UploadInParts(in_parts.some_text("uploadId"), in_parts.number("partBytes"), parts)
