"""Tokens: who a connection belongs to. `secret` and `issuer` are the two ways to verify them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from catchup.domain.ids import ID_RULE, UID_RULE, DeviceId, Uid, is_id, is_uid

# How far the clock of a login service may differ from ours. Frames are refused exactly from `exp` on.
LEEWAY_SECONDS = 5
# Keys are asked for again after this long ...
KEYS_LIFESPAN_SECONDS = 300
# ... or at once for a token that none of them has signed. At most this often, as anyone can make such tokens.
REFRESH_PAUSE_SECONDS = 10
# Times of tokens are seconds (RFC 7519, section 2, "NumericDate"). These are the year 5138 in seconds, 1973 in
# milliseconds: no time of ours lies above in one unit and below in the other.
_MOST_SECONDS = 10**11
_TIMES = ("exp", "nbf", "iat")


class TokenRefused(Exception):
    """No token, or one that is malformed, expired, not yet valid, or signed by another.

    `kind`: for the metric, from a small set; `reason`: for the log. Neither repeats text of the token.
    """

    def __init__(self, kind: str, reason: str = "") -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason or kind


class TokenUnusable(Exception):
    """A valid token that names no person or no device."""


class KeysUnavailable(Exception):
    """The keys can't be read, and there are no previous ones: no token can be judged."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person and device of a token; "" if it names no device. `expires_at`: seconds since 1970."""

    uid: Uid
    device_id: DeviceId
    expires_at: int


class Tokens(Protocol):
    """Verifies tokens."""

    def verify(self, token: str, device: str | None = "") -> Identity:
        """Returns the identity of a token. `device`: the handshake's device, for tokens without one; None if no device
        is needed. Raises TokenRefused, TokenUnusable or KeysUnavailable."""


def check_characters(token: str) -> None:
    """Raises TokenRefused unless the token is ASCII: PyJWT fails on other characters."""
    if not token.isascii():
        raise TokenRefused("not ASCII")


def claims_of(token: str, key: Any, algorithms: Sequence[str], issuer: str | None = None) -> Mapping[str, Any]:
    """Returns the claims of a token, after checking this key's signature and the times. It does not check the issuer.

    Raises jwt.PyJWTError, or TokenRefused.
    """
    # The callers check sub and aud: a valid token that can't be used is 403, not 401.
    required = ["exp"] if issuer is None else ["exp", "iss"]
    options: Any = {"require": required, "verify_aud": False, "verify_sub": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(algorithms), issuer=issuer, leeway=LEEWAY_SECONDS, options=options
        )
    except jwt.ImmatureSignatureError:
        # The signature is valid: PyJWT checks the times afterwards.
        _check_unit(jwt.decode(token, options={"verify_signature": False}))
        raise
    _check_unit(claims)
    return claims


def _check_unit(claims: Mapping[str, Any]) -> None:
    """Refuses times in milliseconds: a token with such an `exp` would never expire."""
    for name in _TIMES:
        if name in claims and int(claims[name]) > _MOST_SECONDS:
            raise TokenRefused("TimeInMilliseconds", f"{name} must be in seconds since 1970: it seems in milliseconds")


def identity_of(claims: Mapping[str, Any], uid_claim: str, device: str | None) -> Identity:
    """Returns person and device. The token's device takes precedence over the handshake's. Raises TokenUnusable."""
    uid, named = claims.get(uid_claim), claims.get("deviceId", device)
    is_without_device = device is None and "deviceId" not in claims
    if not (isinstance(uid, str) and is_uid(uid)):
        raise TokenUnusable(f"{uid_claim} must match {UID_RULE}")
    if not (is_without_device or (isinstance(named, str) and is_id(named))):
        raise TokenUnusable(f"deviceId, in the token or the handshake, must match {ID_RULE}")
    return Identity(Uid(uid), DeviceId(named or ""), int(claims["exp"]))
