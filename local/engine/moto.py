"""moto as a server: DynamoDB, S3, Secrets Manager and SQS on one address, in a thread of this process.

moto is not thread-safe (concurrent updates get lost, a failed transaction erases other writes), so it gets one call at
a time. The server has its own thread and event loop, so it also answers blocking boto3 calls of a test in the main
thread.
"""

import asyncio
import base64
import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from local.engine.dispatch import Services
from local.engine.dynamodb import dynamodb_of
from local.engine.sqs import Sqs, sqs_of
from local.ports import SHUTDOWN_SECONDS, listen, port_of

logger = logging.getLogger(__name__)

# DynamoDB's largest request is 16 MB (BatchWriteItem); SQS's 1 MiB.
MAX_REQUEST_BYTES = 17 * 1024 * 1024
# Servers of one process share moto's global state, so they share one lock. Each has its own account, so it does not see
# the data of the others.
_one_call_at_a_time = threading.Lock()
_account_ids = itertools.count(123456789012)


class MotoServer:
    """A server of AWS services in memory; `with MotoServer() as server: server.endpoint`.

    `calls` counts the requests by the name of the operation ("PutItem").
    """

    def __init__(self) -> None:
        self.account_id = str(next(_account_ids))
        self.calls: Counter[str] = Counter()
        self._services = Services(self.account_id)
        self._listener = listen("127.0.0.1", 0)
        # With a factory the loop is made here, before two threads could ask for it, and is no thread's current loop.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="moto", daemon=True)

    @property
    def endpoint(self) -> str:
        """The address to give to boto3 as `endpoint_url`."""
        return f"http://127.0.0.1:{port_of(self._listener)}"

    def sqs(self, region: str) -> Sqs:
        """The SQS object, for questions that boto3 can't ask."""
        return sqs_of(self.account_id, region)

    def put_items(self, region: str, table: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Puts items into a table without a request: a twentieth of the CPU time. Any thread may call it.

        Other calls wait for it, so give it a few dozen items at a time.
        """
        with _one_call_at_a_time:
            stored = dynamodb_of(self.account_id, region).get_table(table)
            for item in items:
                stored.put_item({name: _on_the_wire(value) for name, value in item.items()}, overwrite=True)
        # The lock is not fair: without a pause this thread would take it again at once.
        time.sleep(0)

    def __enter__(self) -> "MotoServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        with _one_call_at_a_time:
            self._services.forget()

    def _run(self) -> None:
        with self._runner:
            self._runner.run(self._serve())

    async def _serve(self) -> None:
        application = web.Application(client_max_size=MAX_REQUEST_BYTES)
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        await web.SockSite(runner, self._listener).start()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.calls[request.headers.get("X-Amz-Target", "?").rpartition(".")[2]] += 1
        url = f"http://{request.host}{request.path_qs}"
        try:
            with _one_call_at_a_time:
                answer = self._services.call(request.method, url, request.path, dict(request.headers), body)
        except Exception:
            logger.exception("moto failed on %s", request.headers.get("X-Amz-Target"))
            return web.json_response(
                {"__type": "InternalServerError", "message": "moto failed: see the log"}, status=500
            )
        response = web.Response(status=answer.status, body=answer.body)
        response.headers.update({k: v for k, v in answer.headers.items() if k.lower() not in _OF_HTTP})
        if request.method == "HEAD":
            # Of what a GET would answer.
            response.headers.update({k: v for k, v in answer.headers.items() if k.lower() == "content-length"})
        return response


def _on_the_wire(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A value of boto3 as moto reads it from a request. Bytes in sets, lists and maps are not handled."""
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value


# Headers that the HTTP server sets itself.
_OF_HTTP = frozenset({"content-length", "date", "server", "connection", "transfer-encoding"})
