"""The rules of fields in the words of JSON Schema. The numbers come from `settings` and `domain.ids`; which field has
which rule is checked by requests that are made from the document (tests/http) and by tests/handlers/test_limits.py."""

from collections.abc import Mapping
from typing import Any

from catchup.domain.ids import ID_RULE, MAX_CONTENT_NUMBER
from catchup.domain.media import MAX_PARTS, MediaType
from catchup.domain.message import ChatType
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from catchup.settings import (
    DEFAULT_MEMBERS_PAGE,
    DEFAULT_PULL_PAGE,
    DEFAULT_REQUESTS_PAGE,
    DEFAULT_SESSIONS_PAGE,
    MAX_ANNOUNCEMENT_BYTES,
    MAX_BLOCKED,
    MAX_CLEAR_SESSIONS,
    MAX_GROUP_NAME_BYTES,
    MAX_HIDDEN_SEQS,
    MAX_NAMED_UIDS,
    MAX_NOTE_BYTES,
    MAX_ONLINE_UIDS,
    MAX_SIGNAL_DATA_BYTES,
)
from catchup.wire.signals import KIND_RULE

Schema = dict[str, Any]

_UID = '[!"$-9;-~]{1,64}'
# Without / ? % and \, which gateways do not let through paths unchanged; nor may all of it be dots.
_UID_IN_PATH = '[!"$&-.0-9;->@-\\[\\]-~]{1,64}'
_ENCODED = "b64:[A-Za-z0-9_-]{2,200}"
_IN_PATH = "In a path, an id that has one of / ? % \\, or is only dots, is written as b64: and its base64url."
# Types of their own, by the name of their schema.
SCALARS: Mapping[str, Schema] = {
    "Uid": {
        "type": "string",
        "format": "uid",
        "pattern": f"^{_UID}$",
        "description": "The name of a person: 1 to 64 printable ASCII characters other than space, colon and #.",
    },
    "Id": {
        "type": "string",
        "format": "id",
        "pattern": f"^{ID_RULE}$",
        "description": "An id that a client chooses, such as a UUID.",
    },
    "SessionId": {
        "type": "string",
        "format": "session-id",
        "pattern": f"^(p:{_UID}:{_UID}|g:{ID_RULE})$",
        "description": "p:<uid>:<uid>, the uids in ascending order, or g:<groupId>.",
    },
    "UidInPath": {
        "type": "string",
        "format": "uid-in-path",
        "pattern": f"^({_UID_IN_PATH}|{_ENCODED})$",
        "not": {"enum": [".", ".."]},
        "description": f"The name of a person. {_IN_PATH}",
    },
    "SessionIdInPath": {
        "type": "string",
        "format": "session-id-in-path",
        "pattern": f"^(p:{_UID_IN_PATH}:{_UID_IN_PATH}|g:{ID_RULE}|{_ENCODED})$",
        "description": f"The id of a session. {_IN_PATH}",
    },
    # Its rule stands where generators of code don't look: they make a map of any values of it, and stop at a list that
    # holds itself.
    "Content": {
        "type": "object",
        "description": "Any JSON object, at most 16 levels deep. Its numbers are doubles.",
        "patternProperties": {"": {"$ref": "#/components/schemas/Content/$defs/Value"}},
        "$defs": {
            "Value": {
                "anyOf": [
                    {"type": ["string", "boolean", "null"]},
                    {"type": "number", "minimum": -MAX_CONTENT_NUMBER, "maximum": MAX_CONTENT_NUMBER},
                    {"type": "array", "items": {"$ref": "#/components/schemas/Content/$defs/Value"}},
                    {"$ref": "#/components/schemas/Content"},
                ]
            }
        },
    },
}
# The types of strings, by the JSON name of their field. A groupId is a uid in form, so `to` is one; see CONDITIONS.
TYPE_OF: Mapping[str, str] = {
    **dict.fromkeys(("uid", "uids", "from", "to", "at"), "Uid"),
    **dict.fromkeys(("msgId", "groupId"), "Id"),
    **dict.fromkeys(("sessionId", "sessionIds"), "SessionId"),
}
# Maps by session, by the JSON name of their field.
BY_SESSION = frozenset({"sessions", "counters"})
# Maps by person.
BY_UID = frozenset({"people"})

_FLAG = {"enum": [0, 1]}
_NAMED = {"maxItems": MAX_NAMED_UIDS}
_SEQS = {"items": {"minimum": 1}}


