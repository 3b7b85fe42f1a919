"""Uploads in parts: what moto's S3 leaves out of its answers, the checksums of parts and of the whole."""

import base64
import hashlib
import re
from collections import defaultdict

from local.object_store.documents import items, malformed
from local.object_store.refusals import Refused
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

    def check(self, request: StoreRequest) -> None:
        """Checks the parts of CompleteMultipartUpload by their checksums. Raises Refused."""
        known = self._known.get(request.parameter("uploadId") or "", {})
        try:
            parts = items(request.body, "CompleteMultipartUpload", "Part")
            named = {int(part.get("PartNumber") or 0): part.get("ChecksumSHA256") for part in parts}
        except ValueError:
            raise malformed() from None
        for number, checksum in named.items():
            if number in known and not checksum:
                says = "The upload was created using a sha256 checksum. The complete request must include the checksum "
                raise Refused(
                    400, "InvalidRequest", f"{says}for each part. It was missing for part {number} in the request."
                )
            if number in known and checksum != known[number]:
                says = "One or more of the specified parts could not be found. The part may not have been uploaded, or "
                raise Refused(
                    400, "InvalidPart", says + "the specified entity tag may not match the part's entity tag."
                )

    def forget(self, request: StoreRequest) -> None:
        """After the upload has ended."""
        self._known.pop(request.parameter("uploadId") or "", None)


def whole_checksum(checksum: str, etag: str) -> str:
    """The checksum of an object as S3 tells it: of one in parts with their number, which its ETag has."""
    parts = _PARTS_OF_ETAG.match(etag)
    return checksum if parts is None or "-" in checksum else f"{checksum}-{parts[1]}"
