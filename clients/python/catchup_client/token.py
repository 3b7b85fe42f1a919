"""The JWT: reading the claims of the client's own token, and getting the next token (docs/protocol.md, section 1)."""

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from catchup_client.errors import TokenRefused
from catchup_client.names import NAME_RULE, UID_RULE, Uid, is_name, is_uid

# RFC 7515, section 3.1: three parts in base64url, without padding.
_JWT = re.compile(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")

Token = str | Callable[[], Awaitable[str]]
"""A token, or a function that gives a fresh one; it is called before each connection."""


# The year 5138: a higher `exp` is not in seconds.
_MOST_SECONDS = 10**11


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims that the client needs. Only the server can check the signature."""

    uid: Uid
    device_id: str
    expires_at_ms: int | None


def read_claims(token: str, device_id: str = "", uid_claim: str = "sub") -> Claims:
    """Return a token's claims; raises TokenRefused if it can't be a token of this service.

    Args:
        token: a JWT.
        device_id: the device that is named at the handshake; it is used if the token has no claim `deviceId`.
        uid_claim: the claim that the deployment takes as the uid.

    """
    if not _JWT.fullmatch(token):
        raise TokenRefused("it is not a JWT, three parts with dots between them")
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenRefused("it is not a JWT: its payload is not JSON in base64") from error
    if not isinstance(claims, dict):
        raise TokenRefused("its payload is no JSON object")
    uid, device, expires_at = claims.get(uid_claim), claims.get("deviceId", device_id), claims.get("exp")
    if device == "":
        raise TokenRefused("it has no claim deviceId: name the device beside it (device_id, --device)")
    for name, value, fits, rule in ((uid_claim, uid, is_uid, UID_RULE), ("deviceId", device, is_name, NAME_RULE)):
        if not isinstance(value, str) or not fits(value):
            raise TokenRefused(f"its claim {name} does not match {rule}")
    if isinstance(expires_at, int | float) and expires_at > _MOST_SECONDS:
        raise TokenRefused("its claim exp must be in seconds since 1970: it seems in milliseconds")
    try:
        expires_at_ms = int(expires_at * 1000) if isinstance(expires_at, int | float) else None
    except (ValueError, OverflowError) as error:  # NaN, infinity
        raise TokenRefused("its claim exp is no time") from error
    return Claims(uid=Uid(str(uid)), device_id=str(device), expires_at_ms=expires_at_ms)


class TokenSource:
    """Gives the token of the next connection."""

    def __init__(self, token: Token, device_id: str = "", uid_claim: str = "sub") -> None:
        self._token = token
        self._device_id = device_id
        self._uid_claim = uid_claim
        self._prefetched: str | None = None

    @property
    def renewable(self) -> bool:
        """Whether asking again may give another token."""
        return not isinstance(self._token, str)

    async def fresh(self) -> str:
        """Return a token to connect with."""
        if isinstance(self._token, str):
            return self._token
        token, self._prefetched = self._prefetched, None
        return token if token is not None else await self._token()

    async def uid(self) -> Uid:
        """Return the token's uid; a token fetched for this is used for the next connection."""
        token = await self.fresh()
        if self.renewable:
            self._prefetched = token
        return self.claims(token).uid

    def claims(self, token: str) -> Claims:
        """Read the claims of one of its tokens; raises TokenRefused."""
        return read_claims(token, self._device_id, self._uid_claim)
