"""Conversion between a change of a group and the content of its system message."""

from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct

from catchup.domain.group import GroupChange
from catchup.domain.ids import Uid
from catchup.domain.membership import Role


def content_of(change: GroupChange) -> bytes:
    """Returns the content of a change's system message."""
    described: dict[str, Any] = {"event": change.kind}
    if change.kind == "role":
        described |= {"uid": change.uids[0], "role": change.role.name}
    elif change.kind in ("create", "add", "remove"):
        described["uids"] = list(change.uids)
    if change.kind in ("create", "describe"):
        texts = (("name", change.name), ("announcement", change.announcement))
        described |= {field: text for field, text in texts if text is not None}
    if change.kind == "mute":
        described |= {"until": change.until_ms, **({"uid": change.uids[0]} if change.uids else {})}
    struct = Struct()
    struct.update(described)
    return struct.SerializeToString(deterministic=True)


def change_of(content: bytes) -> GroupChange:
    """The inverse. Raises ValueError for any other content."""
    try:
        described: Any = Struct.FromString(content)
        kind = str(described["event"])
        if kind == "role":
            return GroupChange(kind, (Uid(described["uid"]),), role=Role[described["role"]])
        fields = ("uid", "uids", "name", "announcement", "until")
        given = {field: described[field] for field in fields if field in described}
        uids = given["uids"] if "uids" in given else [given["uid"]] if "uid" in given else ()
        return GroupChange(
            kind,
            tuple(map(Uid, uids)),
            name=given.get("name"),
            announcement=given.get("announcement"),
            until_ms=int(given.get("until", 0)),
        )
    except (DecodeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("not the content of a change") from error
