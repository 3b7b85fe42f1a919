"""Tokens of an OpenID Connect issuer: Amazon Cognito or any other.

Sources: OpenID Connect Discovery 1.0, section 4; RFC 7517 (keys); RFC 7519 (claims); Amazon Cognito developer guide,
"Verifying JSON web tokens" (access tokens name their audience in `client_id`).
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import jwt
from jwt.exceptions import PyJWKClientConnectionError

from catchup.tokens import (
    KEYS_LIFESPAN_SECONDS,
    REFRESH_PAUSE_SECONDS,
    Identity,
    KeysUnavailable,
    TokenRefused,
    check_characters,
    claims_of,
    identity_of,
)

# Fixed here, never read from the token. No HS*: a public key must not be accepted as a secret.
ALGORITHMS = ["RS256", "ES256"]
TIMEOUT_SECONDS = 3


class IssuerTokens:
    """Verifies tokens by the keys that their issuer publishes."""

    def __init__(self, issuer: str, audience: str, *, keys_url: str = "", uid_claim: str = "sub") -> None:
        self._issuer = issuer
        self._audience = audience
        self._uid_claim = uid_claim
        self._keys_url = keys_url
        self._keys: _Keys | None = None

    def verify(self, token: str, device: str | None = "") -> Identity:
        """Raises TokenRefused, TokenUnusable or KeysUnavailable."""
        check_characters(token)
        try:
            key = self._signing_keys().get_signing_key_from_jwt(token)
            claims = claims_of(token, key, ALGORITHMS, issuer=self._issuer)
        except PyJWKClientConnectionError as error:
            raise KeysUnavailable(str(error)) from error
        except jwt.PyJWTError as error:
            raise TokenRefused(type(error).__name__) from error
        if self._audience not in _audiences(claims):
            raise TokenRefused("InvalidAudienceError")
        return identity_of(claims, self._uid_claim, device)

    def _signing_keys(self) -> "_Keys":
        if self._keys is None:
            self._keys = _Keys(self._keys_url or _discovered(self._issuer))
        return self._keys


class _Keys(jwt.PyJWKClient):
    """The issuer's keys. While the issuer does not answer, its last keys stay in use."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            lifespan=KEYS_LIFESPAN_SECONDS,
            timeout=TIMEOUT_SECONDS,
            cooldown_duration=REFRESH_PAUSE_SECONDS,
        )
        self._last: Any = None

    def fetch_data(self) -> Any:
        """The key set."""
        try:
            self._last = super().fetch_data()
        except PyJWKClientConnectionError:
            if self._last is None:
                raise
        return self._last


def _discovered(issuer: str) -> str:
    """Returns the address of the issuer's keys, from its discovery document."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        with urlopen(Request(url), timeout=TIMEOUT_SECONDS) as answer:  # https, by the settings  # noqa: S310  # nosec B310
            found = json.load(answer)
        if found["issuer"] != issuer:
            raise KeysUnavailable(f"{url} speaks of the issuer {found['issuer']!r}: set JWT_ISSUER to that")
        return str(found["jwks_uri"])
    except (URLError, OSError, ValueError, KeyError, TypeError) as error:
        raise KeysUnavailable(f"{url}: {type(error).__name__}: {error}") from error


def _audiences(claims: Mapping[str, Any]) -> list[str]:
    named = claims.get("aud", claims.get("client_id"))
    return named if isinstance(named, list) else [str(named)]
