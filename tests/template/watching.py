"""What alarms and the dashboard look at, in an expanded template."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.template.resources import Resources, each


class Watched(NamedTuple):
    """A metric by its name, and the names of the dimensions that tell it from others."""

    namespace: str
    name: str
    dimensions: tuple[str, ...]


_SEARCH = re.compile(r'SEARCH\(\'\{(\w+),([\w,]+)\} MetricName="(\w+)"')


def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    """Properties of every alarm, by logical id."""
    return {name: dict(alarm) for name, alarm in each(resources, "AWS::CloudWatch::Alarm")}


def widgets(resources: Resources) -> list[dict[str, Any]]:
    """The dashboard's widgets. Raises ValueError if its body is no JSON."""
    ((_, dashboard),) = each(resources, "AWS::CloudWatch::Dashboard")
    found: list[dict[str, Any]] = json.loads(dashboard["DashboardBody"])["widgets"]
    return found


def watched_by_alarm(alarm: dict[str, Any]) -> Iterator[Watched]:
    """Every metric of one alarm."""
    statistics = [item["MetricStat"]["Metric"] for item in alarm.get("Metrics", ()) if "MetricStat" in item]
    for metric in [alarm] if "MetricName" in alarm else statistics:
        names = tuple(item["Name"] for item in metric["Dimensions"])
        yield Watched(metric["Namespace"], metric["MetricName"], names)


def watched_by_widget(widget: dict[str, Any]) -> Iterator[Watched]:
    """Every metric of one widget, "." and "..." written out.

    Source: AWS documentation, "Dashboard body structure and syntax".
    """
    before: list[str] = []
    for row in widget["properties"].get("metrics", ()):
        if isinstance(row[0], dict):
            for namespace, dimensions, name in _SEARCH.findall(row[0]["expression"]):
                yield Watched(namespace, name, tuple(dimensions.split(",")))
            continue
        texts = [item for item in row if isinstance(item, str)]
        if texts[0] == "...":
            texts = [*before[: len(before) - len(texts) + 1], *texts[1:]]
        before = [old if text == "." else text for text, old in zip(texts, before or texts, strict=False)]
        yield Watched(before[0], before[1], tuple(before[2::2]))


def values_of_widget(widget: dict[str, Any]) -> set[str]:
    """Every text that one widget's metrics have: names of functions, tables, queues."""
    return {item for row in widget["properties"].get("metrics", ()) for item in row if isinstance(item, str)}
