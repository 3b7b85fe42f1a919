"""The key that signs tokens is rotated while processes live, and Secrets Manager may be away."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from catchup.bootstrap.authorizer import build_authorizer
from catchup.bootstrap.clients import Parts
from catchup.entrypoint.authorizer import authorizer_handler
from catchup.observability import FunctionTelemetry
from catchup.settings import load
from tests.handlers.test_connecting import bearer, token
from tests.support.clock import Clock
from tests.support.engines import moto_services
from tests.support.telemetry import logged
from tests.support.world import Context

FIRST, SECOND, THIRD = (f"key-number-{number}-of-the-tests-that-is-long-enough" for number in (1, 2, 3))
PAUSE_MS, LIFESPAN_MS = 10_000, 300_000


class Manager:
    """Secrets Manager on moto: counts what is asked, and can be away."""

    def __init__(self) -> None:
        self.client = boto3.client("secretsmanager")
        self.arn = self.client.create_secret(Name="jwt", SecretString=FIRST)["ARN"]
        self.asked: list[str] = []
        self.away: Exception | None = None

    def secrets(self) -> "Manager":
        return self

    def get_secret_value(self, **arguments: Any) -> Any:
        self.asked.append(arguments["VersionStage"])
        if self.away is not None:
            raise self.away
        return self.client.get_secret_value(**arguments)

    def rotate(self, key: str) -> None:
        self.client.put_secret_value(SecretId=self.arn, SecretString=key)


@pytest.fixture
def manager() -> Iterator[Manager]:
    with moto_services():
        yield Manager()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authorizer(manager: Manager, clock: Clock) -> Any:
    parts = Parts(clients=manager, clock=clock, telemetry=FunctionTelemetry("authorizer"))
    service = build_authorizer(load("authorizer", {"JWT_SECRET_ARN": manager.arn}), parts)
    return authorizer_handler(service.verifier, service.telemetry)


def opens(authorizer: Any, key: str) -> bool:
    """Whether a token that this key has signed opens a connection; otherwise it is answered with 401."""
    try:
        answer = authorizer(bearer(token(key)), Context())
    except Exception as error:  # noqa: BLE001  as API Gateway takes any
        assert str(error) == "Unauthorized"  # noqa: PT017
        return False
    return bool(answer["policyDocument"]["Statement"][0]["Effect"] == "Allow")


def test_a_secret_that_was_never_rotated_is_enough(authorizer: Any, manager: Manager) -> None:
    assert opens(authorizer, FIRST)
    assert not opens(authorizer, SECOND)
    assert manager.asked == ["AWSCURRENT", "AWSPREVIOUS"]


def test_after_a_rotation_both_keys_are_taken_by_processes_old_and_new(
    authorizer: Any, manager: Manager, clock: Clock
) -> None:
    manager.rotate(SECOND)
    clock.now_ms += PAUSE_MS
    assert opens(authorizer, SECOND)
    assert opens(authorizer, FIRST)
    new = build_authorizer(load("authorizer", {"JWT_SECRET_ARN": manager.arn}), Parts(clients=manager, clock=clock))
    for key in (FIRST, SECOND):
        assert opens(authorizer_handler(new.verifier, new.telemetry), key)


def test_a_new_key_is_looked_for_at_most_every_ten_seconds(authorizer: Any, manager: Manager, clock: Clock) -> None:
    """Anyone can make tokens with a bad signature."""
    manager.rotate(SECOND)
    for _ in range(20):
        clock.now_ms += PAUSE_MS // 20 - 1
        assert not opens(authorizer, THIRD)
    assert len(manager.asked) == 2
    clock.now_ms += 20
    assert not opens(authorizer, THIRD)
    assert len(manager.asked) == 4
    assert opens(authorizer, SECOND)
    assert len(manager.asked) == 4


def test_a_key_that_was_taken_away_is_forgotten_within_five_minutes(
    authorizer: Any, manager: Manager, clock: Clock
) -> None:
    manager.rotate(SECOND)
    manager.rotate(THIRD)
    clock.now_ms += LIFESPAN_MS - 1
    assert opens(authorizer, FIRST)
    clock.now_ms += 1
    assert not opens(authorizer, FIRST)
    assert opens(authorizer, SECOND)
    assert opens(authorizer, THIRD)


@pytest.mark.parametrize(
    "outage",
    [
        EndpointConnectionError(endpoint_url="https://secretsmanager"),
        ClientError({"Error": {"Code": "InternalServiceError", "Message": ""}}, "GetSecretValue"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetSecretValue"),
        # The secret is gone altogether.
        ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue"),
    ],
)
def test_while_secrets_manager_is_away_the_known_keys_go_on(
    authorizer: Any, manager: Manager, clock: Clock, outage: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    manager.away = outage
    clock.now_ms += LIFESPAN_MS
    with logged() as log:
        assert opens(authorizer, FIRST)
        assert opens(authorizer, FIRST)
        assert not opens(authorizer, SECOND)
    # One attempt: handshakes don't wait for it one after the other.
    assert manager.asked == ["AWSCURRENT", "AWSPREVIOUS", "AWSCURRENT"]
    assert "signing key unreadable" in log.getvalue()
    assert "SigningKeyUnreadable" in capsys.readouterr().out
    manager.away = None
    manager.rotate(SECOND)
    clock.now_ms += PAUSE_MS
    assert opens(authorizer, SECOND)


def test_a_new_key_that_is_too_short_is_not_used(authorizer: Any, manager: Manager, clock: Clock) -> None:
    manager.rotate("short")
    clock.now_ms += LIFESPAN_MS
    with logged() as log:
        assert opens(authorizer, FIRST)
    assert "signing key unreadable" in log.getvalue()
    assert "short" not in log.getvalue()


def test_a_key_before_that_was_too_short_is_not_used(manager: Manager, clock: Clock) -> None:
    manager.rotate("short")
    manager.rotate(SECOND)
    service = build_authorizer(load("authorizer", {"JWT_SECRET_ARN": manager.arn}), Parts(clients=manager, clock=clock))
    assert opens(authorizer_handler(service.verifier, service.telemetry), SECOND)


def test_an_expired_token_of_the_key_before_is_expired(authorizer: Any, manager: Manager, clock: Clock) -> None:
    manager.rotate(SECOND)
    clock.now_ms += LIFESPAN_MS
    with logged() as log, pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(bearer(token(FIRST, exp=1)), Context())
    assert "ExpiredSignatureError" in log.getvalue()
