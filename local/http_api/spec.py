"""What the local stack reads of an HTTP API from the expanded template."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# The stage whose name is not in the path, and the route that takes what no other takes.
DEFAULT = "$default"
ANY = "ANY"


@dataclass(frozen=True)
class Throttle:
    """Requests a second on average, and at once."""

    rate_per_second: float
    burst: float


@dataclass(frozen=True)
class HttpRouteSpec:
    """A route and its Lambda integration.

    Attributes:
        method: an HTTP method in capitals, or "ANY".
        path: such as "/v1/sessions/{sessionId}", or "$default".
        authorizer: the name of an authorizer of the API; None: anybody may call.
        timeout_seconds: how long the function may take.
    """

    method: str
    path: str
    function: str
    authorizer: str | None
    timeout_seconds: float

    @property
    def key(self) -> str:
        """The route key, as functions see it: "GET /v1/sessions", or "$default"."""
        return DEFAULT if self.path == DEFAULT else f"{self.method} {self.path}"


@dataclass(frozen=True)
class HttpAuthorizerSpec:
    """A Lambda authorizer: type REQUEST, payload 2.0, simple responses.

    Attributes:
        identity_sources: such as "$request.header.Authorization"; together they are the key of the cache.
        ttl_seconds: how long its answers are kept; 0: not at all.
    """

    function: str
    identity_sources: tuple[str, ...]
    ttl_seconds: float


@dataclass(frozen=True)
class CorsSpec:
    """A CORS configuration. An empty list, or None, sends no such header."""

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True)
class HttpApiSpec:
    """An `AWS::ApiGatewayV2::Api` of HTTP, with its stage.

    `throttle` is the stage's default; None: the account's. `route_throttles` are by route key.
    """

    logical_id: str
    api_id: str
    stage: str
    routes: tuple[HttpRouteSpec, ...]
    authorizers: Mapping[str, HttpAuthorizerSpec] = field(default_factory=dict)
    cors: CorsSpec | None = None
    throttle: Throttle | None = None
    route_throttles: Mapping[str, Throttle] = field(default_factory=dict)
