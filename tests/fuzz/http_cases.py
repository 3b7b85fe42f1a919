"""HTTP requests on their way to a handler, as API Gateway hands them over, spoilt in one to three ways."""

import base64
import contextlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from catchup.commands import COMMANDS, ROUTES
from tests.fuzz import oddities, texts
from tests.fuzz.cases import Case
from tests.fuzz.events import NO_VALUE
from tests.fuzz.mutations import ANY, CERTAIN
from tests.support.events import http_event
from tests.support.http import JSON, PROTOBUF, request_of
from tests.support.requests import BODIES, CALLER, MARKER

Event = dict[str, Any]

OVER_HTTP = tuple(sorted({command.cmd for command in ROUTES.values()}))
# Ids that gateways change, and what is none after `b64:`.
IN_PATHS: Sequence[str] = (
    *("%2F", "a/b", "a?b", "%", "..", ".", "b64:", "b64:YQ==", "b64:YR", "b64:_w", "b64:" + "A" * 9_000, "b64:\ud800"),
    *("b64:" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in ("p:bob:carol", "g:x", "\0")),
)
QUERIES: Sequence[str] = (
    *("limit=1&limit=2", "limit=%zz", "limit=", "limit", "=", "&&", "%00=1", "%ff=%ff", "limit=1;before=2", "next=+"),
    *("limit=" + "9" * 5_000, "before=-1", "after=1e9", "sessionId=p:bob:carol", "x" * 9_000, f"next=after:{MARKER}"),
    *("ack=1", "limit=1,2", "Limit=1", "limit[]=1", "limit=1#", "next=%F0%9F%98%80", "&".join(["limit=1"] * 1_000)),
)
HEADERS: Sequence[tuple[str, str]] = (
    *(
        ("content-type", kind)
        for kind in (JSON, PROTOBUF, "text/plain", f"{JSON},{JSON}", f"{JSON};charset=utf-16", "")
    ),
    *(("content-type", kind) for kind in ("application/x-www-form-urlencoded", "multipart/form-data", ";;", "\ud800")),
    *(("accept", accepted) for accepted in (PROTOBUF, "text/html", "*/*;q=0", ",;=,", '"' * 3_000, "*/*;q=nan")),
    *(("accept", ",".join([f"{JSON};q=0.1"] * 300)), ("accept", f"{JSON};q={'9' * 5_000}")),
    *(
        ("accept-encoding", coding)
        for coding in ("gzip", "gzip;q=0", "*;q=0", "identity;q=0,gzip", "gzip;q=" + "1" * 999)
    ),
    *(("content-encoding", "gzip"), ("x-device-id", f"{MARKER} phone"), ("x-device-id", "a,b"), ("x-device-id", "\0")),
    *(("X-DEVICE-ID", "é"), ("authorization", f"Bearer {MARKER}"), ("cookie", MARKER), ("content-length", "-1")),
)


def malformed_http(rng: Random) -> Case:
    """A request that is spoilt; unless it `must_break` it may have come out well formed all the same."""
    cmd = rng.choice(OVER_HTTP)
    body, ways = BODIES[cmd](rng), rng.sample(WAYS, rng.randrange(1, 4))
    route, parts = request_of(cmd, body, rng.choice(["json", "pb"]))
    event = http_event(route, uid=CALLER, **parts)
    must_break = False
    for way in ways:
        must_break |= way(rng, event)
    return Case(cmd, "+".join(way.__name__ for way in ways), COMMANDS[cmd].function, event, must_break)


def path(rng: Random, event: Event) -> bool:
    """Another value of a parameter, or none."""
    given = event.get("pathParameters")
    if given:
        name = rng.choice(list(given))
        given[name] = rng.choice([*IN_PATHS, *oddities.STRINGS])
        if rng.random() < 0.1:
            del given[name]
    return False


def query(rng: Random, event: Event) -> bool:
    """Another query, or more of it."""
    odd = rng.choice([*QUERIES, f"limit={quote(str(oddities.value(rng)), errors='replace')[:9_000]}"])
    event["rawQueryString"] = rng.choice([odd, f"{event['rawQueryString']}&{odd}"])
    return False


def header(rng: Random, event: Event) -> bool:
    """Other headers, or none."""
    if rng.random() < 0.05:
        event["headers"] = rng.choice([None, {}])
        return False
    event["headers"] |= dict(rng.sample(HEADERS, rng.randrange(1, 4)))
    return False


def flag(rng: Random, event: Event) -> bool:
    """A body in the other form than the flag says."""
    event["isBase64Encoded"] = not event["isBase64Encoded"]
    if rng.random() < 0.3:
        del event["isBase64Encoded"]
    return False


def content(rng: Random, event: Event) -> bool:
    """Another body: JSON with a fault, bytes that are flipped or cut, or anything."""
    kind, cmd, data = rng.randrange(5), ROUTES[event["routeKey"]].cmd, bytearray()
    if kind < 2:
        frame = {"cmd": cmd, "body": BODIES[cmd](rng)}
        texts.apply(rng, [*ANY, *CERTAIN], frame)
        data += texts.written({"body": frame.get("body")}, escaped=rng.random() < 0.5)[9:-1].encode(
            errors="surrogatepass"
        )
    elif kind < 3:
        data += texts.spoilt_text(rng, texts.written(BODIES[cmd](rng)))[0].encode(errors="surrogatepass")
    else:
        data += _bytes_of(event) or rng.randbytes(20)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        data = data[: rng.randrange(len(data) + 1)] if rng.random() < 0.3 else data
    is_base64 = rng.random() < 0.5
    event["body"] = base64.b64encode(data).decode() if is_base64 else bytes(data).decode(errors="surrogateescape")
    event["isBase64Encoded"] = is_base64
    return False


def identity(rng: Random, event: Event) -> bool:
    """A request whose sender nobody knows, or whose token is not valid any more; it must be refused."""
    authorizer = event["requestContext"]["authorizer"]
    match rng.randrange(4):
        case 0:
            event["requestContext"]["authorizer"] = rng.choice([None, 7, [], {}, "", authorizer["lambda"]])
        case 1:
            authorizer["lambda"].pop(rng.choice(["uid", "deviceId", "expiresAt"]))
        case 2:
            authorizer["lambda"]["uid"] = rng.choice(NO_VALUE)
        case _:
            authorizer["lambda"]["expiresAt"] = rng.choice([1, "1", -1, None, [], {}, "soon", float("nan")])
    return True


WAYS: Sequence[Callable[[Random, Event], bool]] = (path, query, header, flag, content, content, content, identity)


def _bytes_of(event: Event) -> bytes:
    body = str(event.get("body") or "")
    if event.get("isBase64Encoded"):
        with contextlib.suppress(ValueError):
            return base64.b64decode(body)
    return body.encode(errors="surrogatepass")
