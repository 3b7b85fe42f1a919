"""What a message says of its file, checked before it is uploaded (docs/protocol.md, section 3, *Types of content*)."""

import base64
import binascii
import re
from typing import Any

from catchup_client.errors import InvalidInput
from catchup_client.protocol.digests import Digests
from catchup_client.settings import MAX_CAPTION_BYTES, MAX_FILE_NAME_BYTES, MAX_PIXELS, MAX_PREVIEW_CHARACTERS

IMAGE, VOICE, VIDEO, FILE = KINDS = ("image", "voice", "video", "file")

KEY_CHARACTERS = 47
"""Of a key, which the server chooses."""

_NEEDED = {
    IMAGE: frozenset({"width", "height"}),
    VOICE: frozenset({"durationMs"}),
    VIDEO: frozenset({"width", "height", "durationMs"}),
    FILE: frozenset({"name"}),
}
_SHOWN = frozenset({"preview", "blurhash", "caption", "name"})
_POSSIBLE = {IMAGE: _SHOWN, VOICE: frozenset[str](), VIDEO: _SHOWN, FILE: frozenset({"preview", "caption"})}
_ARGUMENTS = {"durationMs": "duration_ms"}
# Folders, control characters, and those that turn the direction of what follows.
_NO_NAME = re.compile("[/\\\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def describe(kind: str, mime: str, digests: Digests, **said: Any) -> dict[str, Any]:
    """Return the content of a message with a file, which still lacks `key`. Raises InvalidInput.

    `said`: the other fields by their names in the content; those that are None are left out.
    """
    if kind not in KINDS:
        raise InvalidInput("type", f"must be one of {', '.join(KINDS)}")
    given = {name: value for name, value in said.items() if value is not None}
    for name in sorted(_NEEDED[kind] - given.keys()):
        raise InvalidInput(_ARGUMENTS.get(name, name), f"is needed for a message of type {kind}")
    for name in sorted(given.keys() - _NEEDED[kind] - _POSSIBLE[kind]):
        raise InvalidInput(_ARGUMENTS.get(name, name), f"is not possible in a message of type {kind}")
    for name, value in given.items():
        _check(name, value)
    return {"type": kind, "mime": mime, "bytes": digests.bytes, "sha256": digests.sha256, **given}


def file_name(name: str) -> str:
    r"""Return a name that a message may have for its file.

    >>> file_name("a/b\n.txt"), file_name(".."), len(file_name("ü" * 200 + ".txt").encode())
    ('a_b_.txt', 'file', 254)
    """
    plain = _NO_NAME.sub("_", name)
    if len(plain.encode()) > MAX_FILE_NAME_BYTES:
        stem, dot, end = plain.rpartition(".")
        end = f"{dot}{end}" if stem and len(end) <= 10 else ""
        room = MAX_FILE_NAME_BYTES - len(end.encode())
        plain = plain.encode()[:room].decode(errors="ignore") + end
    return "file" if plain in {"", ".", ".."} else plain


def _check(name: str, value: Any) -> None:
    match name:
        case "width" | "height":
            _check_number(name, value, MAX_PIXELS)
        case "durationMs":
            _check_number("duration_ms", value, 86_400_000)
        case "caption":
            _check_text(name, value, MAX_CAPTION_BYTES)
        case "name":
            _check_text(name, value, MAX_FILE_NAME_BYTES)
            if file_name(value) != value:
                raise InvalidInput(name, "must be the name of a file, without folders and control characters")
        case "preview":
            _check_text(name, value, MAX_PREVIEW_CHARACTERS)
            try:
                base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError) as error:
                raise InvalidInput(name, "must be a tiny picture in base64") from error
        case _:
            _check_text(name, value, 100)


def _check_number(name: str, value: Any, highest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
        raise InvalidInput(name, f"must be a whole number from 1 to {highest:,}")


def _check_text(name: str, value: Any, most: int) -> None:
    try:
        size = len(value.encode())
    except (AttributeError, UnicodeEncodeError) as error:
        raise InvalidInput(name, "must be a text") from error
    if not 1 <= size <= most:
        raise InvalidInput(name, f"must have 1 to {most:,} bytes, not {size:,}")
