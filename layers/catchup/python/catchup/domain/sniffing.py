"""Tells what a file is from its bytes: containers by what stands in them, texts by how they begin, others by their
signature."""

from collections.abc import Callable

from catchup.domain import iso_media, markup, matroska, mpeg_audio, ogg
from catchup.domain.content_bytes import ContentBytes
from catchup.domain.sniffed import UNKNOWN, Sniffed, lies

# Finds one of OF_SIGNATURES by how a file begins; None if there is none.
Signature = Callable[[bytes], str | None]


def sniff(content: ContentBytes, declared: str, signature: Signature) -> Sniffed:
    """What the file is. `declared`: what its sender says. Raises what reading more of `content` raises."""
    mime = type_of(content, signature)
    return Sniffed(mime, lies(declared, mime))


def type_of(content: ContentBytes, signature: Signature) -> str:
    """One of TYPES. Raises what reading more of `content` raises."""
    for rule in (iso_media.type_of, matroska.type_of, ogg.type_of, mpeg_audio.type_of):
        found = rule(content)
        if found is not None:
            return found or UNKNOWN
    return markup.type_of(content.first) or signature(content.first) or UNKNOWN
