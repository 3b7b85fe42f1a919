"""The texts in a message's content: every string of it, at any depth. Names of fields are not texts."""

from collections.abc import Callable, Collection
from typing import Any

from google.protobuf.struct_pb2 import Struct


def rewrite(content: bytes, change: Callable[[str], str], fields: Collection[str] = ()) -> bytes:
    """Returns the content (a serialised Struct) with each of its texts changed, as canonical bytes.

    `fields`: only texts in these members are changed; if empty, all texts.
    """
    struct = Struct.FromString(content)
    for name, value in struct.fields.items():
        if not fields or name in fields:
            _rewrite(value, change)
    return struct.SerializeToString(deterministic=True)


def _rewrite(value: Any, change: Callable[[str], str]) -> None:
    match value.WhichOneof("kind"):
        case "string_value":
            value.string_value = change(value.string_value)
        case "struct_value":
            for inner in value.struct_value.fields.values():
                _rewrite(inner, change)
        case "list_value":
            for inner in value.list_value.values:
                _rewrite(inner, change)
