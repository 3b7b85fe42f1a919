"""Tokens: who a connection belongs to."""

from dataclasses import dataclass
from typing import Any

import jwt

from catchup.domain.ids import DeviceId, Uid, is_id

# Fixed here, never read from the token: a token that names another algorithm is refused.
ALGORITHM = "HS256"
# RFC 7518, section 3.2: an HS256 key has at least the size of the hash.
MIN_SECRET_BYTES = 32


class TokenRefused(Exception):
    """No token, or one that is malformed, expired, or signed by another."""


class TokenUnusable(Exception):
    """A good token that does not say who or which device."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks of. `expires_at`: seconds since 1970."""

    uid: Uid
    device_id: DeviceId
    expires_at: int


class TokenVerifier:
    """Verifies tokens that are signed with one secret."""

    def __init__(self, secret: str) -> None:
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the JWT secret has fewer than {MIN_SECRET_BYTES} bytes: use a longer random one")
        self._secret = secret

    def verify(self, token: str) -> Identity:
        """Raises TokenRefused or TokenUnusable."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                # sub is checked below: a good token that can't be used is 403, not 401.
                options={"require": ["exp"], "verify_aud": False, "verify_sub": False},
            )
        except jwt.PyJWTError as error:
            raise TokenRefused(type(error).__name__) from error
        uid, device = claims.get("sub"), claims.get("deviceId")
        if not (isinstance(uid, str) and is_id(uid) and isinstance(device, str) and is_id(device)):
            raise TokenUnusable("sub and deviceId must match [A-Za-z0-9_-]{1,64}")
        return Identity(Uid(uid), DeviceId(device), int(claims["exp"]))
