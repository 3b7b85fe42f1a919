"""A request and its answer, for code that watches the gateway."""

from dataclasses import dataclass, field
from typing import Any

from local.http_api.answers import HttpAnswer
from local.http_api.request import HttpRequest
from local.http_api.routing import Match
from local.json_types import JsonObject


@dataclass(frozen=True)
class Exchange:
    """An HTTP request that was answered.

    Attributes:
        route_key: "" if no route takes the request.
        parameters: the values of the path's variables.
        identity: what the authorizer has said of the caller; empty if it was not asked, or refused.
    """

    method: str
    path: str
    content_type: str
    body: bytes
    answer: HttpAnswer
    route_key: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    identity: JsonObject = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, match: Match | None, event: JsonObject, answer: HttpAnswer) -> "Exchange":
        """The exchange of a request. `event`: what the function was given; empty if it was not called."""
        authorizer: Any = event.get("requestContext", {}).get("authorizer", {})
        return cls(
            method=request.method,
            path=request.path,
            content_type=request.header("content-type") or "",
            body=request.body,
            answer=answer,
            route_key=match.route.key if match else "",
            parameters=match.parameters if match else {},
            identity=authorizer.get("lambda") or {},
        )
