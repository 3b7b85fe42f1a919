"""Tells where the file of a message is, for whoever may read the message.

Rights are those of history. The address is signed on a grid of time: who asks twice within a cell gets the same
address, which caches know.

    cell      0 ─────── 150 ─────── 300 ─────── 450 s
    signed    ▲────────────────────────────────▲ ends: at least five minutes after each moment of its cell
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from catchup.clock import Clock
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.media import Media, MediaType
from catchup.domain.sniffed import SHOWN, UNKNOWN, Sniffed
from catchup.errors import MediaGone, MediaRefused, NoSuchMessage, NotMedia
from catchup.usecases.media.attaching import MediaOf
from catchup.usecases.media.ports import AddressBook, Readable, Served

CELL_MS = 150_000
ADDRESS_SECONDS = 450


class Download(NamedTuple):
    """Where a file is. `mime`: the type under which it is served."""

    url: str
    mime: str
    bytes: int
    expires_at_ms: int


@dataclass(eq=False, repr=False, slots=True)
class Downloading:
    """Tells where files are. `name_of`: the name of a file in a content, "" if it has none."""

    readable: Readable
    media_of: MediaOf
    name_of: Callable[[bytes], str]
    sniff: Callable[[str], Sniffed | None]
    addresses: AddressBook
    clock: Clock

    def __call__(self, uid: Uid, session: SessionId, seq: Seq) -> Download:
        """Where the file of this message is. In a private session the caller has checked that it is theirs.

        Raises NotAMember, NoSuchMessage, NotMedia, MediaGone, MediaRefused, Unavailable.
        """
        message = self.readable(uid, session, seq)
        if message is None:
            raise NoSuchMessage
        media = self.media_of(message.draft.content) if message.draft.content else None
        if media is None:
            raise NotMedia
        found = self.sniff(media.key)
        if found is None:
            raise MediaGone
        # What is sent as a file is only ever saved, whatever it is.
        if found.lies and media.type is not MediaType.FILE:
            raise MediaRefused
        served = served_as(media, found.mime, self.name_of(message.draft.content))
        signed_at_ms = self.clock() // CELL_MS * CELL_MS
        url = self.addresses.address(media.key, served, signed_at_ms, ADDRESS_SECONDS)
        return Download(url, served.mime, media.bytes, signed_at_ms + ADDRESS_SECONDS * 1_000)


def served_as(media: Media, mime: str, name: str) -> Served:
    """How media are served whose bytes are of this type: only what is sent to be shown is shown, and nothing in which a
    script can run."""
    if mime not in SHOWN:
        return Served(UNKNOWN, name or "file")
    return Served(mime, (name or "file") if media.type is MediaType.FILE else None)
