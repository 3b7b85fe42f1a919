"""Types of content: a `msg` that has a `type` has the fields of that type, and no others.

The messages of the proto say which fields these are, their types, and which may be left out. `TYPES` says what else
holds for them, and which of them people read: moderation judges only these, because a mask would break any other. A
`msg` without a `type` is free, and so is what a `custom` one has beside its type.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor

from catchup.domain.ids import UID_RULE, is_uid
from catchup.errors import InvalidRequest
from catchup.settings import MAX_LABEL_BYTES
from catchup.wire import catchup_pb2 as pb
from catchup.wire import media_contents, rules

# Checks a value. The text is its path.
Check = Callable[[Any, str], object]


def _nothing(_members: Mapping[str, Any], _path: str) -> None:
    """Most types have no rule for several fields together."""


class ContentType(NamedTuple):
    """A type of content. `schema`: the message with its fields. `texts`: those that people read. `checks`: what a value
    must be, beside its type. `whole`: checks what several fields together must be."""

    schema: Any
    texts: tuple[str, ...]
    checks: Mapping[str, Check]
    whole: Callable[[Mapping[str, Any], str], None] = _nothing


def _within(low: float, high: float) -> Check:
    def check(value: float, path: str) -> None:
        if not low <= value <= high:
            raise InvalidRequest(path, f"from {low} to {high}", "send a number in this range")

    return check


def _text(value: str, path: str) -> None:
    if not value:
        raise InvalidRequest(path, "required, a text", "send a text that is not empty")


def _label(value: str, path: str) -> None:
    if not 0 < len(value.encode()) <= MAX_LABEL_BYTES:
        raise InvalidRequest(path, f"1 to {MAX_LABEL_BYTES} bytes of UTF-8", "send a shorter text, or none")


def _uid(value: str, path: str) -> None:
    if not is_uid(value):
        raise InvalidRequest(path, f"must match {UID_RULE}", "send the uid of a person")


_MEDIA: Mapping[str, Check] = {"key": media_contents.key, "bytes": media_contents.size}
_PIXELS: Mapping[str, Check] = {"width": media_contents.pixels, "height": media_contents.pixels}
_DURATION: Mapping[str, Check] = {"durationMs": media_contents.duration}
_NAMED: Mapping[str, Check] = {
    "preview": media_contents.preview,
    "caption": media_contents.caption,
    "name": media_contents.file_name,
}
_BLURHASH: Mapping[str, Check] = {"blurhash": media_contents.blurhash}
_CAPTIONS = ("caption", "name")


# The type whose other members are free.
CUSTOM = "custom"
TYPES: Mapping[str, ContentType] = {
    "text": ContentType(pb.TextContent, ("message",), {"message": _text}),
    "location": ContentType(
        pb.LocationContent,
        ("name", "address"),
        {
            "latitude": _within(-90, 90),
            "longitude": _within(-180, 180),
            "accuracyMeters": _within(0, 1_000_000),
            "name": _label,
            "address": _label,
        },
    ),
    "card": ContentType(pb.CardContent, ("name",), {"uid": _uid, "name": _label}),
    "image": ContentType(
        pb.ImageContent, _CAPTIONS, {**_MEDIA, **_PIXELS, **_NAMED, **_BLURHASH}, media_contents.whole
    ),
    "voice": ContentType(pb.VoiceContent, (), {**_MEDIA, **_DURATION}, media_contents.whole),
    "video": ContentType(
        pb.VideoContent, _CAPTIONS, {**_MEDIA, **_PIXELS, **_DURATION, **_NAMED, **_BLURHASH}, media_contents.whole
    ),
    "file": ContentType(pb.FileContent, _CAPTIONS, {**_MEDIA, **_NAMED}, media_contents.whole),
}
NAMES = (*TYPES, CUSTOM)


def content(struct: Any, field: str) -> bytes:
    """The content of a message as canonical bytes. Raises InvalidRequest if it is not what its type says."""
    canonical = rules.content(struct, field)
    if "type" in struct.fields:
        _check(struct.fields, field)
    return canonical


def texts_of(struct: Any) -> Collection[str] | None:
    """The members of a content that people read; None if its type does not say."""
    described = TYPES.get(struct.fields["type"].string_value) if "type" in struct.fields else None
    return None if described is None else described.texts


def _check(members: Mapping[str, Any], field: str) -> None:
    name = members["type"].string_value
    if name == CUSTOM:
        return
    if name not in TYPES:
        raise InvalidRequest(f"{field}.type", f"one of {', '.join(NAMES)}", f"use {CUSTOM} for a type of your own")
    schema, _, checks, whole = TYPES[name]
    fields = {described.json_name: described for described in schema.DESCRIPTOR.fields}
    for unknown in sorted(members.keys() - fields.keys()):
        rule = f"a {name} has no such field; it has {', '.join(fields)}"
        raise InvalidRequest(f"{field}.{unknown}", rule, f"leave it out, or use the type {CUSTOM}")
    for member, described in fields.items():
        path = f"{field}.{member}"
        if member not in members:
            if not described.has_presence:
                raise InvalidRequest(path, f"required, {_kind(described)}", f"send it, or use the type {CUSTOM}")
            continue
        value = _value(members[member], described, path)
        if member in checks:
            checks[member](value, path)
    whole(members, field)


def _value(value: Any, described: Any, path: str) -> Any:
    kind = value.WhichOneof("kind")
    if described.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        is_right = kind == "string_value"
    else:
        is_whole = described.cpp_type != FieldDescriptor.CPPTYPE_DOUBLE
        is_right = kind == "number_value" and (not is_whole or value.number_value.is_integer())
    if not is_right:
        raise InvalidRequest(path, f"must be {_kind(described)}", f"send {_kind(described)}")
    return getattr(value, kind)


def _kind(described: Any) -> str:
    if described.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return "a string"
    return "a number" if described.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE else "a whole number"
