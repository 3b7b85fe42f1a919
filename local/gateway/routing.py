"""Selects the route of a frame.

Source: AWS documentation, "Create routes for WebSocket APIs in API Gateway", section "Route selection expressions".
"""

import json
import re
from collections.abc import Container

from local.errors import LocalStackError
from local.json_types import Json

DEFAULT = "$default"
_EXPRESSION = re.compile(r"\$\{?request\.body((?:\.[A-Za-z0-9_-]+)+)\}?")


class RouteSelector:
    """Evaluates a route selection expression such as `$request.body.cmd`.

    Args:
        route_keys: the keys of the API's routes.
    """

    def __init__(self, expression: str, route_keys: Container[str]) -> None:
        match = _EXPRESSION.fullmatch(expression)
        if match is None:
            raise LocalStackError(
                f"RouteSelectionExpression {expression}: the local stack knows $request.body.<name> only"
            )
        self._path = match[1].removeprefix(".").split(".")
        self._route_keys = route_keys

    def select(self, message: str) -> str | None:
        """The key of the route for `message`.

        It is $default if the message isn't JSON or selects no route, and None if there is no $default.
        """
        key = self._value_in(message)
        # The predefined routes are for connections; a frame can't ask for them.
        if key is not None and not key.startswith("$") and key in self._route_keys:
            return key
        return DEFAULT if DEFAULT in self._route_keys else None

    def _value_in(self, message: str) -> str | None:
        try:
            # A number's value doesn't matter here, and Python refuses to read one of over 4,300 digits.
            value: Json = json.loads(message, parse_int=float)
        except (ValueError, RecursionError):  # the latter: brackets nested a thousand deep
            return None
        for name in self._path:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        return value if isinstance(value, str) else None
