"""Types of files by the few bytes that they begin with: puremagic's table of them.

Containers (MP4, WebM, Ogg) and texts are not taken from it: `catchup.domain.sniffing` looks into those
(docs/adr/0045-what-the-bytes-are.md).
"""

from collections.abc import Mapping

# By the name of a file, which is what its rows agree on; `domain.sniffed` calls them OF_SIGNATURES.
_TYPES: Mapping[str, str] = {
    ".avi": "video/x-msvideo",
    ".bmp": "image/bmp",
    ".exe": "application/vnd.microsoft.portable-executable",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tiff": "image/tiff",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".zip": "application/zip",
}
# It says only that a name follows, eight bytes after the beginning.
_RIFF, _RIFF_NAME = b"RIFF", 8


def signature(first: bytes) -> str | None:
    """One of OF_SIGNATURES; None if there is none. `first`: how the file begins."""
    # Imported here, at the first file: it reads its table, which takes as long as a client.
    import puremagic

    try:
        matches = puremagic.magic_string(first)
    except (puremagic.PureError, ValueError):
        # It knows none, or there are no bytes.
        return None
    place = _RIFF_NAME if first.startswith(_RIFF) else 0
    for match in sorted(matches, key=lambda match: -len(match.byte_match)):
        # Elsewhere any file may have any bytes.
        if match.offset == place and match.extension in _TYPES:
            return _TYPES[match.extension]
    return None
