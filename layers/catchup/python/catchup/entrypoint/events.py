"""What events of both APIs have in common, and how they differ."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Event: TypeAlias = Mapping[str, Any]
Response: TypeAlias = dict[str, Any]


def is_http(event: Event) -> bool:
    """Whether an event is a request of the HTTP API (payload format 2.0). Both APIs have routes, authorizers and a
    `$default`; only this one has `requestContext.http`, and no client can set it."""
    context = event.get("requestContext")
    return isinstance(context, Mapping) and "http" in context


def text_of(event: Event) -> str:
    """Returns the body as it is in the event; "" if there is none."""
    body = event.get("body")
    return body if isinstance(body, str) else ""
