"""proto3 JSON with the protocol's two differences: int64 as numbers, and fields without presence always printed."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import Message

from catchup.domain.ids import MAX_CONTENT_NUMBER

M = TypeVar("M", bound=Message)

PACKAGE = "catchup.v1"
# Lists of groups that every frame of a private session would carry empty.
PRINTED_IF_ANY = {
    f"{PACKAGE}.{name}" for name in ("Message.at", "Counter.mentions", "Counter.recalled", "SessionSummary.recalled")
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_INT64 = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_INTEGERS = (*_INT64, FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_UINT32)
# Unbounded, they could be too long for Python to read.
_WHOLE_NUMBER = re.compile("-?[0-9]{1,100}")


def to_json(message: Message) -> dict[str, Any]:
    """The JSON object of a message, in the protocol's form."""
    printed: dict[str, Any] = MessageToDict(message, always_print_fields_with_no_presence=True)
    return _with_numbers(printed, message.DESCRIPTOR)


def from_json(value: dict[str, Any], into: M) -> M:
    """Reads a JSON object into a message; unknown fields are ignored. Raises google.protobuf.json_format.ParseError."""
    _check_objects(value, into.DESCRIPTOR)
    return ParseDict(value, into, ignore_unknown_fields=True)


def _check_objects(value: Any, descriptor: Any) -> None:
    """Checks what the library does not: it accepts a string or an array as an empty message, true or 1.5 as the value 1
    of an enum, and numbers in strings as Python writes them."""
    if not isinstance(value, dict):
        raise ParseError("not an object")
    # The library looks up every name of a field or an enum's value, and breaks with a SystemError on these.
    if any(_SURROGATE.search(name) for name in value):
        raise ParseError("a surrogate in the name of a field")
    for field in descriptor.fields:
        inner = value.get(field.json_name)
        if field.enum_type is not None and inner is not None:
            _check_enum(inner, field)
        if inner is not None:
            _check_integers(inner, field)
        if inner is None or field.message_type is None or field.message_type.file.package != PACKAGE:
            continue
        try:
            for item, kind in _inner_messages(inner, field):
                _check_objects(item, kind)
        except ParseError as error:
            raise ParseError(f"Failed to parse {field.json_name} field: {error}") from error


def _check_enum(value: Any, field: Any) -> None:
    """Checks an enum: the library rounds a fraction, accepts true as 1, and fails on infinities and over 32 bits."""
    if isinstance(value, str) and _SURROGATE.search(value):
        raise ParseError(f"Failed to parse {field.json_name} field: a surrogate")
    if not isinstance(value, str) and (type(value) is not int or value not in set(field.enum_type.values_by_number)):
        raise ParseError(f"Failed to parse {field.json_name} field: no value of the enum")


def _check_integers(value: Any, field: Any) -> None:
    """Checks integers: the library reads a number in a string as Python does, such as 1_0, +3, or digits of any
    script."""
    kind = field.message_type.fields_by_name["value"] if _is_map(field) else field
    if kind.cpp_type not in _INTEGERS:
        return
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    if any(isinstance(item, str) and not _WHOLE_NUMBER.fullmatch(item) for item in items):
        raise ParseError(f"Failed to parse {field.json_name} field: not a whole number")


def _inner_messages(value: Any, field: Any) -> list[tuple[Any, Any]]:
    """The values of a message field, each with its descriptor. The library refuses a wrong container."""
    if _is_map(field):
        kind = field.message_type.fields_by_name["value"].message_type
        return [(item, kind) for item in value.values()] if kind is not None and isinstance(value, dict) else []
    if field.is_repeated:
        return [(item, field.message_type) for item in value] if isinstance(value, list) else []
    return [(value, field.message_type)]


def _with_numbers(printed: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    """Replaces int64 strings by numbers. proto3 JSON prints strings because of numbers above 2^53; there are none
    here."""
    for field in descriptor.fields:
        value = printed.get(field.json_name)
        if value is None:
            continue
        if not value and field.full_name in PRINTED_IF_ANY:
            del printed[field.json_name]
            continue
        convert = _converter(field)
        if convert is None:
            continue
        if isinstance(value, dict) and _is_map(field):
            printed[field.json_name] = {key: convert(item) for key, item in value.items()}
        elif isinstance(value, list):
            printed[field.json_name] = [convert(item) for item in value]
        else:
            printed[field.json_name] = convert(value)
    return printed


def _whole(value: Any) -> Any:
    """Prints whole numbers of the content without a fraction: a Struct holds doubles, and 3 should not become 3.0."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_CONTENT_NUMBER:
        return int(value)
    return value


def _is_map(field: Any) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _converter(field: Any) -> Any:
    """Returns the function that turns a field's printed value into numbers; None if none is needed."""
    if _is_map(field):
        return _converter(field.message_type.fields_by_name["value"])
    if field.cpp_type in _INT64:
        return int
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.Struct":
        return _whole
    if field.message_type is not None and field.message_type.file.package == PACKAGE:
        return lambda item: _with_numbers(item, field.message_type)
    return None


def type_of_field(descriptor: Any, path: Sequence[str]) -> str:
    """Describes in words what the field at this path of JSON names must hold."""
    field: Any = None
    for name in path:
        fields = {candidate.json_name: candidate for candidate in descriptor.fields}
        field = fields.get(name)
        if field is None:
            break
        value = field.message_type.fields_by_name["value"] if _is_map(field) else field
        descriptor = value.message_type or descriptor
    if field is None:
        return "what docs/protocol.md says"
    if _is_map(field):
        return f"an object whose values are each {_type_word(field.message_type.fields_by_name['value'])}"
    return f"an array whose items are each {_type_word(field)}" if field.is_repeated else _type_word(field)


def _type_word(field: Any) -> str:
    if field.message_type is not None:
        return "an object"
    if field.enum_type is not None:
        return f"one of {', '.join(field.enum_type.values_by_name)}"
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return "a string of valid Unicode"
    return "a whole number" if field.cpp_type != FieldDescriptor.CPPTYPE_BOOL else "true or false"
