"""MP4, M4A, QuickTime, HEIC and AVIF: files made of boxes, each with its size, its kind and its content.

Sources: ISO/IEC 14496-12 (boxes, `ftyp`, `moov`, `hdlr`), ISO/IEC 23008-12 and the AV1 Image File Format (brands of
pictures), Apple's QuickTime File Format.
"""

from collections.abc import Iterator
from typing import NamedTuple

from catchup.domain.content_bytes import ContentBytes

_HEADER, _LARGE_HEADER = 8, 16
_MAX_BRANDS = 32
_OF_AVIF = frozenset({b"avif", b"avis"})
_OF_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"})
# Brands that say no more than that it is a picture.
_OF_A_PICTURE = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})
# How QuickTime files begin that are older than `ftyp`.
_CLASSIC = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


class Box(NamedTuple):
    """A box. `start`, `end`: of what is in it."""

    kind: bytes
    start: int
    end: int


def type_of(content: ContentBytes) -> str | None:
    """The type of the file; "" if it has boxes, and no type is found; None if it has none."""
    first = next(_boxes(content, 0, content.size), None)
    if first is None:
        return None
    if first.kind in _CLASSIC:
        return _by_tracks(content, "video/quicktime") or None
    if first.kind != b"ftyp":
        return None
    data = content.at(first.start, min(first.end - first.start, 4 * _MAX_BRANDS))
    # The second four bytes are a version.
    major, others = data[:4], {data[at : at + 4] for at in range(8, len(data), 4)}
    if major in _OF_AVIF or (major in _OF_A_PICTURE and others & _OF_AVIF):
        return "image/avif"
    if major in _OF_HEIC or (major in _OF_A_PICTURE and others & _OF_HEIC):
        return "image/heic"
    return _by_tracks(content, "video/quicktime" if major == b"qt  " else "video/mp4")


def _by_tracks(content: ContentBytes, with_pictures: str) -> str:
    """What a file with tracks is: brands don't tell, because the same ones stand in films and in voice notes."""
    heard = False
    for handler in _handlers(content):
        if handler == b"vide":
            return with_pictures
        heard = heard or handler == b"soun"
    return "audio/mp4" if heard and not content.gave_up else ""


def _handlers(content: ContentBytes) -> Iterator[bytes]:
    """The kind of each track: `vide`, `soun`, others. The index may stand at the end, behind all frames. There is one:
    players take the first, and hundreds of other boxes may follow it."""
    movie = next(_of_kind(b"moov", content, 0, content.size), None)
    for track in _of_kind(b"trak", content, movie.start, movie.end) if movie else ():
        for media in _of_kind(b"mdia", content, track.start, track.end):
            for handler in _of_kind(b"hdlr", content, media.start, media.end):
                # Behind its version, and four bytes that only QuickTime uses.
                yield content.at(handler.start + 8, 4)


def _of_kind(kind: bytes, content: ContentBytes, start: int, end: int) -> Iterator[Box]:
    return (box for box in _boxes(content, start, end) if box.kind == kind)


def _boxes(content: ContentBytes, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places, up to the first that is malformed."""
    while start + _HEADER <= end:
        header = content.at(start, _LARGE_HEADER)
        size, kind, begins = int.from_bytes(header[:4]), header[4:8], _HEADER
        if len(header) < _HEADER or (size == 1 and len(header) < _LARGE_HEADER):
            return
        if size == 1:
            size, begins = int.from_bytes(header[8:]), _LARGE_HEADER
        elif size == 0:
            # To the end of the file.
            size = end - start
        if size < begins:
            return
        yield Box(kind, start + begins, min(start + size, end))
        start += size
