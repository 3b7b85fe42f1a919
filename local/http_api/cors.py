"""CORS headers, and the answers to preflight requests.

Source: AWS documentation, "Configure CORS for HTTP APIs in API Gateway".
"""

from local.http_api.answers import HttpAnswer
from local.http_api.request import HttpRequest
from local.http_api.spec import CorsSpec

_PREFIX = "access-control-"


def preflight(cors: CorsSpec, request: HttpRequest) -> HttpAnswer:
    """The answer to an OPTIONS request that no route takes. It has CORS headers only for an allowed origin that asks
    for a method. A browser reads the lists in them; for it "*" in allow-headers does not cover Authorization."""
    answer = HttpAnswer(204)
    origin = _allowed_origin(cors, request)
    if origin is None or not request.header(_PREFIX + "request-method"):
        return answer
    listed = {"allow-methods": cors.allow_methods, "allow-headers": cors.allow_headers}
    named = [(_PREFIX + name, ",".join(values)) for name, values in listed.items() if values]
    if cors.max_age_seconds is not None:
        named.append((_PREFIX + "max-age", str(cors.max_age_seconds)))
    return answer.with_headers(*_shared(cors, origin), *named)


def with_cors(cors: CorsSpec, request: HttpRequest, answer: HttpAnswer) -> HttpAnswer:
    """A function's answer with the configured CORS headers instead of its own."""
    kept = tuple((name, value) for name, value in answer.headers if not name.startswith(_PREFIX))
    origin = _allowed_origin(cors, request)
    added = () if origin is None else _shared(cors, origin)
    return HttpAnswer(answer.status, (*kept, *added), answer.body)


def _shared(cors: CorsSpec, origin: str) -> tuple[tuple[str, str], ...]:
    headers = [(_PREFIX + "allow-origin", origin)]
    if cors.allow_credentials:
        headers.append((_PREFIX + "allow-credentials", "true"))
    if cors.expose_headers:
        headers.append((_PREFIX + "expose-headers", ",".join(cors.expose_headers)))
    return tuple(headers)


def _allowed_origin(cors: CorsSpec, request: HttpRequest) -> str | None:
    """What allow-origin says to this request: "*", its own origin, or nothing."""
    origin = request.header("origin")
    if not origin:
        return None
    if "*" in cors.allow_origins:
        return "*"
    # "https://*" allows any origin that begins with https://.
    begins = tuple(each.removesuffix("*") for each in cors.allow_origins if each in ("https://*", "http://*"))
    return origin if origin in cors.allow_origins or origin.startswith(begins) else None
