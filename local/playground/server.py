"""Serves the page at `/`, and its calls: tokens for anybody, a backlog, and a server of the old kind."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from local.errors import LocalStackError
from local.pages import Call
from local.playground.files import pages

if TYPE_CHECKING:
    from local.stack import LocalStack

MOST_MESSAGES = 100_000


class Playground:
    """The page of one stack. `calls` are its requests that are no files, by method and path."""

    def __init__(self, stack: "LocalStack") -> None:
        self._stack = stack
        self._seeding = asyncio.Lock()
        self.pages = pages()
        self.calls: Mapping[tuple[str, str], Call] = {
            ("GET", "/playground/token"): self._token,
            ("POST", "/playground/backlog"): self._backlog,
            ("GET", "/playground/old-way"): self._old_way,
        }

    async def _token(self, request: web.Request) -> web.StreamResponse:
        try:
            token = self._stack.token(request.query["uid"], request.query["device"])
        except KeyError as error:
            return web.Response(status=400, text=f"name {error.args[0]} in the query\n")
        except LocalStackError as error:
            return web.Response(status=409, text=f"{error}\n")
        return web.Response(text=token)

    async def _backlog(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = await request.json()
            to, count = str(asked["to"]), int(asked["count"])
        except (ValueError, KeyError, TypeError):
            return web.Response(status=400, text='send {"to": <uid>, "count": <number>}\n')
        if not 1 <= count <= MOST_MESSAGES:
            return web.Response(status=400, text=f"count: from 1 to {MOST_MESSAGES}\n")
        # Here and not above: it needs the service's own code, which is importable only once the stack runs.
        from local.playground.rows import seed

        async with self._seeding:
            seconds = await asyncio.to_thread(seed, self._stack, to, count)
        return web.json_response({"messages": count, "seconds": seconds})

    async def _old_way(self, request: web.Request) -> web.StreamResponse:
        """Pushes all that waits for a person, a frame a message, as classic servers do at login. It deletes nothing."""
        from local.playground.rows import waiting_frames

        socket = web.WebSocketResponse()
        await socket.prepare(request)
        frames = await asyncio.to_thread(waiting_frames, self._stack, request.query.get("uid", ""))
        for frame in frames:
            await socket.send_str(frame)
        await socket.close()
        return socket
