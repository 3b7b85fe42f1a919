"""moto's answers of DynamoDB, written without detours.

For each attribute moto looks for each of the ten types that a value may have, and for each of them under several names:
two thirds of a query's time. A value as moto has it is the one of the wire already, but for bytes.
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
    """Of DynamoDB alone."""

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
    """For all of moto in this process."""
    SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": DynamoDbSerializer}
    # At each call moto looks through the methods of the same class.
    responses.method_names_from_class = _method_names  # type: ignore[attr-defined]
