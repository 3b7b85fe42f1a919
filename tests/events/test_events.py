"""Each file under events/ goes through its real handler and gets what the file of the same name here expects.

{"before": [{"uid", "frame"}, …], "expected": what the handler returns, its body decoded; "<any>" matches anything}
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.support.engines import fresh_tables, moto_engine
from tests.support.world import FUNCTIONS, ROOT, Context, World, from_pb, load_function

EVENTS = sorted((ROOT / "events").glob("**/*.json"))
EXPECTED = Path(__file__).parent
SECRET_OF_THE_EVENTS = "the-secret-of-the-events-not-of-any-deployment"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """All functions, the authorizer with the secret that signed the events' tokens."""
    with moto_engine() as client:
        arn = boto3.client("secretsmanager").create_secret(Name="jwt", SecretString=SECRET_OF_THE_EVENTS)["ARN"]
        monkeypatch.setenv("JWT_SECRET_ARN", arn)
        world = World(client, fresh_tables(client))
        world.handlers["authorizer"] = load_function("authorizer").handler
        yield world


def matches(expected: Any, actual: Any) -> bool:
    if expected == "<any>":
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(matches(expected[key], actual[key]) for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(matches, expected, actual))
    return bool(expected == actual)


def decoded(result: dict[str, Any]) -> dict[str, Any]:
    """A handler's result with its frame in the JSON form."""
    if "body" not in result:
        return result
    frame = json.loads(result["body"])
    return {**result, "body": from_pb(frame["pb"]) if "pb" in frame else frame}


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: str(path.relative_to(ROOT / "events")))
def test_an_event_gets_its_expected_result(world: World, path: Path) -> None:
    name = path.relative_to(ROOT / "events")
    case = json.loads((EXPECTED / name).read_text())
    for step in case["before"]:
        cmd = step["frame"]["cmd"]
        world.phone(step["uid"]).send_frame(json.dumps(step["frame"]), FUNCTIONS.get(cmd, "sync"), cmd)
    handler = world.handlers[name.parts[0]]
    event = json.loads(path.read_text())
    if "raises" in case["expected"]:
        with pytest.raises(Exception, match=case["expected"]["raises"]):
            handler(event, Context())
        return
    result = decoded(handler(event, Context()))
    assert matches(case["expected"], result), result


def test_every_route_has_an_event() -> None:
    events = [json.loads(path.read_text()) for path in EVENTS]
    routes = {event["requestContext"]["routeKey"] for event in events if "requestContext" in event}
    assert routes >= {"$connect", "$disconnect", "$default", "login", "counters", "clear", "chat", "ack", "pull"}
    assert routes >= {"history", "sessions", "ping"}
    assert routes >= {"create", "join", "leave", "add", "remove", "role", "members"}
    assert routes >= {"block", "unblock", "blocked"}
