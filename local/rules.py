"""The template's `Rules`: CloudFormation's checks of several parameters together, before it creates resources.

Source: AWS documentation, "CloudFormation template Rules syntax" and "Rule functions".
"""

from collections.abc import Callable, Mapping, Sequence

from local.errors import LocalStackError
from local.intrinsics import text_of
from local.json_types import Json, JsonObject

# How many conditions CloudFormation allows in And and Or.
_CONDITIONS = range(2, 11)


def check_rules(document: JsonObject, values: Mapping[str, Json], pseudo_parameters: Mapping[str, str]) -> None:
    """Raises LocalStackError, in one line, with the AssertDescription of each assertion that fails.

    Args:
        document: the template as written.
        values: the parameters' values, each of which is valid by itself.
    """
    broken = broken_assertions(document, values, pseudo_parameters)
    if broken:
        raise LocalStackError("; ".join(f"template rule {name}: {said}" for name, said in broken))


def broken_assertions(
    document: JsonObject, values: Mapping[str, Json], pseudo_parameters: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The failed assertions, each as the name of its rule and its AssertDescription.

    Raises LocalStackError for a rule that CloudFormation would refuse, or that depends on facts that only AWS knows.
    """
    types = {name: str(each.get("Type")) for name, each in document.get("Parameters", {}).items()}
    broken = []
    for name, rule in document.get("Rules", {}).items():
        asked = _Rule(name, types, values, pseudo_parameters)
        if not asked.holds(rule.get("RuleCondition", {"Fn::Equals": ["", ""]})):
            continue
        if not rule.get("Assertions"):
            raise LocalStackError(f"template rule {name} has no Assertions")
        for number, assertion in enumerate(rule["Assertions"], 1):
            if "Assert" not in assertion:
                raise LocalStackError(f"template rule {name}: assertion {number} has no Assert")
            if not asked.holds(assertion["Assert"]):
                broken.append((name, assertion.get("AssertDescription", f"assertion {number} does not hold")))
    return broken


class _Rule:
    """Evaluates the condition and the assertions of one rule."""

    def __init__(
        self, name: str, types: Mapping[str, str], values: Mapping[str, Json], pseudo_parameters: Mapping[str, str]
    ) -> None:
        self._name = name
        self._types = types
        self._values = {**pseudo_parameters, **values}
        self._functions: dict[str, Callable[[Json], Json]] = {
            "Ref": self._ref,
            "Fn::And": lambda parts: all(self._conditions("Fn::And", parts)),
            "Fn::Or": lambda parts: any(self._conditions("Fn::Or", parts)),
            "Fn::Not": self._not,
            "Fn::Equals": lambda parts: self._equals(*self._operands("Fn::Equals", parts)),
            "Fn::Contains": lambda parts: self._contains(*self._operands("Fn::Contains", parts)),
            "Fn::EachMemberEquals": lambda parts: self._each_equals(*self._operands("Fn::EachMemberEquals", parts)),
            "Fn::EachMemberIn": lambda parts: self._each_in(*self._operands("Fn::EachMemberIn", parts)),
            "Fn::RefAll": self._ref_all,
            "Fn::ValueOf": lambda _: self._only_aws("Fn::ValueOf"),
            "Fn::ValueOfAll": lambda _: self._only_aws("Fn::ValueOfAll"),
        }

    def holds(self, expression: Json) -> bool:
        """Whether a condition or an assertion is true."""
        found = self._value(expression)
        if not isinstance(found, bool):
            raise self._wrong(f"{expression!r} is neither true nor false")
        return found

    def _value(self, expression: Json) -> Json:
        if isinstance(expression, list):
            return [self._value(each) for each in expression]
        if not isinstance(expression, dict):
            return expression
        name = next(iter(expression), "")
        if len(expression) != 1 or name not in self._functions:
            raise self._wrong(f"{name or 'nothing'} is no function of rules; they have {', '.join(self._functions)}")
        return self._functions[name](expression[name])

    def _ref(self, name: Json) -> Json:
        if not isinstance(name, str) or name not in self._values:
            raise self._wrong(f"Ref {name!r}: a rule refers to parameters alone")
        return self._values[name]

    def _ref_all(self, kind: Json) -> list[Json]:
        return [self._values[name] for name, each in self._types.items() if each == kind]

    def _conditions(self, function: str, parts: Json) -> list[bool]:
        if not isinstance(parts, list) or len(parts) not in _CONDITIONS:
            raise self._wrong(f"{function} takes 2 to 10 conditions")
        return [self.holds(part) for part in parts]

    def _not(self, parts: Json) -> bool:
        if not isinstance(parts, list) or len(parts) != 1:
            raise self._wrong("Fn::Not takes a list of one condition")
        return not self.holds(parts[0])

    def _operands(self, function: str, parts: Json) -> tuple[Json, Json]:
        if not isinstance(parts, list) or len(parts) != 2:
            raise self._wrong(f"{function} takes a list of two values")
        return self._value(parts[0]), self._value(parts[1])

    def _equals(self, left: Json, right: Json) -> bool:
        if isinstance(left, list) or isinstance(right, list):
            return bool(left == right)
        return text_of(left) == text_of(right)

    def _contains(self, texts: Json, text: Json) -> bool:
        return self._text(text) in self._texts(texts)

    def _each_equals(self, texts: Json, text: Json) -> bool:
        return {self._text(text)} >= set(self._texts(texts))

    def _each_in(self, texts: Json, allowed: Json) -> bool:
        return set(self._texts(allowed)) >= set(self._texts(texts))

    def _text(self, value: Json) -> str:
        if isinstance(value, list):
            raise self._wrong(f"{value!r} stands where one text belongs")
        return text_of(value)

    def _texts(self, value: Json) -> Sequence[str]:
        if not isinstance(value, list):
            raise self._wrong(f"{value!r} stands where a list belongs")
        return [self._text(each) for each in value]

    def _only_aws(self, function: str) -> Json:
        raise self._wrong(f"{function} asks AWS for an attribute of what a parameter names; this machine can't know it")

    def _wrong(self, reason: str) -> LocalStackError:
        return LocalStackError(f"template rule {self._name}: {reason}")
