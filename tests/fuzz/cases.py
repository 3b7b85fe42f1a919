"""One frame on its way to a handler: what API Gateway would hand over, and whether it must be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from catchup.commands import COMMANDS
from tests.fuzz import texts
from tests.fuzz.events import spoilt_event
from tests.fuzz.mutations import ANY, CERTAIN
from tests.support.requests import CALLER, REQUESTS, request

DEFAULT_ROUTE = "$default"


@dataclass(frozen=True)
class Case:
    """`route`: what the request was before it was spoilt by `how`. `must_break`: no reading of the protocol lets it
    pass, so it must be refused without a call to AWS."""

    route: str
    how: str
    function: str
    event: Mapping[str, Any]
    must_break: bool

    @property
    def text(self) -> str:
        """The frame."""
        body = self.event.get("body")
        return body if isinstance(body, str) else ""


def event_of(text: str | None, route: str) -> dict[str, Any]:
    """The event of a frame of CALLER's."""
    event = {
        "requestContext": {
            "routeKey": route,
            "eventType": "MESSAGE",
            "connectionId": "connection",
            # Later than any login of the stage's own: a login may go through.
            "connectedAt": 1_999_999_999_999,
            "requestId": "request",
            "authorizer": {
                "uid": CALLER,
                "deviceId": "phone",
                "encoding": "json",
                "expiresAt": "4102444800",
                "principalId": CALLER,
            },
        },
        "isBase64Encoded": False,
    }
    return event if text is None else {**event, "body": text}


def well_formed(rng: Random) -> Case:
    """A request as a client sends it, in either encoding."""
    cmd = rng.choice(REQUESTS)
    frame = request(rng, cmd)
    text = texts.written(frame) if rng.random() < 0.5 else texts.wrapped(*texts.in_pb(frame))
    return Case(cmd, "nothing", COMMANDS[cmd].function, event_of(text, cmd), must_break=False)


def malformed(rng: Random) -> Case:
    """A request that is spoilt; unless it `must_break` it may have come out well formed all the same."""
    cmd = rng.choice(REQUESTS)
    text, how, must_break = _spoilt(rng, cmd)
    route, function = cmd, COMMANDS[cmd].function
    if how == "no_cmd":
        route, function = DEFAULT_ROUTE, "connection"
    if rng.random() < 0.03:
        function = rng.choice(["connection", "sync", "chat", "group", "media"])
        how, must_break = f"{how}, wrong function", False
    event = event_of(text, route)
    if rng.random() < 0.03:
        return Case(cmd, "event", function, *spoilt_event(rng, event))
    return Case(cmd, how, function, event, must_break)


def _spoilt(rng: Random, cmd: str) -> tuple[str, str, bool]:
    frame = request(rng, cmd)
    kind = rng.randrange(10)
    if kind < 4:
        how = texts.apply(rng, CERTAIN, frame)
        return texts.written(frame, escaped=rng.random() < 0.5), how, True
    if kind < 6:
        how = "+".join(texts.apply(rng, ANY, frame) for _ in range(rng.randrange(1, 4)) if frame)
        return texts.written(frame, escaped=rng.random() < 0.5), how, False
    if kind < 7:
        return (*_text(rng, texts.written(frame)),)
    envelope = texts.in_pb(frame)
    if kind < 9:
        return texts.spoilt_bytes(rng, *envelope), "spoilt_bytes", False
    return texts.spoilt_base64(rng, *envelope), "spoilt_base64", True


def _text(rng: Random, text: str) -> tuple[str, str, bool]:
    spoilt, must_break = texts.spoilt_text(rng, text)
    return spoilt, "spoilt_text", must_break
