"""What the functions log and count, as a reader of CloudWatch finds it."""

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
    """Everything that the functions log, as they write it."""
    stream, logger = io.StringIO(), logging.getLogger("catchup")
    (handler,) = (handler for handler in logger.handlers if isinstance(handler, logging.StreamHandler))
    # Not setStream: it flushes the one before, which may be the output of a test that has ended.
    before, level = handler.stream, logger.level
    handler.stream = stream
    logger.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logger.setLevel(level)
        handler.stream = before


def lines(text: str) -> list[dict[str, Any]]:
    """Lines of JSON, each read."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def metric_lines(output: str) -> list[Mapping[str, Any]]:
    """The printed lines that CloudWatch makes metrics of."""
    return [line for line in lines(output) if "_aws" in line]


def metrics(output: str) -> dict[str, float]:
    """The sum of each metric, over all lines and dimensions."""
    sums: Counter[str] = Counter()
    for line in metric_lines(output):
        for named in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            sums[named["Name"]] += sum(line[named["Name"]])
    return dict(sums)


class KeptTelemetry:
    """Keeps the errors that it was told of. `errors`: of each, the metric and the keys of its line."""

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
