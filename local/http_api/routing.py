"""Selects the route of a request.

Source: AWS documentation, "Create routes for HTTP APIs in API Gateway", section "Routing API requests".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from local.http_api.spec import ANY, DEFAULT, HttpRouteSpec


@dataclass(frozen=True)
class Match:
    """A route, and the values of its path's variables."""

    route: HttpRouteSpec
    parameters: dict[str, str]


class Router:
    """The routes of one API."""

    def __init__(self, routes: Iterable[HttpRouteSpec]) -> None:
        self._routes = sorted(routes, key=_priority)

    def select(self, method: str, path: str) -> Match | None:
        """The most specific route for a decoded path, or None."""
        for route in self._routes:
            parameters = _parameters(route, path) if route.method in (method, ANY) else None
            if parameters is not None:
                return Match(route, parameters)
        return None


def _priority(route: HttpRouteSpec) -> tuple[object, ...]:
    """Full matches come before greedy ones, and these before $default. Among equals a fixed segment comes before a
    variable, and a method before ANY."""
    segments = [2 if _is_greedy(each) else 1 if _is_variable(each) else 0 for each in route.path.split("/")]
    return route.path == DEFAULT, 2 in segments, segments, route.method == ANY


def _parameters(route: HttpRouteSpec, path: str) -> dict[str, str] | None:
    if route.path == DEFAULT:
        return {}
    expected, found = route.path.split("/"), path.split("/")
    if _is_greedy(expected[-1]):
        found[len(expected) - 1 :] = ["/".join(found[len(expected) - 1 :])]
    if len(expected) != len(found):
        return None
    parameters = {}
    for segment, value in zip(expected, found, strict=True):
        if _is_variable(segment) and value:
            parameters[segment.strip("{+}")] = value
        elif segment != value:
            return None
    return parameters


def _is_variable(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


def _is_greedy(segment: str) -> bool:
    return _is_variable(segment) and segment.endswith("+}")
