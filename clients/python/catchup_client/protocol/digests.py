"""The checksums of a file, as the store of files writes them (docs/protocol.md, section 3, *Media*)."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from typing import NamedTuple

from catchup_client.settings import UPLOAD_PART_BYTES


class Digests(NamedTuple):
    """What tells that bytes are these ones."""

    bytes: int
    sha256: str
    """In base64; of a file in parts: of the digests of the parts, then `-` and the number of parts."""
    parts: tuple[str, ...] = ()
    """Of each part, in base64; empty if it goes up as a whole."""


def digests_of(parts: Iterable[bytes]) -> Digests:
    """Return the checksums of a file that is given in parts: each of UPLOAD_PART_BYTES, but the last.

    >>> digests_of([b"hello"]).sha256
    'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
    """
    size, digests = 0, list[bytes]()
    for part in parts:
        size += len(part)
        digests.append(hashlib.sha256(part).digest())
    if size <= UPLOAD_PART_BYTES:
        return Digests(size, _base64(digests[0] if digests else hashlib.sha256().digest()))
    whole = _base64(hashlib.sha256(b"".join(digests)).digest())
    return Digests(size, f"{whole}-{len(digests)}", tuple(map(_base64, digests)))


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode("ascii")
