"""Files that are sent: read in parts, and JPEGs without what a camera notes. All of it blocks: use a thread."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catchup_client.errors import FileUnusable
from catchup_client.protocol import jpeg, pictures
from catchup_client.protocol.digests import Digests, digests_of
from catchup_client.settings import UPLOAD_PART_BYTES


class Content(Protocol):
    """The bytes that go up."""

    @property
    def size(self) -> int:
        """How many there are."""

    def read(self, offset: int, length: int) -> bytes:
        """Return these bytes; raises FileUnusable if they are not there."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file as it is."""

    path: str
    size: int

    def read(self, offset: int, length: int) -> bytes:  # noqa: D102
        try:
            with open(self.path, "rb") as file:
                file.seek(offset)
                data = file.read(length)
        except OSError as error:
            raise FileUnusable(self.path, _reason(error)) from error
        if len(data) < length:
            raise FileUnusable(self.path, "has become shorter while it was sent")
        return data


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that are not on the disk."""

    data: bytes

    @property
    def size(self) -> int:  # noqa: D102
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:  # noqa: D102
        return self.data[offset : offset + length]


@dataclass(frozen=True, slots=True)
class Examined:
    """What is to be said of a file."""

    mime: str
    digests: Digests
    pixels: tuple[int, int] | None
    """Width and height, of pictures whose format this package knows."""


def open_content(path: str, *, keep_metadata: bool) -> Content:
    """Return the bytes to send. The same file always gives the same bytes. Raises FileUnusable."""
    try:
        size = os.stat(path).st_size
        if not os.path.isfile(path):
            raise FileUnusable(path, "is no file")
        with open(path, "rb") as file:
            if keep_metadata or file.read(len(jpeg.START)) != jpeg.START:
                return OnDisk(path, size)
        whole = Path(path).read_bytes()
    except OSError as error:
        raise FileUnusable(path, _reason(error)) from error
    try:
        return InMemory(jpeg.without_metadata(whole))
    except jpeg.NotAJpeg as error:
        raise FileUnusable(
            path, f"is a broken JPEG: {error}; it could be sent only with all that is in it (keep_metadata)"
        ) from error


def examine(path: str, *, keep_metadata: bool) -> Examined:
    """Read a file and return what is to be said of it. Raises FileUnusable, also if it is empty."""
    content = open_content(path, keep_metadata=keep_metadata)
    if content.size == 0:
        raise FileUnusable(path, "is empty")
    mime = pictures.mime_of(content.read(0, min(content.size, pictures.HEAD_BYTES)), os.path.basename(path))
    whole_needed = content.size if mime == "image/jpeg" else pictures.HEAD_BYTES
    pixels = pictures.size_of(content.read(0, min(content.size, whole_needed)))
    return Examined(mime, digests_of(_parts(content)), pixels)


def _parts(content: Content) -> Iterator[bytes]:
    for offset in range(0, content.size, UPLOAD_PART_BYTES):
        yield content.read(offset, min(UPLOAD_PART_BYTES, content.size - offset))


def _reason(error: OSError) -> str:
    return f"can't be used: {error.strerror or error}"
