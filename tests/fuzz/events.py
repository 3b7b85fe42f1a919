"""Events that API Gateway does not send, unless a deployment is wrong, such as a route that lost its authorizer."""

from copy import deepcopy
from random import Random
from typing import Any

Event = dict[str, Any]

NO_TEXT: list[Any] = [None, "", 7, [], {"cmd": "login"}, True]
NO_VALUE: list[Any] = [None, 7, [], {}, "", "no id"]
IDENTITY = ("uid", "deviceId", "encoding", "expiresAt")
CONTEXT = ("connectionId", "connectedAt", "authorizer")


def spoilt_event(rng: Random, event: Event) -> tuple[Event, bool]:
    """An event without its frame, its identity, its connection or a token that is still good; it must be refused."""
    spoilt = deepcopy(event)
    context = spoilt["requestContext"]
    match rng.randrange(7):
        case 0:
            spoilt["body"] = rng.choice(NO_TEXT)
        case 1:
            del spoilt["body"]
        case 2:
            context.pop(rng.choice(CONTEXT))
        case 3:
            context["authorizer"].pop(rng.choice(IDENTITY))
        case 4:
            context["authorizer"][rng.choice(IDENTITY)] = rng.choice(NO_VALUE)
        case 5:
            context["authorizer"]["expiresAt"] = "1"
        case _:
            context["authorizer"] = rng.choice(NO_VALUE)
    return spoilt, True
