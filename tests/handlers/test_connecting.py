"""The handshake: who gets in, and with which subprotocol."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import jwt
import pytest

from tests.support.cold_start import load_authorizer
from tests.support.engines import moto_services
from tests.support.secrets import new_secret
from tests.support.telemetry import lines as lines_of
from tests.support.telemetry import logged, metrics
from tests.support.world import Context, World

SECRET = "a-secret-of-the-tests-that-is-long-enough"
CLAIMS = {"sub": "alice", "deviceId": "phone", "exp": int(time.time()) + 86_400}
METHOD = "arn:aws:execute-api:us-east-1:123456789012:api/v1/$connect"


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The real authorizer function, with its secret in Secrets Manager."""
    with moto_services():
        arn = new_secret(SECRET)
        monkeypatch.setenv("JWT_SECRET_ARN", arn)
        yield load_authorizer().handler


def handshake(headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": METHOD,
        "headers": dict(headers),
        "requestContext": {"eventType": "CONNECT"},
    }


def token(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({k: v for k, v in {**CLAIMS, **claims}.items() if v is not None}, secret, algorithm)


def bearer(text: str) -> dict[str, Any]:
    return handshake({"Authorization": f"Bearer {text}"})


def test_a_good_token_opens_and_its_identity_goes_with_every_event(authorizer: Any) -> None:
    answer = authorizer(bearer(token()), Context())
    assert answer["policyDocument"]["Statement"][0] == {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": METHOD,
    }
    assert answer["context"] == {
        "uid": "alice",
        "deviceId": "phone",
        "encoding": "json",
        "expiresAt": str(CLAIMS["exp"]),
    }


def test_the_access_log_gets_a_principal_that_needs_no_escaping(authorizer: Any) -> None:
    """Whichever uids there may be: API Gateway puts the principal into a line of JSON as it is."""
    for uid in (chr(code) * 2 for code in range(0x20, 0x7F)):
        principal = authorizer(bearer(token(sub=uid)), Context())["principalId"]
        assert json.loads('{"uid":"' + principal + '"}')["uid"] == principal
        assert principal in (uid, "nobody") or unquote(principal) == uid


def test_exactly_the_handshakes_that_are_errors_to_lambda_are_counted_as_such(
    authorizer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """An alarm takes them off the authorizer's errors. A 403 is none."""
    authorizer(bearer(token()), Context())
    authorizer(bearer(token(sub=None)), Context())
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(bearer("not.a.token"), Context())
    counted = metrics(capsys.readouterr().out)
    assert counted["Unauthorized"] == 1
    assert counted["Refused"] > 1


@pytest.mark.parametrize("other", ["Basic YWxpY2U6", "", "Bearer", "Bearer "])
def test_a_header_without_a_bearer_token_is_not_looked_at_beside_a_subprotocol(authorizer: Any, other: str) -> None:
    offered = f"catchup.json.v1, bearer.{token()}"
    answer = authorizer(handshake({"Authorization": other, "Sec-WebSocket-Protocol": offered}), Context())
    assert answer["context"]["uid"] == "alice"


def test_a_bearer_token_in_the_header_counts_before_a_subprotocol(authorizer: Any) -> None:
    offered = f"catchup.json.v1, bearer.{token(sub='bob')}"
    headers = {"Authorization": f"Bearer {token()}", "Sec-WebSocket-Protocol": offered}
    assert authorizer(handshake(headers), Context())["context"]["uid"] == "alice"


@pytest.mark.parametrize(
    "event",
    [
        handshake({}),
        handshake({"Authorization": "Basic YWxpY2U6"}),
        bearer("not.a.token"),
        bearer(token("another-secret-that-is-long-enough-too")),
        bearer(token(exp=int(time.time()) - 6)),
        bearer(token(exp=None)),
        bearer(token("", "none")),
        bearer(token(algorithm="HS512", secret=SECRET * 2)),
    ],
)
def test_a_bad_token_is_401(authorizer: Any, event: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(event, Context())


def line_by_line(*lines: tuple[str, str]) -> dict[str, Any]:
    """A handshake as API Gateway gives it: `headers` has the last line of each name alone."""
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return {**handshake({name: each[-1] for name, each in values.items()}), "multiValueHeaders": values}


PROTOCOL = "Sec-WebSocket-Protocol"


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        ([f"bearer.{token()}", "catchup.json.v1"], "json"),
        (["catchup.json.v1", f"bearer.{token()}"], "json"),
        (["catchup.pb.v1", "catchup.json.v1", f"bearer.{token()}"], "pb"),
        ([f"bearer.{token()}, catchup.pb.v1", "catchup.json.v1"], "pb"),
        (["mqtt", f"bearer.{token(deviceId=None)}", "device.phone,catchup.pb.v1"], "pb"),
    ],
)
def test_subprotocols_in_several_lines_are_one_list(
    authorizer: Any, world: World, lines: list[str], encoding: str
) -> None:
    event = line_by_line(*((PROTOCOL, line) for line in lines))
    assert authorizer(event, Context())["context"] == {
        "uid": "alice",
        "deviceId": "phone",
        "encoding": encoding,
        "expiresAt": str(CLAIMS["exp"]),
    }
    connect = world.phone("alice").event("CONNECT", "$connect") | {
        name: event[name] for name in ("headers", "multiValueHeaders")
    }
    answer = world.handlers["connection"](connect, Context())
    assert answer["headers"] == {PROTOCOL: f"catchup.{encoding}.v1"}


def test_any_line_may_have_the_token_or_the_device(authorizer: Any) -> None:
    good = ("Authorization", f"Bearer {token(deviceId=None)}")
    for other in (("Authorization", "Basic YWxpY2U6"), ("Authorization", "")):
        for lines in ((good, other), (other, good)):
            event = line_by_line(*lines, ("X-Device-Id", "phone"), ("X-Device-Id", ""))
            assert authorizer(event, Context())["context"]["uid"] == "alice"


NOW = int(time.time())


@pytest.mark.parametrize("claims", [{"iat": NOW + 4}, {"nbf": NOW + 4}, {"exp": NOW - 1}, {"iat": NOW, "nbf": NOW}])
def test_the_clock_of_a_login_service_may_differ_by_some_seconds(
    authorizer: Any, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]
) -> None:
    at(monkeypatch, NOW)
    assert authorizer(bearer(token(**claims)), Context())["context"]["uid"] == "alice"


