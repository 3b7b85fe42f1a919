"""AWS Signature Version 4, for requests that differ only in path, body and time.

botocore's signer takes five times as long, a third of the budget of a post: it works for any request, and derives the
key each time (docs/adr/0023-posts-without-botocores-client.md). A test holds this equal to it.

Source: AWS documentation, "Create a signed AWS API request".
"""

import hmac
import time
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from botocore.credentials import ReadOnlyCredentials

SERVICE = "execute-api"


class Signer:
    """Makes the headers of requests to one host."""

    def __init__(
        self,
        host: str,
        region: str,
        credentials: Callable[[], ReadOnlyCredentials],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`credentials`: gives the current ones. `clock`: seconds since 1970."""
        self._host = host
        self._region = region
        self._credentials = credentials
        self._clock = clock

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Returns the headers. `path`: as it is sent; the signature encodes it once more."""
        credentials = self._credentials()
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        # In the order of their names, as the signature lists them.
        headers = {"host": self._host, "x-amz-date": now}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        names = ";".join(headers)
        lines = (f"{name}:{value}" for name, value in headers.items())
        request = "\n".join((method, quote(path, safe="/~"), "", *lines, "", names, sha256(body).hexdigest()))
        scope = f"{now[:8]}/{self._region}/{SERVICE}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = _hmac(_key(credentials.secret_key, now[:8], self._region), text).hex()
        credential = f"{credentials.access_key}/{scope}"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
        return headers


@lru_cache(maxsize=4)
def _key(secret: str, day: str, region: str) -> bytes:
    """Returns the signing key, which changes at midnight and with the credentials."""
    key = _hmac(f"AWS4{secret}".encode(), day)
    for part in (region, SERVICE, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
