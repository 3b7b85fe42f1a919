"""The calls about files beside messages; `Client` inherits them."""

import asyncio
import os
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from catchup_client.downloads import OnTransfer
from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.events import Sent
from catchup_client.files import examine
from catchup_client.names import MsgId, Seq, SessionId, Uid, is_session
from catchup_client.protocol.digests import Digests
from catchup_client.protocol.media import MediaReply
from catchup_client.protocol.media_content import FILE, IMAGE, KEY_CHARACTERS, KINDS, describe, file_name
from catchup_client.protocol.outgoing import compose
from catchup_client.protocol.pictures import PICTURES
from catchup_client.store.uploads import FileToSend
from catchup_client.timing import Timing


class FileFacts(TypedDict, total=False):
    """What a message says of its file. What is left out is read from the file, as far as it can be."""

    type: str
    """`image`, `voice`, `video` or `file`; by default `image` for pictures whose size is known, else `file`."""
    mime: str
    """The media type; by default that of the first bytes, or of the name."""
    name: str
    """Shown to others; of a `file` by default that of the path."""
    caption: str
    """A text beside it, at most 4,000 bytes."""
    width: int
    """Pixels of an `image` or a `video`; of JPEG, PNG, GIF and WebP it is read from the file."""
    height: int
    """The same."""
    duration_ms: int
    """Of a `voice` or a `video`."""
    preview: str
    """A tiny JPEG, PNG or WebP in base64, shown before the file is loaded; at most 3,072 characters."""
    blurhash: str
    """The same as a BlurHash."""


