"""The template's parameters: defaults, overrides, and the checks that CloudFormation makes.

Source: AWS documentation, "CloudFormation template Parameters syntax".
"""

import re
from collections.abc import Mapping

from local.errors import LocalStackError
from local.json_types import Json, JsonObject


def parameter_values(definitions: Mapping[str, JsonObject], given: Mapping[str, str]) -> dict[str, Json]:
    """The value of every parameter. Raises LocalStackError for one that is unknown, missing or not allowed."""
    for name in given:
        if name not in definitions:
            raise LocalStackError(f"template parameter {name}: there is no such one, only {', '.join(definitions)}")
    values = {}
    for name, definition in definitions.items():
        if name not in given and "Default" not in definition:
            raise LocalStackError(
                f"template parameter {name} has no default: give it with PARAMETER_OVERRIDES={name}=…"
            )
        values[name] = _checked(name, definition, given.get(name, definition.get("Default")))
    return values


def _checked(name: str, definition: JsonObject, value: Json) -> Json:
    def refuse(rule: str) -> LocalStackError:
        return LocalStackError(f"template parameter {name}={value}: {definition.get('ConstraintDescription', rule)}")

    allowed = definition.get("AllowedValues")
    if allowed is not None and str(value) not in map(str, allowed):
        raise refuse(f"must be one of {', '.join(map(str, allowed))}")
    pattern = definition.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, str(value)):
        raise refuse(f"must match {pattern}")
    if definition["Type"] == "Number":
        low, high = float(definition.get("MinValue", "-inf")), float(definition.get("MaxValue", "inf"))
        try:
            within = low <= float(value) <= high
        except ValueError:
            raise refuse("must be a number") from None
        if not within:
            raise refuse(f"must be a number from {low:g} to {high:g}")
    if definition["Type"] in {"CommaDelimitedList", "List<Number>", "List<String>"} and isinstance(value, str):
        return [each.strip() for each in value.split(",")]
    return value
