"""Logs and metrics. Never a token, a body, or a frame. docs/operations.md lists the fields and the metrics.

No tracer: its import alone costs more than a client (docs/adr/0005-no-tracer.md).
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger

from catchup.metrics import Metric
from catchup.tally import Tally

# A line's `location` is where it was asked for.
_CALLER = 3


def trace_of(error: BaseException) -> list[str]:
    """An error and what led to it, the first cause first: places in the code and kinds, of AWS's errors their codes."""
    cause = error.__cause__ or error.__context__
    places = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)]
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return [*(trace_of(cause) if cause else []), *places, f"{kind} {code}".rstrip()]


class FunctionTelemetry:
    """The logger and the metrics of a function: the `Telemetry` of all its parts.

    For one invocation at a time, as a Lambda process has it; within it any thread may log and count. `function`: the
    folder under functions/; "" where there is none, as in a command line: its cold starts are nobody's.
    """

    def __init__(self, function: str = "") -> None:
        self.logger = Logger()
        self._function = function
        self._is_cold = True
        self._tally = Tally()
        self._request_id = ""

    @contextmanager
    def invocation(self, context: Any, *, connection_id: str = "", request_id: str = "") -> Iterator[None]:
        """Each line that is logged meanwhile has these ids and Lambda's own. Whatever happens, the metrics are written
        at the end, and the ids do not stay for the next invocation. What is raised is logged, counted and raised."""
        self.logger.append_keys(
            **_given(function=self._function, connection_id=connection_id, request_id=request_id),
            function_request_id=context.aws_request_id,
            cold_start=self._is_cold,
        )
        self._request_id = request_id
        if self._is_cold and self._function:
            self.count(Metric.COLD_STARTS, by=self._function)
        self._is_cold = False
        try:
            yield
        except Exception as error:
            self.unforeseen("the invocation failed", error)
            self.count(Metric.INTERNAL_ERRORS)
            raise
        finally:
            self.flush()
            self.logger.clear_state()

    @contextmanager
    def about(self, *, request_id: str = "", msg_id: str | None = None, **ids: str) -> Iterator[None]:
        """Within an invocation: lines that are logged meanwhile have these ids too, and not those that are empty.
        `request_id`: of the request that this is a part of, if the invocation itself is none."""
        before, self._request_id = self._request_id, request_id or self._request_id
        try:
            with self.logger.append_context_keys(**_given(request_id=request_id, msg_id=msg_id or "", **ids)):
                yield
        finally:
            self._request_id = before

    def request_id(self) -> str:
        """Of the request that is worked on; "" if there is none."""
        return self._request_id

    def count(self, metric: Metric, value: int = 1, *, by: str = "") -> None:
        self._tally.add(metric, value, by)

    def duration(self, metric: Metric, milliseconds: int) -> None:
        self._tally.note(metric, milliseconds)

    def warning(self, line: str, metric: Metric, *, by: str = "", **keys: Any) -> None:
        self.logger.warning(line, stacklevel=_CALLER, **keys)
        self.count(metric, by=by)

    def error(self, line: str, metric: Metric, **keys: Any) -> None:
        self.logger.error(line, stacklevel=_CALLER, **keys)
        self.count(metric)

    def unforeseen(self, what: str, error: BaseException, **keys: Any) -> None:
        """An error that nobody foresaw: its kind and where it came from. Its text may repeat what a person wrote."""
        self.logger.error(what, trace=trace_of(error), **keys)

    def flush(self) -> None:
        """Writes the metrics of this invocation, if there are any."""
        self._tally.write()


def _given(**ids: str) -> dict[str, str]:
    return {name: value for name, value in ids.items() if value}
