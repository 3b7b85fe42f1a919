"""Makes moto's DynamoDB write its answers faster.

For each attribute moto tries each of the ten types of values, each under several names: this takes two thirds of a
query's time. But moto already keeps values in the form of the wire, except bytes.
"""

import base64
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from moto.core import responses
from moto.core.model import MapShape, StructureShape
from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer
from moto.core.utils import method_names_from_class

VALUE = "AttributeValue"


class DynamoDbSerializer(JSONSerializer):
    """Serializes answers of DynamoDB only."""

    def _serialize_type_map(self, serialized: MutableMapping[str, Any], value: Any, shape: MapShape, key: str) -> None:
        if shape.value.name == VALUE:
            self._default_serialize(serialized, {name: _on_the_wire(each) for name, each in value.items()}, shape, key)
        else:
            super()._serialize_type_map(serialized, value, shape, key)

    def _serialize_type_structure(
        self, serialized: MutableMapping[str, Any], value: Any, shape: StructureShape, key: str
    ) -> None:
        if shape.name == VALUE:
            self._default_serialize(serialized, _on_the_wire(value), shape, key)
        else:
            super()._serialize_type_structure(serialized, value, shape, key)


def _on_the_wire(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: _content(kind, content) for kind, content in value.items()}


def _content(kind: str, content: Any) -> Any:
    match kind:
        case "B":
            return base64.b64encode(content).decode()
        case "BS":
            return [base64.b64encode(each).decode() for each in content]
        case "M":
            return {name: _on_the_wire(each) for name, each in content.items()}
        case "L":
            return [_on_the_wire(each) for each in content]
    return content


_method_names = cache(method_names_from_class)


def install() -> None:
    """Replaces moto's serializer in this process."""
    SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": DynamoDbSerializer}
    # moto searches the methods of the same class at each call.
    responses.method_names_from_class = _method_names  # type: ignore[attr-defined]
