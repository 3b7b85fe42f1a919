"""What a client gets of a function's answer.

Source, unless a test names another: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs in API
Gateway", section "Lambda function response for format 2.0".
"""

import asyncio
import base64
from typing import Any

import pytest

from local.http_api.limits import MAX_BODY_BYTES, MAX_HEAD_BYTES, MAX_PAYLOAD_BYTES
from local.http_api.spec import Throttle
from tests.local.http_api.support import Answer, route, running_http


async def answer_to(returned: Any) -> Answer:
    """What a client gets if the function returns this, or awaits it."""
    async with running_http({"echo": lambda _: returned}) as running:
        return await running.request("GET", "/v1/things")


async def test_status_headers_and_body_are_the_functions() -> None:
    answer = await answer_to(
        {
            "statusCode": 202,
            "headers": {"Content-Type": "application/json", "X-Number": 7, "X-Bool": True},
            "body": "{}",
        }
    )
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (202, b"{}", "application/json")
    assert (answer.headers["X-Number"], answer.headers["X-Bool"]) == ("7", "true")
    assert answer.headers["apigw-requestid"]


@pytest.mark.parametrize(
    ("returned", "body"),
    [
        ("Hello from Lambda!", b"Hello from Lambda!"),
        ({"message": "Hello from Lambda!"}, b'{"message":"Hello from Lambda!"}'),
        ({"body": "no status", "headers": {"X-A": "1"}}, b'{"body":"no status","headers":{"X-A":"1"}}'),
        ([1], b"[1]"),
        (None, b"null"),
    ],
)
async def test_an_answer_without_a_status_is_the_body_of_a_200(returned: Any, body: bytes) -> None:
    """Its content type is application/json."""
    answer = await answer_to(returned)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, body, "application/json")


@pytest.mark.parametrize("returned", ["\ud800", {"a": "\ud800"}, {"statusCode": 200, "body": "\ud800"}])
async def test_half_a_character_becomes_a_question_mark(returned: Any) -> None:
    """It has no bytes in UTF-8."""
    answer = await answer_to(returned)
    assert (answer.status, b"?" in answer.body) == (200, True)


async def test_without_a_content_type_it_is_plain_text() -> None:
    """AWS Compute Blog, "Handling binary data using Amazon API Gateway HTTP APIs"."""
    answer = await answer_to({"statusCode": 200, "body": "{}"})
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_a_base64_body_reaches_the_client_as_bytes_whatever_it_accepts() -> None:
    """As for `Content-Encoding`, which is the function's: nothing is compressed, or decompressed, on the way."""
    returned = {
        "statusCode": 200,
        "headers": {"content-type": "application/x-protobuf", "content-encoding": "gzip"},
        "body": base64.b64encode(b"\x1f\x8b\x00\xff").decode(),
        "isBase64Encoded": True,
    }
    answer = await answer_to(returned)
    assert answer.body == b"\x1f\x8b\x00\xff"
    assert answer.headers["Content-Encoding"] == "gzip"


async def test_each_cookie_becomes_a_set_cookie_header() -> None:
    """ "To customize the response": `cookies`."""
    assert (await answer_to({"statusCode": 200, "cookies": ["a=1", "b=2; Secure"]})).cookies == ["a=1", "b=2; Secure"]


@pytest.mark.parametrize(
    "returned",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": True},
        {"statusCode": None},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"X-A": ["1"]}},
        {"statusCode": 200, "headers": {"X-A": "1\r\nX-B: 2"}},
        {"statusCode": 200, "headers": {"X A": "1"}},
        {"statusCode": 200, "headers": "none"},
        {"statusCode": 200, "cookies": "a=1"},
    ],
)
async def test_an_answer_with_a_malformed_member_is_500(returned: Any) -> None:
    """aws/aws-lambda-dotnet, Tools/LambdaTestTool-v2: what AWS was seen to do with a malformed answer."""
    answer = await answer_to(returned)
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})


async def test_a_function_that_raises_is_500() -> None:
    """The client learns nothing of the exception."""

    def raises(_: Any) -> None:
        raise ValueError("a secret")

    async with running_http({"echo": raises}) as running:
        answer = await running.request("GET", "/v1/things")
    assert (answer.status, answer.body) == (500, b'{"message":"Internal Server Error"}')


