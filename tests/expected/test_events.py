"""Each file under events/ goes through its real handler and gets what the file of the same name here expects."""

from collections.abc import Iterator
from typing import Any

import pytest

from catchup.commands import COMMANDS, ROUTES
from tests.expected.cases import SECRET_OF_THE_EVENTS, Case, all_cases
from tests.support.cold_start import load_authorizer
from tests.support.engines import empty_moto, fresh_tables
from tests.support.media import digest
from tests.support.secrets import new_secret
from tests.support.world import Context, World

CASES = all_cases()


@pytest.fixture
def world(moto: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """All functions, the authorizer with the secret that signed the events' tokens."""
    monkeypatch.setenv("JWT_SECRET_ARN", new_secret(SECRET_OF_THE_EVENTS))
    world = World(moto, fresh_tables(moto))
    world.handlers["authorizer"] = load_authorizer().handler
    yield world
    empty_moto()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_event_gets_its_expected_result(world: World, case: Case) -> None:
    def invoke(function: str, event: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = world.handlers[function](event, Context())
        except Exception as error:  # noqa: BLE001 - whatever it is, Lambda would report it
            return {"raises": str(error)}
        return answer

    for key, mime, body in case.objects:
        world.clients.bucket.put(key, body, ContentType=mime, ChecksumSHA256=digest(body))
    result = case.run(invoke)
    assert case.expects(result), result


def test_every_route_has_an_event() -> None:
    routes = {case.event["requestContext"]["routeKey"] for case in CASES if "requestContext" in case.event}
    assert routes >= {"$connect", "$disconnect", "$default", *COMMANDS, *ROUTES}
