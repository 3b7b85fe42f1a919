"""What a file is, by its first bytes and its name, and how large a picture is.

Only for the message: the server tells what a file is from its bytes, whatever the message says.
"""

from catchup_client.protocol import jpeg

HEAD_BYTES = 64
"""So many first bytes tell the type; the size, except of a JPEG."""

MIMES = {
    "aac": "audio/aac",
    "avif": "image/avif",
    "csv": "text/csv",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "zip": "application/zip",
}
"""By the end of the name. Not `mimetypes`, which says on each system what that system says."""

PICTURES = frozenset({"image/avif", "image/gif", "image/heic", "image/jpeg", "image/png", "image/webp"})
"""Section 3: what an `image` may be."""


def mime_of(head: bytes, name: str) -> str:
    """Return the media type of a file.

    >>> mime_of(b"GIF89a", "x.bin"), mime_of(b"?", "a.PDF"), mime_of(b"?", "a")
    ('image/gif', 'application/pdf', 'application/octet-stream')
    """
    if head.startswith(jpeg.START):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    _, dot, end = name.rpartition(".")
    return MIMES.get(end.lower(), "application/octet-stream") if dot else "application/octet-stream"


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG, PNG, GIF or WebP; None for another file. Of a JPEG all bytes are needed."""
    match mime_of(picture[:HEAD_BYTES], ""):
        case "image/jpeg":
            try:
                return jpeg.size_of(picture)
            except jpeg.NotAJpeg:
                return None
        case "image/png":
            size = _number(picture, 16, 4, "big"), _number(picture, 20, 4, "big")
        case "image/gif":
            size = _number(picture, 6, 2), _number(picture, 8, 2)
        case "image/webp":
            size = _webp(picture)
        case _:
            return None
    return size if all(size) else None


def _webp(picture: bytes) -> tuple[int, int]:
    """Read a WebP: RFC 9649, sections 2.5 to 2.7."""
    match picture[12:16]:
        case b"VP8X":
            return _number(picture, 24, 3) + 1, _number(picture, 27, 3) + 1
        case b"VP8L":
            bits = _number(picture, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _number(picture, 26, 2) & 0x3FFF, _number(picture, 28, 2) & 0x3FFF
    return 0, 0


def _number(data: bytes, at: int, size: int, order: str = "little") -> int:
    return int.from_bytes(data[at : at + size], "big" if order == "big" else "little")
