"""Uploads in parts: what moto's S3 leaves out of its answers, the checksums of parts and of the whole."""

import base64
import hashlib
import re
from collections import defaultdict

from local.object_store.request import StoreRequest

_PART = re.compile(rb"<PartNumber>(\d+)</PartNumber>")
_PARTS_OF_ETAG = re.compile(r'^"?[0-9a-f]{32}-(\d+)"?$')


class PartChecksums:
    """The SHA-256 of the parts that are under way, by upload."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, str]] = defaultdict(dict)

    def note(self, request: StoreRequest) -> str:
        """Notes a part that was put. Returns its checksum."""
        checksum = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
        self._known[request.parameter("uploadId") or ""][int(request.parameter("partNumber") or 0)] = checksum
        return checksum

    def listed(self, request: StoreRequest, body: bytes) -> bytes:
        """A list of parts with their checksums."""
        known = self._known.get(request.parameter("uploadId") or "", {})

        def with_checksum(found: "re.Match[bytes]") -> bytes:
            checksum = known.get(int(found[1]), "")
            return found[0] + f"<ChecksumSHA256>{checksum}</ChecksumSHA256>".encode()

        return _PART.sub(with_checksum, body)

    def forget(self, request: StoreRequest) -> None:
        """After the upload has ended."""
        self._known.pop(request.parameter("uploadId") or "", None)


def whole_checksum(checksum: str, etag: str) -> str:
    """The checksum of an object as S3 tells it: of one in parts with their number, which its ETag has."""
    parts = _PARTS_OF_ETAG.match(etag)
    return checksum if parts is None or "-" in checksum else f"{checksum}-{parts[1]}"
