"""CloudWatch's metric math, as far as the template's alarms use it: what an alarm would see of these data points.

Source: AWS documentation, "Using math expressions with CloudWatch metrics". An expression that this module can't read
is not in the documented grammar, or not in the part of it that the template keeps to.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

# One value for each period; None: no data.
Series: TypeAlias = Sequence[float | None]
_TOKEN = re.compile(r"\s*(?:(\d+)|([a-z]\w*)|([A-Z]+)|([-+*\[\](),]))")
# An alarm on metric math takes no more.
MOST_METRICS = 10


@dataclass
class _Reader:
    """Reads one expression: a sum, a difference or a product of metrics, numbers and functions."""

    tokens: list[tuple[str, str, str, str]]
    series: Mapping[str, Series]
    metrics: Sequence[str]
    length: int

    def expression(self) -> Series:
        left = self.product()
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            left = _pairwise(left, self.product(), lambda a, b, sign=sign: a + sign * b)
        return left

    def product(self) -> Series:
        left = self.part()
        while self.peek() == "*":
            self.take()
            left = _pairwise(left, self.part(), lambda a, b: a * b)
        return left

    def part(self) -> Series:
        number, name, function, sign = self.tokens.pop(0) if self.tokens else ("", "", "", "an end")
        if number:
            return [float(number)] * self.length
        if name in self.series:
            return self.series[name]
        if function in ("SUM", "MAX"):
            self.expect("(")
            array = self.array()
            self.expect(")")
            return _across(array, sum if function == "SUM" else max)
        raise ValueError(f"no metric math: {name or function or sign}")

    def array(self) -> list[Series]:
        if self.tokens[0][2] == "METRICS":
            self.tokens.pop(0)
            self.expect("(")
            self.expect(")")
            return [self.series[name] for name in self.metrics]
        self.expect("[")
        found = [self.expression()]
        while self.peek() == ",":
            self.take()
            found.append(self.expression())
        self.expect("]")
        return found

    def peek(self) -> str:
        return self.tokens[0][3] if self.tokens else ""

    def take(self) -> str:
        return self.tokens.pop(0)[3]

    def expect(self, sign: str) -> None:
        if not self.tokens or self.take() != sign:
            raise ValueError(f"no metric math: {sign} is missing")


def seen_by(alarm: Mapping[str, Any], data: Mapping[str, Series]) -> Series:
    """What an alarm compares with its threshold. `data`: by the ids of its metrics; one that is not there has none."""
    queries = {item["Id"]: item for item in alarm["Metrics"]}
    metrics = [name for name, item in queries.items() if "MetricStat" in item]
    assert len(metrics) <= MOST_METRICS
    assert data.keys() <= set(metrics)
    length = max(map(len, data.values()))
    series: dict[str, Series] = {name: data.get(name, [None] * length) for name in metrics}
    waiting = [name for name in queries if name not in series]
    while waiting:
        # An expression may use others, in any order.
        name = next(each for each in waiting if not any(re.search(rf"\b{o}\b", _text(queries[each])) for o in waiting))
        series[name] = _value(_text(queries[name]), series, metrics, length)
        waiting.remove(name)
    (returned,) = (name for name, item in queries.items() if item.get("ReturnData", True))
    return series[returned]


def rings(alarm: Mapping[str, Any], data: Mapping[str, Series]) -> bool:
    """Whether it rings at any time, with no data before and after these."""
    periods, needed = alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]
    threshold = float(alarm["Threshold"])
    breaching = [value is not None and value > threshold for value in seen_by(alarm, data)]
    return any(sum(breaching[max(0, end - periods) : end]) >= needed for end in range(1, len(breaching) + 1))


def _text(query: Mapping[str, Any]) -> str:
    return str(query["Expression"])


def _value(text: str, series: Mapping[str, Series], metrics: Sequence[str], length: int) -> Series:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no metric math: {text[at:]}")
        tokens.append((match[1] or "", match[2] or "", match[3] or "", match[4] or ""))
        at = match.end()
    reader = _Reader(tokens, series, metrics, length)
    value = reader.expression()
    if reader.tokens:
        raise ValueError(f"no metric math: {text}")
    return value


def _pairwise(left: Series, right: Series, of: Any) -> Series:
    """Arithmetic of two series: no data where either has none."""
    return [None if a is None or b is None else of(a, b) for a, b in zip(left, right, strict=True)]


def _across(array: list[Series], of: Any) -> Series:
    """A function over an array: of those that have data."""
    columns = ([value for value in column if value is not None] for column in zip(*array, strict=True))
    return [of(column) if column else None for column in columns]
