"""The fake server's encodings, from docs/protocol.md, without the client's codec: errors must not cancel out."""

import base64
import json
from typing import Any

from google.protobuf import json_format

from catchup_client._wire.catchup.v1 import catchup_pb2 as pb

Json = dict[str, Any]


class Refused(Exception):
    """The answer's code is not OK."""

    def __init__(self, code: str, fault: str = "", rule: str = "") -> None:
        self.code = code
        self.fault = fault
        self.rule = rule


MEMBER_OF_ANSWER = {
    "login": "countersReply",
    "counters": "countersReply",
    "clear": "resultsReply",
    "ack": "resultsReply",
    "chatAck": "chatAck",
    "pull": "pageReply",
    "history": "pageReply",
    "sessions": "sessionsReply",
    "settings": "settingsReply",
    "hide": "hiddenReply",
    "hidden": "hiddenReply",
    "receipts": "receiptsReply",
    "readers": "readersReply",
    "readTo": "readToPush",  # the push
    "pong": "pong",
    "create": "chatAck",
    "join": "chatAck",
    "leave": "chatAck",
    "add": "chatAck",
    "remove": "chatAck",
    "role": "chatAck",
    "members": "membersReply",
    "block": "blockReply",
    "unblock": "blockReply",
    "blocked": "blockedReply",
    "signal": "signalReply",
    "online": "onlineReply",
    "upload": "uploadReply",
    "media": "mediaReply",
    "head": "head",
    "chat": "chat",  # the push
}

# Of pushes whose cmd is also that of an answer.
MEMBER_OF_PUSH = {"signal": "signal", "settings": "settingsPush", "hide": "hidePush", "receipts": "receiptsPush"}

INTEGERS = {
    "changedAt",
    "mutedUntil",
    "time",
    "limit",
    "before",
    "after",
    "received",
    "v",
    "chatType",
    "ackFlg",
    "seqs",
    "ack",
    "seq",
    "number",
    "serverTime",
    "bytes",
    "expiresAt",
    "partBytes",
}


def read(text: str) -> tuple[Json, str]:
    """Return a request in the JSON form, and its encoding."""
    assert len(text.encode()) <= 30_000
    frame = json.loads(text)
    if "pb" not in frame:
        _check_integers(frame)
        return frame, "catchup.json.v1"
    envelope = pb.Envelope.FromString(base64.b64decode(frame["pb"], validate=True))
    assert envelope.cmd == frame["cmd"]
    member = envelope.WhichOneof("body") or ""
    assert member == frame["cmd"], f"{member} travels under {frame['cmd']}"
    request = json_format.MessageToDict(envelope, always_print_fields_with_no_presence=True)
    request["body"] = request.pop(member)
    return with_numbers(request), "catchup.pb.v1"


def write(frame: Json, encoding: str) -> str:
    """Return the text of an answer or push that is given in the JSON form."""
    if encoding == "catchup.json.v1":
        return json.dumps(frame, ensure_ascii=False)
    members = {**frame}
    if "body" in members:
        pushed = MEMBER_OF_PUSH if "code" not in frame else {}
        members[pushed.get(frame["cmd"], MEMBER_OF_ANSWER[frame["cmd"]])] = members.pop("body")
    envelope = json_format.ParseDict(members, pb.Envelope())
    return json.dumps({"cmd": frame["cmd"], "pb": base64.b64encode(envelope.SerializeToString()).decode()})


def _check_integers(value: Any, name: str = "") -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "msg":
                _check_integers(inner, key)
    elif isinstance(value, list):
        for inner in value:
            _check_integers(inner, name)
    elif name in INTEGERS:
        assert type(value) is int, f"{name} is not a JSON number: {value!r}"


def with_numbers(value: Any, name: str = "") -> Any:
    """Turn the int64 strings of proto3 JSON into numbers."""
    if isinstance(value, dict):
        if name == "msg":
            return value
        return {key: with_numbers(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_numbers(inner, name) for inner in value]
    if isinstance(value, str) and (name in INTEGERS or name.startswith(("p:", "g:"))):
        return int(value)
    return value
