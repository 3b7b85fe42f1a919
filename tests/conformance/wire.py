"""The other side of a client's connections: keeps what the client sends, and delivers what a vector says."""

import asyncio
import json
from typing import Any

from catchup_client import ConnectionLost, Encoding
from tests.conformance import short_forms
from tests.conformance.short_forms import Json

ANSWERED = ("ack", "clear", "ping", "read", "sessions", "signal")
"""The requests that the runner answers, unless a vector says that they get no answer."""
UNCOMPARED = ("ping", "sessions")
IDLE_SECONDS = 600.0
LIFETIME_SECONDS = 7_200.0
"""docs/protocol.md, section 1: the platform closes connections that are idle or older."""
FLOOD = 100
"""More requests than any client sends from one comparison to the next."""


class Line:
    """One connection; satisfies `catchup_client.transport.Transport`."""

    lasts = True

    def __init__(self, wire: "Wire") -> None:
        self._wire = wire
        self._frames: asyncio.Queue[Json | None] = asyncio.Queue()
        self.closed = False

    async def send(self, text: str) -> None:
        """Take a frame of the client."""
        if self.closed:
            raise ConnectionLost("closed")
        self._wire.take(json.loads(text))

    async def receive(self) -> str:
        """Give the next frame to the client."""
        frame = None if self.closed else await self._frames.get()
        if frame is None:
            raise ConnectionLost("closed")
        return json.dumps(frame)

    async def close(self) -> None:
        """Close the connection."""
        self.closed = True
        self._frames.put_nowait(None)

    def deliver(self, frame: Json) -> None:
        """Send a frame to the client."""
        self._frames.put_nowait(frame)


class Wire:
    """All connections of one vector, one at a time."""

    def __init__(self, silent: list[str], may: list[Json]) -> None:
        self._answered = set(ANSWERED) - set(silent)
        self._may = may
        self._gate = asyncio.Semaphore(0)
        self._opened = asyncio.Event()
        self._line: Line | None = None
        self._open: list[Json] = []
        self._opened_at = self._heard_at = 0.0
        self.sent: list[Json] = []
        """What the client has sent, until it is compared."""

    async def dial(self, url: str, token: str, encoding: Encoding) -> Any:
        """Open a connection once the vector allows it."""
        await self._gate.acquire()
        self._line = Line(self)
        self._opened_at = self._heard_at = _now()
        self._opened.set()
        return self._line

    async def connect(self) -> None:
        """Close the connection, and wait for the next one."""
        old = self._line is not None and not self._line.closed and _now() > self._opened_at + LIFETIME_SECONDS
        assert not old, "the connection was kept for more than two hours"
        await self.disconnect()
        self._opened.clear()
        self._gate.release()
        async with asyncio.timeout(60):
            await self._opened.wait()

    async def disconnect(self) -> None:
        """Close the connection."""
        self._open.clear()
        if self._line is not None:
            await self._line.close()
            self._line = None

    def deliver(self, frame: Json) -> None:
        """Send a frame to the client."""
        assert self._line is not None, "a frame is delivered while no connection is open"
        self._check_idle()
        self._line.deliver(frame)

    def _check_idle(self) -> None:
        assert _now() <= self._heard_at + IDLE_SECONDS, "the connection was idle for more than 10 minutes"

    def answer(self, cmd: str, code: str, body: Json) -> None:
        """Answer the oldest open request of this name."""
        request = next((one for one in self._open if one["cmd"] == cmd), None)
        assert request is not None, f"no {cmd} waits for an answer"
        self._open.remove(request)
        self.deliver(short_forms.answer(request, code, body))

    def take(self, request: Json) -> None:
        """Take a request of the client."""
        assert len(self.sent) < FLOOD, "the client sends without end"
        self._check_idle()
        self._heard_at = _now()
        free = next((one for one in self._may if _matches(request, one)), None)
        if free is not None:
            self.deliver(short_forms.answer(request, "OK", free["answer"]))
            if acked := request["body"].get("ack"):
                self.sent.append({"cmd": "ack", "body": {"sessions": {request["body"]["sessionId"]: {"seqs": acked}}}})
            return
        answered = request["cmd"] in self._answered
        if not answered or request["cmd"] not in UNCOMPARED:
            self.sent.append(request)
        if answered:
            self.deliver(short_forms.answer(request, "OK", {}))
        else:
            self._open.append(request)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _matches(request: Json, pattern: Json) -> bool:
    body = request.get("body") or {}
    return request["cmd"] == pattern["cmd"] and all(
        body.get(name) == value for name, value in pattern.get("body", {}).items()
    )
