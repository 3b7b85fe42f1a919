"""Tokens: who a connection belongs to. `secret` and `issuer` are the two ways to verify them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from catchup.domain.ids import ID_RULE, UID_RULE, DeviceId, Uid, is_id, is_uid

# What the clock of a login service may differ by from ours. Frames are refused from `exp` on, exactly.
LEEWAY_SECONDS = 5
# Keys are asked for again after this long ...
KEYS_LIFESPAN_SECONDS = 300
# ... or at once for a token that none of them has signed, but not more often: anyone can make such tokens.
REFRESH_PAUSE_SECONDS = 10
# Times of tokens are seconds (RFC 7519, section 2, "NumericDate"). These are the year 5138 in seconds, 1973 in
# milliseconds: no time of ours lies above in one unit and below in the other.
_MOST_SECONDS = 10**11
_TIMES = ("exp", "nbf", "iat")


class TokenRefused(Exception):
    """No token, or one that is malformed, expired, not yet valid, or signed by another.

    `kind`: one of a few, for the metric; `reason`: for the log. Neither repeats what came.
    """

    def __init__(self, kind: str, reason: str = "") -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason or kind


class TokenUnusable(Exception):
    """A good token that does not say who or which device."""


class KeysUnavailable(Exception):
    """The keys can't be read, and there are none from before: nobody can be let in or refused."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks of. `expires_at`: seconds since 1970."""

    uid: Uid
    device_id: DeviceId
    expires_at: int


class Tokens(Protocol):
    """What verifies tokens."""

    def verify(self, token: str, device: str = "") -> Identity:
        """`device`: what the handshake says, for tokens that do not name one. Raises TokenRefused, TokenUnusable or
        KeysUnavailable."""


def check_characters(token: str) -> None:
    """A JWT is ASCII; PyJWT breaks on what can't be encoded. Raises TokenRefused."""
    if not token.isascii():
        raise TokenRefused("not ASCII")


def claims_of(token: str, key: Any, algorithms: Sequence[str], issuer: str | None = None) -> Mapping[str, Any]:
    """The claims of a token that this key has signed, and whose times are right, whoever has issued it.

    Raises jwt.PyJWTError, or TokenRefused.
    """
    # sub and aud are checked by those who know what they must be: a good token that can't be used is 403, not 401.
    required = ["exp"] if issuer is None else ["exp", "iss"]
    options: Any = {"require": required, "verify_aud": False, "verify_sub": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(algorithms), issuer=issuer, leeway=LEEWAY_SECONDS, options=options
        )
    except jwt.ImmatureSignatureError:
        # The signature is good: PyJWT looks at times after it.
        _check_unit(jwt.decode(token, options={"verify_signature": False}))
        raise
    _check_unit(claims)
    return claims


def _check_unit(claims: Mapping[str, Any]) -> None:
    """A token with `exp` in milliseconds would never expire, and nobody would notice."""
    for name in _TIMES:
        if name in claims and int(claims[name]) > _MOST_SECONDS:
            raise TokenRefused("TimeInMilliseconds", f"{name} must be in seconds since 1970: it seems in milliseconds")


def identity_of(claims: Mapping[str, Any], uid_claim: str, device: str) -> Identity:
    """Who and which device: the token's word counts before the handshake's. Raises TokenUnusable."""
    uid, named = claims.get(uid_claim), claims.get("deviceId", device)
    if not (isinstance(uid, str) and is_uid(uid)):
        raise TokenUnusable(f"{uid_claim} must match {UID_RULE}")
    if not (isinstance(named, str) and is_id(named)):
        raise TokenUnusable(f"deviceId, in the token or the handshake, must match {ID_RULE}")
    return Identity(Uid(uid), DeviceId(named), int(claims["exp"]))
