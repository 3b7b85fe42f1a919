"""Tokens of an OpenID Connect issuer, against an issuer of the tests' own."""

import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from catchup import issuer as issuers
from tests.support.cold_start import load_authorizer
from tests.support.issuer import AUDIENCE, KEYS, Issuer
from tests.support.world import Context


def hmac_signed(claims: dict[str, Any], secret: bytes) -> str:
    """What the library refuses to make: a token whose secret is a public key."""
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}
    parts = [base64url_encode(json.dumps(part).encode()) for part in (header, claims)]
    signature = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, base64url_encode(signature)]).decode()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
def authorizer(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real authorizer function, that trusts this issuer."""
    monkeypatch.setenv("JWT_ISSUER", issuer.url)
    monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
    return load_authorizer().handler


def knock(authorizer: Any, token: str, **headers: str) -> str:
    """What a handshake with this token comes to: Allow, Deny, 401 or 500."""
    event = {
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/v1/$connect",
        "headers": {"Authorization": f"Bearer {token}", **headers},
        "requestContext": {"eventType": "CONNECT"},
    }
    try:
        answer = authorizer(event, Context())
    except Exception as error:  # noqa: BLE001  what it raises is the answer
        return "401" if str(error) == "Unauthorized" else "500"
    return str(answer["policyDocument"]["Statement"][0]["Effect"])


@pytest.mark.parametrize("key", ["rsa-1", "ec-1"])
def test_a_token_of_the_issuer_opens(issuer: Issuer, authorizer: Any, key: str) -> None:
    assert knock(authorizer, issuer.token(key)) == "Allow"


def test_keys_are_asked_for_once(issuer: Issuer, authorizer: Any) -> None:
    for _ in range(5):
        assert knock(authorizer, issuer.token()) == "Allow"
    assert issuer.asked == ["/pool/.well-known/openid-configuration", "/pool/keys"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere"},
        {"iss": None},
        {"aud": "mail"},
        {"aud": ["mail", "video"]},
        {"aud": None},
        {"aud": None, "client_id": "mail"},
        {"exp": 1},
        {"exp": None},
        {"nbf": 4_000_000_000},
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(
    issuer: Issuer, authorizer: Any, changes: dict[str, Any]
) -> None:
    assert knock(authorizer, issuer.token(**changes)) == "401"


@pytest.mark.parametrize("changes", [{"aud": ["mail", AUDIENCE]}, {"aud": None, "client_id": AUDIENCE}])
def test_an_audience_may_be_one_of_several_or_a_cognito_client(
    issuer: Issuer, authorizer: Any, changes: dict[str, Any]
) -> None:
    assert knock(authorizer, issuer.token(**changes)) == "Allow"


def test_a_token_that_names_no_algorithm_or_takes_the_public_key_for_a_secret_is_refused(
    issuer: Issuer, authorizer: Any
) -> None:
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", "none", headers={"kid": "rsa-1"})
    public = KEYS["rsa-1"].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    confused = hmac_signed(claims, public)
    swapped = jwt.encode(claims, KEYS["rsa-2"], "RS256", headers={"kid": "rsa-1"})
    other_kind = jwt.encode(claims, KEYS["rsa-1"], "RS256", headers={"kid": "ec-1"})
    no_key = jwt.encode(claims, KEYS["rsa-1"], "RS256")
    for token in (unsigned, confused, swapped, other_kind, no_key, "", "a.b.c", "é", "\ud800"):
        assert knock(authorizer, token) == "401"


def test_a_new_key_is_found_when_the_issuer_rotates(
    issuer: Issuer, authorizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "REFRESH_PAUSE_SECONDS", 0)
    assert knock(authorizer, issuer.token()) == "Allow"
    issuer.published = ["rsa-2"]
    assert knock(authorizer, issuer.token("rsa-2")) == "Allow"
    assert knock(authorizer, issuer.token("rsa-1")) == "401"


def test_tokens_with_unknown_keys_do_not_make_the_authorizer_ask_again_and_again(
    issuer: Issuer, authorizer: Any
) -> None:
    for _ in range(20):
        assert knock(authorizer, issuer.token("rsa-2")) == "401"
    assert issuer.asked.count("/pool/keys") == 1


def test_while_the_issuer_is_down_its_last_keys_go_on(
    issuer: Issuer, authorizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "KEYS_LIFESPAN_SECONDS", 0.01)
    assert knock(authorizer, issuer.token()) == "Allow"
    issuer.down = True
    time.sleep(0.02)
    assert knock(authorizer, issuer.token()) == "Allow"
    assert knock(authorizer, issuer.token("rsa-2")) == "401"


def test_without_any_keys_nobody_is_let_in_nor_refused(issuer: Issuer, authorizer: Any) -> None:
    issuer.down = True
    assert knock(authorizer, issuer.token()) == "500"
    issuer.down = False
    assert knock(authorizer, issuer.token()) == "Allow"


def test_an_issuer_that_speaks_of_another_is_not_trusted(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_ISSUER", f"{issuer.url}/")
    monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
    assert knock(load_authorizer().handler, issuer.token()) == "500"


@pytest.mark.parametrize(
    "headers", [{"X-Device-Id": "laptop"}, {"Sec-WebSocket-Protocol": "catchup.json.v1, device.laptop"}]
)
def test_a_token_without_a_device_takes_that_of_the_handshake(
    issuer: Issuer, authorizer: Any, headers: dict[str, str]
) -> None:
    assert knock(authorizer, issuer.token(deviceId=None)) == "Deny"
    assert knock(authorizer, issuer.token(deviceId=None), **headers) == "Allow"
    assert knock(authorizer, issuer.token(deviceId=7), **headers) == "Deny"


def test_the_uid_may_be_another_claim(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_ISSUER", issuer.url)
    monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
    monkeypatch.setenv("JWT_UID_CLAIM", "username")
    authorizer = load_authorizer().handler
    assert knock(authorizer, issuer.token(sub="auth0|123", username="alice")) == "Allow"
    assert knock(authorizer, issuer.token()) == "Deny"
