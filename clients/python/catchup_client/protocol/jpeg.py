"""JPEG without what a camera notes: where it was taken, with what, and a second picture in its tail.

Sources: ITU-T T.81, annex B (segments); CIPA DC-008 (Exif), section 4.6 (the tag Orientation); CIPA DC-007 (pictures
after the end of the first one).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

START = b"\xff\xd8"
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
# Markers without a length.
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_APP = range(0xE0, 0xF0)
# What a decoder needs: JFIF, the colour profile, and Adobe's mark, which says how colours are written.
_KEPT = {0xE0: b"", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_EXIF = b"Exif\0\0"
_ORIENTATION, _SHORT = 0x0112, 3
# After the data of a scan comes a marker: not a stuffed byte, not a restart, not a filler.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


class Segment(NamedTuple):
    """A marker and what belongs to it; of a scan also its data."""

    marker: int
    content: bytes
    """Without marker and length."""
    whole: bytes


class NotAJpeg(ValueError):
    """The bytes are no JPEG, or end in the middle."""


def without_metadata(picture: bytes) -> bytes:
    """Return the picture without Exif, XMP, IPTC, comments and what follows its end; the pixels stay as they are.

    How it is turned is kept: without that, photos of phones would lie on their side. Raises NotAJpeg.
    """
    turned = orientation(picture)
    kept = [START, _exif(turned) if turned > 1 else b""]
    kept += [segment.whole for segment in _segments(picture) if _is_needed(segment)]
    return b"".join(kept)


def orientation(picture: bytes) -> int:
    """Return how the picture is to be turned, 1 to 8 as Exif has it; 1: not at all."""
    for segment in _segments(picture):
        if segment.marker == 0xE1 and segment.content.startswith(_EXIF):
            return _orientation(segment.content[len(_EXIF) :])
        if segment.marker == _SCAN:
            break
    return 1


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Return width and height as the picture is shown; None if it has no frame. Raises NotAJpeg."""
    for segment in _segments(picture):
        if segment.marker in _FRAMES and len(segment.content) >= 5:
            height, width = (int.from_bytes(segment.content[at : at + 2], "big") for at in (1, 3))
            return (height, width) if orientation(picture) >= 5 else (width, height)
    return None


def _is_needed(segment: Segment) -> bool:
    if segment.marker in _APP:
        prefix = _KEPT.get(segment.marker)
        return prefix is not None and segment.content.startswith(prefix)
    return segment.marker != _COMMENT


def _segments(picture: bytes) -> Iterator[Segment]:
    """Read the segments up to the end of the first picture."""
    if not picture.startswith(START):
        raise NotAJpeg("it does not begin as a JPEG")
    at = len(START)
    while True:
        begin = at
        while picture[at : at + 2] == b"\xff\xff":  # fillers
            at += 1
        if len(picture) < at + 2 or picture[at] != 0xFF:
            raise NotAJpeg(f"there is no segment at byte {at}")
        marker = picture[at + 1]
        at += 2
        if marker == _END:
            yield Segment(marker, b"", picture[begin:at])
            return
        if marker in _BARE:
            yield Segment(marker, b"", picture[begin:at])
            continue
        length = int.from_bytes(picture[at : at + 2], "big")
        content, at = picture[at + 2 : at + length], at + length
        if length < 2 or at > len(picture):
            raise NotAJpeg(f"a segment is cut off at byte {begin}")
        if marker == _SCAN:
            found = _AFTER_SCAN.search(picture, at)
            if found is None:
                raise NotAJpeg("it has no end")
            at = found.start()
        yield Segment(marker, content, picture[begin:at])


def _orientation(tiff: bytes) -> int:
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(tiff[:4])
    if order is None:
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    for entry in range(directory + 2, min(directory + 2 + 12 * number(directory, 2), len(tiff) - 11), 12):
        if (number(entry, 2), number(entry + 2, 2)) == (_ORIENTATION, _SHORT):
            turned = number(entry + 8, 2)
            return turned if 1 <= turned <= 8 else 1
    return 1


def _exif(turned: int) -> bytes:
    """Return an Exif segment that says how the picture is turned, and nothing else."""
    entry = _ORIENTATION.to_bytes(2, "big") + _SHORT.to_bytes(2, "big") + (1).to_bytes(4, "big")
    directory = (1).to_bytes(2, "big") + entry + turned.to_bytes(2, "big") + bytes(2) + bytes(4)
    content = _EXIF + b"MM\0*" + (8).to_bytes(4, "big") + directory
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
