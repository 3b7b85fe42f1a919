"""Media: files beside messages, whose bytes never pass through a function.

An object of the store has a key, `<owner>/<digest>`. The owner is a tag of the uploader's uid: so a key says whose it
is, and shows nobody's uid. The digest is of what may be uploaded, and for which message: so a key proves what it was
given for, nothing about it is stored, and who asks for the same upload again gets the same key. What a message says of
its media is a `Media`; the store knows the same of the object.
"""

import json
import re
from base64 import b32encode, b64decode, b64encode
from collections.abc import Mapping, Sequence
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

from catchup.domain.ids import MsgId, Uid


class MediaType(Enum):
    """A kind of media; the value is the `type` of a content."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


# What a browser can show or play, or a phone makes. A file may have any type: it is only ever downloaded.
MIMES: Mapping[MediaType, frozenset[str]] = {
    MediaType.IMAGE: frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic"}),
    MediaType.VOICE: frozenset(
        {"audio/mp4", "audio/webm", "audio/ogg", "audio/mpeg", "audio/aac", "audio/wav"},
    ),
    MediaType.VIDEO: frozenset({"video/mp4", "video/webm", "video/quicktime"}),
}
# RFC 6838, section 4.2: names of types.
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")

# A part of an upload; S3 wants at least 5 MiB. What is not larger than one part goes up in one request.
PART_BYTES = 16 * 1_024 * 1_024
# S3 takes 10,000. All digests of so many fit into one frame.
MAX_PARTS = 320
MAX_BYTES = PART_BYTES * MAX_PARTS

# An upload that no message names is deleted after a day. A message may name it a little less long.
DAY_MS = 86_400_000
UPLOAD_LIFETIME_MS = DAY_MS - 3_600_000
# Days after its upload for which the store can keep an object: a rule of the bucket for each. Few, because rules are
# static, and close, because a message's media need not outlive it for long.
KEPT_DAYS = (1, 16, 31, 61, 92, 122, 183, 274, 366, 548, 732, 1_097, 1_463, 1_828, 2_558, 3_653, 7_300)

_OWNER_CHARACTERS, _DIGEST_CHARACTERS = 20, 26
KEY_RULE = f"[a-z2-7]{{{_OWNER_CHARACTERS}}}/[a-z2-7]{{{_DIGEST_CHARACTERS}}}"
_KEY = re.compile(KEY_RULE)
_DIGEST_BYTES = 32


class Upload(NamedTuple):
    """What a person uploads. `bytes`, `sha256`: as in `Media`."""

    type: MediaType
    mime: str
    bytes: int
    sha256: str


class Media(NamedTuple):
    """What a message says of its media. `bytes`: the size. `sha256`: as S3 writes checksums: the digest in base64; of
    an upload in parts the digest of their digests, "-", and the number of parts. `width`, `height`: pixels; 0 if the
    kind has none, as with `duration_ms`."""

    type: MediaType
    key: str
    mime: str
    bytes: int
    sha256: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0

    def is_upload_for(self, uid: Uid, msg_id: MsgId) -> bool:
        """Whether the key is that of an upload of this person for this message: all other messages are forwards."""
        return self.key == key_of(uid, msg_id, Upload(self.type, self.mime, self.bytes, self.sha256))


def owner_tag(uid: Uid) -> str:
    """The first part of the keys of a person's uploads."""
    return _base32(sha256(uid.encode()).digest())[:_OWNER_CHARACTERS]


def key_of(uid: Uid, msg_id: MsgId, upload: Upload) -> str:
    """The key of what this person uploads for this message."""
    facts = json.dumps([uid, msg_id, upload.type.value, upload.mime, upload.bytes, upload.sha256])
    return f"{owner_tag(uid)}/{_base32(sha256(facts.encode()).digest())[:_DIGEST_CHARACTERS]}"


def is_key(text: str) -> bool:
    """Whether `text` has the form of a key."""
    return _KEY.fullmatch(text) is not None


def is_owner(uid: Uid, key: str) -> bool:
    """Whether the key is one of this person's uploads."""
    return key.startswith(f"{owner_tag(uid)}/")


def mime_of(text: str) -> str | None:
    """A media type without its parameters, in lower case; None if the text is none.

    >>> mime_of("audio/WebM;codecs=opus")
    'audio/webm'
    """
    mime = text.partition(";")[0].strip().lower()
    return mime if _MIME.fullmatch(mime) else None


def takes(kind: MediaType, mime: str) -> bool:
    """Whether media of this kind may have this type."""
    return kind not in MIMES or mime in MIMES[kind]


def days_to_keep(age_ms: int, retention_days: int) -> int:
    """How long the store keeps an object of this age that a message names now: until history forgets the message, and a
    day more, by which two clocks may differ."""
    needed = age_ms / DAY_MS + retention_days + 1
    return next((days for days in KEPT_DAYS if days >= needed), KEPT_DAYS[-1])


def parts_of(size: int) -> int:
    """How many parts an upload of this many bytes has; 0: it goes up in one request."""
    return -(-size // PART_BYTES) if size > PART_BYTES else 0


def bytes_of_part(size: int, number: int) -> int:
    """The size of a part of an upload of this size; the first part is 1."""
    return min(PART_BYTES, size - (number - 1) * PART_BYTES)


def checksum_of(parts: Sequence[str]) -> str:
    """The SHA-256 of an upload from those of its parts."""
    digests = b"".join(map(b64decode, parts))
    return f"{b64encode(sha256(digests).digest()).decode()}-{len(parts)}"


def is_checksum(text: str, size: int) -> bool:
    """Whether `text` can be the SHA-256 of an upload of this many bytes."""
    digest, parts = text[:44], text[44:]
    if not is_digest(digest):
        return False
    expected = parts_of(size)
    return parts == (f"-{expected}" if expected else "")


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 in base64."""
    try:
        digest = b64decode(text, validate=True)
    except ValueError:
        return False
    # One digest has one text: the last character's unused bits are zero.
    return len(digest) == _DIGEST_BYTES and b64encode(digest).decode() == text


def _base32(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()
