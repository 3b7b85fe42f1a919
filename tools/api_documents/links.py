"""What can be asked next, with values of a request or its answer: the links of the OpenAPI document."""

from collections.abc import Mapping
from typing import Any


def _link(operation: str, text: str, **parameters: str) -> dict[str, Any]:
    given = {name: f"${value}" for name, value in parameters.items()}
    return {"operationId": operation, "parameters": given, "description": text}


_SESSION = "response.body#/sessionId"
_GROUP = "request.path.groupId"
_OF_A_MESSAGE = {
    "pull": _link("pull", "Reads the session's waiting messages.", sessionId=_SESSION),
    "history": _link("history", "Reads the session's history.", sessionId=_SESSION),
}
_OF_A_GROUP = {
    **_OF_A_MESSAGE,
    "members": _link("members", "Lists the members.", groupId=_GROUP),
    "leave": _link("leave", "Leaves the group.", groupId=_GROUP),
}
_NEW = "request.body#/groupId"
_UID = "response.body#/uid"

LINKS: Mapping[str, Mapping[str, Any]] = {
    "allCounters": {"more": _link("allCounters", "The next counters.", next="response.body#/next")},
    "sessions": {"more": _link("sessions", "The next sessions.", next="response.body#/next")},
    "members": {"more": _link("members", "The next members.", groupId=_GROUP, next="response.body#/next")},
    "pull": {"history": _link("history", "Reads the session's history.", sessionId="request.path.sessionId")},
    "history": {
        "older": _link(
            "history", "Reads on.", sessionId="request.path.sessionId", before="response.body#/messages/0/seq"
        )
    },
    "chat": _OF_A_MESSAGE,
    "create": {
        "members": _link("members", "Lists the members.", groupId=_NEW),
        "add": _link("add", "Adds members.", groupId=_NEW),
        "remove": _link("remove", "Removes members.", groupId=_NEW),
        "history": _link("history", "Reads the group's history.", sessionId=_SESSION),
    },
    "join": _OF_A_GROUP,
    "add": _OF_A_GROUP,
    "remove": _OF_A_GROUP,
    "role": _OF_A_GROUP,
    "leave": _OF_A_MESSAGE,
    "block": {
        "unblock": _link("unblock", "Takes the person's messages again.", uid=_UID),
        "blocked": _link("blocked", "Lists all that are blocked."),
    },
    "unblock": {"block": _link("block", "Refuses the person's messages again.", uid=_UID)},
}
