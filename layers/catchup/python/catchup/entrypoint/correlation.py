"""The ids by which lines of a log, the access log and a client's report are found to speak of the same."""

from collections.abc import Mapping
from typing import Any


def ids_of(event: Mapping[str, Any]) -> dict[str, str]:
    """API Gateway's own ids of an event; without those that are missing or no text."""
    context = event.get("requestContext")
    found = context if isinstance(context, Mapping) else {}
    ids = {"connection_id": found.get("connectionId"), "request_id": found.get("requestId")}
    return {name: value for name, value in ids.items() if isinstance(value, str)}
