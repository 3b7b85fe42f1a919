"""Attaches media to a message: finds out whether the message may name them, and keeps the object.

    first reads, the object among them ── may it? ── share, keep ── … the message gets its place

An upload is for one message, and its key proves for which. Each other message that names it is a forward: it says
which message it was read in (`source`). A forward notes that the object is shared, and then reads its source once
more. A recall replaces the content of its message, and then looks whether the object is shared. So either the recall
sees the note, or the forward sees the recall: nothing that a message names is deleted.

The object is kept before the message has its place. If it never gets one, the object stays until its time is over;
nobody can read it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.domain.media import (
    UPLOAD_LIFETIME_MS,
    Media,
    MediaType,
    days_to_keep,
    is_owner,
)
from catchup.domain.message import Draft, Message
from catchup.errors import ContentHeld, Denied, MediaDiffers, NoSuchMedia, NothingToForward, Refused, VoiceTooLong
from catchup.usecases.media.ports import MediaStore, Readable, StoredObject

T = TypeVar("T")
MediaOf = Callable[[bytes], Media | None]


@dataclass(eq=False, repr=False, slots=True)
class Attachment:
    """The media that a message names, and what the first reads have found of them."""

    of: "Attaching"
    draft: Draft
    media: Media
    found: StoredObject | None
    source: Message | None

    def check(self) -> None:
        """Raises NoSuchMedia, MediaDiffers, VoiceTooLong."""
        media, found = self.media, self.found
        if found is None:
            raise NoSuchMedia
        if self.draft.source is not None:
            self._check_source(self.source)
            return
        if not is_owner(self.draft.sender, media.key) or self.of.clock() - found.created_at_ms > UPLOAD_LIFETIME_MS:
            raise NoSuchMedia
        for field, said, real in (
            ("mime", media.mime, found.mime),
            ("bytes", media.bytes, found.bytes),
            ("sha256", media.sha256, found.sha256),
        ):
            if said != real:
                raise MediaDiffers(field)
        # All else is as it was uploaded: then it was for another message, or as another type.
        if not media.is_upload_for(self.draft.sender, self.draft.msg_id):
            raise NoSuchMedia
        if media.type is MediaType.VOICE and media.duration_ms > self.of.voice_seconds * 1_000:
            raise VoiceTooLong(self.of.voice_seconds)

    def keep(self, waiting_days: int = 0) -> None:
        """Keeps the object as long as the message. `waiting_days`: how long the message may wait until it is sent.
        Raises what `check` raises."""
        of, key, found = self.of, self.media.key, self.found
        assert found is not None
        now = of.clock()
        days = days_to_keep(now - found.created_at_ms, of.retention_days + waiting_days)
        if self.draft.source is None:
            of.store.keep(key, days)
            return
        tasks: list[Callable[[], object]] = [lambda: of.store.share(key)]
        accepted_at_ms = self.source.accepted_at_ms if self.source is not None else now
        if days != days_to_keep(accepted_at_ms - found.created_at_ms, of.retention_days):
            tasks.append(lambda: of.store.keep(key, days))
        of.concurrency.run(*tasks)
        self._check_source(of.source_of(self.draft))

    def _check_source(self, source: Message | None) -> None:
        said = self.of.media_of(source.draft.content) if source is not None and source.draft.content else None
        if said is None or said.key != self.media.key:
            raise NoSuchMedia
        for field, value in said._asdict().items():
            if getattr(self.media, field) != value:
                raise MediaDiffers("durationMs" if field == "duration_ms" else field)


def kept(attachment: Attachment | None, screen: Callable[[], Draft]) -> Draft:
    """Returns what `screen` returns, and keeps the object: also if the message is held for review. Raises what `screen`
    raises: then the object stays an upload that no message names."""
    if attachment is None:
        return screen()
    try:
        draft = screen()
    except ContentHeld:
        attachment.keep(attachment.of.held_days)
        raise
    attachment.keep()
    return draft


def resumed(attachment: Attachment | None, resume: Callable[[], T]) -> T:
    """Returns what `resume` returns. If the message is held, an earlier attempt may have ended before it kept the
    object. Raises what `resume` raises."""
    try:
        return resume()
    except ContentHeld:
        if attachment is not None and attachment.found is not None:
            with suppress(NoSuchMedia, MediaDiffers):
                attachment.keep(attachment.of.held_days)
        raise


@dataclass(eq=False, repr=False, slots=True)
class Attaching:
    """Attaches media. `media_of` reads them from a content; `retention_days`: how long history keeps a message;
    `held_days`: how long it may wait for review before that."""

    store: MediaStore
    readable: Readable
    media_of: MediaOf
    concurrency: Concurrency
    clock: Clock
    retention_days: int
    held_days: int
    voice_seconds: int

    def beside(self, draft: Draft, first: Callable[[], T]) -> tuple[T, Attachment | None]:
        """Returns what `first` returns, and the attachment; None if the message names no media. Then no call is made.

        Raises NothingToForward, Unavailable.
        """
        media = self.media_of(draft.content)
        if media is None:
            if draft.source is not None:
                raise NothingToForward
            return first(), None
        value, found, source = self.concurrency.run(
            first, lambda: self.store.look(media.key), lambda: self.source_of(draft)
        )
        return value, Attachment(self, draft, media, found, source)

    def source_of(self, draft: Draft) -> Message | None:
        """The message that the draft forwards, as its sender may read it."""
        if draft.source is None:
            return None
        try:
            return self.readable(draft.sender, *draft.source)
        except (Denied, Refused):
            return None


class Unattached:
    """Attaches nothing: a message that was held has its media already."""

    def beside(self, _draft: Draft, first: Callable[[], T]) -> tuple[T, None]:
        """Returns what `first` returns."""
        return first(), None
