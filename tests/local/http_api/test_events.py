"""What functions are told of an HTTP request.

Source, unless a test names another: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs in API
Gateway", payload format 2.0.
"""

import base64
import re
import time
from typing import Any

import pytest
from multidict import CIMultiDict

from tests.local.http_api.support import TOKEN, running_http

HOST = "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com"
ALLOW: dict[str, Any] = {
    "authorizer": lambda _: {"isAuthorized": True, "context": {"uid": "ann", "exp": 7, "new": True}}
}


async def test_an_event_has_the_fields_of_format_2() -> None:
    async with running_http() as running:
        event = await running.event("GET", "/v1/things", headers={"User-Agent": "curl/8"})
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /v1/things"
    assert (event["rawPath"], event["rawQueryString"], event["isBase64Encoded"]) == ("/v1/things", "", False)
    context = event["requestContext"]
    assert (context["accountId"], context["apiId"], context["stage"]) == ("123456789012", "f6g7h8i9j0", "$default")
    assert (context["domainName"], context["domainPrefix"], context["routeKey"]) == (
        HOST,
        "f6g7h8i9j0",
        "GET /v1/things",
    )
    assert context["http"] == {
        "method": "GET",
        "path": "/v1/things",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "curl/8",
    }
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", context["time"])
    assert abs(context["timeEpoch"] / 1000 - time.time()) < 60
    assert re.fullmatch(r"[\w-]{15}=", context["requestId"])


async def test_a_field_without_a_value_is_left_out() -> None:
    """docs/platform.md, "API Gateway HTTP API"."""
    async with running_http() as running:
        event = await running.event("GET", "/v1/things")
    optional = {"body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"}
    assert not optional & set(event)
    assert "authorizer" not in event["requestContext"]


async def test_headers_are_in_lower_case_and_equal_ones_are_joined_by_commas() -> None:
    """ "All header names are lowercased"; "Duplicate headers are combined with commas"."""
    sent = CIMultiDict([("X-Two", "1"), ("X-Two", "2"), ("X-Forwarded-For", "10.1.1.1")])
    async with running_http() as running:
        headers = (await running.event("GET", "/v1/things", headers=sent))["headers"]
    assert headers["x-two"] == "1,2"
    assert all(name == name.lower() for name in headers)
    assert headers["host"] == HOST
    assert headers["x-forwarded-for"] == "10.1.1.1, 127.0.0.1"
    assert (headers["x-forwarded-port"], headers["x-forwarded-proto"]) == ("443", "https")
    assert "connection" not in headers


async def test_cookies_have_a_field_of_their_own() -> None:
    """ "All cookie headers in the request are combined with commas and added to the cookies field"."""
    async with running_http() as running:
        event = await running.event(
            "GET", "/v1/things", headers=CIMultiDict([("Cookie", "a=1; b=2"), ("Cookie", "c=3")])
        )
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


async def test_the_query_comes_as_it_was_sent_and_decoded_with_equal_names_joined_by_commas() -> None:
    """ "Duplicate query strings are combined with commas"."""
    query = "a=1&a=2&plus=x+y&code=x%2By&empty="
    async with running_http() as running:
        event = await running.event("GET", f"/v1/things?{query}")
    assert event["rawQueryString"] == query
    assert event["queryStringParameters"] == {"a": "1,2", "plus": "x y", "code": "x+y", "empty": ""}


@pytest.mark.parametrize(
    ("sent", "decoded"),
    [
        ("p:ann:bob", "p:ann:bob"),
        ("p%3Aann%3Abob", "p:ann:bob"),
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("a%2Bb", "a+b"),
        ("a%26b", "a&b"),
        ("%CE%BB", "λ"),
    ],
)
async def test_path_and_path_parameters_are_decoded(sent: str, decoded: str) -> None:
    """AWS documentation, "Create routes for HTTP APIs": "API Gateway decodes URL-encoded request parameters"."""
    async with running_http() as running:
        event = await running.event("GET", f"/v1/things/{sent}?x=%3A")
    assert event["pathParameters"] == {"id": decoded}
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == f"/v1/things/{decoded}"


