"""API Gateway for one HTTP API: takes a request, and gives it to the function of its route."""

import asyncio
import logging
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict

from local.frames import shown
from local.functions.invocation import FunctionFailed, Invoke
from local.gateway.connection import new_id
from local.gateway.limits import ACCOUNT_BURST, ACCOUNT_RATE_PER_SECOND
from local.gateway.observer import Observer
from local.gateway.throttle import TokenBucket
from local.http_api.answers import (
    FAILED,
    NOT_FOUND,
    TIMED_OUT,
    TOO_LARGE,
    TOO_MANY,
    GatewayAnswer,
    HttpAnswer,
    answer_of,
    payload_bytes,
)
from local.http_api.authorizer import HttpAuthorizer
from local.http_api.cors import preflight, with_cors
from local.http_api.events import HttpEvents
from local.http_api.exchange import Exchange
from local.http_api.limits import MAX_PAYLOAD_BYTES
from local.http_api.request import HttpRequest, read_request
from local.http_api.routing import Match, Router
from local.http_api.spec import DEFAULT, HttpApiSpec, Throttle
from local.json_types import JsonObject

logger = logging.getLogger(__name__)


@dataclass
class _Course:
    """What has become of a request so far, for the observer."""

    request: HttpRequest | None = None
    match: Match | None = None
    event: JsonObject = field(default_factory=dict)


class HttpApi:
    """Answers the requests of `api`.

    Args:
        invoke: invokes functions.
        has_time_limits: False lets a function take as long as it likes.
        observer: gets a call for each request.
    """

    def __init__(
        self,
        api: HttpApiSpec,
        invoke: Invoke,
        region: str,
        account_id: str,
        observer: Observer,
        *,
        has_time_limits: bool = True,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._observer = observer
        self._has_time_limits = has_time_limits
        self._events = HttpEvents(api, region, account_id)
        self._router = Router(api.routes)
        self._authorizers = {name: HttpAuthorizer(spec, self._events, invoke) for name, spec in api.authorizers.items()}
        self._stage = _bucket(api.throttle or Throttle(ACCOUNT_RATE_PER_SECOND, ACCOUNT_BURST))
        self._buckets = {key: _bucket(throttle) for key, throttle in api.route_throttles.items()}

    async def answer(self, request: web.Request) -> web.Response:
        """Answers a request."""
        course = _Course()
        try:
            answer = await self._answer(request, course)
        except GatewayAnswer as error:
            answer = error.answer
        if course.request is not None:
            self._observer.requested(Exchange.of(course.request, course.match, course.event, answer))
        headers = CIMultiDict([*answer.headers, ("apigw-requestid", new_id())])
        return web.Response(status=answer.status, headers=headers, body=answer.body)

    async def _answer(self, sent: web.Request, course: _Course) -> HttpAnswer:
        course.request = request = await read_request(sent)
        course.match = match = self._router.select(request.method, self._path_in_stage(request))
        if match is None:
            if request.method == "OPTIONS" and self._api.cors is not None:
                return preflight(self._api.cors, request)
            raise GatewayAnswer(*NOT_FOUND)
        if request.is_read_otherwise_on_aws:
            logger.warning("AWS may read the path %s otherwise: see docs/platform.md", shown(request.path))
        if not self._buckets.get(match.route.key, self._stage).take():
            raise GatewayAnswer(*TOO_MANY)
        name = match.route.authorizer
        authorizer = None if name is None else await self._authorizers[name].context(request, match)
        course.event = event = self._events.request(request, match, authorizer)
        answer = await self._call(match, event)
        return answer if self._api.cors is None else with_cors(self._api.cors, request, answer)

    def _path_in_stage(self, request: HttpRequest) -> str:
        """The path without the name of the stage, which only $default has not. Raises GatewayAnswer."""
        if self._api.stage == DEFAULT:
            return request.path
        prefix = f"/{self._api.stage}/"
        if not f"{request.path}/".startswith(prefix):
            raise GatewayAnswer(*NOT_FOUND)
        return "/" + request.path[len(prefix) :]

    async def _call(self, match: Match, event: JsonObject) -> HttpAnswer:
        if payload_bytes(event) > MAX_PAYLOAD_BYTES:
            raise GatewayAnswer(*TOO_LARGE)
        try:
            async with asyncio.timeout(match.route.timeout_seconds if self._has_time_limits else None):
                return answer_of(await self._invoke(match.route.function, event))
        except TimeoutError:
            raise GatewayAnswer(*TIMED_OUT) from None
        except FunctionFailed:
            raise GatewayAnswer(*FAILED) from None


def _bucket(throttle: Throttle) -> TokenBucket:
    return TokenBucket(throttle.rate_per_second, throttle.burst)
