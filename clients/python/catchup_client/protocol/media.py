"""What the server tells of files beside messages (docs/protocol.md, section 4, *upload* and *media*)."""

from collections.abc import Mapping
from dataclasses import dataclass

from catchup_client.names import Seq, SessionId


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form to POST. The file comes after the fields, as `file`."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UploadPart:
    """A part to PUT; the first `number` is 1."""

    number: int
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UploadInParts:
    """Parts that are missing; there may be more of them, which the next answer tells."""

    upload_id: str
    part_bytes: int
    """The size of each part but the last."""
    parts: tuple[UploadPart, ...]


@dataclass(frozen=True, slots=True)
class UploadReply:
    """How to upload a file: by a form, or in parts. Neither: all of it is there."""

    key: str
    """This and the next are what the message says of its file."""
    mime: str
    complete: bool = False
    form: UploadForm | None = None
    in_parts: UploadInParts | None = None
    expires_at_ms: int = 0
    """Until when the addresses may be used, by the server's clock."""


@dataclass(frozen=True, slots=True)
class MediaReply:
    """Where the file of a message is."""

    session_id: SessionId
    seq: Seq
    url: str
    mime: str
    """The type under which it is served: what the bytes are, not what the sender says."""
    bytes: int
    expires_at_ms: int
    """Until when the address may be used, by the server's clock."""
