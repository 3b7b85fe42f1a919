"""make invoke says which events do not get what they must."""

from pathlib import Path
from typing import Any

import pytest

from tests.expected.cases import Case
from tests.expected.invoke import main, passes

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


def test_a_wrong_build_or_interpreter_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(build: Path) -> str:
        monkeypatch.setattr("sys.argv", ["invoke", str(build), "--python", str(tmp_path / "nowhere")])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        return capsys.readouterr().err.splitlines()[-1]

    assert says(tmp_path).endswith(f"error: {tmp_path} has no template.yaml: it must be a build for this machine")
    (tmp_path / "template.yaml").touch()
    assert says(tmp_path).endswith("nowhere is no interpreter")
