"""Alarms ring when they should, for whom they should, and each has a line that says what to do first."""

import json
import re

import pytest

from tests.support.engines import template
from tests.support.world import ROOT
from tests.template.metric_math import Series, rings, seen_by
from tests.template.watching import alarms, values_of_widget, widgets

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ALARMS = alarms(template().resources)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:oncall"


def test_every_alarm_has_a_line_in_the_document_and_the_other_way_round() -> None:
    lines = re.findall(r"^\| `(\w+Alarm)` \| [^|]+ \| [^|]+ \|$", OPERATIONS, re.MULTILINE)
    assert sorted(lines) == sorted(ALARMS)
    advice = OPERATIONS.partition("### What to do")[2].partition("###")[0]
    assert sorted(re.findall(r"^- `(\w+Alarm)`: ", advice, re.MULTILINE)) == sorted(ALARMS)


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_says_what_is_wrong_and_silence_is_no_alarm(name: str) -> None:
    assert ALARMS[name]["AlarmDescription"]
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_without_a_topic_alarms_tell_nobody() -> None:
    assert not any("AlarmActions" in alarm for alarm in ALARMS.values())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"AlarmEmail": "oncall@example.com"}, "arn:aws:sns:us-east-1:123456789012:catchup-Monitoring-AlarmTopic"),
        ({"AlarmTopicArn": TOPIC}, TOPIC),
    ],
)
def test_with_one_every_alarm_tells_it(given: dict[str, str], told: str) -> None:
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms(template(**given).resources).values()} == {(told,)}


def test_an_address_gets_a_topic_and_a_topic_of_ones_own_is_left_alone() -> None:
    topic = template(AlarmEmail="oncall@example.com").resources["AlarmTopic"]["Properties"]
    assert topic["Subscription"] == [{"Protocol": "email", "Endpoint": "oncall@example.com"}]
    assert "AlarmTopic" not in template(AlarmTopicArn=TOPIC).resources


def test_alarms_may_be_written_with_the_topics_key_by_this_account_alone() -> None:
    key = template(AlarmEmail="oncall@example.com").resources["AlarmKey"]["Properties"]
    (statement,) = (item for item in key["KeyPolicy"]["Statement"] if "Service" in item["Principal"])
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(
    "title", ["Errors of functions", "Throttled invocations", "Duration of functions, p99, ms", "Write units"]
)
def test_the_dashboard_shows_each_function_and_each_table(title: str) -> None:
    (widget,) = (item for item in widgets(template().resources) if item["properties"].get("title") == title)
    named = template().tables if title == "Write units" else template().functions
    assert {item.name for item in named.values()} <= values_of_widget(widget)


def named(alarm: str, dimension: str) -> list[str]:
    """What an alarm's metrics have as this dimension."""
    metrics = [item["MetricStat"]["Metric"] for item in ALARMS[alarm]["Metrics"] if "MetricStat" in item]
    return [each["Value"] for metric in metrics for each in metric["Dimensions"] if each["Name"] == dimension]


@pytest.mark.parametrize("name", ["FunctionErrorsAlarm", "FunctionThrottlesAlarm"])
def test_an_alarm_over_all_functions_names_each_once(name: str) -> None:
    assert sorted(named(name, "FunctionName")) == sorted(item.name for item in template().functions.values())


@pytest.mark.parametrize("name", ["TableReadsThrottledAlarm", "TableWritesThrottledAlarm"])
def test_an_alarm_over_all_tables_names_each_and_their_indexes(name: str) -> None:
    indexes = {
        (table.name, index["IndexName"])
        for table in template().tables.values()
        for index in table.properties.get("GlobalSecondaryIndexes", ())
    }
    assert indexes
    # Some have an alarm of their own: an alarm takes ten metrics.
    apart = set(named("OtherTablesThrottledAlarm", "TableName"))
    assert len(apart) == 2
    tables = [table.name for table in template().tables.values() if table.name not in apart]
    assert sorted(named(name, "TableName")) == sorted([*tables, *(table for table, _ in indexes)])
    assert set(named(name, "GlobalSecondaryIndexName")) == {index for _, index in indexes}