@pytest.mark.parametrize("claims", [{"iat": NOW + 6}, {"nbf": NOW + 6}, {"exp": NOW - 5}])
def test_more_than_that_is_refused(authorizer: Any, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]) -> None:
    at(monkeypatch, NOW)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(bearer(token(**claims)), Context())


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("unit", [1_000, 1_000_000])
def test_times_in_milliseconds_are_refused_with_a_reason(authorizer: Any, claim: str, unit: int) -> None:
    """A token whose `exp` is in milliseconds would never expire."""
    with logged() as log, pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(bearer(token(**dict[str, Any]({claim: (NOW + 60) * unit}))), Context())
    (line,) = lines_of(log.getvalue())
    assert line["reason"] == f"{claim} must be in seconds since 1970: it seems in milliseconds"


def at(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """PyJWT asks `datetime.now` of its own module."""

    class Fixed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(seconds, tz)

    monkeypatch.setattr(jwt.api_jwt, "datetime", Fixed)


@pytest.mark.parametrize(
    "uid", ["auth0|5f7c87d0", "alice@example.org", "a+b=c/d?e", "CORP\\alice", '"', "~" * 64, "-", "."]
)
def test_a_uid_may_be_whatever_login_services_call_people(authorizer: Any, uid: str) -> None:
    answer = authorizer(bearer(token(sub=uid)), Context())
    assert answer["context"]["uid"] == uid
    # As the access log writes it, between quotes.
    assert unquote(json.loads(f'"{answer["principalId"]}"')) == uid


@pytest.mark.parametrize(
    "event",
    [
        bearer(token(sub=None)),
        bearer(token(sub="a b")),
        *(bearer(token(sub=uid)) for uid in ("a:b", "a#b", "x" * 65, "é", "a\x7f", "a\n")),
        bearer(token(sub=5)),
        bearer(token(deviceId=None)),
        bearer(token(deviceId="x" * 65)),
        bearer(token(deviceId=["phone"])),
        handshake({"Authorization": f"Bearer {token()}", "Sec-WebSocket-Protocol": "mqtt"}),
    ],
)
def test_a_token_that_cannot_be_used_is_403(authorizer: Any, event: dict[str, Any]) -> None:
    answer = authorizer(event, Context())
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    assert answer["context"] == {}


@pytest.mark.parametrize(
    ("offered", "encoding"),
    [
        ("catchup.json.v1", "json"),
        ("catchup.pb.v1", "pb"),
        ("catchup.pb.v1, catchup.json.v1", "pb"),
        ("mqtt, catchup.json.v1", "json"),
    ],
)
def test_the_first_known_subprotocol_chooses_the_encoding(authorizer: Any, offered: str, encoding: str) -> None:
    event = handshake({"authorization": f"Bearer {token()}", "sec-websocket-protocol": offered})
    assert authorizer(event, Context())["context"]["encoding"] == encoding


def test_a_browser_sends_its_token_as_a_subprotocol(authorizer: Any) -> None:
    event = handshake({"Sec-WebSocket-Protocol": f"catchup.json.v1, bearer.{token()}"})
    assert authorizer(event, Context())["context"]["uid"] == "alice"


def test_a_short_secret_is_refused_at_cold_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_services():
        arn = new_secret("short")
        monkeypatch.setenv("JWT_SECRET_ARN", arn)
        with pytest.raises(ValueError, match="use a longer random one"):
            load_authorizer()


@pytest.mark.parametrize(
    ("offered", "echoed"),
    [
        ("", None),
        ("catchup.pb.v1", "catchup.pb.v1"),
        ("bearer.abc, catchup.json.v1", "catchup.json.v1"),
        ("bearer.abc", None),
    ],
)
def test_connect_echoes_the_subprotocol_and_never_the_token(world: World, offered: str, echoed: str | None) -> None:
    event = world.phone("alice").event("CONNECT", "$connect")
    event["headers"] = {"Sec-WebSocket-Protocol": offered} if offered else {}
    before = world.trace()
    answer = world.handlers["connection"](event, Context())
    assert answer["statusCode"] == 200
    assert answer.get("headers", {}).get("Sec-WebSocket-Protocol") == echoed
    assert world.trace() == before


@pytest.mark.parametrize("kind", ["CONNECT", "DISCONNECT"])
def test_without_an_identity_nothing_opens_and_nothing_is_forgotten(world: World, kind: str) -> None:
    world.online("alice")
    event = world.phone("alice").event(kind, f"${kind.lower()}")
    del event["requestContext"]["authorizer"]
    before = world.trace()
    assert world.handlers["connection"](event, Context()) == {"statusCode": 401}
    assert world.trace() == before


@pytest.mark.parametrize("text", ["é", "\ud800", "a.b.\udfff"])
def test_a_token_that_is_not_ascii_is_refused(authorizer: Any, text: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(bearer(text), Context())


def test_an_event_whose_header_has_no_lines_is_401(authorizer: Any) -> None:
    event = {**handshake({}), "multiValueHeaders": {"Authorization": None}}
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(event, Context())
