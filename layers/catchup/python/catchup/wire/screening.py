"""The texts in a message's content: every string of it, at any depth. Names of fields are not texts."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.wire.content_types import texts_of


def rewrite(content: bytes, change: Callable[[Sequence[str]], Sequence[str]], fields: Collection[str] = ()) -> bytes:
    """Returns the content (a serialised Struct, canonical bytes) with its texts changed, as canonical bytes.

    `change` gets all texts that are not empty, and returns as many. `fields`: only texts in these members are changed;
    if empty, all texts. A content whose type says what people read of it has only that changed, whatever `fields` says.
    """
    struct = Struct.FromString(content)
    members, judged = struct.fields, texts_of(struct)
    if judged is None:
        # The name of a type is for programs.
        judged = fields or [name for name in members if name != "type"]
    found = _with_text(members[name] for name in judged if name in members)
    texts = [value.string_value for value in found]
    changed = change(texts) if texts else texts
    if changed == texts:
        return content
    for value, text, other in zip(found, texts, changed, strict=True):
        if other != text:
            value.string_value = other
    return struct.SerializeToString(deterministic=True)


def _with_text(values: Iterable[Any]) -> Sequence[Any]:
    """The values with a text, at any depth. There may be thousands of values, so the fastest check comes first."""
    found, rest = [], [*values]
    for value in rest:
        if value.string_value:
            found.append(value)
        elif (kind := value.WhichOneof("kind")) == "struct_value":
            rest.extend(value.struct_value.fields.values())
        elif kind == "list_value":
            rest.extend(value.list_value.values)
    return found
