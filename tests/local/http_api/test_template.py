"""The HTTP API as the template declares it, and a stack that runs it."""

from pathlib import Path

import aiohttp
import pytest
import websockets

from local.deployment import Deployment
from local.errors import LocalStackError
from local.http_api.spec import CorsSpec, HttpAuthorizerSpec, Throttle
from local.pages import Page
from local.stack import LocalStack
from local.template import load_template
from tests.local.http_api.support import running_http
from tests.local.support import ARN, MINI, connected, mini_options, told

GIVEN = {"JwtSecretArn": ARN}


def test_an_http_api_is_read_from_what_sam_makes_of_it() -> None:
    api = load_template(MINI, GIVEN).http_api
    assert api is not None
    assert {route.key: (route.function, route.authorizer, route.timeout_seconds) for route in api.routes} == {
        "GET /v1/things/{id}": ("WebFunction", "Token", 0.9),
        "GET /open": ("WebFunction", None, 30),
        "ANY /any/{proxy+}": ("WebFunction", "Token", 30),
    }
    assert api.stage == "$default"
    assert api.authorizers == {
        "Token": HttpAuthorizerSpec("AuthorizerFunction", ("$request.header.Authorization",), 60)
    }
    assert api.cors == CorsSpec(
        ("https://a.example", "https://b.example"), allow_headers=("authorization",), max_age_seconds=600
    )
    assert api.throttle == Throttle(100, 200)
    assert api.route_throttles == {"GET /v1/things/{id}": Throttle(5, 10)}


def test_its_addresses_are_the_local_gateways() -> None:
    local = load_template(MINI, GIVEN, Deployment(gateway="127.0.0.1:3001")).outputs
    assert local["HttpUrl"] == local["Endpoint"] == "http://127.0.0.1:3001"
    aws = load_template(MINI, GIVEN)
    assert aws.http_api is not None
    assert aws.outputs["Endpoint"] == f"https://{aws.http_api.api_id}.execute-api.us-east-1.amazonaws.com"


def test_a_template_without_one_has_none(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {Topic: {Type: AWS::Logs::LogGroup}}", encoding="utf-8")
    assert load_template(path).http_api is None


@pytest.mark.parametrize(
    ("written", "instead", "says"),
    [
        ("EnableSimpleResponses: true", "EnableSimpleResponses: false", "Token: the local stack knows REQUEST"),
        ("GET /v1/things/{id}:", "GET /v1/things:", "RouteSettings of HttpApi: there is no route GET /v1/things"),
        (", TimeoutInMillis: 900", ', PayloadFormatVersion: "1.0"', "the local stack knows payload format 2.0 only"),
    ],
)
def test_what_the_stack_does_not_know_is_a_clear_error(written: str, instead: str, says: str, tmp_path: Path) -> None:
    text = MINI.read_text(encoding="utf-8")
    assert written in text
    (tmp_path / "template.yaml").write_text(text.replace(written, instead), encoding="utf-8")
    with pytest.raises(LocalStackError, match=says):
        load_template(tmp_path / "template.yaml", GIVEN)


async def test_both_apis_are_on_one_port() -> None:
    """With the template's functions in their own processes, and its authorizer for both."""
    async with LocalStack(mini_options()) as stack, aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {stack.token('alice')}"}
        async with connected(stack) as socket:
            assert isinstance(await told(socket, "pid", seconds=0), int)
            async with http.get(f"{stack.http_url}/v1/things/a%20b", headers=headers) as response:
                event = await response.json()
        assert event["pathParameters"] == {"id": "a b"}
        assert event["requestContext"]["authorizer"]["lambda"] == {"uid": "alice"}
        async with http.get(f"{stack.http_url}/open") as response:
            assert (response.status, (await response.json())["routeKey"]) == (200, "GET /open")
        async with http.get(f"{stack.http_url}/v1/things/7") as response:
            assert response.status == 401
        async with http.get(f"{stack.http_url}/v1/things/7", headers={"Authorization": "nonsense"}) as response:
            assert response.status == 401
        async with http.get(stack.management_endpoint) as response:
            assert response.status == 426


async def test_an_upgrade_outside_of_the_websocket_api_is_no_request_of_the_http_api() -> None:
    """On AWS it has another host."""
    async with running_http(routes=("$default",)) as running:
        with pytest.raises(websockets.InvalidStatus) as error:
            await websockets.connect(f"ws://{running.address}/v1/nowhere", proxy=None)
        assert error.value.response.status_code == 403
        assert not running.functions.events


async def test_static_pages_are_served_beside_the_apis(tmp_path: Path) -> None:
    """They come before the HTTP API, and show the file as it is now."""
    file = tmp_path / "page.html"
    file.write_text("old", encoding="utf-8")
    page = Page(file, {"Content-Security-Policy": "default-src 'self'"})
    async with running_http(routes=("$default",), pages={"/docs/http": page}) as running:
        assert (await running.request("GET", "/docs/http")).body == b"old"
        file.write_text("new", encoding="utf-8")
        answer = await running.request("GET", "/docs/http")
        assert (answer.body, answer.headers["Content-Type"]) == (b"new", "text/html")
        assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
        assert not running.functions.events
        await running.event("POST", "/docs/http")
