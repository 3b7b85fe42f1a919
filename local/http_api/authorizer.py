"""Asks the Lambda authorizer whether a request may go on, and keeps its answers.

Source: AWS documentation, "Control access to HTTP APIs with AWS Lambda authorizers in API Gateway".
"""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from local.errors import LocalStackError
from local.functions.invocation import FunctionFailed, Invoke
from local.http_api.answers import FAILED, FORBIDDEN, UNAUTHORIZED, GatewayAnswer
from local.http_api.events import HttpEvents
from local.http_api.limits import AUTHORIZER_SECONDS
from local.http_api.request import HttpRequest
from local.http_api.routing import Match
from local.http_api.spec import HttpAuthorizerSpec
from local.json_types import Json, JsonObject

_HEADER, _QUERY, _ROUTE_KEY = "$request.header.", "$request.querystring.", "$context.routeKey"


class HttpAuthorizer:
    """A REQUEST authorizer with simple responses.

    The values of the identity sources are the key of its cache. So, unless the route key is one of them, an answer
    holds for every route of the API that uses this authorizer. Denials are kept like permissions; failures are not.
    """

    def __init__(
        self,
        spec: HttpAuthorizerSpec,
        events: HttpEvents,
        invoke: Invoke,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for source in spec.identity_sources:
            if source != _ROUTE_KEY and not source.startswith((_HEADER, _QUERY)):
                raise LocalStackError(f"identity source {source}: the local stack knows no such one")
        self._spec = spec
        self._events = events
        self._invoke = invoke
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, Json]] = {}

    async def context(self, request: HttpRequest, match: Match) -> JsonObject:
        """The `requestContext.authorizer` of the request's event. Raises GatewayAnswer."""
        identity = tuple(_value(source, request, match) for source in self._spec.identity_sources)
        if not all(identity):
            raise GatewayAnswer(*UNAUTHORIZED)
        answer = self._remembered(identity)
        if answer is None:
            answer = await self._ask(request, match, identity)
            if identity and self._spec.ttl_seconds:
                self._kept[identity] = (self._clock() + self._spec.ttl_seconds, answer)
        if not answer["isAuthorized"]:
            raise GatewayAnswer(*FORBIDDEN)
        return {"lambda": answer.get("context")}

    def _remembered(self, identity: tuple[str, ...]) -> Json:
        now = self._clock()
        self._kept = {each: (until, answer) for each, (until, answer) in self._kept.items() if now < until}
        return self._kept.get(identity, (0.0, None))[1]

    async def _ask(self, request: HttpRequest, match: Match, identity: tuple[str, ...]) -> JsonObject:
        event = self._events.authorize(request, match, identity)
        try:
            async with asyncio.timeout(AUTHORIZER_SECONDS):
                answer = await self._invoke(self._spec.function, event)
        except FunctionFailed as error:
            # As for the other kinds of API; AWS's page on HTTP APIs does not mention exceptions.
            raise GatewayAnswer(*(UNAUTHORIZED if error.message == "Unauthorized" else FAILED)) from None
        except TimeoutError:
            raise GatewayAnswer(*FAILED) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("isAuthorized"), bool):
            raise GatewayAnswer(*FAILED)
        if not isinstance(answer.get("context", {}), dict | None):
            raise GatewayAnswer(*FAILED)
        return answer


def _value(source: str, request: HttpRequest, match: Match) -> str:
    """The value of an identity source, such as `$request.header.Authorization`; "" if there is none."""
    if source == _ROUTE_KEY:
        return match.route.key
    if source.startswith(_HEADER):
        return request.header(source.removeprefix(_HEADER).lower()) or ""
    return ",".join(parse_qs(request.raw_query).get(source.removeprefix(_QUERY), ()))
