"""Real threads, DynamoDB Local alone: moto is not thread-safe and would prove nothing."""

from typing import Any

import pytest

from catchup.observability import FunctionTelemetry
from tests.concurrency.crowd import SharedMeter
from tests.support.engines import quick_client


@pytest.fixture
def dynamodb(dynamodb_local: str) -> Any:
    """A client that all threads share."""
    return quick_client(dynamodb_local)


@pytest.fixture(autouse=True)
def meter(monkeypatch: pytest.MonkeyPatch) -> SharedMeter:
    """In place of Powertools' metrics, which are made for one invocation at a time, as a Lambda process has it."""
    shared = SharedMeter()
    monkeypatch.setattr(FunctionTelemetry, "count", lambda _, name, value=1: shared.count(name, value))
    monkeypatch.setattr(FunctionTelemetry, "flush", lambda _: None)
    return shared
