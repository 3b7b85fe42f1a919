"""Records what deployed versions rely on: fields, numbers of enums, keys of tables, and jobs as they are queued.

`python -m tools.released` adds new entries to tests/golden/released.json and refuses to change existing ones. Otherwise
versions that run side by side would misread each other's rows and jobs (docs/rolling.md).
"""

import json
import sys
from pathlib import Path
from typing import Any

from commands.start import run

ROOT = Path(__file__).resolve().parent.parent
RELEASED = ROOT / "tests" / "golden" / "released.json"


def schema() -> dict[str, Any]:
    """Every field as `number type label`, by message and name; every value of an enum by name."""
    from catchup.wire import catchup_pb2

    described = catchup_pb2.DESCRIPTOR
    messages = {
        message.full_name: {
            field.name: f"{field.number} {_kind(field)}{' repeated' if field.is_repeated else ''}"
            for field in message.fields
        }
        for message in described.message_types_by_name.values()
    }
    enums = {
        enum.full_name: {value.name: value.number for value in enum.values}
        for enum in described.enum_types_by_name.values()
    }
    return {"messages": messages, "enums": enums}


def tables() -> dict[str, Any]:
    """Keys, and keys of indexes, as `attribute type`."""
    from tests.support.engines import template

    found = {}
    for name, table in template().tables.items():
        types = {each["AttributeName"]: each["AttributeType"] for each in table.properties["AttributeDefinitions"]}

        def keys(part: Any, types: dict[str, str] = types) -> list[str]:
            return [f"{key['AttributeName']} {types[key['AttributeName']]}" for key in part["KeySchema"]]

        indexes = table.properties.get("GlobalSecondaryIndexes", [])
        found[name] = {"": keys(table.properties)} | {index["IndexName"]: keys(index) for index in indexes}
    return found


def current() -> dict[str, Any]:
    """The entries of this version."""
    return {**schema(), "tables": tables()}


def changed(old: Any, new: Any, path: str = "") -> list[str]:
    """The entries of `old` that are missing or different in `new`."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [each for name in old for each in changed(old[name], new.get(name), f"{path}/{name}")]
    return [] if old == new else [f"{path}: was {old}, is {new}"]


def _kind(field: Any) -> str:
    inner = field.message_type or field.enum_type
    return str(inner.full_name) if inner is not None else f"scalar {field.type}"


def main() -> int:
    """Updates the file and returns the exit status."""
    found = current()
    before = json.loads(RELEASED.read_text()) if RELEASED.exists() else {}
    broken = changed(before, found)
    if broken:
        print("versions that are deployed rely on this; docs/rolling.md:", *broken, sep="\n  ", file=sys.stderr)
        return 1
    RELEASED.write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    run(main)
