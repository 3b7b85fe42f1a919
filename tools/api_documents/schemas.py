"""JSON Schemas (draft 2020-12, which OpenAPI 3.1 means) of the schema's messages, as the JSON form has them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import FieldDescriptor as Field

from catchup.domain.ids import MAX_NUMBER
from catchup.wire import catchup_pb2 as pb
from catchup.wire.json_form import PRINTED_IF_ANY
from tools.api_documents.comments import comments
from tools.api_documents.limits import (
    BY_SESSION,
    BY_UID,
    CONDITIONS,
    OF_A_CLIENT,
    REQUIRED,
    SCALARS,
    TWO_WAY,
    TYPE_OF,
    Schema,
    limits,
)

REF = "#/components/schemas/"
_INT64 = (Field.CPPTYPE_INT64, Field.CPPTYPE_UINT64)
_INT32 = (Field.CPPTYPE_INT32, Field.CPPTYPE_UINT32)
MAX_INT32 = 2**31 - 1


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": REF + name}


@dataclass
class Schemas:
    """The schemas of one document: those that were asked for, and what they refer to.

    `largest_page`: how many messages a page may have.
    """

    largest_page: int
    named: dict[str, Schema] = field(default_factory=lambda: dict(SCALARS))

    def reply(self, descriptor: Any) -> Schema:
        """What the server sends: fields without presence are always there."""
        name = descriptor.name
        if name not in self.named:
            self.named[name] = {}
            fields = list(descriptor.fields)
            always = [
                each.json_name for each in fields if not each.has_presence and each.full_name not in PRINTED_IF_ANY
            ]
            self.named[name] = self._object(descriptor, fields, always, is_request=False)
        return ref(name)

    def request(self, descriptor: Any, name: str, without: Iterable[str] = ()) -> Schema:
        """What a client sends. `without`: fields that it says elsewhere, by their JSON names."""
        if name not in self.named:
            self.named[name] = {}
            kept = OF_A_CLIENT.get(descriptor.name)
            fields = [
                each
                for each in descriptor.fields
                if each.json_name not in without and (kept is None or each.json_name in kept)
            ]
            names = {each.json_name for each in fields}
            required = [each for each in REQUIRED.get(descriptor.name, ()) if each in names]
            described = self._object(descriptor, fields, required, is_request=True)
            self.named[name] = {**described, **CONDITIONS.get(descriptor.name, {})}
        return ref(name)

    def field_of_request(self, descriptor: Any, name: str) -> Schema:
        """One field of a request, by its JSON name."""
        (found,) = (each for each in descriptor.fields if each.json_name == name)
        return self._field(found, is_request=True)

    def enum(self, descriptor: Any) -> Schema:
        """The names of an enum."""
        if descriptor.name not in self.named:
            said = {name: comments().get(f"{descriptor.full_name}.{name}") for name in descriptor.values_by_name}
            lines = [f"{name}: {text}" for name, text in said.items() if text]
            text = " ".join(filter(None, [_said(descriptor), *lines]))
            self.named[descriptor.name] = {
                "type": "string",
                "enum": list(descriptor.values_by_name),
                **_described(text),
            }
        return ref(descriptor.name)

    def _object(self, descriptor: Any, fields: list[Any], required: list[str], *, is_request: bool) -> Schema:
        return {
            "type": "object",
            **_described(_said(descriptor)),
            "properties": {each.json_name: self._field(each, is_request=is_request) for each in fields},
            **({"required": required} if required else {}),
        }

    def _field(self, each: Any, *, is_request: bool) -> Schema:
        rules = limits(self.largest_page).get(f"{each.containing_type.name}.{each.json_name}", {})
        schema = self._type(each, is_request=is_request)
        if each.is_repeated and not _is_map(each):
            items = {**schema, **rules.get("items", {})}
            schema, rules = {"type": "array", "items": items}, {k: v for k, v in rules.items() if k != "items"}
        return {**schema, **rules, **_described(_said(each))}

    def _type(self, each: Any, *, is_request: bool) -> Schema:
        """The type of a field, or of an item of a repeated one."""
        if _is_map(each):
            values = self._type(each.message_type.fields_by_name["value"], is_request=is_request)
            named = "SessionId" if each.json_name in BY_SESSION else "Uid" if each.json_name in BY_UID else ""
            keys = {"propertyNames": ref(named)} if named else {}
            return {"type": "object", "additionalProperties": values, **keys}
        if each.enum_type is not None:
            return self.enum(each.enum_type)
        if each.message_type is not None:
            if each.message_type.full_name == "google.protobuf.Struct":
                return ref("Content")
            inner = each.message_type
            asked = f"{inner.name}Asked" if inner.name in TWO_WAY else inner.name
            return self.request(inner, asked) if is_request else self.reply(inner)
        if each.cpp_type in _INT64:
            return {"type": "integer", "format": "int64", "minimum": 0, "maximum": MAX_NUMBER}
        if each.cpp_type in _INT32:
            return {"type": "integer", "format": "int32", "minimum": 0, "maximum": MAX_INT32}
        if each.cpp_type == Field.CPPTYPE_BOOL:
            return {"type": "boolean"}
        return ref(TYPE_OF[each.json_name]) if each.json_name in TYPE_OF else {"type": "string"}


def request_name(cmd: str, message: Any) -> str:
    """The name of a request's schema. A message that is also pushed has two: a client sends a part of it."""
    return f"{cmd.capitalize()}Request" if message.name in OF_A_CLIENT else str(message.name)


def member(name: str) -> Any:
    """The message of a member of the Envelope's `body`."""
    return pb.Envelope.DESCRIPTOR.fields_by_name[name].message_type


def _is_map(each: Any) -> bool:
    return each.message_type is not None and bool(each.message_type.GetOptions().map_entry)


def _said(descriptor: Any) -> str:
    return comments().get(descriptor.full_name, "")


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def used(schemas: dict[str, Schema], roots: Any) -> Iterator[str]:
    """The names of the schemas that `roots` refers to, and those that they refer to."""
    found: set[str] = set()
    waiting = [roots]
    while waiting:
        match waiting.pop():
            case {"$ref": str(target), **rest}:
                name = target.removeprefix(REF).partition("/")[0]
                waiting.append(rest)
                if target.startswith(REF) and name not in found:
                    found.add(name)
                    waiting.append(schemas[name])
            case dict() as inner:
                waiting.extend(inner.values())
            case list() as items:
                waiting.extend(items)
    return iter(sorted(found))