# ---------------------------------------------------------------- what rings, and what does not

MINUTES = 10
STRANGERS: dict[str, Series] = {"authorizer": [600.0] * MINUTES, "unauthorized": [600.0] * MINUTES}


def in_some(*values: float | None) -> Series:
    """A flood of bad tokens, whose refusals are counted in these minutes, in which they do not match the errors."""
    return [*values, *[600.0] * (MINUTES - len(values))]


@pytest.mark.parametrize(
    "refusals",
    [
        STRANGERS["unauthorized"],
        # What began in one minute is counted in the next.
        in_some(590.0, 610.0),
        # The newest counts are on their way while the alarm is evaluated.
        [*[600.0] * (MINUTES - 1), None],
        # More were refused than the platform has noted errors so far.
        in_some(700.0),
    ],
)
def test_a_stranger_with_bad_tokens_rings_nothing(refusals: Series) -> None:
    assert not rings(ALARMS["FunctionErrorsAlarm"], {**STRANGERS, "unauthorized": refusals})


@pytest.mark.parametrize(
    "function", ["authorizer", "connection", "sync", "chat", "group", "media", "fanout", "sniffer"]
)
@pytest.mark.parametrize("beside", [{}, STRANGERS], ids=["nobody else", "a stranger"])
def test_a_function_that_fails_rings_whoever_else_tries(function: str, beside: dict[str, Series]) -> None:
    failing = [value + 6 for value in beside.get(function, [0.0] * MINUTES) if value is not None]
    assert rings(ALARMS["FunctionErrorsAlarm"], {**beside, function: failing})


def test_an_authorizer_that_fails_without_a_stranger_rings() -> None:
    """Nothing was refused, so there is no such metric."""
    assert rings(ALARMS["FunctionErrorsAlarm"], {"authorizer": [6.0, 6.0]})
    assert not rings(ALARMS["FunctionErrorsAlarm"], {"authorizer": [5.0] * MINUTES})
    assert not rings(ALARMS["FunctionErrorsAlarm"], {"authorizer": [6.0]})


@pytest.mark.parametrize("name", sorted(name for name, alarm in ALARMS.items() if "Metrics" in alarm))
def test_an_alarm_over_several_metrics_sees_each_of_them_alone(name: str) -> None:
    """And all of its expressions are metric math of the documented kind: there is no query, whose grammar has no OR."""
    alarm = ALARMS[name]
    for item in alarm["Metrics"]:
        if "MetricStat" in item and item["Id"] != "unauthorized":
            high = [float(alarm["Threshold"]) + 1] * alarm["EvaluationPeriods"]
            assert rings(alarm, {item["Id"]: high}), item["Id"]
    assert seen_by(alarm, {alarm["Metrics"][-1]["Id"]: [None]}) == [None]


def test_metrics_of_one_alarm_have_one_period_and_ids_that_cloudwatch_takes() -> None:
    for alarm in ALARMS.values():
        items = alarm.get("Metrics", [])
        assert len({item["MetricStat"]["Period"] for item in items if "MetricStat" in item}) <= 1
        assert all(re.fullmatch(r"[a-z]\w*", item["Id"]) for item in items)


def test_no_alarm_and_no_widget_asks_in_a_language_that_knows_no_or() -> None:
    assert "SELECT" not in json.dumps([*ALARMS.values(), *widgets(template().resources)])


def test_expressions_that_are_no_metric_math_are_noticed() -> None:
    for text in ("SELECT SUM(Errors)", "SUM([a, b]) OR a", "SUM(a b)", "a - "):
        alarm = {"Metrics": [{"Id": "all", "Expression": text}, {"Id": "a", "MetricStat": {}, "ReturnData": False}]}
        with pytest.raises(ValueError, match="no metric math"):
            seen_by(alarm, {"a": [1.0]})


def test_two_stacks_in_one_account_keep_their_metrics_apart() -> None:
    for function in template().functions.values():
        assert function.environment["POWERTOOLS_SERVICE_NAME"] == template().deployment.stack_name
