"""Alarms ring when they should, for whom they should, and each has a line that says what to do first."""

import re

import pytest

from tests.support.engines import template
from tests.support.world import ROOT
from tests.template.watching import alarms, values_of_widget, widgets

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ALARMS = alarms(template().resources)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:oncall"


def test_every_alarm_has_a_line_in_the_document_and_the_other_way_round() -> None:
    lines = re.findall(r"^\| `(\w+Alarm)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", OPERATIONS, re.MULTILINE)
    assert sorted(lines) == sorted(ALARMS)


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_says_what_is_wrong_and_silence_is_no_alarm(name: str) -> None:
    assert ALARMS[name]["AlarmDescription"]
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_without_a_topic_alarms_tell_nobody() -> None:
    assert not any("AlarmActions" in alarm for alarm in ALARMS.values())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"AlarmEmail": "oncall@example.com"}, "arn:aws:sns:us-east-1:123456789012:catchup-AlarmTopic"),
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


@pytest.mark.parametrize("name", ["FunctionErrorsAlarm", "FunctionThrottlesAlarm"])
def test_an_alarm_over_all_functions_names_each(name: str) -> None:
    (metric,) = ALARMS[name]["Metrics"]
    assert set(re.findall(r"'([\w-]+)'", metric["Expression"])) == {item.name for item in template().functions.values()}


@pytest.mark.parametrize("name", ["TableReadsThrottledAlarm", "TableWritesThrottledAlarm"])
def test_an_alarm_over_all_tables_names_each(name: str) -> None:
    (metric,) = ALARMS[name]["Metrics"]
    assert set(re.findall(r"'([\w-]+)'", metric["Expression"])) == {item.name for item in template().tables.values()}


def test_two_stacks_in_one_account_keep_their_metrics_apart() -> None:
    for function in template().functions.values():
        assert function.environment["POWERTOOLS_SERVICE_NAME"] == template().deployment.stack_name
