"""Tokens signed with one secret (HS256). The secret is in Secrets Manager and may be rotated at any time.

    token ── the keys are older than five minutes? ── yes ── read again: AWSCURRENT and AWSPREVIOUS
      │ no                                                     └── no answer: the previous keys stay in use
    one of the keys has signed it ── yes ── in
      │ no
    read within ten seconds? ── yes ── 401;  no ── read again, and check once more

Source: AWS Secrets Manager user guide, "Secret versions": a new value is AWSCURRENT, the one before it AWSPREVIOUS.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from botocore.exceptions import BotoCoreError, ClientError

from catchup.clock import Clock
from catchup.metrics import Metric, Telemetry
from catchup.tokens import (
    KEYS_LIFESPAN_SECONDS,
    REFRESH_PAUSE_SECONDS,
    Identity,
    TokenRefused,
    check_characters,
    claims_of,
    identity_of,
)

# Fixed here, never read from the token: a token that names another algorithm is refused.
ALGORITHMS = ["HS256"]
# RFC 7518, section 3.2: an HS256 key has at least the size of the hash.
MIN_SECRET_BYTES = 32
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class SecretTokens:
    """Verifies tokens with the current and the previous value of the secret."""

    def __init__(self, client: Any, arn: str, *, clock: Clock, telemetry: Telemetry, uid_claim: str = "sub") -> None:
        """`client`: of Secrets Manager. Reads the keys, so that a wrong deployment fails at once.

        Raises ValueError for a secret that is too short, and what botocore raises.
        """
        self._client = client
        self._arn = arn
        self._clock = clock
        self._telemetry = telemetry
        self._uid_claim = uid_claim
        self._asked_at_ms = clock()
        self._keys = self._read()

    def verify(self, token: str, device: str | None = "") -> Identity:
        """Raises TokenRefused or TokenUnusable."""
        check_characters(token)
        self._renew_after(KEYS_LIFESPAN_SECONDS)
        try:
            claims = self._claims(token)
        except jwt.PyJWTError as error:
            raise TokenRefused(type(error).__name__) from error
        return identity_of(claims, self._uid_claim, device)

    def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            return self._signed_by_one_of(self._keys, token)
        except jwt.InvalidSignatureError:
            known = self._keys
            self._renew_after(REFRESH_PAUSE_SECONDS)
            if self._keys == known:
                raise
            return self._signed_by_one_of(self._keys, token)

    def _signed_by_one_of(self, keys: Sequence[str], token: str) -> Mapping[str, Any]:
        for key in keys[:-1]:
            try:
                return claims_of(token, key, ALGORITHMS)
            except jwt.InvalidSignatureError:
                continue
        return claims_of(token, keys[-1], ALGORITHMS)

    def _renew_after(self, seconds: int) -> None:
        """Reads the keys if the last attempt was this long ago. If that fails, the known keys stay in use."""
        now = self._clock()
        if now - self._asked_at_ms < seconds * 1_000:
            return
        # Set before the attempt: if Secrets Manager is down, not every handshake must wait for it.
        self._asked_at_ms = now
        try:
            self._keys = self._read()
        except (BotoCoreError, ClientError, ValueError) as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
            reason = f"{type(error).__name__} {code}".rstrip()
            self._telemetry.error("signing key unreadable", Metric.SIGNING_KEY_UNREADABLE, reason=reason)

    def _read(self) -> Sequence[str]:
        """Returns one key or two; the first signs new tokens."""
        current = self._key(CURRENT)
        if not _is_long_enough(current):
            raise ValueError(f"the JWT secret has fewer than {MIN_SECRET_BYTES} bytes: use a longer random one")
        try:
            previous = self._key(PREVIOUS)
        except ClientError as error:
            # A secret that was never rotated has none.
            if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
                raise
            return [current]
        return [current, previous] if _is_long_enough(previous) else [current]

    def _key(self, stage: str) -> str:
        answer = self._client.get_secret_value(SecretId=self._arn, VersionStage=stage)
        # A secret stored as bytes has no text; an empty key is too short.
        return str(answer.get("SecretString", ""))


def _is_long_enough(key: str) -> bool:
    return len(key.encode()) >= MIN_SECRET_BYTES
