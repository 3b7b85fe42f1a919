"""An expanded template's resources, by logical id."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Resources: TypeAlias = Mapping[str, Mapping[str, Any]]


def each(resources: Resources, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The resources of one kind: logical id and properties."""
    return ((name, item.get("Properties", {})) for name, item in resources.items() if item["Type"] == kind)


def listed(value: Any) -> list[Any]:
    """What a policy may give as one thing or as a list of them, as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]
