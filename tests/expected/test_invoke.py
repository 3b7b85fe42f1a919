"""make invoke says which events do not get what they must."""

from typing import Any

import pytest

from tests.expected.cases import Case
from tests.expected.invoke import passes

ECHO = Case("sync/ping", "sync", {"statusCode": 200}, (), {"statusCode": 200})


class Echo:
    """A function that returns its event."""

    def __call__(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        return event

    def output(self, function: str) -> str:
        return f"{function} says what it did"


def test_a_result_as_expected_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert passes(ECHO, Echo())
    assert "SyncFunction         ping" in capsys.readouterr().out


def test_another_result_fails_with_what_was_expected_and_what_was_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert not passes(Case("sync/ping", "sync", {"statusCode": 401}, (), {"statusCode": 200}), Echo())
    printed = capsys.readouterr().out
    for part in ("NOT AS EXPECTED", 'expected {"statusCode": 200}', 'got      {"statusCode": 401}', "says what it did"):
        assert part in printed


def test_a_failure_before_the_event_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert not passes(Case("sync/ping", "sync", {"statusCode": 200}, (("chat", {"statusCode": 500}),), "<any>"), Echo())
    assert "before sync/ping" in capsys.readouterr().out


def test_an_exception_passes_only_where_it_is_expected() -> None:
    raising = {"raises": "Unauthorized"}
    assert passes(Case("authorizer/no-token", "authorizer", raising, (), raising), Echo())
    assert not passes(Case("authorizer/no-token", "authorizer", raising, (), {"statusCode": 200}), Echo())
