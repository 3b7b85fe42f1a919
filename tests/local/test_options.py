"""Options come from the command line, then the environment, then the defaults."""

from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.options import Options, parse_options


def test_without_anything_the_defaults_hold() -> None:
    """`make run`."""
    assert parse_options([], {}) == Options()


def test_the_environment_wins_over_the_defaults_and_the_command_line_over_both() -> None:
    """`make run PORT=4000 options="--engine dynamodb-local"`."""
    environment = {
        "PORT": "4000",
        "ENGINE": "http://127.0.0.1:8000",
        "IN_PROCESS": "1",
        "HOST": "localhost",
        "LOG_LEVEL": "",
    }
    options = parse_options(["--engine", "dynamodb-local", "--connection-idle-seconds", "2.5"], environment)
    assert (options.port, options.engine, options.in_process, options.host) == (
        4000,
        "dynamodb-local",
        True,
        "localhost",
    )
    assert (options.connection_idle_seconds, options.log_level) == (2.5, "")
    assert parse_options(["--no-in-process"], environment).in_process is False


def test_a_path_is_a_path() -> None:
    """TEMPLATE=…"""
    assert parse_options(["--template", "other.yaml"], {}).template == Path("other.yaml")


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("IN_PROCESS", "maybe"), ("CONNECTION_SECONDS", "1h")])
def test_an_environment_variable_of_the_wrong_type_is_a_clear_error(name: str, value: str) -> None:
    """It names the variable."""
    with pytest.raises(LocalStackError, match=f"{name}={value}: must be of type"):
        parse_options([], {name: value})


def test_parameters_are_pairs() -> None:
    """As `sam deploy --parameter-overrides` takes them."""
    assert Options(parameter_overrides="A=1 B=x=y").parameters() == {"A": "1", "B": "x=y"}
    with pytest.raises(LocalStackError, match="'A' must have the form Name=value"):
        Options(parameter_overrides="A").parameters()


def test_the_help_names_every_option_with_its_variable_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m local --help`."""
    with pytest.raises(SystemExit):
        parse_options(["--help"], {})
    text = " ".join(capsys.readouterr().out.split())
    assert "--port PORT port that the gateway listens on; 0 takes a free one (env PORT, default 3001)" in text
    assert "env DYNAMODB_LOCAL_DIRECTORY" in text