class MediaCalls:
    """Pictures, voice, films and files. Their bytes go to a store of files and come from there, never through messages.

    A message with a file is in the outbox at once, and is sent when its file is uploaded; what is written later may
    come before it. After a restart the upload goes on: keep the file where it is until then. `Uploading` tells how far
    it is.
    """

    _engine: Engine
    _timing: Timing
    _uid: Uid

    async def send_file(
        self,
        to: str,
        path: str | os.PathLike[str],
        *,
        keep_metadata: bool = False,
        ack: bool = True,
        at: Sequence[str] = (),
        at_all: bool = False,
        msg_id: str | None = None,
        on_progress: OnTransfer | None = None,
        **facts: Unpack[FileFacts],
    ) -> Sent:
        """Upload a file, send a message with it, and wait until the server has stored that.

        If the call ends before (a timeout, a crash), the file is still uploaded and sent.

        Args:
            to: as in `send`.
            path: of the file. It must stay as it is until it is uploaded.
            keep_metadata: send a JPEG as it is. By default what its camera has noted, such as the place, is left out.
            ack: as in `send`.
            at: as in `send`.
            at_all: as in `send`.
            msg_id: as in `send`.
            on_progress: is called with the bytes that were sent, and with all bytes.
            facts: what others see of it before they load it: see `FileFacts`.

        Raises InvalidInput or FileUnusable before anything is stored. Then RequestRefused if the server refuses the
        file or the message, FileUnusable if the file has changed or is gone, TransferFailed if the store of files does
        not take it. The message is then refused: see `outbox`.

        """
        made = MsgId(msg_id or str(uuid.uuid4()))
        if on_progress is not None:
            self._engine.uploads.watching[made] = on_progress
        try:
            await self.post_file(
                to, path, keep_metadata=keep_metadata, ack=ack, at=at, at_all=at_all, msg_id=made, **facts
            )
            return await self._engine.or_stop(self._engine.outbox.outcome(made))
        finally:
            self._engine.uploads.watching.pop(made, None)

    async def post_file(
        self,
        to: str,
        path: str | os.PathLike[str],
        *,
        keep_metadata: bool = False,
        ack: bool = True,
        at: Sequence[str] = (),
        at_all: bool = False,
        msg_id: str | None = None,
        **facts: Unpack[FileFacts],
    ) -> MsgId:
        """Put a message with a file into the outbox, and return its id when the file was read, without waiting for the
        server. Uploading follows, then MessageSent, MessageHeld or MessageRefused.
        """
        absolute = _absolute(path)
        examined = await asyncio.to_thread(examine, absolute, keep_metadata=keep_metadata)
        content = _content(absolute, examined.mime, examined.digests, examined.pixels, facts)
        message = compose(
            self._uid,
            to,
            {**content, "key": "a" * KEY_CHARACTERS},  # as long as a real one, for the check of the size
            wants_ack=ack,
            msg_id=MsgId(msg_id or str(uuid.uuid4())),
            time_ms=self._timing.now_ms(),
            at=at,
            at_all=at_all,
        )
        file = FileToSend(absolute, keep_metadata, examined.digests.parts)
        self._engine.post_file(replace(message, content=content), file)
        return message.msg_id

    async def forward(
        self,
        to: str,
        session_id: str,
        seq: int,
        *,
        caption: str | None = None,
        ack: bool = True,
        msg_id: str | None = None,
    ) -> Sent:
        """Send the content of a saved message to others, and wait until the server has stored it. No file is copied.

        Args:
            to: as in `send`.
            session_id: of the message, which this account can read.
            seq: of the message.
            caption: another text beside a file; "": none. By default it stays.
            ack: as in `send`.
            msg_id: as in `send`.

        Raises InvalidInput if the message is not saved here or has no content, RequestRefused if the server refuses.

        """
        name, at = _session(session_id), Seq(seq)
        saved = self._engine.store.message(name, at)
        if saved is None or not saved.content or saved.kind:
            raise InvalidInput("seq", "must be that of a saved message with content")
        has_file = saved.content.get("type") in KINDS
        if caption is not None and not has_file:
            raise InvalidInput("caption", "is for files only")
        content = {**saved.content, **({} if caption is None else {"caption": caption})}
        message = compose(
            self._uid,
            to,
            {field: value for field, value in content.items() if (field, value) != ("caption", "")},
            wants_ack=ack,
            msg_id=MsgId(msg_id or str(uuid.uuid4())),
            time_ms=self._timing.now_ms(),
            source=(name, at) if has_file else None,
        )
        self._engine.post(message)
        return await self._engine.or_stop(self._engine.outbox.outcome(message.msg_id))

    async def media(self, session_id: str, seq: int) -> MediaReply:
        """Ask where the file of a message is: an address that is good for some minutes. Raises RequestRefused."""
        return await self._engine.or_stop(self._engine.downloads.where(_session(session_id), Seq(seq)))

    async def download(
        self, session_id: str, seq: int, path: str | os.PathLike[str], on_progress: OnTransfer | None = None
    ) -> MediaReply:
        """Save the file of a message under a path; what is there is replaced when all of it has come.

        What was fetched before a connection broke is not fetched again.

        Raises RequestRefused (the message has no file, or it is not what its sender says, or gone), FileUnusable if
        the path can't be written, TransferFailed if the store of files does not give it.
        """
        fetching = self._engine.downloads.fetch(
            _session(session_id), Seq(seq), _absolute(path), on_progress or (lambda _, __: None)
        )
        return await self._engine.or_stop(fetching)


def _content(
    path: str, mime: str, digests: Digests, pixels: tuple[int, int] | None, facts: FileFacts
) -> dict[str, object]:
    mime = facts.get("mime", mime)
    kind = facts.get("type") or (IMAGE if pixels and mime in PICTURES else FILE)
    width, height = pixels if pixels and kind == IMAGE else (None, None)
    return describe(
        kind,
        mime,
        digests,
        width=facts.get("width", width),
        height=facts.get("height", height),
        durationMs=facts.get("duration_ms"),
        preview=facts.get("preview"),
        blurhash=facts.get("blurhash"),
        caption=facts.get("caption"),
        name=facts.get("name", file_name(os.path.basename(path)) if kind == FILE else None),
    )


def _session(session_id: str) -> SessionId:
    if not is_session(session_id):
        raise InvalidInput("session_id", "must be p:<uid>:<uid> or g:<groupId>")
    return SessionId(session_id)


def _absolute(path: str | os.PathLike[str]) -> str:
    """Return a path that means the same after a restart elsewhere; the store keeps it as a text."""
    absolute = os.path.abspath(path)
    try:
        absolute.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("path", "must be Unicode") from error
    return absolute
