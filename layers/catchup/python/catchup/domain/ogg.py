"""Ogg: pages, of which the first of each stream names what is in it.

Sources: RFC 3533 (pages), RFC 5334 (types), RFC 7845 (Opus), the specifications of Vorbis, Speex, FLAC and Theora.
"""

from collections.abc import Iterator

from catchup.domain.content_bytes import ContentBytes

_CAPTURE, _HEADER = b"OggS", 27
_FLAGS, _BEGINS_A_STREAM = 5, 2
_MAX_STREAMS = 16
_AUDIO = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_VIDEO = (b"\x80theora", b"BBCD\0", b"OVP80")
_LONGEST = 8


def type_of(content: ContentBytes) -> str | None:
    """The type of the file; "" if it is Ogg, and no type is found; None if it isn't."""
    if content.at(0, 4) != _CAPTURE:
        return None
    streams = list(_streams(content))
    if any(stream.startswith(_VIDEO) for stream in streams):
        return "video/ogg"
    return "audio/ogg" if any(stream.startswith(_AUDIO) for stream in streams) else ""


def _streams(content: ContentBytes) -> Iterator[bytes]:
    """How each stream begins: their first pages come before all others."""
    start = 0
    for _ in range(_MAX_STREAMS):
        header = content.at(start, _HEADER)
        if len(header) < _HEADER or not header.startswith(_CAPTURE) or not header[_FLAGS] & _BEGINS_A_STREAM:
            return
        lengths = content.at(start + _HEADER, header[-1])
        start += _HEADER + len(lengths)
        yield content.at(start, _LONGEST)
        start += sum(lengths)
