"""Tokens: who a connection belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from catchup.domain.ids import ID_RULE, DeviceId, Uid, is_id

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


class Tokens(Protocol):
    """What verifies tokens."""

    def verify(self, token: str, device: str = "") -> Identity:
        """`device`: what the handshake says, for tokens that do not name one. Raises TokenRefused or TokenUnusable."""


class SecretTokens:
    """Verifies tokens that are signed with one secret."""

    def __init__(self, secret: str, uid_claim: str = "sub") -> None:
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the JWT secret has fewer than {MIN_SECRET_BYTES} bytes: use a longer random one")
        self._secret = secret
        self._uid_claim = uid_claim

    def verify(self, token: str, device: str = "") -> Identity:
        """Raises TokenRefused or TokenUnusable."""
        check_characters(token)
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
        return identity_of(claims, self._uid_claim, device)


def check_characters(token: str) -> None:
    """A JWT is ASCII; PyJWT breaks on what can't be encoded. Raises TokenRefused."""
    if not token.isascii():
        raise TokenRefused("not ASCII")


def identity_of(claims: Mapping[str, Any], uid_claim: str, device: str) -> Identity:
    """Who and which device: the token's word counts before the handshake's. Raises TokenUnusable."""
    uid, named = claims.get(uid_claim), claims.get("deviceId", device)
    if not (isinstance(uid, str) and is_id(uid)):
        raise TokenUnusable(f"{uid_claim} must match {ID_RULE}")
    if not (isinstance(named, str) and is_id(named)):
        raise TokenUnusable(f"deviceId, in the token or the handshake, must match {ID_RULE}")
    return Identity(Uid(uid), DeviceId(named), int(claims["exp"]))
