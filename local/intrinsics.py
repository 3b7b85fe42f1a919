"""CloudFormation's intrinsic functions, as far as our templates use them.

Source: AWS documentation, "Intrinsic function reference" and "Condition functions".
"""

import re
from collections.abc import Callable, Mapping

from local.errors import LocalStackError
from local.json_types import Json, JsonObject

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


def text_of(value: Json) -> str:
    """A scalar as a text, as CloudFormation compares it: `true` in a template equals "true" from a parameter."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _NoValue:
    """Marks a property as `AWS::NoValue` until it has been removed."""


NO_VALUE = _NoValue()


class Resolver:
    """Replaces intrinsic functions by values.

    Args:
        reference: what `Ref` gives, by parameter name or logical id; raises KeyError for an unknown one.
        attribute: what `Fn::GetAtt` gives, by logical id and attribute name.
        conditions: the template's `Conditions`, unresolved.
        mappings: the template's `Mappings`.
    """

    def __init__(
        self,
        reference: Callable[[str], Json],
        attribute: Callable[[str, str], Json],
        conditions: Mapping[str, Json],
        mappings: Mapping[str, Json],
    ) -> None:
        self._reference = reference
        self._attribute = attribute
        self._conditions = conditions
        self._mappings = mappings
        self._functions: dict[str, Callable[[Json], Json]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": self._if,
            "Fn::Equals": lambda pair: self._same(*self.resolve(pair)),
            "Fn::And": lambda parts: all(self.resolve(parts)),
            "Fn::Or": lambda parts: any(self.resolve(parts)),
            "Fn::Not": lambda parts: not self.resolve(parts)[0],
        }

    def resolve(self, value: Json) -> Json:
        """Returns `value` with all intrinsic functions replaced and without properties that are `AWS::NoValue`."""
        if isinstance(value, dict):
            name = next(iter(value), "")
            if len(value) == 1 and name in self._functions:
                return self._functions[name](value[name])
            if len(value) == 1 and name.startswith("Fn::"):
                raise LocalStackError(f"template: {name} is not supported by the local stack; see local/intrinsics.py")
            resolved = {key: self.resolve(each) for key, each in value.items()}
            return {key: each for key, each in resolved.items() if each is not NO_VALUE}
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NO_VALUE]
        return value

    def condition(self, name: str) -> bool:
        """Whether the template's condition `name` holds."""
        if name not in self._conditions:
            raise LocalStackError(f"template: there is no condition {name!r}")
        return bool(self.resolve(self._conditions[name]))

    def _ref(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return NO_VALUE
        try:
            return self._reference(name)
        except KeyError:
            raise LocalStackError(f"template: {name!r} is neither a parameter nor a resource") from None

    def _get_att(self, argument: str | list[str]) -> Json:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._attribute(logical_id, attribute)

    def _sub(self, argument: str | list[Json]) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def value_of(match: re.Match[str]) -> str:
            literal, name = match[1], match[2].strip()
            if literal:
                return "${" + match[2] + "}"
            if name in variables:
                return str(variables[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(value_of, text)

    def _join(self, argument: list[Json]) -> str:
        delimiter, parts = argument
        return str(delimiter).join(str(part) for part in self.resolve(parts))

    def _split(self, argument: list[Json]) -> list[str]:
        delimiter, text = argument
        return str(self.resolve(text)).split(delimiter)

    def _select(self, argument: list[Json]) -> Json:
        index, values = argument
        return self.resolve(values)[int(self.resolve(index))]

    def _find_in_map(self, argument: list[Json]) -> Json:
        name, first, second = self.resolve(argument)
        return self._mappings[name][first][second]

    def _if(self, argument: list[Json]) -> Json:
        name, then, otherwise = argument
        return self.resolve(then if self.condition(name) else otherwise)

    @staticmethod
    def _same(left: Json, right: Json) -> bool:
        return text_of(left) == text_of(right)


def active_resources(resources: Mapping[str, JsonObject], resolver: Resolver) -> dict[str, JsonObject]:
    """The resources whose `Condition`, if they have one, holds."""
    return {
        logical_id: resource
        for logical_id, resource in resources.items()
        if "Condition" not in resource or resolver.condition(resource["Condition"])
    }
