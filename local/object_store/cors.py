"""CORS of a bucket, by its configuration in the template.

Source: Amazon S3 user guide, "Elements of a CORS configuration".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from local.json_types import JsonObject
from local.object_store.refusals import Refused
from local.object_store.request import StoreRequest

_VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


@dataclass(frozen=True)
class CorsRule:
    """A rule. `max_age_seconds`: None if it does not say."""

    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]
    exposed: Sequence[str]
    max_age_seconds: int | None

    @classmethod
    def of(cls, said: JsonObject, more_origins: Sequence[str] = ()) -> "CorsRule":
        """A rule of the template. `more_origins`: those that the local stack allows besides."""
        age = said.get("MaxAge")
        return cls(
            [*said.get("AllowedOrigins", ()), *more_origins],
            said.get("AllowedMethods", ()),
            [name.lower() for name in said.get("AllowedHeaders", ())],
            said.get("ExposedHeaders", ()),
            None if age is None else int(age),
        )

    def allows(self, origin: str, method: str, headers: Sequence[str] = ()) -> bool:
        """Whether a page of this origin may do so."""
        return (
            any(fnmatchcase(origin, pattern) for pattern in self.origins)
            and method in self.methods
            and all(any(fnmatchcase(name, pattern) for pattern in self.headers) for name in headers)
        )


def preflight(rules: Sequence[CorsRule], request: StoreRequest) -> Mapping[str, str]:
    """The headers of the answer to OPTIONS. Raises Refused."""
    origin, method = request.header("Origin"), request.header("Access-Control-Request-Method")
    if not origin:
        raise Refused(400, "BadRequest", "Insufficient information. Origin request header needed.")
    if not method:
        raise Refused(400, "BadRequest", "Invalid Access-Control-Request-Method: null")
    if not rules:
        raise Refused(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
    asked = [
        name.strip().lower() for name in request.header("Access-Control-Request-Headers").split(",") if name.strip()
    ]
    rule = next((each for each in rules if each.allows(origin, method, asked)), None)
    if rule is None:
        raise Refused(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.")
    named = dict(_shared(rule, origin))
    named["Access-Control-Allow-Methods"] = ", ".join(rule.methods)
    if asked:
        named["Access-Control-Allow-Headers"] = ", ".join(asked)
    if rule.max_age_seconds is not None:
        named["Access-Control-Max-Age"] = str(rule.max_age_seconds)
    return named


def answer_headers(rules: Sequence[CorsRule], request: StoreRequest) -> Mapping[str, str]:
    """The headers of any other answer; none for an origin that is not allowed."""
    origin = request.header("Origin")
    rule = next((each for each in rules if origin and each.allows(origin, request.method)), None)
    return {} if rule is None else _shared(rule, origin)


def _shared(rule: CorsRule, origin: str) -> Mapping[str, str]:
    anyone = "*" in rule.origins
    named = {"Access-Control-Allow-Origin": "*" if anyone else origin, "Vary": _VARY}
    if not anyone:
        named["Access-Control-Allow-Credentials"] = "true"
    if rule.exposed:
        named["Access-Control-Expose-Headers"] = ", ".join(rule.exposed)
    return named
