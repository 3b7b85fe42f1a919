"""Logs and metrics. Never a token, a body, or a frame.

No tracer: its import alone costs more than a client (docs/adr/0005-no-tracer.md).
"""

import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from catchup.domain.ids import MsgId, SessionId, Uid

if TYPE_CHECKING:  # most functions judge nothing
    from catchup.domain.moderation import Action, Finding


def trace_of(error: BaseException) -> list[str]:
    """An error and what led to it, the first cause first: places in the code and kinds, of AWS's errors their codes."""
    cause = error.__cause__ or error.__context__
    places = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)]
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return [*(trace_of(cause) if cause else []), *places, f"{kind} {code}".rstrip()]


class Telemetry:
    """The logger and the metrics of a function: a Meter for the use cases, a PoisonReport for the storage."""

    def __init__(self) -> None:
        self.logger = Logger()
        self._metrics = Metrics()
        self._has_metrics = False

    def count(self, name: str, value: int = 1, **dimensions: str) -> None:
        """Adds to a metric; it is written out with the invocation's others, or at once if it has dimensions, which
        would be added to all others too."""
        if dimensions:
            with single_metric(name=name, unit=MetricUnit.Count, value=value) as metric:
                for dimension, text in dimensions.items():
                    metric.add_dimension(name=dimension, value=text)
            return
        self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        self._has_metrics = True

    def poison_row(self, table: str, key: object, reason: str) -> None:
        """A row that can't be read was skipped and kept."""
        self.logger.error("poison row", table=table, key=key, reason=reason)
        self.count("PoisonRows")

    def unforeseen(self, what: str, error: BaseException, **keys: Any) -> None:
        """An error that nobody foresaw: its kind and where it came from. Its text may repeat what a person wrote."""
        self.logger.error(what, trace=trace_of(error), **keys)

    def moderated(
        self, action: "Action", findings: "Sequence[Finding]", msg_id: MsgId, sender: Uid, session: SessionId
    ) -> None:
        """A message that did not simply pass: an Audit for the use cases."""
        self.logger.warning(
            "moderated",
            action=action.name,
            lists=[{"id": item.source, "version": item.version, "action": item.action.name} for item in findings],
            msg_id=msg_id,
            sender=sender,
            session=session,
        )
        self.count("Moderated", action=action.name)

    def lists_unreachable(self, reason: str) -> None:
        """The word lists could not be renewed."""
        self.logger.error("word lists unreachable", reason=reason)
        self.count("WordListsUnreachable")

    def lists_malformed(self, reason: str) -> None:
        """The document of the word lists can't be used."""
        self.logger.error("word lists malformed", reason=reason)
        self.count("WordListsMalformed")

    def moderator_failed(self, reason: str) -> None:
        """A moderator of one's own gave no verdict."""
        self.logger.error("the moderator failed", reason=reason)
        self.count("ModeratorFailures")

    def flush(self) -> None:
        """Writes the metrics of this invocation, if there are any."""
        if self._has_metrics:
            self._metrics.flush_metrics()
            self._has_metrics = False
