"""The transports that a client can be told to use."""

import functools
from typing import Literal, get_args

from catchup_client.errors import InvalidInput
from catchup_client.http_transport import dial_http
from catchup_client.transport import Dial, dial_websocket

TransportName = Literal["websocket", "http"]

TRANSPORTS: tuple[TransportName, ...] = get_args(TransportName)


def dialling(transport: str, device_id: str) -> Dial:
    """Return what opens connections of a transport; raises InvalidInput."""
    if transport == "websocket":
        return functools.partial(dial_websocket, device_id=device_id)
    if transport == "http":
        return functools.partial(dial_http, device_id=device_id)
    raise InvalidInput("transport", 'must be "websocket" or "http"')
