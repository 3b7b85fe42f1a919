"""Which route takes a request.

Source: AWS documentation, "Create routes for HTTP APIs in API Gateway", section "Routing API requests".
"""

import pytest

from local.http_api.routing import Router
from tests.local.http_api.support import route, running_http

# The example of that page, in another order, and some more.
KEYS = (
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/dog/{id}",
    "GET /pets/dog/1",
    "ANY /pets/cat/{id}",
    "GET /{kind}/dog/{id}/toys",
)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/bird/1", "GET /pets/{proxy+}", {"proxy": "bird/1"}),
        ("GET", "/pets/cat/1", "ANY /pets/cat/{id}", {"id": "1"}),
        ("POST", "/test/5", "ANY /{proxy+}", {"proxy": "test/5"}),
        # A full match comes before a greedy one, although its first segment is less specific.
        ("GET", "/pets/dog/2/toys", "GET /{kind}/dog/{id}/toys", {"kind": "pets", "id": "2"}),
        ("GET", "/pets/dog/", "GET /pets/{proxy+}", {"proxy": "dog/"}),
        ("GET", "/", "$default", {}),
    ],
)
def test_the_most_specific_route_takes_a_request(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    match = Router(map(route, KEYS)).select(method, path)
    assert match is not None
    assert (match.route.key, match.parameters) == (key, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nothing"),
        ("GET", "/v1/things/"),
        ("GET", "/v1//things"),
        ("GET", "/v1/things/7/more"),
        ("DELETE", "/v1/things"),
        ("HEAD", "/v1/things"),
        ("OPTIONS", "/v1/things"),
        ("TRACE", "/v1/things"),
    ],
)
async def test_what_no_route_takes_is_not_found_whatever_the_method(method: str, path: str) -> None:
    """ "If no routes match a request, API Gateway returns {"message":"Not Found"}": there is no 405."""
    async with running_http() as running:
        answer = await running.request(method, path)
    assert answer.status == 404
    assert answer.body == (b"" if method == "HEAD" else b'{"message":"Not Found"}')
    assert answer.headers["Content-Type"] == "application/json"
