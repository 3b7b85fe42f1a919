"""WebM and Matroska: files made of elements, each with its id, its size and its content.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from collections.abc import Iterator
from typing import NamedTuple

from catchup.domain.content_bytes import ContentBytes

_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _TRACKS, _TRACK_ENTRY, _TRACK_TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_VIDEO, _AUDIO = 1, 2
_MAX_ID_BYTES, _MAX_SIZE_BYTES = 4, 8
# The longest name of a type that is known is "matroska".
_DOC_TYPE_BYTES = 16


class Element(NamedTuple):
    """An element. `start`, `end`: of what is in it; its end is its parent's if its size is unknown."""

    id: int
    start: int
    end: int


def type_of(content: ContentBytes) -> str | None:
    """The type of the file; "" if it is EBML, and no type is found; None if it isn't."""
    header = next(_elements(content, 0, content.size), None)
    if header is None or header.id != _EBML:
        return None
    names = [
        content.at(said.start, min(said.end - said.start, _DOC_TYPE_BYTES)).rstrip(b"\0")
        for said in _of_id(_DOC_TYPE, content, header.start, header.end)
    ]
    subtype = {b"webm": "webm", b"matroska": "x-matroska"}.get(names[0]) if names else None
    kind = _kind(content, header.end) if subtype else None
    return f"{kind}/{subtype}" if kind else ""


def _kind(content: ContentBytes, start: int) -> str | None:
    """`video`, `audio`, or None. There is one segment with one list of tracks, and thousands of clusters behind it."""
    heard = False
    segment = next(_of_id(_SEGMENT, content, start, content.size), None)
    tracks = next(_of_id(_TRACKS, content, segment.start, segment.end), None) if segment else None
    for entry in _of_id(_TRACK_ENTRY, content, tracks.start, tracks.end) if tracks else ():
        for kind in _of_id(_TRACK_TYPE, content, entry.start, entry.end):
            number = int.from_bytes(content.at(kind.start, min(kind.end - kind.start, _MAX_SIZE_BYTES)))
            if number == _VIDEO:
                return "video"
            heard = heard or number == _AUDIO
    return "audio" if heard and not content.gave_up else None


def _of_id(wanted: int, content: ContentBytes, start: int, end: int) -> Iterator[Element]:
    return (element for element in _elements(content, start, end) if element.id == wanted)


def _elements(content: ContentBytes, start: int, end: int) -> Iterator[Element]:
    """The elements between two places, up to the first that is malformed."""
    while start < end:
        header = content.at(start, _MAX_ID_BYTES + _MAX_SIZE_BYTES)
        id_bytes = _length(header)
        size_bytes = _length(header[id_bytes:]) if id_bytes else 0
        if not 1 <= id_bytes <= _MAX_ID_BYTES or not size_bytes or len(header) < id_bytes + size_bytes:
            return
        number = int.from_bytes(header[:id_bytes])
        # The first bit that is set ends the length; the rest is the size, and if all of it is set, nobody knows it.
        unknown = (1 << 7 * size_bytes) - 1
        size = int.from_bytes(header[id_bytes : id_bytes + size_bytes]) & unknown
        begins = start + id_bytes + size_bytes
        after = end if size == unknown else begins + size
        yield Element(number, begins, min(after, end))
        start = after


def _length(data: bytes) -> int:
    """How many bytes a number has that begins here; 0 if none does."""
    return 9 - data[0].bit_length() if data and data[0] else 0
