"""What the contents of media must be, beside the types of their fields: docs/protocol.md, "Types of content".

A preview is shown before anything is known of the object, so it must be what a picture begins with. Whether key, size,
type and checksum are those of an object is for `catchup.usecases.media` to find out.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.domain.media import KEY_RULE, MAX_BYTES, MIMES, Media, MediaType, is_checksum, is_key, mime_of, takes
from catchup.errors import InvalidRequest
from catchup.settings import MAX_CAPTION_BYTES, MAX_FILE_NAME_BYTES, MAX_PREVIEW_CHARACTERS

MAX_PIXELS = 100_000
# A day: longer ones are files.
MAX_DURATION_MS = 86_400_000
# JPEG, PNG, and WebP in a RIFF container.
_PICTURES = (re.compile(rb"\xff\xd8\xff"), re.compile(rb"\x89PNG\r\n\x1a\n"), re.compile(rb"RIFF....WEBP", re.DOTALL))
# Its alphabet, and the sizes of 1 × 1 to 9 × 9 components.
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,166}")
# C0, DEL and C1; and what turns the direction of a text, by which "gpj.exe" looks like "exe.jpg".
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The rule of a checksum, also of `upload`.
CHECKSUM_RULE = "SHA-256 in base64; above 16 MiB of the digests of the parts, then - and the number of parts"
_RETRY = "send what `upload` has answered"


def key(value: str, path: str) -> None:
    if not is_key(value):
        raise InvalidRequest(path, f"must match {KEY_RULE}", "send the key that `upload` has answered")


def size(value: float, path: str) -> None:
    _whole(value, path, 1, MAX_BYTES, "bytes")


def pixels(value: float, path: str) -> None:
    _whole(value, path, 1, MAX_PIXELS, "pixels")


def duration(value: float, path: str) -> None:
    _whole(value, path, 1, MAX_DURATION_MS, "milliseconds")


def caption(value: str, path: str) -> None:
    if not 0 < len(value.encode()) <= MAX_CAPTION_BYTES:
        raise InvalidRequest(path, f"1 to {MAX_CAPTION_BYTES} bytes of UTF-8", "send a shorter text, or none")


def file_name(value: str, path: str) -> None:
    """A name that can be a file's on each system, in its own folder."""
    is_path = value in {".", ".."} or any(sign in value for sign in "/\\")
    if is_path or not 0 < len(value.encode()) <= MAX_FILE_NAME_BYTES or _CONTROLS.search(value):
        rule = f"1 to {MAX_FILE_NAME_BYTES} bytes of UTF-8 without /, \\ and control characters, not . or .."
        raise InvalidRequest(path, rule, "send the name alone, without its folders")


def preview(value: str, path: str) -> None:
    rule = f"a JPEG, PNG or WebP of up to {MAX_PREVIEW_CHARACTERS} characters of base64"
    try:
        picture = b64decode(value, validate=True)
    except ValueError:
        picture = b""
    if len(value) > MAX_PREVIEW_CHARACTERS or not any(begins.match(picture) for begins in _PICTURES):
        raise InvalidRequest(path, rule, "send a smaller picture, or none")


def blurhash(value: str, path: str) -> None:
    if not _BLURHASH.fullmatch(value):
        raise InvalidRequest(path, "a BlurHash: 6 to 166 characters of its base 83", "encode it anew, or leave it out")


def whole(members: Mapping[str, Any], path: str) -> None:
    """What several fields together must be."""
    kind, mime = MediaType(members["type"].string_value), members["mime"].string_value
    if mime_of(mime) != mime or not takes(kind, mime):
        known = ", ".join(sorted(MIMES.get(kind, ()))) or "a media type in lower case without parameters"
        raise InvalidRequest(f"{path}.mime", f"one of {known}" if kind in MIMES else known, _RETRY)
    if not is_checksum(members["sha256"].string_value, int(members["bytes"].number_value)):
        raise InvalidRequest(f"{path}.sha256", CHECKSUM_RULE, _RETRY)


def media_of(content: bytes) -> Media | None:
    """What a content says of its media; None if it has none. It was checked before."""
    members = Struct.FromString(content).fields
    name = members["type"].string_value if "type" in members else ""
    if name not in (kind.value for kind in MediaType):
        return None

    def number(member: str) -> int:
        return int(members[member].number_value) if member in members else 0

    return Media(
        MediaType(name),
        members["key"].string_value,
        members["mime"].string_value,
        number("bytes"),
        members["sha256"].string_value,
        number("width"),
        number("height"),
        number("durationMs"),
    )


def name_of(content: bytes) -> str:
    """The name of the file in a content; "" if it has none."""
    members = Struct.FromString(content).fields
    return members["name"].string_value if "name" in members else ""


def _whole(value: float, path: str, low: int, high: int, unit: str) -> None:
    if not low <= value <= high:
        raise InvalidRequest(path, f"{low} to {high:,} {unit}", "send a number in this range")
