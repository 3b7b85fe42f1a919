"""docs/asyncapi.json: the WebSocket (AsyncAPI 3.0). The document describes the service, so it *receives* requests, and
*sends* their answers and pushes."""

from collections.abc import Iterator
from typing import Any

from catchup.commands import COMMANDS, PUSHES, Command
from catchup.settings import MAX_PAGE, MAX_REQ_ID_BYTES
from catchup.wire import catchup_pb2 as pb
from tools.api_documents.examples import frames
from tools.api_documents.limits import Schema
from tools.api_documents.schemas import Schemas, member, ref, request_name, used
from tools.api_documents.texts import SUMMARIES, TAGS, VERSION, WEBSOCKET

_CHANNEL = "#/channels/socket"
_MESSAGE = "#/components/messages/"
# Pushes, by the frame's `cmd`.
SAID_OF_PUSHES = {
    "chat": "A message for this person",
    "head": "Messages of a busy group are there to be pulled",
    "signal": "Something that happens in a session and is not kept, such as typing",
    "read": "How far this person has read, on another device",
    "ask": "Somebody asks to join a group that this person runs, or does so no more",
    "settings": "This person has changed settings of sessions on another device",
    "readTo": "How far the other person of a private session has read",
    "receipts": "Whether this person has receipts, as chosen on another device",
    "hide": "What this person has hidden from themselves, on another device",
}
# Those that a person causes.
_OF_A_PERSON = ("chat", "signal")


def asyncapi() -> dict[str, Any]:
    """Returns the document."""
    schemas = Schemas(MAX_PAGE)
    messages = {name: message for command in COMMANDS.values() for name, message in _messages(command, schemas)}
    messages |= {_push_name(cmd): _message(_push(cmd, schemas), text) for cmd, text in SAID_OF_PUSHES.items()}
    messages["failure"] = _message(_failed(schemas), "A request that was refused or failed")
    kept = {name: schemas.named[name] for name in used(schemas.named, [messages, _HANDSHAKE])}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Catchup over WebSocket",
            "version": VERSION,
            "description": WEBSOCKET,
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/v1",
                "description": "One connection of one device. The subprotocol names the encoding of the frames.",
                "messages": {name: {"$ref": _MESSAGE + name} for name in messages},
                "bindings": {"ws": {"method": "GET", "headers": _HANDSHAKE, "bindingVersion": "0.1.0"}},
            }
        },
        "operations": dict(_operations()),
        "components": {"messages": messages, "schemas": kept},
    }


def _operations() -> Iterator[tuple[str, Any]]:
    for command in COMMANDS.values():
        yield (
            command.cmd,
            {
                "action": "receive",
                "summary": SUMMARIES[command.cmd],
                "channel": {"$ref": _CHANNEL},
                "messages": [_of_channel(command.cmd)],
                "reply": {
                    "channel": {"$ref": _CHANNEL},
                    "messages": [_of_channel(_answer_name(command)), _of_channel("failure")],
                },
            },
        )
    for cmd, text in SAID_OF_PUSHES.items():
        name = _push_name(cmd)
        pushed = {"action": "send", "summary": text, "channel": {"$ref": _CHANNEL}, "messages": [_of_channel(name)]}
        yield name, pushed


def _messages(command: Command, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    message = member(command.cmd)
    body = schemas.request(message, request_name(command.cmd, message))
    needed = bool(schemas.named[body["$ref"].rpartition("/")[2]].get("required"))
    asked = _frame(command.cmd, {"reqId": _REQ_ID, "body": body}, ["body"] if needed else [])
    answer = _frame(
        command.answer_cmd,
        {**_answered({"const": "OK"}), "body": schemas.reply(member(command.reply))},
        ["time", "code", "body"],
    )
    shown = [(name, frame, said) for name, frame, said in frames() if frame.get("cmd") == command.cmd]
    requests = [(name, frame) for name, frame, _ in shown if "pb" not in frame]
    answers = [(name, said) for name, _, said in shown if said.get("code") == "OK"]
    yield command.cmd, _message(asked, SUMMARIES[command.cmd], requests)
    yield _answer_name(command), _message(answer, f"The answer of {command.cmd}", answers)


def _message(payload: Schema, summary: str, shown: list[tuple[str, Any]] | None = None) -> dict[str, Any]:
    examples = [{"name": name, "payload": frame} for name, frame in shown or ()]
    return {"summary": summary, "payload": payload, **({"examples": examples} if examples else {})}


def _frame(cmd: str, members: Schema, required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": {"cmd": {"const": cmd}, **members},
        "required": ["cmd", *required],
    }


def _push(cmd: str, schemas: Schemas) -> Schema:
    sender = {"uid": {**ref("Uid"), "description": "The sender."}} if cmd in _OF_A_PERSON else {}
    return _frame(cmd, {"time": _TIME, **sender, "body": schemas.reply(member(PUSHES[cmd]))}, ["time", "body"])


def _failed(schemas: Schemas) -> Schema:
    members = {**_answered(schemas.enum(pb.Code.DESCRIPTOR)), "error": schemas.reply(pb.Error.DESCRIPTOR)}
    return {
        "type": "object",
        "properties": {"cmd": {"type": "string"}, **members, "body": {"type": "object"}},
        "required": ["cmd", "time", "code", "error"],
    }


def _answered(code: Schema) -> Schema:
    return {"time": _TIME, "reqId": _REQ_ID, "code": code}


def _answer_name(command: Command) -> str:
    return f"{command.cmd}Answer"


def _push_name(name: str) -> str:
    return f"{name.removesuffix('_push')}Push"


def _of_channel(name: str) -> dict[str, str]:
    return {"$ref": f"{_CHANNEL}/messages/{name}"}


_TIME = {"type": "integer", "minimum": 0, "description": "The server's clock, milliseconds since 1970."}
_REQ_ID = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_REQ_ID_BYTES,
    "description": "Repeated in the answer.",
}
_HANDSHAKE = {
    "type": "object",
    "properties": {
        "Authorization": {"type": "string", "description": "Bearer, and the token."},
        "X-Device-Id": ref("Id"),
        "Sec-WebSocket-Protocol": {"type": "string", "description": "catchup.json.v1 or catchup.pb.v1."},
    },
}
