"""How an HTTP API asks its authorizer.

Source, unless a test names another: AWS documentation, "Control access to HTTP APIs with AWS Lambda authorizers in API
Gateway".
"""

from typing import Any

import pytest

from local.errors import LocalStackError
from local.http_api.authorizer import HttpAuthorizer
from local.http_api.events import HttpEvents
from local.http_api.request import HttpRequest
from local.http_api.routing import Router
from local.http_api.spec import HttpApiSpec, HttpAuthorizerSpec
from tests.local.gateway.support import ACCOUNT, REGION, Functions
from tests.local.http_api.support import TOKEN, route, running_http

BEARER = {"headers": {"Authorization": "Bearer x"}}


def allow(_: dict[str, Any]) -> dict[str, Any]:
    return {"isAuthorized": True, "context": {"uid": "ann"}}


def raises(text: str) -> Any:
    def handler(_: dict[str, Any]) -> None:
        raise ValueError(text)

    return handler


async def test_the_authorizer_sees_the_request_but_no_body() -> None:
    async with running_http({"authorizer": allow}, identity=(TOKEN, "$request.querystring.a")) as running:
        await running.event("GET", "/v1/things/7?a=1", **BEARER)
        event = await running.functions.event("authorizer")
    assert (event["version"], event["type"]) == ("2.0", "REQUEST")
    assert event["routeArn"] == "arn:aws:execute-api:us-east-1:123456789012:f6g7h8i9j0/$default/GET/v1/things/7"
    assert event["identitySource"] == ["Bearer x", "1"]
    assert (event["routeKey"], event["rawPath"], event["rawQueryString"]) == (
        "GET /v1/things/{id}",
        "/v1/things/7",
        "a=1",
    )
    assert event["headers"]["authorization"] == "Bearer x"
    assert event["pathParameters"] == {"id": "7"}
    assert event["requestContext"]["http"]["method"] == "GET"
    assert not {"body", "isBase64Encoded"} & set(event)


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}])
async def test_without_its_identity_source_a_request_is_401_and_nobody_is_asked(headers: dict[str, str]) -> None:
    """AWS documentation, "CreateAuthorizer", IdentitySource: "Otherwise, it returns a 401 Unauthorized response without
    calling the Lambda function"."""
    async with running_http({"authorizer": allow}, identity=(TOKEN,)) as running:
        answer = await running.request("GET", "/v1/things", headers=headers)
        assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})
        assert not running.functions.events


async def test_a_denial_is_403_and_the_function_is_not_called() -> None:
    async with running_http({"authorizer": lambda _: {"isAuthorized": False}}, identity=(TOKEN,)) as running:
        answer = await running.request("GET", "/v1/things", **BEARER)
        assert (answer.status, answer.json) == (403, {"message": "Forbidden"})
        assert "echo" not in running.functions.events


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "yes",
        {},
        {"isAuthorized": "true"},
        {"isAuthorized": True, "context": 7},
        {"principalId": "ann", "policyDocument": {}},
    ],
)
async def test_a_malformed_answer_is_500(answer: Any) -> None:
    """ "a response format that API Gateway doesn't expect" """
    async with running_http({"authorizer": lambda _: answer}, identity=(TOKEN,)) as running:
        got = await running.request("GET", "/v1/things", **BEARER)
    assert (got.status, got.json) == (500, {"message": "Internal Server Error"})


async def test_an_exception_is_500_unless_it_says_unauthorized() -> None:
    """docs/platform.md, "API Gateway HTTP API"."""
    for text, status in (("a bug", 500), ("Unauthorized", 401)):
        async with running_http({"authorizer": raises(text)}, identity=(TOKEN,)) as running:
            assert (await running.request("GET", "/v1/things", **BEARER)).status == status


async def test_an_answer_is_kept_for_all_routes_of_the_api() -> None:
    """ "By default, API Gateway uses the cached authorizer response for all routes of an API that use the
    authorizer"."""
    async with running_http({"authorizer": allow}, identity=(TOKEN,)) as running:
        for method, path in (("GET", "/v1/things"), ("POST", "/v1/things"), ("GET", "/v1/things/7")):
            event = await running.event(method, path, **BEARER)
            assert event["requestContext"]["authorizer"] == {"lambda": {"uid": "ann"}}
        assert len(running.functions.events["authorizer"]) == 1
        await running.event("GET", "/v1/things", headers={"Authorization": "Bearer y"})
        assert len(running.functions.events["authorizer"]) == 2


async def test_with_the_route_key_as_an_identity_source_it_is_kept_per_route() -> None:
    """ "To cache responses per route, add `$context.routeKey` to your authorizer's identity sources"."""
    async with running_http({"authorizer": allow}, identity=(TOKEN, "$context.routeKey")) as running:
        for path in ("/v1/things", "/v1/things", "/v1/things/7", "/v1/things/8"):
            await running.event("GET", path, **BEARER)
        assert len(running.functions.events["authorizer"]) == 2


async def test_a_denial_is_kept_too_and_a_failure_is_not() -> None:
    """ "fully allows or denies all API requests that match the cached identity source values"."""
    for answer, times in (({"isAuthorized": False}, 1), (None, 2)):
        async with running_http({"authorizer": lambda _, answer=answer: answer}, identity=(TOKEN,)) as running:  # type: ignore[misc]
            for _ in range(2):
                await running.request("GET", "/v1/things", **BEARER)
            assert len(running.functions.events["authorizer"]) == times


async def test_without_a_ttl_the_authorizer_is_always_asked() -> None:
    """AuthorizerResultTtlInSeconds: "If it equals 0, authorization caching is disabled"."""
    async with running_http({"authorizer": allow}, identity=(TOKEN,), ttl_seconds=0) as running:
        for _ in range(2):
            await running.event("GET", "/v1/things", **BEARER)
        assert len(running.functions.events["authorizer"]) == 2


async def test_an_answer_is_kept_until_its_ttl_is_over() -> None:
    now = [1000.0]
    functions = Functions({"authorizer": allow})
    things = route("GET /v1/things", authorizer="Token")
    events = HttpEvents(HttpApiSpec("HttpApi", "f6g7h8i9j0", "$default", (things,)), REGION, ACCOUNT)
    authorizer = HttpAuthorizer(HttpAuthorizerSpec("authorizer", (TOKEN,), 60), events, functions, lambda: now[0])
    request = HttpRequest("GET", "/v1/things", "", (("Authorization", "Bearer x"),), b"", "127.0.0.1")
    match = Router([things]).select("GET", "/v1/things")
    assert match is not None
    for seconds, times in ((0, 1), (59.9, 1), (60, 2)):
        now[0] = 1000 + seconds
        assert await authorizer.context(request, match) == {"lambda": {"uid": "ann"}}
        assert len(functions.events["authorizer"]) == times


def test_an_identity_source_that_the_stack_does_not_know_is_a_clear_error() -> None:
    api = HttpApiSpec("HttpApi", "f6g7h8i9j0", "$default", ())
    spec = HttpAuthorizerSpec("authorizer", ("$stageVariables.x",), 60)
    with pytest.raises(LocalStackError, match=r"\$stageVariables\.x"):
        HttpAuthorizer(spec, HttpEvents(api, REGION, ACCOUNT), Functions())
