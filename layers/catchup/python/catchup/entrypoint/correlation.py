"""The ids that connect log lines, the access log and a client's report of one request."""

from collections.abc import Mapping
from typing import Any


def ids_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Returns API Gateway's ids of an event, without missing or malformed ones."""
    context = event.get("requestContext")
    found = context if isinstance(context, Mapping) else {}
    ids = {"connection_id": found.get("connectionId"), "request_id": found.get("requestId")}
    return {name: value for name, value in ids.items() if isinstance(value, str)}
