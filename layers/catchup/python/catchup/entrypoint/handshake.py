"""The handshake of a WebSocket: its headers and subprotocols. See docs/protocol.md, section 1."""

from collections.abc import Mapping
from typing import Any

from catchup.domain.presence import Encoding
from catchup.entrypoint.events import Event

SUBPROTOCOLS = {"catchup.json.v1": Encoding.JSON, "catchup.pb.v1": Encoding.PB}
BEARER_SUBPROTOCOL = "bearer."
DEVICE_SUBPROTOCOL = "device."
DEVICE_HEADER = "X-Device-Id"


def opened(event: Event) -> dict[str, Any]:
    """The answer to $connect: echoes the agreed subprotocol if it was offered, and never the token."""
    chosen = next((name for name in offered_subprotocols(event) if name in SUBPROTOCOLS), None)
    return {"statusCode": 200, **({"headers": {"Sec-WebSocket-Protocol": chosen}} if chosen else {})}


def lines_of(event: Event, name: str) -> list[str]:
    """Returns all lines of a header, in any case of its name: a client may send several lines."""
    lines = _fields(event.get("multiValueHeaders"), name)
    # Events written by hand have only this member.
    return [str(line) for values in lines for line in values or ()] or [
        str(value) for value in _fields(event.get("headers"), name)
    ]


def _fields(headers: Mapping[str, Any] | None, name: str) -> list[Any]:
    return [value for key, value in (headers or {}).items() if key.lower() == name.lower()]


def offered_subprotocols(event: Event) -> list[str]:
    """Returns the offered subprotocols in their order; several lines are one list (RFC 6455, section 11.3.4)."""
    offered = ",".join(lines_of(event, "Sec-WebSocket-Protocol"))
    return [name.strip() for name in offered.split(",") if name.strip()]


def chosen_encoding(offered: list[str]) -> Encoding | None:
    """Returns the encoding of pushes: the first offered catchup.*, or JSON if nothing is offered; None if all are
    unknown."""
    wanted = [name for name in offered if not name.startswith((BEARER_SUBPROTOCOL, DEVICE_SUBPROTOCOL))]
    known = [SUBPROTOCOLS[name] for name in wanted if name in SUBPROTOCOLS]
    if known:
        return known[0]
    return None if wanted else Encoding.JSON


def bearer_of(event: Event) -> str:
    """The JWT of `Authorization: Bearer …`; "" if there is none."""
    lines = (line.partition(" ") for line in lines_of(event, "Authorization"))
    return next((text.strip() for scheme, _, text in lines if scheme.lower() == "bearer" and text.strip()), "")


def token_of(event: Event) -> str:
    """The JWT, from `Authorization: Bearer …` or from a subprotocol `bearer.…`; "" if there is none."""
    if credentials := bearer_of(event):
        return credentials
    offered = (name for name in offered_subprotocols(event) if name.startswith(BEARER_SUBPROTOCOL))
    return next(offered, BEARER_SUBPROTOCOL).removeprefix(BEARER_SUBPROTOCOL)


def device_of(event: Event) -> str:
    """Returns the device, from the header X-Device-Id or a subprotocol `device.…`; "" if neither names one. It is for
    an issuer's tokens, which name no device."""
    offered = (name for name in offered_subprotocols(event) if name.startswith(DEVICE_SUBPROTOCOL))
    named = (line for line in lines_of(event, DEVICE_HEADER) if line)
    return next(named, "") or next(offered, "").removeprefix(DEVICE_SUBPROTOCOL)
