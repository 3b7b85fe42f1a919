"""The Lambda Runtime API, with one address for each process, as each of Lambda's sandboxes has.

Source: AWS documentation, "Using the Lambda runtime API for custom runtimes".
"""

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from local.json_types import JsonObject
from local.ports import SHUTDOWN_SECONDS, listen, port_of

if TYPE_CHECKING:
    from local.functions.process import FunctionProcess

# Lambda's limit on an answer is 6 MB.
MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 100 * 1024


class RuntimeApi:
    """An HTTP server for one process of one function."""

    def __init__(self, process: "FunctionProcess") -> None:
        self._process = process
        self.address = ""
        application = web.Application(client_max_size=MAX_ANSWER_BYTES)
        application.router.add_get("/2018-06-01/runtime/invocation/next", self._next)
        application.router.add_post("/2018-06-01/runtime/invocation/{request_id}/response", self._response)
        application.router.add_post("/2018-06-01/runtime/invocation/{request_id}/error", self._error)
        application.router.add_post("/2018-06-01/runtime/init/error", self._init_error)
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS
        )

    async def start(self) -> None:
        """Listens on a free port. Then `address` is the value for AWS_LAMBDA_RUNTIME_API."""
        listener = listen("127.0.0.1", 0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.address = f"127.0.0.1:{port_of(listener)}"

    async def close(self) -> None:
        """Stops listening. The connections of waiting processes are closed."""
        await self._runner.cleanup()

    async def _next(self, _: web.Request) -> web.Response:
        try:
            invocation = await self._process.next_invocation()
        except asyncio.CancelledError:
            return web.Response(status=410)  # the process is being ended
        return web.Response(body=invocation.event, headers=invocation.headers(), content_type="application/json")

    async def _response(self, request: web.Request) -> web.Response:
        answer = json.loads(await request.read())
        invocation = self._process.ended(request.match_info["request_id"])
        if invocation is None:
            return _not_in_progress()
        invocation.succeed(answer)
        return _accepted()

    async def _error(self, request: web.Request) -> web.Response:
        error = await _error_in(request)
        invocation = self._process.ended(request.match_info["request_id"])
        if invocation is None:
            return _not_in_progress()
        invocation.fail(error["errorType"], error["errorMessage"])
        return _accepted()

    async def _init_error(self, request: web.Request) -> web.Response:
        error = await _error_in(request)
        self._process.init_error = (error["errorType"], error["errorMessage"])
        return _accepted()


async def _error_in(request: web.Request) -> JsonObject:
    """The error that a runtime posts: {"errorType", "errorMessage", "stackTrace", …}."""
    error = json.loads(await request.read() or b"{}")
    return {"errorType": "Runtime.Unknown", "errorMessage": "", **error}


def _accepted() -> web.Response:
    return web.json_response({"status": "OK"}, status=202)


def _not_in_progress() -> web.Response:
    return web.json_response({"errorType": "InvalidRequestID", "errorMessage": "not in progress"}, status=400)
