"""Each row of the table of commands has everything that belongs to a command; what is missing is named.

CONTRIBUTING.md, "Add a command", lists the same places in the same order.
"""

import importlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from catchup.commands import COMMANDS, PUSHES, Command
from catchup.wire import catchup_pb2 as pb
from tests.handlers.test_authorization import CELLS
from tests.support.engines import template
from tests.support.requests import BODIES, FIELDS, GOOD
from tests.support.world import ROOT

BODY = {field.name: field for field in pb.Envelope.DESCRIPTOR.oneofs_by_name["body"].fields}
APPS = {path.parent.name: path.read_text() for path in ROOT.glob("functions/*/app.py")}
DOCUMENT = (ROOT / "docs" / "protocol.md").read_text()


def forgotten(command: Command) -> list[str]:
    """The lines that this row's command lacks, each with its file."""
    cmd = command.cmd
    api, title = template().api, f"CatchupApi{cmd.capitalize()}RouteResponse"
    assert api is not None
    route = api.routes.get(cmd)
    events = {json.loads(path.read_text()).get("requestContext", {}).get("routeKey") for path in _events(command)}
    places = {
        f"proto/catchup/v1/catchup.proto: a member {cmd} of Envelope.body": cmd in BODY,
        f"proto/catchup/v1/catchup.proto: a member {command.reply} of Envelope.body": command.reply in BODY,
        f"layers/catchup/python/catchup/wire/{command.capability}.py: a parser {command.parser}": _is_parsed(command),
        f"functions/{command.function}/app.py: a handler of {cmd}": _is_handled(command),
        f"template.yaml: a route {cmd} of {command.function.capitalize()}Function": route is not None
        and route.function == f"{command.function.capitalize()}Function",
        f"template.yaml: {title}": title in template().resources,
        f"events/{command.function}: an event of the route {cmd}": cmd in events,
        f"tests/support/requests.py: a row {cmd} in GOOD": cmd in GOOD,
        f"tests/support/requests.py: a row {cmd} in FIELDS": cmd in FIELDS,
        f"tests/support/requests.py: a row {cmd} in BODIES": cmd in BODIES,
        f"tests/handlers/test_authorization.py: a line {cmd} in GRID": any(route == cmd for route, _ in CELLS),
        f"docs/protocol.md: a row {cmd} in the table of requests": f"| `{cmd}` | `{cmd}`:" in DOCUMENT,
        f"docs/protocol.md: a heading {cmd}": re.search(rf"^### {cmd}$", DOCUMENT, re.MULTILINE) is not None,
    }
    for http in command.http:
        places |= {
            f"template.yaml: an event of {command.function.capitalize()}Function for {http}": _invokes(http, command),
            f"events/{command.function}: an event of the route {http}": http in events,
        }
    if command.http and command.throttled:
        limits = template().resources["CatchupHttpApiApiGatewayDefaultStage"]["Properties"]["RouteSettings"]
        places |= {f"template.yaml: RouteSettings of {http}": http in limits for http in command.http}
    return [place for place, is_there in places.items() if not is_there]


def _invokes(http: str, command: Command) -> bool:
    """Whether the HTTP API invokes the command's function for this route."""
    method, path = http.split(" ")
    operation = template().resources["CatchupHttpApi"]["Properties"]["Body"]["paths"].get(path, {}).get(method.lower())
    return operation is not None and f"{command.function.capitalize()}Function:" in json.dumps(operation)


def _events(command: Command) -> Iterable[Path]:
    return (ROOT / "events" / command.function).glob("*.json")


def _is_parsed(command: Command) -> bool:
    """A body without fields needs no parser."""
    if command.parser is None:
        message = BODY[command.cmd].message_type if command.cmd in BODY else None
        return message is None or not message.fields
    return hasattr(importlib.import_module(f"catchup.wire.{command.capability}"), command.parser)


def _is_handled(command: Command) -> bool:
    name = "change" if command.parser == "change_request" else command.cmd
    return re.search(rf"^def {name}\(", APPS.get(command.function, ""), re.MULTILINE) is not None


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_nothing_of_a_command_is_forgotten(command: Command) -> None:
    missing = forgotten(command)
    assert not missing, "\n".join(missing)


def test_what_a_command_lacks_is_named() -> None:
    missing = "\n".join(
        forgotten(
            COMMANDS["ping"]._replace(
                cmd="shout", capability="sending", reply="shouted", parser="shout_request", http=("POST /v1/shouts",)
            )
        )
    )
    for place in ("proto", "layers", "functions", "template.yaml", "events", "tests/support", "tests/handlers", "docs"):
        assert f"\n{place}" in f"\n{missing}"
    assert "template.yaml: an event of SyncFunction for POST /v1/shouts" in missing
    assert "events/sync: an event of the route POST /v1/shouts" in missing


def test_nothing_is_there_of_a_command_without_a_row() -> None:
    api = template().api
    assert api is not None
    assert {route for route in api.routes if not route.startswith("$")} == set(COMMANDS)
    assert set(GOOD) == set(FIELDS) == set(BODIES) == {cmd for cmd, _ in CELLS} == set(COMMANDS)
    assert {command.cmd for command in COMMANDS.values()} | {command.reply for command in COMMANDS.values()} == {
        *BODY
    } - (set(PUSHES.values()) - set(COMMANDS))


def test_an_http_route_is_of_one_command_and_its_parameters_are_fields_of_the_request() -> None:
    routes = [(route, command.cmd) for command in COMMANDS.values() for route in command.http]
    assert len({route for route, _ in routes}) == len(routes)
    for route, cmd in routes:
        assert re.fullmatch(r"(GET|POST|PUT|DELETE) /v1(/([a-z]+|\{\w+\}))+", route), route
        message = BODY[cmd].message_type
        assert message is not None
        assert set(re.findall(r"\{(\w+)\}", route)) <= {field.json_name for field in message.fields}, route
    assert {cmd for cmd in COMMANDS if cmd not in {cmd for _, cmd in routes}} == {"login", "ping"}
