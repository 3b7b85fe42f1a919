"""The requests about files beside messages (docs/protocol.md, section 4, *upload* and *media*)."""

from dataclasses import dataclass

from catchup_client.names import MsgId, Seq, SessionId
from catchup_client.protocol.media import MediaReply, UploadReply
from catchup_client.protocol.requests import Request


@dataclass(frozen=True, slots=True)
class Upload(Request[UploadReply]):
    """Ask how to upload a file for one message; repeated until the answer is `complete`."""

    msg_id: MsgId
    kind: str
    """Of the content: `image`, `voice`, `video` or `file`."""
    mime: str
    bytes: int
    sha256: str
    """This and the next are as in `Digests`."""
    parts: tuple[str, ...] = ()
    upload_id: str = ""
    """Of an earlier answer, to go on with its parts."""

    @property
    def answered_by(self) -> type[UploadReply]:  # noqa: D102
        return UploadReply


@dataclass(frozen=True, slots=True)
class Media(Request[MediaReply]):
    """Ask where the file of a message is."""

    session_id: SessionId
    seq: Seq

    @property
    def answered_by(self) -> type[MediaReply]:  # noqa: D102
        return MediaReply
