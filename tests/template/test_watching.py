"""Alarms and the dashboard look at what there is, and the documents say what to do."""

from collections.abc import Mapping

import pytest

from catchup.metrics import Metric
from tests.support.engines import template
from tests.template.watching import (
    Watched,
    alarms,
    watched_by_alarm,
    watched_by_widget,
    widgets,
)

ALARMS = alarms(template().resources)
WIDGETS = widgets(template().resources)
WATCHED = {
    **{name: set(watched_by_alarm(alarm)) for name, alarm in ALARMS.items()},
    **{item["properties"]["title"]: set(watched_by_widget(item)) for item in WIDGETS if item["type"] == "metric"},
}
# AWS documentation, "CloudWatch metrics": of WebSocket APIs, HTTP APIs, Lambda, SQS, DynamoDB, with their dimensions.
OF_AWS: Mapping[str, tuple[set[str], set[tuple[str, ...]]]] = {
    "AWS/ApiGateway": (
        {
            *("ConnectCount", "MessageCount", "ClientError", "IntegrationError", "ExecutionError"),
            *("Count", "4xx", "5xx", "IntegrationLatency"),
        },
        {("ApiId", "Stage")},
    ),
    "AWS/Lambda": ({"Errors", "Throttles", "Duration"}, {("FunctionName",)}),
    "AWS/SQS": ({"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}, {("QueueName",)}),
    "AWS/DynamoDB": (
        {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"},
        {("TableName",), ("TableName", "GlobalSecondaryIndexName")},
    ),
}


def exists(metric: Watched) -> bool:
    """Whether somebody emits it, with these dimensions."""
    if metric.namespace != "Catchup":
        names, dimensions = OF_AWS[metric.namespace]
        return metric.name in names and metric.dimensions in dimensions
    ours = {item.value: item.dimension for item in Metric}
    own = (ours[metric.name],) if ours.get(metric.name) else ()
    return metric.name in ours and metric.dimensions in {("service",), ("service", *own)}


@pytest.mark.parametrize("where", sorted(WATCHED))
def test_what_is_watched_is_emitted(where: str) -> None:
    assert WATCHED[where]
    assert [metric for metric in WATCHED[where] if not exists(metric)] == []


def test_the_dashboard_shows_every_metric_that_the_code_emits() -> None:
    shown = {metric.name for item in WIDGETS for metric in watched_by_widget(item) if metric.namespace == "Catchup"}
    assert shown == {item.value for item in Metric}
