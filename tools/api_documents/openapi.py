"""docs/openapi.json: the HTTP API (OpenAPI 3.1)."""

import re
from collections.abc import Iterator
from typing import Any

from catchup.commands import ROUTES, Command
from catchup.entrypoint.negotiation import JSON, PROTOBUF
from catchup.settings import MAX_HTTP_ANSWER_BYTES, MAX_HTTP_BODY_BYTES, MAX_HTTP_PAGE
from catchup.wire.content import query_fields
from tools.api_documents.answers import BYTES, components, responses_of
from tools.api_documents.examples import Example, examples
from tools.api_documents.limits import SCALARS, TYPE_OF
from tools.api_documents.links import LINKS
from tools.api_documents.schemas import Schemas, member, ref, request_name, used
from tools.api_documents.texts import HTTP, SUMMARIES, TAGS, VERSION

OK, FOUND = 200, 302


def openapi() -> dict[str, Any]:
    """Returns the document."""
    schemas, paths = Schemas(MAX_HTTP_PAGE), dict[str, Any]()
    for route, command in ROUTES.items():
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(route, command, schemas)
    answers = components(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Catchup over HTTP",
            "version": VERSION,
            "description": HTTP.format(body=MAX_HTTP_BODY_BYTES, page=MAX_HTTP_PAGE, answer=MAX_HTTP_ANSWER_BYTES),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": {name: schemas.named[name] for name in used(schemas.named, [paths, answers])},
            "responses": answers,
            "parameters": {"Device": _DEVICE},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: str, command: Command, schemas: Schemas) -> dict[str, Any]:
    method, path = route.split(" ")
    shown = [example for example in examples(route) if example.status == _good(command)]
    in_path = re.findall(r"\{(\w+)\}", path)
    message = member(command.cmd)
    parameters = [*_parameters(command, in_path, shown, schemas, has_query=method == "GET")]
    operation: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": SUMMARIES[operation_id(route)],
        "tags": [command.capability],
        "parameters": [*parameters, {"$ref": "#/components/parameters/Device"}],
    }
    if method != "GET" and {field.json_name for field in message.fields} - {*in_path}:
        operation["requestBody"] = _body(command, in_path, shown, schemas)
    reply = {
        "description": "OK.",
        "content": _content(schemas.reply(member(command.reply)), command.reply, shown, "answer"),
        **({"links": LINKS[operation_id(route)]} if operation_id(route) in LINKS else {}),
    }
    if _good(command) == FOUND:
        reply["description"] = "The file is at `Location`, which needs no token."
        reply["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    return {**operation, "responses": {str(_good(command)): reply, **responses_of(command)}}


def _good(command: Command) -> int:
    """The status of the answer that a client wants."""
    return FOUND if command.cmd == "media" else OK


def operation_id(route: str) -> str:
    """The command's name; of counters, which have two routes, the one without names is `allCounters`."""
    return "allCounters" if route == "GET /v1/counters" else ROUTES[route].cmd


def _parameters(
    command: Command, in_path: list[str], shown: list[Example], schemas: Schemas, *, has_query: bool
) -> Iterator[dict[str, Any]]:
    message = member(command.cmd)
    for name in in_path:
        kind = TYPE_OF.get(name)
        schema = (
            schemas.field_of_request(message, name)
            if kind is None
            else ref(f"{kind}InPath" if f"{kind}InPath" in SCALARS else kind)
        )
        given = [_typed(example.path[name], schema) for example in shown if name in example.path]
        yield {"name": name, "in": "path", "required": True, "schema": schema, **_first(given)}
    names = sorted(query_fields(command.cmd) - {*in_path}) if has_query else []
    for name in names:
        schema = schemas.field_of_request(message, name)
        given = [_typed(example.query[name], schema) for example in shown if name in example.query]
        yield {"name": name, "in": "query", "schema": schema, **_first(given)}


def _typed(text: str, schema: dict[str, Any]) -> Any:
    return int(text) if schema.get("type") == "integer" else text


def _first(given: list[Any]) -> dict[str, Any]:
    return {"example": given[0]} if given else {}


def _body(command: Command, in_path: list[str], shown: list[Example], schemas: Schemas) -> dict[str, Any]:
    message = member(command.cmd)
    name = request_name(command.cmd, message)
    schema = schemas.request(message, name, without=in_path)
    needed = bool(schemas.named[name].get("required"))
    return {"required": needed, "content": _content(schema, command.cmd, shown, "content")}


def _content(schema: dict[str, Any], name: str, shown: list[Example], part: str) -> dict[str, Any]:
    given = {each.name: {"value": getattr(each, part)} for each in shown if getattr(each, part) is not None}
    binary = {**BYTES, "description": f"A serialised catchup.v1.{member(name).name}."}
    return {JSON: {"schema": schema, **({"examples": given} if given else {})}, PROTOBUF: {"schema": binary}}


_DEVICE = {
    "name": "X-Device-Id",
    "in": "header",
    "description": "The device that asks; that of the token takes precedence.",
    "schema": {"$ref": "#/components/schemas/Id"},
}
