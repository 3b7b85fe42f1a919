"""Bob's watch: a client that can only send. It does not log in, count or clear, so these remain for his phone."""

import json
from itertools import count
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol


class Watch:
    """`async with Watch(url, token) as watch: await watch.say("demo", "hello")`."""

    def __init__(self, url: str, token: str) -> None:
        self._dialling = connect(
            url,
            subprotocols=[Subprotocol("catchup.json.v1")],
            additional_headers={"Authorization": f"Bearer {token}"},
        )
        self._numbers = count(1)
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        self._connection = await self._dialling
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._connection is not None
        await self._connection.close()

    async def say(self, group: str, text: str) -> int:
        """Sends a message to a group and returns its seq. It repeats the same request until the answer is OK."""
        assert self._connection is not None
        body = {"msgId": f"watch-{next(self._numbers)}", "chatType": 2, "to": group, "msg": {"message": text}}
        while True:
            await self._connection.send(json.dumps({"cmd": "chat", "body": body}))
            answer = json.loads(await self._connection.recv())
            if answer.get("code") == "OK":
                seq: int = answer["body"]["seq"]
                return seq
            if answer.get("code") not in ("ABORTED", "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL"):
                raise RuntimeError(f"the watch was refused: {answer}")
