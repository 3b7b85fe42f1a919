"""What files really are: the types that are told from bytes, and when a sender's type is a lie.

A browser that is given a file under its sender's type runs what is in it. So the type under which a file is served
comes from its bytes, and only what is sure to be a picture, a sound or a film is ever shown.
"""

from typing import NamedTuple

from catchup.domain.media import MIMES

# What no rule knows.
UNKNOWN = "application/octet-stream"
# What browsers and phones show or play, and nothing in it can run. Everything else is only ever downloaded.
SHOWN = frozenset(mime for mimes in MIMES.values() for mime in mimes)
# Types that are known by a few bytes at their beginning.
OF_SIGNATURES = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff"),
        *("audio/wav", "audio/flac", "video/x-msvideo"),
        *("application/pdf", "application/zip", "application/gzip"),
        "application/vnd.microsoft.portable-executable",
    }
)
# Types that are known by what stands in the file.
OF_CONTENTS = frozenset(
    {
        *("image/avif", "image/heic", "image/svg+xml", "text/html", "text/xml", "text/x-shellscript"),
        *("audio/mp4", "audio/webm", "audio/x-matroska", "audio/ogg", "audio/mpeg", "audio/aac"),
        *("video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/ogg"),
    }
)
TYPES = OF_SIGNATURES | OF_CONTENTS | {UNKNOWN}
_KINDS = frozenset({"image", "audio", "video"})


class Sniffed(NamedTuple):
    """What a file is: `mime`, one of TYPES. `lies`: its sender said that it is a picture, a sound or a film, and it is
    not, or one of the others."""

    mime: str
    lies: bool


def lies(declared: str, mime: str) -> bool:
    """Whether a file that is declared as this is something else.

    A PNG that is called a JPEG is no lie: cameras and editors do that, and it is shown as what it is. A film that is
    called a voice is one, and so is a page that is called a picture. Who declares a file, such as a PDF, is always
    believed, because it is only downloaded; so is who declares a rare kind of picture that no rule knows.

    >>> lies("image/jpeg", "image/png"), lies("audio/mp4", "video/mp4"), lies("image/png", "text/html")
    (False, True, True)
    """
    kind = _kind_of(declared)
    if kind is None or declared == mime:
        return False
    if mime == UNKNOWN:
        return declared in SHOWN
    return _kind_of(mime) != kind


def _kind_of(mime: str) -> str | None:
    """`image`, `audio` or `video`; None if it is none. A drawing in SVG is a document: it may have scripts in it."""
    kind = mime.partition("/")[0]
    return kind if kind in _KINDS and not mime.endswith("+xml") else None
