"""Reads the HTTP API from the expanded, resolved template.

SAM makes one resource of an `AWS::Serverless::HttpApi` and the `HttpApi` events of functions: an API whose body is an
OpenAPI document with API Gateway's extensions.

Source: AWS documentation, "OpenAPI extensions for API Gateway": x-amazon-apigateway-integration, -authorizer and -cors.
"""

from collections.abc import Iterator, Mapping

from local.errors import LocalStackError
from local.http_api.limits import INTEGRATION_SECONDS
from local.http_api.spec import ANY, DEFAULT, CorsSpec, HttpApiSpec, HttpAuthorizerSpec, HttpRouteSpec, Throttle
from local.json_types import Json, JsonObject
from local.specs import FunctionSpec, invoked_function, is_true

_EXTENSION = "x-amazon-apigateway-"
# SAM writes this for a route without an authorizer in an API that has a default one.
_NOBODY = "NONE"


def http_api(
    resources: Mapping[str, JsonObject], names: Mapping[str, str], functions: Mapping[str, FunctionSpec]
) -> HttpApiSpec | None:
    """The template's HTTP API, or None if it has none.

    Args:
        names: the values of `Ref` by logical id, with which resources refer to each other.
    """
    apis = {
        each: resource["Properties"]
        for each, resource in resources.items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]
    }
    if not apis:
        return None
    if len(apis) > 1:
        raise LocalStackError("the template has several HTTP APIs; the local stack runs one")
    ((logical_id, api),) = apis.items()
    stages = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Stage" and resource["Properties"]["ApiId"] == names[logical_id]
    ]
    if len(stages) != 1:
        raise LocalStackError(f"the HTTP API {logical_id} has {len(stages)} stages; the local stack runs one")
    (stage,), body = stages, api["Body"]
    routes = tuple(_routes(body, functions))
    throttles = {key: _throttle(settings) for key, settings in stage.get("RouteSettings", {}).items()}
    if unknown := throttles.keys() - {route.key for route in routes}:
        raise LocalStackError(f"RouteSettings of {logical_id}: there is no route {', '.join(sorted(unknown))}")
    return HttpApiSpec(
        logical_id=logical_id,
        api_id=names[logical_id],
        stage=stage["StageName"],
        routes=routes,
        authorizers=dict(_authorizers(body, functions)),
        cors=_cors(body.get(_EXTENSION + "cors")),
        throttle=_throttle(stage.get("DefaultRouteSettings", {})),
        route_throttles={key: throttle for key, throttle in throttles.items() if throttle is not None},
    )


def _routes(body: JsonObject, functions: Mapping[str, FunctionSpec]) -> Iterator[HttpRouteSpec]:
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            integration = operation[_EXTENSION + "integration"]
            if integration.get("payloadFormatVersion") != "2.0":
                raise LocalStackError(f"the route {method} {path}: the local stack knows payload format 2.0 only")
            needs = [name for each in operation.get("security", ()) for name in each if name != _NOBODY]
            yield HttpRouteSpec(
                method=ANY if method == _EXTENSION + "any-method" else method.upper(),
                path=path if path.startswith("/") else DEFAULT,
                function=invoked_function(integration["uri"], functions),
                authorizer=needs[0] if needs else None,
                timeout_seconds=float(integration.get("timeoutInMillis", INTEGRATION_SECONDS * 1000)) / 1000,
            )


def _authorizers(body: JsonObject, functions: Mapping[str, FunctionSpec]) -> Iterator[tuple[str, HttpAuthorizerSpec]]:
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        properties = scheme.get(_EXTENSION + "authorizer", {})
        kind = (properties.get("type"), properties.get("authorizerPayloadFormatVersion"))
        if kind != ("request", "2.0") or not is_true(properties.get("enableSimpleResponses")):
            raise LocalStackError(
                f"the authorizer {name}: the local stack knows REQUEST authorizers with payload format 2.0 and simple "
                "responses only"
            )
        sources = properties.get("identitySource", ())
        yield (
            name,
            HttpAuthorizerSpec(
                function=invoked_function(properties["authorizerUri"], functions),
                identity_sources=(sources,) if isinstance(sources, str) else tuple(sources),
                ttl_seconds=float(properties.get("authorizerResultTtlInSeconds", 0)),
            ),
        )


def _cors(given: Json) -> CorsSpec | None:
    if not given:
        return None
    age = given.get("maxAge")
    return CorsSpec(
        allow_origins=_texts(given.get("allowOrigins")),
        allow_methods=_texts(given.get("allowMethods")),
        allow_headers=_texts(given.get("allowHeaders")),
        expose_headers=_texts(given.get("exposeHeaders")),
        max_age_seconds=None if age is None else int(age),
        allow_credentials=is_true(given.get("allowCredentials")),
    )


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value or ()))


def _throttle(settings: JsonObject) -> Throttle | None:
    if "ThrottlingRateLimit" not in settings:
        return None
    return Throttle(float(settings["ThrottlingRateLimit"]), float(settings["ThrottlingBurstLimit"]))
