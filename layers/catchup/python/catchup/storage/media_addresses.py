"""Addresses of objects in the bucket of media: S3Addresses.

botocore signs with the time that it is; so the address is signed here, by its signer, with the time of the grid.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from catchup.storage.media_store import OBJECTS, InBucket
from catchup.usecases.media.ports import Served


class S3Addresses(InBucket):
    """Signs addresses. `client`: makes the client of S3; `signing`: the credentials of now, and the region."""

    def __init__(self, client: Callable[[], Any], signing: Callable[[], tuple[Any, str]], bucket: str) -> None:
        super().__init__(client, bucket)
        self._signing = signing

    def address(self, key: str, served: Served, signed_at_ms: int, seconds: int) -> str:
        """Signs a GetObject."""
        said = {"Bucket": self._bucket, "Key": OBJECTS + key}
        plain = str(self._s3.generate_presigned_url(ClientMethod="get_object", Params=said)).partition("?")[0]
        disposition = "inline"
        if served.saved_as is not None:
            disposition = f"attachment; filename*=UTF-8''{_encoded(served.saved_as)}"
        overrides = {"response-content-disposition": disposition, "response-content-type": served.mime}
        request = AWSRequest("GET", plain, params=overrides)
        signed_at = datetime.fromtimestamp(signed_at_ms / 1_000, UTC)
        credentials, region = self._signing()
        _SignedAt(signed_at, credentials, "s3", region, expires=seconds).add_auth(request)
        return str(request.url)


class _SignedAt(S3SigV4QueryAuth):
    """Signs as if it were this time."""

    def __init__(self, signed_at: datetime, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self._signed_at = signed_at

    def add_auth(self, request: AWSRequest) -> None:
        """As botocore's own, with another clock."""
        request.context["timestamp"] = self._signed_at.strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]
        text = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(text, request))  # type: ignore[attr-defined]


def _encoded(name: str) -> str:
    """RFC 8187."""
    return quote(name, safe="")
