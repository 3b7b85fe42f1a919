"""/openapi.json: what the API is, for everybody."""

import base64
import gzip
import json
from typing import Any

import pytest

from catchup.entrypoint.document import DOCUMENT_ROUTE
from tests.support.events import http_event
from tests.support.world import ROOT, Context, World

WRITTEN = json.loads((ROOT / "docs" / "openapi.json").read_text())


def asked(world: World, **headers: str) -> dict[str, Any]:
    event = http_event(DOCUMENT_ROUTE, headers=headers)
    del event["requestContext"]["authorizer"]
    answer: dict[str, Any] = world.handlers["sync"](event, Context())
    return answer


def test_the_document_is_served_to_whoever_has_no_token(world: World) -> None:
    answer = asked(world)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("application/json")
    assert json.loads(answer["body"]) == WRITTEN


def test_the_document_is_compressed_for_whoever_accepts_it(world: World) -> None:
    answer = asked(world, **{"accept-encoding": "gzip, br"})
    assert answer["headers"]["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(base64.b64decode(answer["body"]))) == WRITTEN


def test_without_a_token_nothing_else_is_served(world: World, caplog: pytest.LogCaptureFixture) -> None:
    event = http_event("GET /v1/sessions")
    del event["requestContext"]["authorizer"]
    assert world.handlers["sync"](event, Context())["statusCode"] == 401
