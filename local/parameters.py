"""The template's parameters: defaults, overrides, and CloudFormation's checks.

Source: AWS documentation, "CloudFormation template Parameters syntax".
"""

import math
import re
from collections.abc import Mapping, Sequence

from local.errors import LocalStackError
from local.intrinsics import text_of
from local.json_types import Json, JsonObject

# An integer or a float. Python itself would also accept other spellings.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LIST = re.compile(r"List<.+>|CommaDelimitedList")
# Parameters of AWS-specific types are texts to a template. Only AWS can check that what they name exists.
_TYPE = re.compile(r"String|Number|CommaDelimitedList|List<Number>|List<String>|(List<)?AWS::(?!SSM::)[\w:]+>?")


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
    kind = str(definition.get("Type"))
    if not _TYPE.fullmatch(kind):
        raise LocalStackError(f"template parameter {name}: the local stack knows no parameters of type {kind}")
    items = _items(value) if _LIST.fullmatch(kind) else [text_of(value)]
    for rule in (_broken(kind, definition, item) for item in items):
        if rule:
            # A parameter with NoEcho is a secret.
            shown = "" if text_of(definition.get("NoEcho", "")) == "true" else f"={text_of(value)}"
            raise LocalStackError(f"template parameter {name}{shown}: {definition.get('ConstraintDescription', rule)}")
    return items if _LIST.fullmatch(kind) else value


def _items(value: Json) -> Sequence[str]:
    """The items of a list: separated by commas, without the spaces around them."""
    parts = value if isinstance(value, list) else str(value).split(",")
    return [text_of(part).strip() for part in parts]


def _broken(kind: str, definition: JsonObject, item: str) -> str:
    """The constraint that a value, or an item of a list, breaks; "" if it breaks none."""
    allowed = definition.get("AllowedValues")
    if allowed is not None and item not in map(text_of, allowed):
        return f"must be one of {', '.join(map(text_of, allowed))}"
    pattern = definition.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, item):
        return f"must match {pattern}"
    shortest, longest = int(definition.get("MinLength", 0)), int(definition.get("MaxLength", len(item)))
    if not shortest <= len(item) <= longest:
        return f"must have {shortest} to {definition.get('MaxLength', 'any number of')} characters"
    if "Number" in kind:
        low, high = float(definition.get("MinValue", "-inf")), float(definition.get("MaxValue", "inf"))
        if not _NUMBER.fullmatch(item):
            return "must be a number"
        if not low <= float(item) <= high:
            return f"must be a number {_range(low, high)}"
    return ""


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"of at least {low:g}"
    return f"of at most {high:g}" if math.isinf(low) else f"from {low:g} to {high:g}"
