"""The way between the real client library and the real handlers, in one process, where anything can be lost.

A frame takes a while; a request may be lost, or its answer, or the connection with either, and the function that works
on it may die at any of its calls. Pushes may be lost, come twice, or be overtaken. `$disconnect` comes late, or never.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from catchup_client import ConnectionLost, Encoding
from tests.client.fake_server import PLATFORM_ERROR
from tests.people.person import NoAnswer
from tests.races.replay import Mortal
from tests.support.world import Context, Gateway, Phone, World

ENCODINGS = {Encoding.JSON: "json", Encoding.PROTOBUF: "pb"}
# How often each misfortune happens, of a hundred requests or pushes.
PER_HUNDRED = 4
# A function makes fewer calls than that.
MOST_CALLS = 9


class Line:
    """One connection; satisfies `catchup_client.transport.Transport`."""

    def __init__(self, network: "Network", phone: Phone) -> None:
        self.phone = phone
        self._network = network
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()

    @property
    def is_open(self) -> bool:
        return self.phone.connection in self._network.open

    async def send(self, text: str) -> None:
        """A request sets out."""
        if not self.is_open:
            raise ConnectionLost("closed")
        self._network.later(lambda: self._network.take(self, text))

    async def receive(self) -> str:
        """The next frame that has arrived."""
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
            raise ConnectionLost("closed")
        return frame

    async def close(self) -> None:
        """The client hangs up."""
        self._network.hang_up(self)

    def arrive(self, frame: str | None) -> None:
        """A frame of the server's; None: the connection has ended."""
        self._frames.put_nowait(frame)


class Network(Gateway):
    """It is also @connections. `requests` that reached a function are counted."""

    def __init__(self, world: World, mortal: Mortal, seed: int) -> None:
        super().__init__()
        self.requests = 0
        self._world = world
        self._mortal = mortal
        self._chance = random.Random(seed)
        self._trouble = True
        self._lines: dict[str, Line] = {}
        world.gateway = self
        world.parts.clients.gateway = self

    def heal(self) -> None:
        """From now on nothing is lost."""
        self._trouble = False

    def dialer(self, uid: str, device: str) -> Callable[[str, str, Encoding], Any]:
        """The `dial` of a client."""

        async def dial(_url: str, _token: str, encoding: Encoding) -> Line:
            await asyncio.sleep(self._delay())
            if self._strikes():
                raise ConnectionLost("no network")
            phone = Phone(self._world, uid, device, ENCODINGS[encoding])
            phone.connect()
            self._lines[phone.connection] = Line(self, phone)
            return self._lines[phone.connection]

        return dial

    def later(self, what: Callable[[], None]) -> None:
        """What takes its way over the network."""
        asyncio.get_running_loop().call_later(self._delay(), what)

    def hang_up(self, line: Line) -> None:
        """A connection ends, for whatever reason; the platform tells of it some time."""
        if line.is_open:
            self.open.discard(line.phone.connection)
            line.arrive(None)
            if not self._strikes():
                event = line.phone.event("DISCONNECT", "$disconnect")
                handler = self._world.handlers["connection"]
                asyncio.get_running_loop().call_later(self._chance.uniform(0, 5), handler, event, Context())

    def take(self, line: Line, text: str) -> None:
        """A request has arrived."""
        if not line.is_open or self._strikes():
            return
        self.requests += 1
        self._mortal.calls_left = self._chance.randrange(MOST_CALLS) if self._strikes() else None
        try:
            answer = self._work(line, text)
        except NoAnswer:
            answer = PLATFORM_ERROR
        self._mortal.calls_left = None
        if self._strikes():
            self.hang_up(line)
        if not self._strikes():
            self.later(lambda: line.arrive(answer) if line.is_open else None)

    def _work(self, line: Line, text: str) -> str:
        cmd = json.loads(text)["cmd"]
        handler = self._world.handlers["chat" if cmd == "chat" else "sync"]
        answer: Mapping[str, Any] = handler(line.phone.event("MESSAGE", cmd, text), Context())
        return str(answer["body"])

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._check(ConnectionId, "PostToConnection")
        line = self._lines[ConnectionId]
        for _ in range(0 if self._strikes() else 2 if self._strikes() else 1):
            self.later(lambda: line.arrive(Data.decode()) if line.is_open else None)
        if self._strikes():
            raise ClientError(
                {"Error": {"Code": "Failed"}, "ResponseMetadata": {"HTTPStatusCode": 500}},  # type: ignore[typeddict-item]
                "PostToConnection",
            )
        return {}

    def delete_connection(self, ConnectionId: str) -> dict[str, Any]:  # noqa: N803
        self._check(ConnectionId, "DeleteConnection")
        self.hang_up(self._lines[ConnectionId])
        return {}

    def _delay(self) -> float:
        return self._chance.uniform(0.005, 0.2)

    def _strikes(self) -> bool:
        return self._trouble and self._chance.randrange(100) < PER_HUNDRED
