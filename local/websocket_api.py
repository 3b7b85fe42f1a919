"""Reads the WebSocket API from the expanded, resolved template."""

from collections.abc import Mapping

from local.errors import LocalStackError
from local.json_types import JsonObject
from local.specs import AuthorizerSpec, FunctionSpec, RouteSpec, WebSocketApiSpec, invoked_function

_API = "AWS::ApiGatewayV2::"


def websocket_api(
    resources: Mapping[str, JsonObject], names: Mapping[str, str], functions: Mapping[str, FunctionSpec]
) -> WebSocketApiSpec | None:
    """The template's WebSocket API, or None if it has none.

    Args:
        names: the values of `Ref` by logical id, with which resources refer to each other.
    """

    def every(kind: str) -> dict[str, JsonObject]:
        return {names[each]: resource["Properties"] for each, resource in resources.items() if resource["Type"] == kind}

    apis = {key: api for key, api in every(_API + "Api").items() if api.get("ProtocolType") == "WEBSOCKET"}
    if not apis:
        return None
    if len(apis) > 1:
        raise LocalStackError("the template has several WebSocket APIs; the local stack runs one")
    ((api_id, api),) = apis.items()
    stage = next((each for each in every(_API + "Stage").values() if each["ApiId"] == api_id), None)
    if stage is None:
        raise LocalStackError("the template's WebSocket API has no stage; give it a StageName")

    integrations = {key: each["IntegrationUri"] for key, each in every(_API + "Integration").items()}
    authorizers = every(_API + "Authorizer")
    responses = {each["RouteId"] for each in every(_API + "RouteResponse").values()}
    routes, authorizer = {}, None
    for route_id, route in every(_API + "Route").items():
        if route["ApiId"] != api_id:
            continue
        uri = integrations[route["Target"].removeprefix("integrations/")]
        # Both are needed: "Set up route responses for WebSocket APIs", AWS documentation.
        answers = route_id in responses and "RouteResponseSelectionExpression" in route
        routes[route["RouteKey"]] = RouteSpec(route["RouteKey"], invoked_function(uri, functions), answers)
        if "AuthorizerId" in route:
            properties = authorizers[route["AuthorizerId"]]
            sources = tuple(properties.get("IdentitySource", ()))
            authorizer = AuthorizerSpec(invoked_function(properties["AuthorizerUri"], functions), sources)

    settings = stage.get("DefaultRouteSettings", {})
    return WebSocketApiSpec(
        logical_id=next(each for each, name in names.items() if name == api_id),
        api_id=api_id,
        stage=stage["StageName"],
        route_selection_expression=api["RouteSelectionExpression"],
        routes=routes,
        authorizer=authorizer,
        rate_per_second=settings.get("ThrottlingRateLimit"),
        burst=settings.get("ThrottlingBurstLimit"),
    )
