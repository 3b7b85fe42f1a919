"""The HTTP API in the expanded template: the routes of the table of commands, and who may use them."""

from collections.abc import Mapping
from typing import Any

import pytest

from catchup.commands import ROUTES
from catchup.entrypoint.document import DOCUMENT_ROUTE
from tests.support.engines import template
from tests.template.resources import each

API = template().resources["CatchupHttpApi"]["Properties"]
AUTHORIZER = API["Body"]["components"]["securitySchemes"]["Token"]["x-amazon-apigateway-authorizer"]


def operations(body: Mapping[str, Any] = API["Body"]) -> dict[str, Any]:
    """What is said of each route, by route key."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in body["paths"].items()
        for method, operation in methods.items()
    }


def test_the_api_has_exactly_the_routes_of_the_table_of_commands_and_its_own_description() -> None:
    assert set(operations()) == {*ROUTES, DOCUMENT_ROUTE}


def test_the_description_is_for_everybody_and_the_sync_function_gives_it() -> None:
    operation = operations()[DOCUMENT_ROUTE]
    assert operation["security"] == [{"NONE": []}]
    function = template().functions["SyncFunction"]
    assert f"/functions/{function.arn}:live/" in operation["x-amazon-apigateway-integration"]["uri"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_invokes_the_alias_of_its_commands_function_in_format_2(route: str) -> None:
    integration = operations()[route]["x-amazon-apigateway-integration"]
    function = template().functions[f"{ROUTES[route].function.capitalize()}Function"]
    assert f"/functions/{function.arn}:live/" in integration["uri"]
    assert (integration["type"], integration["payloadFormatVersion"]) == ("aws_proxy", "2.0")


@pytest.mark.parametrize("route", ROUTES)
def test_the_gateway_may_invoke_a_routes_function(route: str) -> None:
    """SAM writes a star for a path's parameter."""
    method, path = route.split(" ")
    source = "/".join("*" if part.startswith("{") else part for part in path.split("/"))
    function = template().functions[f"{ROUTES[route].function.capitalize()}Function"]
    permissions = [
        permission
        for _, permission in each(template().resources, "AWS::Lambda::Permission")
        if permission["FunctionName"] == f"{function.arn}:live"
        and permission["SourceArn"].endswith(f"/*/{method}{source}")
    ]
    assert len(permissions) == 1
    assert permissions[0]["Principal"] == "apigateway.amazonaws.com"


def test_no_route_catches_preflights() -> None:
    """A preflight has no token: the authorizer would refuse it."""
    assert not [route for route in operations() if "default" in route.lower() or "ANY" in route or "OPTIONS" in route]


def test_each_route_asks_the_authorizer_of_the_websocket() -> None:
    assert {str(operations()[route]["security"]) for route in ROUTES} == {"[{'Token': []}]"}
    alias = f"{template().functions['AuthorizerFunction'].arn}:live"
    assert f"/functions/{alias}/" in AUTHORIZER["authorizerUri"]


def test_a_token_is_judged_once_a_minute_and_its_absence_without_a_call() -> None:
    assert AUTHORIZER["type"] == "request"
    assert (AUTHORIZER["authorizerPayloadFormatVersion"], AUTHORIZER["enableSimpleResponses"]) == ("2.0", True)
    assert AUTHORIZER["identitySource"] == ["$request.header.Authorization"]
    assert 0 < AUTHORIZER["authorizerResultTtlInSeconds"] <= 60


def test_the_stage_is_not_in_the_path_so_a_domain_of_ones_own_changes_no_path() -> None:
    stages = dict(each(template().resources, "AWS::ApiGatewayV2::Stage"))
    assert stages["CatchupHttpApiApiGatewayDefaultStage"]["StageName"] == "$default"


def test_by_default_no_page_of_another_origin_may_use_the_api() -> None:
    assert "x-amazon-apigateway-cors" not in API["Body"]


def test_pages_of_the_allowed_origins_may_send_a_token_and_read_when_to_come_again() -> None:
    shared = template(AllowedOrigins="https://app.example.com,http://localhost:5173").resources["CatchupHttpApi"]
    cors = shared["Properties"]["Body"]["x-amazon-apigateway-cors"]
    assert cors["allowOrigins"] == ["https://app.example.com", "http://localhost:5173"]
    # In allowed headers a star does not stand for Authorization (Fetch standard, "CORS-preflight fetch").
    assert {"authorization", "content-type", "accept", "x-device-id"} <= set(cors["allowHeaders"])
    assert set(cors["allowMethods"]) == {route.split(" ")[0] for route in ROUTES}
    assert cors["exposeHeaders"] == ["retry-after"]
    assert "allowCredentials" not in cors


def test_the_deployment_tells_where_the_api_is() -> None:
    assert ".execute-api." in template().outputs["HttpUrl"] or template().outputs["HttpUrl"].startswith("http://")
