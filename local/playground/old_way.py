"""A server of the old kind, to compare with: it pushes everything that waits for a person when they log in.

It is a good one of its kind. All frames are ready before the connection opens, so the client's clock does not measure
the reading of rows. They are sent without a pause and uncompressed, as the service's own are: the client acks what it
has saved, and no push waits for an ack. The connection is closed when everything is acked.
"""

import asyncio
import json
from collections.abc import Sequence

from aiohttp import WSMsgType, web

CLOSE_SECONDS = 1.0


async def push_all(request: web.Request, frames: Sequence[str]) -> web.WebSocketResponse:
    """Serves one login. It changes nothing: what waits goes on waiting."""
    socket = web.WebSocketResponse(compress=False, timeout=CLOSE_SECONDS)
    await socket.prepare(request)
    acking = asyncio.create_task(_acks(socket, len(frames)))
    try:
        for frame in frames:
            await socket.send_str(frame)
        await acking
        await socket.close()
    except ConnectionError:
        pass  # the page was closed
    finally:
        acking.cancel()
    return socket


async def _acks(socket: web.WebSocketResponse, count: int) -> None:
    """Waits until so many messages are acked, or the client has gone."""
    while count > 0:
        message = await socket.receive()
        if message.type is not WSMsgType.TEXT:
            return
        try:
            count -= len(json.loads(message.data)["body"]["msgIds"])
        except (ValueError, KeyError, TypeError):
            return
