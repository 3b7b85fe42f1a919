"""Typed access to the fields of a decoded JSON object.

An absent field gives its proto3 default. All methods raise ProtocolViolation if a field has another type.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catchup_client.errors import ProtocolViolation


class Fields:
    """One JSON object, with the path to it for error texts."""

    __slots__ = ("_object", "_path")

    def __init__(self, value: object, path: str) -> None:
        """Raise ProtocolViolation if `value` is no JSON object."""
        if not isinstance(value, dict):
            raise ProtocolViolation(f"{path} is not an object")
        self._object: dict[str, Any] = value
        self._path = path

    def __contains__(self, name: str) -> bool:
        return self._object.get(name) is not None

    def _wrong(self, name: str, wanted: str) -> ProtocolViolation:
        return ProtocolViolation(f"{self._path}.{name} is not {wanted}")

    def text(self, name: str) -> str:
        """Read a string, "" if absent."""
        value = self._object.get(name, "")
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        return value

    def optional_text(self, name: str) -> str | None:
        """Read a string, None if absent or empty."""
        return (self.text(name) if name in self else "") or None

    def some_text(self, name: str) -> str:
        """Read a string that must be there and not be empty."""
        value = self.text(name)
        if not value:
            raise self._wrong(name, "there")
        return value

    def enum_name(self, name: str) -> str:
        """Read the name of an enum's value; "" if absent, or if it is a number (see `envelope.read`)."""
        value = self._object.get(name)
        return "" if isinstance(value, int) else self.text(name)

    def number(self, name: str) -> int:
        """Read an integer, 0 if absent."""
        return self._as_integer(name, self._object.get(name, 0))

    def optional_number(self, name: str) -> int | None:
        """Read an integer, None if absent."""
        value = self._object.get(name)
        return None if value is None else self._as_integer(name, value)

    def _as_integer(self, name: str, value: object) -> int:
        # A string of digits is an integer too: proto3 JSON, and so `envelope.read`, writes 64-bit numbers as strings.
        if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "an integer")
        return value

    def flag(self, name: str) -> bool:
        """Read a boolean, False if absent."""
        value = self._object.get(name, False)
        if not isinstance(value, bool):
            raise self._wrong(name, "a boolean")
        return value

    def array(self, name: str) -> list[Any]:
        """Read an array, empty if absent."""
        value = self._object.get(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, "an array")
        return value

    def numbers(self, name: str) -> list[int]:
        """Read an array of integers."""
        return [self._as_integer(name, value) for value in self.array(name)]

    def texts(self, name: str) -> list[str]:
        """Read an array of strings."""
        values = self.array(name)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name, "an array of strings")
        return values

    def object(self, name: str) -> "Fields":
        """Read an object, empty if absent."""
        return Fields(self._object.get(name, {}), f"{self._path}.{name}")

    def objects(self, name: str) -> Iterator["Fields"]:
        """Read an array of objects."""
        for index, value in enumerate(self.array(name)):
            yield Fields(value, f"{self._path}.{name}[{index}]")

    def entries(self, name: str) -> Iterator[tuple[str, "Fields"]]:
        """Read an object whose values are objects."""
        for key, value in self.object(name).raw().items():
            yield key, Fields(value, f"{self._path}.{name}[{key}]")

    def text_values(self, name: str) -> dict[str, str]:
        """Read an object whose values are strings."""
        values = {**self.object(name).raw()}
        if not all(isinstance(value, str) for value in values.values()):
            raise self._wrong(name, "an object of strings")
        return values

    def raw(self) -> Mapping[str, Any]:
        """Return the object itself."""
        return self._object
