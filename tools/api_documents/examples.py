"""Examples from events/ and what tests/expected says of them, which is proved against the real handlers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tools.generate_proto import ROOT

# What the expectations leave open ("<any>"), by the name of its member: clocks, and what a clock or chance makes.
_OPEN: dict[str, Any] = {
    **dict.fromkeys(("time", "serverTime", "timestamp", "changedAt", "expiresAt"), 1795521600123),
    "form": {"url": "https://bucket.s3.us-east-1.amazonaws.com/", "fields": {"key": "media/…", "policy": "eyJl…"}},
    "epoch": "5ab2fe8359ec44f0",
    "url": "https://bucket.s3.us-east-1.amazonaws.com/media/…?X-Amz-Signature=…",
}
_ANY = "<any>"


@dataclass(frozen=True)
class Example:
    """A request, and its answer. `content` and `answer`: None if they are not JSON, or if there is none."""

    name: str
    path: dict[str, str]
    query: dict[str, str]
    content: Any
    status: int
    answer: Any


def examples(route: str) -> list[Example]:
    """Those of a route of the HTTP API."""
    return list(_http(route))


def frames() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The name, the frame and the answer of each request over the WebSocket; {} if no answer is expected in full."""
    for path in sorted(ROOT.glob("events/*/*.json")):
        event, expected = json.loads(path.read_text()), _expected(path)
        context = event.get("requestContext", {})
        if context.get("eventType") == "MESSAGE" and not path.stem.startswith("not-"):
            yield path.stem, json.loads(event["body"]), _full(expected.get("body"))


def _full(answer: Any) -> dict[str, Any]:
    try:
        return dict(_filled(answer or {}))
    except KeyError:
        return {}


def _http(route: str) -> Iterator[Example]:
    for path in sorted(ROOT.glob("events/*/http-*.json")):
        event, expected = json.loads(path.read_text()), _expected(path)
        if event["routeKey"] != route or "statusCode" not in expected:
            continue
        has_text = "body" in event and not event["isBase64Encoded"]
        yield Example(
            name=path.stem.removeprefix("http-"),
            path=event.get("pathParameters", {}),
            query=dict(parse_qsl(event["rawQueryString"])),
            content=json.loads(event["body"]) if has_text else None,
            status=expected["statusCode"],
            answer=None if expected["isBase64Encoded"] else _filled(expected["body"]),
        )


def _expected(path: Any) -> dict[str, Any]:
    file = ROOT / "tests" / "expected" / path.relative_to(ROOT / "events")
    found: dict[str, Any] = json.loads(file.read_text())["expected"] if file.exists() else {}
    return found


def _filled(value: Any, name: str = "") -> Any:
    """The value, with something in place of what is open. Raises KeyError for what nothing is known to fit."""
    if value == _ANY:
        return _OPEN[name]
    if isinstance(value, dict):
        return {key: _filled(inner, key) for key, inner in value.items()}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value
