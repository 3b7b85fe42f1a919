"""proto3 JSON with the protocol's two differences: int64 as numbers, and fields without presence always printed."""

from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

M = TypeVar("M", bound=Message)

_INT64 = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)


def to_json(message: Message) -> dict[str, Any]:
    """The JSON object of a message, in the protocol's form."""
    printed: dict[str, Any] = MessageToDict(message, always_print_fields_with_no_presence=True)
    return _with_numbers(printed, message.DESCRIPTOR)


def from_json(value: dict[str, Any], into: M) -> M:
    """Reads a JSON object into a message; unknown fields are ignored. Raises google.protobuf.json_format.ParseError."""
    return ParseDict(value, into, ignore_unknown_fields=True)


def _with_numbers(printed: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    """proto3 JSON prints int64 as strings, for the sake of numbers above 2^53, of which there are none here."""
    for field in descriptor.fields:
        value = printed.get(field.json_name)
        if value is None:
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


def _is_map(field: Any) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _converter(field: Any) -> Any:
    """What makes numbers of a field's printed value; None if there is nothing to do."""
    if _is_map(field):
        return _converter(field.message_type.fields_by_name["value"])
    if field.cpp_type in _INT64:
        return int
    if field.message_type is not None and field.message_type.file.package == "catchup.v1":
        return lambda item: _with_numbers(item, field.message_type)
    return None
