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

# So that a line's `location` is the place that asked for it.
_CALLER = 3


def trace_of(error: BaseException) -> list[str]:
    """Describes an error and its causes, the first cause first: kinds, places in the code, and codes of AWS's
    errors."""
    cause = error.__cause__ or error.__context__
    places = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)]
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return [*(trace_of(cause) if cause else []), *places, f"{kind} {code}".rstrip()]


class FunctionTelemetry(Tally):
    """The logger and the metrics of a function: the `Telemetry` of all its parts.

    It serves one invocation at a time, as a Lambda process does; any thread of the invocation may log and count.
    `function`: the folder under functions/, or "" in a command line, whose cold starts are not counted.
    """

    def __init__(self, function: str = "") -> None:
        super().__init__()
        self.logger = Logger()
        self._function = function
        self._is_cold = True
        self._request_id = ""

    @contextmanager
    def invocation(self, context: Any, *, connection_id: str = "", request_id: str = "") -> Iterator[None]:
        """Adds these ids, and Lambda's, to each line logged in the `with` block. At the end it always writes the
        metrics and removes the ids. An exception is logged, counted and raised again."""
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
        """Adds these ids, except empty ones, to each line logged in the `with` block of an invocation. `request_id`:
        the request that this work belongs to, if the invocation itself is not a request."""
        before, self._request_id = self._request_id, request_id or self._request_id
        try:
            with self.logger.append_context_keys(**_given(request_id=request_id, msg_id=msg_id or "", **ids)):
                yield
        finally:
            self._request_id = before

    def request_id(self) -> str:
        """The id of the current request; "" if there is none."""
        return self._request_id

    def warning(self, line: str, metric: Metric, *, by: str = "", **keys: Any) -> None:
        self.logger.warning(line, stacklevel=_CALLER, **keys)
        self.count(metric, by=by)

    def error(self, line: str, metric: Metric, **keys: Any) -> None:
        self.logger.error(line, stacklevel=_CALLER, **keys)
        self.count(metric)

    def unforeseen(self, what: str, error: BaseException, **keys: Any) -> None:
        """Logs an unforeseen error: its kind and place, but not its text, which may repeat what a person wrote."""
        self.logger.error(what, trace=trace_of(error), **keys)


def _given(**ids: str) -> dict[str, str]:
    return {name: value for name, value in ids.items() if value}
