"""Reads the functions' logs and metrics in the form that CloudWatch gets."""

import io
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from catchup.metrics import Metric


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Collects everything that the functions log, inside the `with` block."""
    stream, logger = io.StringIO(), logging.getLogger("catchup")
    (handler,) = (handler for handler in logger.handlers if isinstance(handler, logging.StreamHandler))
    # Not setStream: it flushes the previous stream, which may be the output of a test that has ended.
    before, level = handler.stream, logger.level
    handler.stream = stream
    logger.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logger.setLevel(level)
        handler.stream = before


def lines(text: str) -> list[dict[str, Any]]:
    """Parses lines of JSON."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def metric_lines(output: str) -> list[Mapping[str, Any]]:
    """The printed lines that CloudWatch turns into metrics."""
    return [line for line in lines(output) if "_aws" in line]


def metrics(output: str) -> dict[str, float]:
    """The sum of each metric, over all lines and dimensions."""
    sums: Counter[str] = Counter()
    for line in metric_lines(output):
        for named in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            sums[named["Name"]] += sum(line[named["Name"]])
    return dict(sums)


class KeptTelemetry:
    """Telemetry that keeps errors. `errors`: the metric of each error, and the keys of its line."""

    def __init__(self) -> None:
        self.errors: list[tuple[Metric, dict[str, Any]]] = []

    def count(self, metric: Metric, value: int = 1, *, by: str = "") -> None:
        """Nobody looks."""

    def duration(self, metric: Metric, milliseconds: int) -> None:
        """Nobody looks."""

    def warning(self, line: str, metric: Metric, *, by: str = "", **keys: Any) -> None:
        """Nobody looks."""

    def error(self, line: str, metric: Metric, **keys: Any) -> None:
        assert line
        self.errors.append((metric, keys))
