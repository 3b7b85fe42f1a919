"""Serves the page at `/`, and its calls: tokens for anybody, a backlog, and a server of the old kind."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from local.errors import LocalStackError
from local.pages import Call
from local.playground.files import pages
from local.playground.guard import refusal
from local.playground.old_way import push_all
from local.playground.words import words_to_try

if TYPE_CHECKING:
    from local.stack import LocalStack

MOST_MESSAGES = 100_000
# Tokens are secrets, and none of the answers is a script or a page.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Playground:
    """The page of one stack. `calls` are its requests that are no files, by method and path."""

    def __init__(self, stack: "LocalStack") -> None:
        self._stack = stack
        self._seeding = asyncio.Lock()
        self.pages = pages()
        self.calls: Mapping[tuple[str, str], Call] = {
            ("GET", "/playground/token"): self._guarded(self._token),
            ("POST", "/playground/backlog"): self._guarded(self._backlog),
            ("GET", "/playground/old-way"): self._guarded(self._old_way),
            ("GET", "/playground/words"): self._guarded(self._words),
        }

    def _guarded(self, call: Call) -> Call:
        async def answer(request: web.Request) -> web.StreamResponse:
            why = refusal(request, self._stack.options.host)
            return _text(403, why) if why else await call(request)

        return answer

    async def _token(self, request: web.Request) -> web.StreamResponse:
        uid, device = request.query.get("uid", ""), request.query.get("device", "")
        why = _wrong_uid("uid", uid) or _wrong_device(device)
        if why:
            return _text(400, why)
        try:
            return _text(200, self._stack.token(uid, device))
        except LocalStackError as error:
            return _text(409, f"{error}\n")

    async def _backlog(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = json.loads(await request.read())
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            return _text(400, 'send {"to": <uid>, "count": <number>}\n')
        to: Any = asked.get("to")
        count: Any = asked.get("count")
        why = _wrong_uid("to", to) or _wrong_count(count)
        if why:
            return _text(400, why)
        # Here and not above: it needs the service's own code, which is importable only once the stack runs.
        from local.playground.rows import seed

        async with self._seeding:
            seconds = await asyncio.to_thread(seed, self._stack, to, count)
        return web.json_response({"messages": count, "seconds": seconds}, headers=_HEADERS)

    async def _words(self, _: web.Request) -> web.StreamResponse:
        """Some words of the stack's lists, by what becomes of a message with one of them: what a person can try."""
        return web.json_response(words_to_try(self._stack.options.word_lists), headers=_HEADERS)

    async def _old_way(self, request: web.Request) -> web.StreamResponse:
        uid = request.query.get("uid", "")
        why = _wrong_uid("uid", uid)
        if why:
            return _text(400, why)
        if not web.WebSocketResponse().can_prepare(request).ok:
            return _text(426, "open a WebSocket here\n")
        from local.playground.rows import waiting_frames

        return await push_all(request, await asyncio.to_thread(waiting_frames, self._stack, uid))


def _text(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers=_HEADERS)


def _wrong_uid(name: str, value: Any) -> str:
    from catchup.domain.ids import UID_RULE, is_uid

    return "" if isinstance(value, str) and is_uid(value) else f"{name}: a uid, which is {UID_RULE}\n"


def _wrong_device(value: str) -> str:
    from catchup.domain.ids import ID_RULE, is_id

    return "" if is_id(value) else f"device: an id, which matches {ID_RULE}\n"


def _wrong_count(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_MESSAGES:
        return ""
    return f"count: a whole number from 1 to {MOST_MESSAGES}\n"
