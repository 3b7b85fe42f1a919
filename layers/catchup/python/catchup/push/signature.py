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
from typing import NamedTuple
from urllib.parse import quote

from botocore.credentials import ReadOnlyCredentials

SERVICE = "execute-api"


class _Second(NamedTuple):
    """What the signatures of a second share, as long as the credentials are the same."""

    at: int
    credentials: ReadOnlyCredentials
    # In the order of their names, as the signature lists them.
    headers: dict[str, str]
    # The part of a canonical request between path and body.
    canonical: str
    # Parts of the text to sign and of the header, before what is of one request.
    text: str
    authorization: str
    key: bytes


class Signer:
    """Makes the headers of requests to one host. Thread-safe."""

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
        self._second: _Second | None = None

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Returns the headers. `path`: as it is sent; in its last part all but unreserved characters must be
        percent-encoded."""
        credentials, at = self._credentials(), int(self._clock())
        second = self._second
        if second is None or second.at != at or second.credentials != credentials:
            second = self._second = self._prepared(at, credentials)
        request = f"{method}\n{_encoded(path)}\n{second.canonical}{sha256(body).hexdigest()}"
        text = second.text + sha256(request.encode()).hexdigest()
        return {**second.headers, "authorization": second.authorization + _hmac(second.key, text).hex()}

    def _prepared(self, at: int, credentials: ReadOnlyCredentials) -> _Second:
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        headers = {"host": self._host, "x-amz-date": now}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        scope = f"{now[:8]}/{self._region}/{SERVICE}/aws4_request"
        return _Second(
            at,
            credentials,
            headers,
            canonical=f"\n{lines}\n{names}\n",
            text=f"AWS4-HMAC-SHA256\n{now}\n{scope}\n",
            authorization=(
                f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature="
            ),
            key=_key(credentials.secret_key, now[:8], self._region),
        )


def _encoded(path: str) -> str:
    """Percent-encodes a path once more. Only what is before its last part may have other characters than `%` for it."""
    folder, _, name = path.rpartition("/")
    return f"{_encoded_folder(folder)}/{name.replace('%', '%25')}"


@lru_cache(maxsize=4)
def _encoded_folder(folder: str) -> str:
    return quote(folder, safe="/~")


@lru_cache(maxsize=4)
def _key(secret: str, day: str, region: str) -> bytes:
    """Returns the signing key, which changes at midnight and with the credentials."""
    key = _hmac(f"AWS4{secret}".encode(), day)
    for part in (region, SERVICE, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
