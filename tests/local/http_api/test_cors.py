"""How browsers of other origins are answered.

Source: AWS documentation, "Configure CORS for HTTP APIs in API Gateway".
"""

from collections.abc import Mapping
from typing import Any

import pytest

from local.http_api.spec import CorsSpec
from tests.local.http_api.support import TOKEN, Answer, running_http

ORIGIN = "https://app.example"
CORS = CorsSpec((ORIGIN,), ("GET", "POST"), ("authorization", "content-type"), ("retry-after",), 600)
ASKS = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


def cors_headers(answer: Answer) -> dict[str, str]:
    prefix = "access-control-"
    return {
        name.lower().removeprefix(prefix): value
        for name, value in answer.headers.items()
        if name.lower().startswith(prefix)
    }


async def asked(cors: CorsSpec | None, headers: Mapping[str, str] = ASKS, **options: Any) -> Answer:
    """The answer to a preflight request."""
    async with running_http(cors=cors, **options) as running:
        answer = await running.request("OPTIONS", "/v1/things", headers=headers)
        assert not running.functions.events
        return answer


async def test_a_preflight_is_answered_by_the_gateway_without_the_authorizer() -> None:
    """ "API Gateway automatically sends a response to preflight OPTIONS requests"."""
    answer = await asked(CORS, identity=(TOKEN,))
    assert (answer.status, answer.body) == (204, b"")
    assert cors_headers(answer) == {
        "allow-origin": ORIGIN,
        "allow-methods": "GET,POST",
        "allow-headers": "authorization,content-type",
        "expose-headers": "retry-after",
        "max-age": "600",
    }


@pytest.mark.parametrize("headers", [{}, {**ASKS, "Origin": "https://evil.example"}, {"Origin": ORIGIN}])
async def test_another_origin_or_no_preflight_gets_no_cors_headers(headers: dict[str, str]) -> None:
    """ "your request must contain an origin header and an Access-Control-Request-Method header"."""
    answer = await asked(CORS, headers)
    assert (answer.status, cors_headers(answer)) == (204, {})


async def test_without_a_configuration_there_is_no_preflight() -> None:
    assert (await asked(None)).status == 404


async def test_a_star_is_sent_as_a_star_and_nothing_is_added_to_it() -> None:
    """To a browser "*" does not cover Authorization (Fetch standard, "CORS-preflight fetch"): a list must name it."""
    answer = await asked(CorsSpec(("*",), ("*",), ("*",)))
    assert cors_headers(answer) == {"allow-origin": "*", "allow-methods": "*", "allow-headers": "*"}


async def test_an_origin_may_be_allowed_by_its_scheme() -> None:
    """ "https://* (allow any origin that begins with https://)"."""
    cors = CorsSpec(("https://*",), allow_credentials=True)
    assert cors_headers(await asked(cors)) == {"allow-origin": ORIGIN, "allow-credentials": "true"}
    assert cors_headers(await asked(cors, {**ASKS, "Origin": "http://app.example"})) == {}


async def test_a_functions_answer_gets_the_configured_headers_instead_of_its_own() -> None:
    """ "API Gateway ignores CORS headers returned from your backend integration"."""
    own = {
        "statusCode": 403,
        "headers": {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "1", "X-A": "1"},
    }
    async with running_http({"echo": lambda _: own}, cors=CORS) as running:
        answer = await running.request("GET", "/v1/things", headers={"Origin": ORIGIN})
        assert cors_headers(answer) == {"allow-origin": ORIGIN, "expose-headers": "retry-after"}
        assert answer.headers["X-A"] == "1"
        for headers in ({}, {"Origin": "https://evil.example"}):
            assert cors_headers(await running.request("GET", "/v1/things", headers=headers)) == {}


async def test_answers_that_the_gateway_makes_itself_have_no_cors_headers() -> None:
    """ "API Gateway adds the configured CORS headers to the response from an integration": a browser sees no 401, 404
    or 500, but a failure of the network."""

    def fails(_: dict[str, Any]) -> None:
        raise ValueError("a bug")

    for path, identity, status in (("/v1/none", None, 404), ("/v1/things", (TOKEN,), 401), ("/v1/things", None, 500)):
        async with running_http({"echo": fails}, cors=CORS, identity=identity) as running:
            answer = await running.request("GET", path, headers={"Origin": ORIGIN})
        assert (answer.status, cors_headers(answer)) == (status, {})


@pytest.mark.parametrize("key", ["ANY /v1/things", "OPTIONS /v1/things", "$default"])
async def test_a_route_that_takes_options_takes_preflights_too_with_its_authorizer(key: str) -> None:
    """ "The `$default` route catches requests for all methods and routes …, including OPTIONS requests"."""
    answer = await asked(CORS, identity=(TOKEN,), routes=(key,))
    assert (answer.status, cors_headers(answer)) == (401, {})
