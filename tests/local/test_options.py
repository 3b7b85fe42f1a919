"""Options come from the command line, then the environment, then the defaults."""

import re
from pathlib import Path

import pytest

from local.command_line import main
from local.errors import LocalStackError
from local.options import LogStyle, Options, options_of


def test_without_anything_the_defaults_hold() -> None:
    """`make run`."""
    assert options_of({}, {}) == Options()


def test_the_environment_wins_over_the_defaults_and_the_command_line_over_both() -> None:
    """`make run PORT=4000 options="--engine dynamodb-local"`."""
    environment = {
        "PORT": "4000",
        "ENGINE": "http://127.0.0.1:8000",
        "IN_PROCESS": "1",
        "HOST": "localhost",
        "LOG_LEVEL": "",
    }
    options = options_of({"engine": "dynamodb-local", "connection_idle_seconds": "2.5", "host": None}, environment)
    assert (options.port, options.engine, options.in_process, options.host) == (
        4000,
        "dynamodb-local",
        True,
        "localhost",
    )
    assert (options.connection_idle_seconds, options.log_level) == (2.5, "")
    assert options_of({"in_process": False}, environment).in_process is False


def test_a_path_is_a_path() -> None:
    """TEMPLATE=…"""
    assert options_of({"template": "other.yaml"}, {}).template == Path("other.yaml")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("PORT", "http", "must be a whole number"),
        ("PORT", "3001.5", "must be a whole number"),
        ("PORT", "99999", "must be a number from 0 to 65535"),
        ("PORT", "-1", "must be a number from 0 to 65535"),
        ("IN_PROCESS", "maybe", "must be yes or no"),
        ("CONNECTION_SECONDS", "1h", "must be a number"),
        ("CONNECTION_SECONDS", "nan", "must be a number from 0.001 on"),
        ("CONNECTION_IDLE_SECONDS", "inf", "must be a number from 0.001 on"),
        ("QUEUE_POLL_SECONDS", "-1", "must be a number from 0.001 on"),
        ("MAX_PROCESSES", "0", "must be a number from 1 to 1000"),
        ("LOG", "xml", "must be human or json"),
        ("LOG_LEVEL", "LOUD", "must be DEBUG, INFO, WARNING or ERROR"),
        ("ENGINE", "sqlite", "must be moto, dynamodb-local, or an http:// address"),
        ("ENGINE", "http://", "must be moto, dynamodb-local, or an http:// address"),
        ("ENGINE", "http://127.0.0.1:99999", "must be moto, dynamodb-local, or an http:// address"),
        ("STACK_NAME", "my_stack", "must be letters, digits and hyphens, a letter first"),
        ("REGION", "Frankfurt", "must be the name of a region, such as us-east-1"),
    ],
)
def test_a_value_that_cannot_be_is_a_clear_error(name: str, value: str, rule: str) -> None:
    """It names the variable, also if the command line gave it."""
    for given, environment in (({}, {name: value}), ({name.lower(): value}, {})):
        with pytest.raises(LocalStackError) as raised:
            options_of(given, environment)
        assert re.fullmatch(rf"{name}={re.escape(value)}(\.0)?: {re.escape(rule)}", str(raised.value))


def test_upper_and_lower_case_of_a_level_are_one() -> None:
    """LOG_LEVEL=debug."""
    assert options_of({}, {"LOG_LEVEL": "debug", "LOG": "json"}) == Options(log_level="DEBUG", log=LogStyle.JSON)


def test_parameters_are_pairs() -> None:
    """As `sam deploy --parameter-overrides` takes them."""
    assert Options(parameter_overrides="A=1 B=x=y").parameters() == {"A": "1", "B": "x=y"}
    with pytest.raises(LocalStackError, match="'A' must have the form Name=value"):
        Options(parameter_overrides="A").parameters()


def test_quotation_marks_hold_a_value_with_spaces_together() -> None:
    given = """A='b, c' B="d" 'C=e f' D="""
    assert Options(parameter_overrides=given).parameters() == {"A": "b, c", "B": "d", "C": "e f", "D": ""}


@pytest.mark.parametrize(
    ("given", "said"), [("A='b", "a quotation mark"), ("A=b\\", "a backslash"), ("A=1 B=2 A=3", "A is given twice")]
)
def test_parameters_that_can_be_read_in_two_ways_are_refused(given: str, said: str) -> None:
    with pytest.raises(LocalStackError, match=said):
        Options(parameter_overrides=given).parameters()


def test_the_help_names_every_option_with_its_variable_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m local --help`."""
    assert main(["--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "token Print a token that a running stack takes." in text
    assert "--port PORT port that the gateway listens on; 0 takes a free one (env PORT, default 3001)" in text
    assert "env DYNAMODB_LOCAL_DIRECTORY" in text