async def test_a_path_is_decoded_once(caplog: pytest.LogCaptureFixture) -> None:
    """As documented. AWS was seen to decode twice (docs/platform.md), so the stack warns of such a path."""
    async with running_http() as running:
        event = await running.event("GET", "/v1/things/a%2541")
        assert event["pathParameters"] == {"id": "a%41"}
        assert "AWS may read the path /v1/things/a%41 otherwise" in caplog.text
        caplog.clear()
        assert (await running.event("GET", "/v1/things/a%3Fb"))["pathParameters"] == {"id": "a?b"}
        assert "AWS may read the path /v1/things/a?b otherwise" in caplog.text
        caplog.clear()
        await running.event("GET", "/v1/things/a%41")
        assert not caplog.text


async def test_a_path_is_decoded_before_its_route_is_selected() -> None:
    """docs/platform.md, "API Gateway HTTP API": an encoded "/" divides segments."""
    async with running_http() as running:
        assert (await running.request("GET", "/v1/things/a%2Fb")).status == 404


@pytest.mark.parametrize("path", ["/v1/things/a%zz", "/v1/things/a%", "/v1/things/%ff"])
async def test_a_path_that_can_not_be_decoded_is_a_bad_request(path: str) -> None:
    """docs/platform.md, "API Gateway HTTP API"."""
    async with running_http() as running:
        assert (await running.request("GET", path)).status == 400
        assert not running.functions.events


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/csv",
        "application/json",
        "application/JSON; charset=utf-8",
        "application/xml",
        "application/javascript",
    ],
)
async def test_a_body_of_a_text_type_comes_as_text(kind: str) -> None:
    """docs/platform.md, "API Gateway HTTP API"."""
    async with running_http() as running:
        event = await running.event("POST", "/v1/things", data="ü".encode(), headers={"Content-Type": kind})
    assert (event["body"], event["isBase64Encoded"]) == ("ü", False)
    assert event["headers"]["content-length"] == "2"


@pytest.mark.parametrize(
    "kind",
    ["application/x-protobuf", "application/x-www-form-urlencoded", "application/problem+json", "image/png", None],
)
async def test_any_other_body_comes_in_base64(kind: str | None) -> None:
    """docs/platform.md, "API Gateway HTTP API"."""
    headers = {} if kind is None else {"Content-Type": kind}
    async with running_http() as running:
        event = await running.event(
            "POST", "/v1/things", data=b"\x00\xff", headers=headers, skip_auto_headers=["Content-Type"]
        )
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\x00\xff", True)


async def test_a_compressed_body_comes_as_it_was_sent() -> None:
    """AWS documentation, "Choose between REST APIs and HTTP APIs": only REST APIs have content encoding."""
    sent = b"\x1f\x8b no gzip at all"
    headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
    async with running_http() as running:
        event = await running.event("POST", "/v1/things", data=sent, headers=headers)
    assert base64.b64decode(event["body"]) == sent
    assert event["headers"]["content-encoding"] == "gzip"


async def test_the_authorizers_context_keeps_its_types() -> None:
    """AWS documentation, "Control access to HTTP APIs with AWS Lambda authorizers": the context is in
    `requestContext.authorizer.lambda`."""
    async with running_http(ALLOW, identity=(TOKEN,)) as running:
        event = await running.event("GET", "/v1/things", headers={"Authorization": "Bearer x"})
    assert event["requestContext"]["authorizer"] == {"lambda": {"uid": "ann", "exp": 7, "new": True}}


async def test_a_named_stage_is_in_the_raw_path_and_in_no_route() -> None:
    """AWS documentation, "Stages for HTTP APIs in API Gateway"; aws-powertools/powertools-lambda-python, issue 621."""
    async with running_http(stage="prod") as running:
        event = await running.event("GET", "/prod/v1/things")
        assert (await running.request("GET", "/v1/things")).status == 404
    assert (event["rawPath"], event["routeKey"]) == ("/prod/v1/things", "GET /v1/things")
    assert event["requestContext"]["stage"] == "prod"
