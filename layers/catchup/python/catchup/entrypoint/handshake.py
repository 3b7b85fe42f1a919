"""The handshake of a WebSocket: its headers and subprotocols. See docs/protocol.md, section 1."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from catchup.domain.presence import Encoding

Event: TypeAlias = Mapping[str, Any]

SUBPROTOCOLS = {"catchup.json.v1": Encoding.JSON, "catchup.pb.v1": Encoding.PB}
BEARER_SUBPROTOCOL = "bearer."
DEVICE_SUBPROTOCOL = "device."
DEVICE_HEADER = "X-Device-Id"


def opened(event: Event) -> dict[str, Any]:
    """The answer to $connect: echoes the agreed subprotocol if it was offered, and never the token."""
    chosen = next((name for name in offered_subprotocols(event) if name in SUBPROTOCOLS), None)
    return {"statusCode": 200, **({"headers": {"Sec-WebSocket-Protocol": chosen}} if chosen else {})}


def header(event: Event, name: str) -> str:
    """A header of a handshake, by its name in any case; "" if there is none."""
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name.lower()), "")


def offered_subprotocols(event: Event) -> list[str]:
    """What the client offers in Sec-WebSocket-Protocol, in its order."""
    return [name.strip() for name in header(event, "Sec-WebSocket-Protocol").split(",") if name.strip()]


def chosen_encoding(offered: list[str]) -> Encoding | None:
    """The encoding of pushes: the first catchup.* offered, JSON if none is; None if nothing offered is known."""
    wanted = [name for name in offered if not name.startswith((BEARER_SUBPROTOCOL, DEVICE_SUBPROTOCOL))]
    known = [SUBPROTOCOLS[name] for name in wanted if name in SUBPROTOCOLS]
    if known:
        return known[0]
    return None if wanted else Encoding.JSON


def token_of(event: Event) -> str:
    """The JWT, from `Authorization: Bearer …` or from a subprotocol `bearer.…`; "" if there is none."""
    scheme, _, credentials = header(event, "Authorization").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    offered = (name for name in offered_subprotocols(event) if name.startswith(BEARER_SUBPROTOCOL))
    return next(offered, BEARER_SUBPROTOCOL).removeprefix(BEARER_SUBPROTOCOL)


def device_of(event: Event) -> str:
    """The device, from the header X-Device-Id or from a subprotocol `device.…`; "" if neither names one. Tokens of an
    issuer do not know of devices."""
    offered = (name for name in offered_subprotocols(event) if name.startswith(DEVICE_SUBPROTOCOL))
    return header(event, DEVICE_HEADER) or next(offered, "").removeprefix(DEVICE_SUBPROTOCOL)
