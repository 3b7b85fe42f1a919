"""Tokens for the local stack, and the secret that signs them."""

import secrets
import time

import jwt

from local.errors import LocalStackError

# The template's parameters with the place of the secret, and with the issuer that signs tokens instead.
PARAMETER = "JwtSecretArn"
ISSUER_PARAMETER = "JwtIssuer"
# RFC 7518, section 3.2: a key for HS256 is at least as long as its hash.
MIN_SECRET_BYTES = 32
DEFAULT_TTL_SECONDS = 24 * 3600


def make_token(secret: str, uid: str, device_id: str, ttl_seconds: float = DEFAULT_TTL_SECONDS) -> str:
    """A JWT for a person's device; with a negative `ttl_seconds` an expired one. Claims: docs/protocol.md."""
    claims = {"sub": uid, "deviceId": device_id, "exp": int(time.time() + ttl_seconds)}
    return jwt.encode(claims, secret, algorithm="HS256")


def chosen_secret(given: str) -> str:
    """The given secret, or a random one if none was given. Raises LocalStackError if it is too short."""
    if given and len(given.encode()) < MIN_SECRET_BYTES:
        raise LocalStackError(f"JWT_SECRET has {len(given.encode())} bytes: give at least {MIN_SECRET_BYTES}, or none")
    return given or secrets.token_urlsafe(MIN_SECRET_BYTES)