def limits(largest_page: int) -> Mapping[str, Schema]:
    """What is said of a field beside its type, by its message's and its own JSON name.

    `largest_page`: how many messages a page may have, which the two APIs differ in.
    """

    def page(default: int) -> Schema:
        return {"maximum": largest_page, "default": default}

    return {
        "Message.v": _FLAG,
        "Message.chatType": {"enum": [1, 2]},
        "Message.ackFlg": _FLAG,
        "Message.at": _NAMED,
        "CountersRequest.sessionIds": {"maxItems": MAX_CLEAR_SESSIONS},
        "ClearRequest.sessions": {"minProperties": 1, "maxProperties": MAX_CLEAR_SESSIONS},
        "AckRequest.sessions": {"minProperties": 1, "maxProperties": MAX_CLEAR_SESSIONS},
        "ReadRequest.sessions": {"minProperties": 1, "maxProperties": MAX_CLEAR_SESSIONS},
        "SettingsRequest.sessions": {"minProperties": 1, "maxProperties": MAX_CLEAR_SESSIONS},
        "SettingsChange.changedAt": {"minimum": 1},
        "ReceiptsRequest.changedAt": {"minimum": 1},
        "ReadersRequest.seq": {"minimum": 1},
        "SessionAck.seqs": {**_SEQS, "maxItems": largest_page},
        "PullRequest.ack": {**_SEQS, "maxItems": largest_page},
        "PullRequest.limit": page(DEFAULT_PULL_PAGE),
        "HistoryRequest.limit": page(DEFAULT_PULL_PAGE),
        "SessionsRequest.limit": page(DEFAULT_SESSIONS_PAGE),
        "MembersRequest.limit": page(DEFAULT_MEMBERS_PAGE),
        "MembersRequest.next": {"pattern": f"^({_UID})?$"},
        "AskRequest.note": {"maxLength": MAX_NOTE_BYTES},
        "RequestsRequest.limit": page(DEFAULT_REQUESTS_PAGE),
        "RequestsRequest.next": {"pattern": f"^({_UID})?$"},
        "ApproveRequest.uids": {**_NAMED, "minItems": 1},
        "CreateRequest.name": {"maxLength": MAX_GROUP_NAME_BYTES},
        "CreateRequest.uids": _NAMED,
        "DescribeRequest.name": {"maxLength": MAX_GROUP_NAME_BYTES},
        "DescribeRequest.announcement": {"maxLength": MAX_ANNOUNCEMENT_BYTES},
        "AddRequest.uids": {**_NAMED, "minItems": 1},
        "RemoveRequest.uids": {**_NAMED, "minItems": 1},
        "RecallRequest.seq": {"minimum": 1},
        "EditRequest.seq": {"minimum": 1},
        "EditRequest.at": _NAMED,
        "Signal.chatType": {"enum": [1, 2]},
        "Signal.kind": {"pattern": f"^{KIND_RULE}$"},
        "Signal.data": {"maxLength": MAX_SIGNAL_DATA_BYTES},
        "OnlineRequest.uids": {"minItems": 1, "maxItems": MAX_ONLINE_UIDS},
        "BlockedReply.uids": {"maxItems": MAX_BLOCKED},
        "ReadersReply.uids": {"maxItems": MAX_RECEIPT_MEMBERS},
        "MediaRequest.seq": {"minimum": 1},
        "UploadRequest.type": {"enum": [kind.value for kind in MediaType]},
        "UploadRequest.bytes": {"minimum": 1},
        "UploadRequest.parts": {"maxItems": MAX_PARTS},
        "HideRequest.seqs": {**_SEQS, "minItems": 1, "maxItems": MAX_HIDDEN_SEQS},
    }


# What a request must have. All else is optional, and absent means 0, false or empty.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Message": ("msgId", "chatType", "to", "msg"),
    "ClearRequest": ("sessions",),
    "AckRequest": ("sessions",),
    "ReadRequest": ("sessions",),
    "SettingsRequest": ("sessions",),
    "PullRequest": ("sessionId",),
    "HistoryRequest": ("sessionId",),
    "CreateRequest": ("msgId", "groupId"),
    "JoinRequest": ("msgId", "groupId"),
    "LeaveRequest": ("msgId", "groupId"),
    "AddRequest": ("msgId", "groupId", "uids"),
    "RemoveRequest": ("msgId", "groupId", "uids"),
    "RoleRequest": ("msgId", "groupId", "uid", "role"),
    "DescribeRequest": ("msgId", "groupId"),
    "MuteRequest": ("msgId", "groupId", "until"),
    "DissolveRequest": ("msgId", "groupId"),
    "AskRequest": ("groupId",),
    "RequestsRequest": ("groupId",),
    "ApproveRequest": ("msgId", "groupId", "uids"),
    "MembersRequest": ("groupId",),
    "RecallRequest": ("msgId", "sessionId", "seq"),
    "EditRequest": ("msgId", "sessionId", "seq", "msg"),
    "BlockRequest": ("uid",),
    "UnblockRequest": ("uid",),
    "Signal": ("chatType", "to", "kind"),
    "OnlineRequest": ("uids",),
    "ReceiptsRequest": ("on",),
    "ReadersRequest": ("sessionId", "seq"),
    "HideRequest": ("sessionId", "seqs"),
    "HiddenRequest": ("sessionId",),
    "MediaRequest": ("sessionId", "seq"),
    "UploadRequest": ("msgId", "type", "mime", "bytes", "sha256"),
}
# What a client sends of a message; the server sets the rest.
OF_A_CLIENT: Mapping[str, frozenset[str]] = {
    "Message": frozenset({"v", "msgId", "chatType", "ackFlg", "from", "to", "time", "msg", "at", "atAll"}),
    "Signal": frozenset({"chatType", "to", "kind", "data"}),
}
# Messages that occur in requests and in answers, where all their fields are there.
TWO_WAY = frozenset({"Position"})
# What a request may have depends on what else it has.
CONDITIONS: Mapping[str, Schema] = {
    "SettingsChange": {
        "anyOf": [{"required": [name]} for name in ("mutedUntil", "pinned", "hidden", "markedUnread")],
    },
    "DescribeRequest": {"anyOf": [{"required": ["name"]}, {"required": ["announcement"]}]},
    "Message": {
        "if": {"properties": {"chatType": {"const": ChatType.GROUP.value}}},
        "then": {"properties": {"to": {"$ref": "#/components/schemas/Id"}}},
        "else": {"properties": {"at": {"maxItems": 0}, "atAll": {"const": False}}},
    },
    "Signal": {
        "if": {"properties": {"chatType": {"const": ChatType.GROUP.value}}},
        "then": {"properties": {"to": {"$ref": "#/components/schemas/Id"}}},
    },
}
