"""Reads the service's frames, in both encodings, for the log lines of the stack: docs/protocol.md, section 2."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from local.json_types import JsonObject

NO_FRAME = "?"


@dataclass(frozen=True)
class Frame:
    """A frame in its JSON form. `cmd` is "?" for bytes that are no frame; unreadable parts are left out."""

    cmd: str = NO_FRAME
    code: str = ""
    body: JsonObject = field(default_factory=dict)
    error: JsonObject = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A member of the body that is a text; "" if it is missing, or something else."""
        value = self.body.get(name)
        return shown(value) if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A member of the body that is a whole number; 0 if it is missing, or something else."""
        value = self.body.get(name)
        return value if isinstance(value, int) else 0

    def objects(self, name: str) -> JsonObject:
        """A member of the body that is an object; empty if it is missing, or something else."""
        value = self.body.get(name)
        return value if isinstance(value, dict) else {}

    def items(self, name: str) -> list[Any]:
        """A member of the body that is a list; empty if it is missing, or something else."""
        value = self.body.get(name)
        return value if isinstance(value, list) else []


def read_frame(text: str) -> Frame:
    """Reads a frame. It never fails, since a client may send anything."""
    try:
        outer = json.loads(text)
        if isinstance(outer.get("pb"), str):
            outer = _of_protobuf(outer["pb"])
        body, error = outer.get("body"), outer.get("error")
        return Frame(
            cmd=shown(str(outer.get("cmd") or NO_FRAME)),
            code=shown(str(outer.get("code") or "")),
            body=body if isinstance(body, dict) else {},
            error=error if isinstance(error, dict) else {},
        )
    except Exception:  # noqa: BLE001  it is only looked at
        return Frame()


def _of_protobuf(encoded: str) -> JsonObject:
    # Imported here because the layer is on the path only where functions run.
    from catchup.wire import catchup_pb2 as pb
    from catchup.wire.json_form import to_json

    envelope = pb.Envelope.FromString(base64.b64decode(encoded))
    printed: JsonObject = to_json(envelope)
    body = envelope.WhichOneof("body")
    if body is not None:
        printed["body"] = printed.pop(envelope.DESCRIPTOR.fields_by_name[body].json_name)
    return printed


def shown(text: str, limit: int = 80) -> str:
    r"""A client's text, shortened and without control characters, so that it can't take over the terminal or fill it.

    >>> shown("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"
