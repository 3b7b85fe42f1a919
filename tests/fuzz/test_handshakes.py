"""Handshakes that nobody should try: refused or denied, and no token in the logs."""

import json
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import jwt
import pytest
from moto import mock_aws

from tests.fuzz import oddities, tally
from tests.fuzz.logs import Captured, captured, leak
from tests.support.cold_start import load_authorizer
from tests.support.requests import MARKER
from tests.support.secrets import new_secret
from tests.support.world import Context

SECRET = f"{MARKER}-that-signs-the-tokens-of-this-test"
HANDSHAKES = 5_000
CLAIMS: Mapping[str, Any] = {"sub": f"{MARKER}-alice", "deviceId": "phone", "exp": 4_102_444_800}
NO_CLAIM: list[Any] = [None, 7, [], {}, "", "a b", "x" * 65, "\u0665", 1e308, -1, 10**30, True]


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The real authorizer function."""
    with mock_aws():
        arn = new_secret(SECRET)
        monkeypatch.setenv("JWT_SECRET_ARN", arn)
        handler = load_authorizer()
        yield handler


def handshake(rng: Random) -> dict[str, Any]:
    """An event of a handshake whose token or headers are spoilt."""
    token = _spoilt_token(rng)
    odd = str(rng.choice([text for text in oddities.STRINGS if len(text) < 100]))
    headers: dict[str, Any] = rng.choice(
        [
            {"Authorization": f"Bearer {token}"},
            {"authorization": f"bearer  {token} "},
            {"Authorization": token},
            {"Sec-WebSocket-Protocol": f"catchup.json.v1, bearer.{token}, {odd}"},
            {"Sec-WebSocket-Protocol": f"bearer.{token}, device.{odd}"},
            {"Authorization": f"Bearer {token}", "X-Device-Id": odd, odd: odd},
            {"Authorization": f"Bearer {token}", "Sec-WebSocket-Protocol": odd},
        ]
    )
    return {"methodArn": "arn", "headers": headers, "requestContext": {"eventType": "CONNECT"}}


def _spoilt_token(rng: Random) -> str:
    claims = dict(CLAIMS)
    # The last one spoils nothing: the headers may, and a good token must still open.
    kind = rng.randrange(7)
    if kind < 2:
        claims[rng.choice(list(claims))] = rng.choice(NO_CLAIM)
    token = jwt.encode(claims, SECRET, "HS256") if kind != 2 else jwt.encode(claims, f"another {SECRET}", "HS256")
    at = rng.randrange(len(token))
    match kind:
        case 3:
            return token[:at] + token[at + 1 :]
        case 4:
            return token[:at] + rng.choice([".", "é", "\ud800", " ", "\0", "=="]) + token[at:]
        case 5:
            return str(rng.choice(oddities.STRINGS))
        case _:
            return token


def outcome(handler: Callable[..., Any], event: Mapping[str, Any]) -> str:
    try:
        answer = handler(event, Context())
    except Exception as error:
        if str(error) == "Unauthorized":
            return "401"
        raise
    effect: str = answer["policyDocument"]["Statement"][0]["Effect"]
    # API Gateway takes a flat map of strings, and nothing but JSON.
    assert all(isinstance(value, str) for value in json.loads(json.dumps(answer["context"])).values())
    return effect


def test_a_spoilt_handshake_is_refused_and_its_token_is_not_logged(authorizer: Any) -> None:
    counts: dict[str, int] = {}
    with captured() as logs:
        logs.listen_to(authorizer.service.telemetry.logger)
        for number in range(HANDSHAKES):
            event = handshake(Random(number))
            with logs.printed():
                effect = outcome(authorizer.handler, event)
            counts[effect] = counts.get(effect, 0) + 1
            assert not leak(logs.take(), json.dumps(event["headers"])), event
    assert set(counts) == {"401", "Deny", "Allow"}
    tally.record("handshakes", **counts)


def test_a_token_that_is_logged_is_noticed() -> None:
    logs = Captured()
    token = jwt.encode(dict(CLAIMS), SECRET, "HS256")
    print(f"refused {token}", file=logs)
    assert leak(logs.take(), json.dumps({"Authorization": f"Bearer {token}"}))
