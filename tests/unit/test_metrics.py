"""What is counted arrives in CloudWatch's form: all of it, once, with its unit, and of this invocation alone."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from catchup.domain.screening import Action
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry
from tests.support.telemetry import lines, logged, metric_lines, metrics
from tests.support.world import ROOT, Context

Printed = pytest.CaptureFixture[str]


def test_the_document_lists_exactly_the_metrics_that_can_be_counted() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    (section,) = re.findall(r"^## Metrics\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    described = [row for row in section.splitlines() if row.startswith("| `")]
    by = {metric: f", by `{metric.dimension}`" if metric.dimension else "" for metric in Metric}
    assert described == [f"| `{metric}` | {metric.unit} | {metric.meaning}{by[metric]} |" for metric in Metric]


def test_every_listed_metric_is_counted_somewhere() -> None:
    package = ROOT / "layers/catchup/python/catchup"
    code = "".join(path.read_text() for path in package.glob("**/*.py") if path.name != "metrics.py")
    assert [metric.name for metric in Metric if not re.search(rf"\bMetric\.{metric.name}\b", code)] == []


def test_counts_are_added_up_and_written_when_the_invocation_ends(capsys: Printed) -> None:
    telemetry = FunctionTelemetry()
    with telemetry.invocation(Context()):
        telemetry.count(Metric.STORED)
        telemetry.count(Metric.STORED, 2)
        telemetry.count(Metric.PULLED, 0)
        assert capsys.readouterr().out == ""
    (line,) = metric_lines(capsys.readouterr().out)
    (described,) = line["_aws"]["CloudWatchMetrics"]
    assert described == {
        "Namespace": "Catchup",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "Stored", "Unit": "Count"}],
    }
    assert (line["service"], line["Stored"]) == ("catchup", [3.0])


def test_each_duration_is_kept_with_its_unit(capsys: Printed) -> None:
    telemetry = FunctionTelemetry()
    with telemetry.invocation(Context()):
        telemetry.duration(Metric.FAN_OUT_LAG, 40)
        telemetry.duration(Metric.FAN_OUT_LAG, 0)
    (line,) = metric_lines(capsys.readouterr().out)
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "FanOutLag", "Unit": "Milliseconds"}]
    assert line["FanOutLag"] == [40.0, 0.0]


def test_a_dimension_belongs_to_its_metric_and_the_whole_is_there_beside_it(capsys: Printed) -> None:
    telemetry = FunctionTelemetry()
    with telemetry.invocation(Context()):
        for action in (Action.HOLD, Action.MASK, Action.HOLD):
            telemetry.warning("moderated", Metric.MODERATED, by=action.name)
        telemetry.count(Metric.STORED)
    plain, *by_action = metric_lines(capsys.readouterr().out)
    assert plain["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert "action" not in plain
    assert {line["action"]: line["Moderated"] for line in by_action} == {"HOLD": [2.0], "MASK": [1.0]}
    for line in by_action:
        assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"], ["service", "action"]]


class Slow(int):
    """An amount during whose addition other threads go on."""

    def __radd__(self, other: int) -> int:
        time.sleep(0.001)
        return int(other) + int(self)


def test_threads_that_count_at_once_lose_nothing(capsys: Printed) -> None:
    telemetry = FunctionTelemetry()

    def count(_: int) -> None:
        for _ in range(25):
            telemetry.count(Metric.FANNED_OUT, Slow(1))
            telemetry.duration(Metric.FAN_OUT_LAG, 1)

    with telemetry.invocation(Context()), ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert metrics(capsys.readouterr().out) == {"FannedOut": 200, "FanOutLag": 200}


def test_what_a_failing_invocation_has_counted_is_written_and_the_failure_with_it(capsys: Printed) -> None:
    telemetry = FunctionTelemetry()
    with (
        logged() as log,
        pytest.raises(ZeroDivisionError),
        telemetry.invocation(Context(aws_request_id="r-9"), connection_id="c-1"),
    ):
        telemetry.count(Metric.STORED)
        raise ZeroDivisionError("what a person wrote")
    assert metrics(capsys.readouterr().out) == {"Stored": 1, "InternalErrors": 1}
    (line,) = lines(log.getvalue())
    assert (line["connection_id"], line["function_request_id"]) == ("c-1", "r-9")
    assert line["trace"][-1] == "builtins.ZeroDivisionError"
    assert "person" not in log.getvalue()


def test_nothing_of_an_invocation_is_left_to_the_next(capsys: Printed) -> None:
    telemetry = FunctionTelemetry("chat")
    with logged() as log:
        with telemetry.invocation(Context(aws_request_id="r-1"), connection_id="c-1", request_id="q-1"):
            telemetry.logger.append_keys(forgotten="by whoever appended it")
            telemetry.count(Metric.STORED)
            with telemetry.about(msg_id="m-1"):
                assert telemetry.request_id() == "q-1"
        capsys.readouterr()
        with telemetry.invocation(Context(aws_request_id="r-2")):
            telemetry.logger.info("second")
            assert telemetry.request_id() == ""
    (line,) = lines(log.getvalue())
    assert not {"connection_id", "request_id", "msg_id", "forgotten"} & set(line)
    assert (line["function_request_id"], line["cold_start"], line["function"]) == ("r-2", False, "chat")
    assert capsys.readouterr().out == ""


def test_a_part_of_an_invocation_has_a_request_of_its_own_as_long_as_it_lasts() -> None:
    telemetry = FunctionTelemetry()
    with logged() as log, telemetry.invocation(Context()):
        for request_id in ("q-1", ""):
            with telemetry.about(request_id=request_id, session="g:room", msg_id=None):
                assert telemetry.request_id() == request_id
                telemetry.logger.info("inside")
        telemetry.logger.info("outside")
    found = [(line.get("request_id"), line.get("session"), "msg_id" in line) for line in lines(log.getvalue())]
    assert found == [("q-1", "g:room", False), (None, "g:room", False), (None, None, False)]


def test_a_process_starts_cold_once(capsys: Printed) -> None:
    telemetry = FunctionTelemetry("sync")
    with logged() as log:
        for _ in range(2):
            with telemetry.invocation(Context()):
                telemetry.logger.info("here")
    assert [line["cold_start"] for line in lines(log.getvalue())] == [True, False]
    (line,) = metric_lines(capsys.readouterr().out)
    assert (line["function"], line["ColdStarts"]) == ("sync", [1.0])


@pytest.mark.parametrize("function", sorted(path.parent.name for path in ROOT.glob("functions/*/app.py")))
def test_each_function_counts_under_its_own_name(function: str) -> None:
    code = (ROOT / f"functions/{function}/app.py").read_text()
    assert re.findall(r'started\("(\w+)"', code) == [function]