async def test_a_function_that_takes_too_long_is_503() -> None:
    """AWS documentation, "Quotas": "Maximum integration timeout 30 seconds"; a route may have less."""
    slow = route("GET /v1/slow", seconds=0.05)
    async with running_http({"echo": lambda _: asyncio.sleep(60)}, routes=(slow,)) as running:
        answer = await running.request("GET", "/v1/slow")
    assert (answer.status, answer.json) == (503, {"message": "Service Unavailable"})


async def test_an_answer_may_have_the_six_megabytes_of_lambda() -> None:
    """AWS documentation, "Lambda quotas": invocation payload 6 MB. It counts the whole answer, base64 included."""
    empty = len('{"statusCode":200,"body":""}')
    largest = await answer_to({"statusCode": 200, "body": "x" * (MAX_PAYLOAD_BYTES - empty)})
    assert (largest.status, len(largest.body)) == (200, MAX_PAYLOAD_BYTES - empty)
    assert (await answer_to({"statusCode": 200, "body": "x" * (MAX_PAYLOAD_BYTES - empty + 1)})).status == 500


async def test_a_request_of_more_than_ten_megabytes_is_413_and_lambdas_six_come_first() -> None:
    """AWS documentation, "Quotas for configuring and running an HTTP API": payload 10 MB; "Lambda quotas": 6 MB."""
    text = {"headers": {"Content-Type": "text/plain"}}
    async with running_http({"echo": lambda event: str(len(event["body"]))}) as running:
        fits = await running.request("POST", "/v1/things", data=b"x" * (MAX_PAYLOAD_BYTES - 10_000), **text)
        assert (fits.status, int(fits.body)) == (200, MAX_PAYLOAD_BYTES - 10_000)
        running.functions.events.clear()
        for size in (MAX_PAYLOAD_BYTES, MAX_BODY_BYTES + 1):
            answer = await running.request("POST", "/v1/things", data=b"x" * size, **text)
            assert (answer.status, answer.json) == (413, {"message": "Request Entity Too Large"})
        # In base64 it is a third more.
        binary = {"headers": {"Content-Type": "application/x-protobuf"}}
        answer = await running.request("POST", "/v1/things", data=b"x" * (5 * 1024 * 1024), **binary)
        assert answer.status == 413
        assert not running.functions.events


async def test_a_body_without_a_declared_length_has_the_same_limit() -> None:
    """In chunks."""

    async def chunks() -> Any:
        for _ in range(11):
            yield b"x" * 1024 * 1024

    async with running_http() as running:
        assert (await running.request("POST", "/v1/things", data=chunks())).status == 413


async def test_request_line_and_headers_have_at_most_10240_bytes() -> None:
    """AWS documentation, "Quotas for configuring and running an HTTP API": "Total combined size of request line and
    header values". It names no status: 431 is RFC 6585's."""
    async with running_http() as running:
        most = {"headers": {"X-Long": "x" * (MAX_HEAD_BYTES - 1000)}}
        assert (await running.request("GET", "/v1/things", **most)).status == 200
        more = {"headers": {"X-Long": "x" * 5_200, "X-Other": "y" * 5_200}}
        answer = await running.request("GET", "/v1/things", **more)
        assert (answer.status, answer.json) == (431, {"message": "Request Header Fields Too Large"})
        assert (await running.request("GET", "/v1/things?a=" + "x" * MAX_HEAD_BYTES)).status == 431


async def test_requests_above_the_stages_rate_are_429() -> None:
    """AWS documentation, "Throttle requests to your HTTP APIs for better throughput in API Gateway"."""
    async with running_http(throttle=Throttle(0.001, 2)) as running:
        assert [(await running.request("GET", "/v1/things")).status for _ in range(3)] == [200, 200, 429]
        answer = await running.request("POST", "/v1/things")
        assert (answer.status, answer.json) == (429, {"message": "Too Many Requests"})


async def test_a_route_with_settings_of_its_own_has_a_limit_of_its_own() -> None:
    """ "Route-level throttling"."""
    async with running_http(route_throttles={"POST /v1/things": Throttle(0.001, 1)}) as running:
        assert [(await running.request("POST", "/v1/things")).status for _ in range(2)] == [200, 429]
        assert (await running.request("GET", "/v1/things")).status == 200
