"""The documents that machines read: they are up to date and valid, and their examples are what they describe."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from catchup.commands import PUSHES, ROUTES
from catchup.domain.ids import MAX_NUMBER, UID_RULE, is_uid
from tests.support.world import ROOT
from tools.api_documents.__main__ import documents
from tools.api_documents.asyncapi import SAID_OF_PUSHES
from tools.api_documents.openapi import openapi, operation_id

HTTP = json.loads((ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in HTTP["paths"].items()
    for method, operation in methods.items()
}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_is_up_to_date(path: Any) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "say make documents"


def test_the_description_of_the_http_api_is_valid_openapi() -> None:
    assert HTTP["openapi"] == "3.1.0"
    assert not list(OpenAPIV31SpecValidator(HTTP).iter_errors())


def test_each_route_of_the_table_of_commands_is_described_under_a_name_of_its_own() -> None:
    assert set(OPERATIONS) == set(ROUTES)
    assert {operation["operationId"] for operation in OPERATIONS.values()} == set(map(operation_id, ROUTES))
    assert len({operation_id(route) for route in ROUTES}) == len(ROUTES)


def good(operation: dict[str, Any]) -> Any:
    """The answer that a client wants: one of them is a redirection."""
    return operation["responses"].get("200") or operation["responses"]["302"]


def examples(route: str) -> Iterator[tuple[str, Any, Any]]:
    """Where an example stands, its schema, and what it shows."""
    operation = OPERATIONS[route]
    for parameter in operation["parameters"]:
        if "example" in parameter:
            yield parameter["name"], parameter["schema"], parameter["example"]
    parts = {"request": operation.get("requestBody"), "answer": good(operation)}
    for name, part in parts.items():
        shown = part["content"]["application/json"] if part else {}
        yield from ((name, shown["schema"], example["value"]) for example in shown.get("examples", {}).values())


@pytest.mark.parametrize("route", ROUTES)
def test_a_routes_examples_are_what_it_describes(route: str) -> None:
    """They come from events/, so that tests/expected proves them against the real handlers."""
    found = list(examples(route))
    for where, schema, value in found:
        validator = Draft202012Validator({**schema, "components": HTTP["components"]})
        assert not list(validator.iter_errors(value)), where
    shown = {where for where, _, _ in found}
    in_path = {part[1:-1] for part in route.split("/") if part.startswith("{")}
    assert shown >= {"answer", *in_path, *({"request"} if "requestBody" in OPERATIONS[route] else ())}


@pytest.mark.parametrize("name", sorted(set(HTTP["components"]["responses"]) - {"NotImplemented"}))
def test_each_way_to_fail_is_shown(name: str) -> None:
    """Only an unknown `cmd` is not implemented, and HTTP has none."""
    response = HTTP["components"]["responses"][name]
    content = response["content"]["application/json"]
    validator = Draft202012Validator({**content["schema"], "components": HTTP["components"]})
    assert not list(validator.iter_errors(content["example"]))
    assert content["example"].get("code", "Or an answer of API Gateway") in response["description"]


def test_every_request_and_answer_has_both_encodings() -> None:
    for operation in OPERATIONS.values():
        contents = [good(operation)["content"], operation.get("requestBody", {}).get("content")]
        assert all(set(content) == {"application/json", "application/x-protobuf"} for content in contents if content)


def test_an_int64_is_a_number_that_a_double_holds() -> None:
    seq = HTTP["components"]["schemas"]["Message"]["properties"]["seq"]
    assert (seq["type"], seq["maximum"]) == ("integer", MAX_NUMBER) == ("integer", 2**53 - 1)


@pytest.mark.parametrize("character", [chr(code) for code in range(128)])
def test_a_uid_is_described_as_it_is_checked(character: str) -> None:
    schema = HTTP["components"]["schemas"]["Uid"]
    assert Draft202012Validator(schema).is_valid(character) == is_uid(character), UID_RULE


@pytest.mark.parametrize(
    ("chat", "is_valid"),
    [
        ({"chatType": 1, "to": "auth0|5f7c"}, True),
        ({"chatType": 2, "to": "auth0|5f7c"}, False),
        ({"chatType": 2, "to": "room", "at": ["auth0|5f7c"], "atAll": True}, True),
        ({"chatType": 1, "to": "bob", "at": ["bob"]}, False),
        ({"chatType": 1, "to": "bob", "atAll": True}, False),
    ],
)
def test_the_type_of_a_chat_decides_who_may_be_named(chat: dict[str, Any], is_valid: bool) -> None:
    schema = {**HTTP["components"]["schemas"]["ChatRequest"], "components": HTTP["components"]}
    assert Draft202012Validator(schema).is_valid({"msgId": "m1", "msg": {}, **chat}) == is_valid


@pytest.mark.parametrize(
    ("value", "is_valid"), [({"list": [[2**53], {"more": None}]}, True), ({"list": [[2**53 + 1]]}, False)]
)
def test_the_numbers_in_a_message_are_described_at_every_depth(value: Any, is_valid: bool) -> None:
    schema = {**HTTP["components"]["schemas"]["Content"], "components": HTTP["components"]}
    assert Draft202012Validator(schema).is_valid(value) == is_valid


def test_a_request_over_http_may_ask_for_more_than_a_frame_can_hold() -> None:
    parameters = {each.get("name"): each for each in OPERATIONS["GET /v1/sessions"]["parameters"]}
    assert parameters["limit"]["schema"]["maximum"] == 1_000


def test_the_document_is_made_alike_each_time() -> None:
    assert json.dumps(openapi()) == json.dumps(openapi())


def test_every_push_is_described() -> None:
    assert SAID_OF_PUSHES.keys() == PUSHES.keys()
