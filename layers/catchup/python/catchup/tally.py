"""The metrics of one invocation, from all its threads. They are written at its end in CloudWatch's embedded metric
format.

Powertools' own metrics lose values when several threads add to them, and cost more per value.
"""

import threading

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from catchup.metrics import Metric


class Tally:
    """Adds up counts and keeps each duration. Namespace and service come from Powertools' variables."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[tuple[Metric, str], list[int]] = {}
        # Kept, because making one costs more than writing a line.
        self._plain = AmazonCloudWatchEMFProvider()

    def count(self, metric: Metric, value: int = 1, *, by: str = "") -> None:
        """Does nothing for 0."""
        if value:
            with self._lock:
                self._values.setdefault((metric, by), [0])[0] += value

    def duration(self, metric: Metric, milliseconds: int) -> None:
        with self._lock:
            self._values.setdefault((metric, ""), []).append(milliseconds)

    def flush(self) -> None:
        """Prints one line for all metrics, and one for each metric with a dimension. Then it forgets them."""
        with self._lock:
            values, self._values = self._values, {}
        plain = {metric: amounts for (metric, by), amounts in values.items() if not by}
        if plain:
            _print(self._plain, plain)
        for (metric, by), amounts in values.items():
            if by:
                emf = AmazonCloudWatchEMFProvider()
                emf.add_dimensions(service=emf.service, **{metric.dimension: by})
                _print(emf, {metric: amounts})


def _print(emf: AmazonCloudWatchEMFProvider, values: dict[Metric, list[int]]) -> None:
    """Prints one line. With two sets of dimensions a metric counts in both: for the service, and for this value."""
    for metric, amounts in values.items():
        for amount in amounts:
            emf.add_metric(name=metric.value, unit=metric.unit, value=amount)
    # A hundred values of a metric, the most that a line may have, have been printed already.
    if emf.metric_set:
        emf.flush_metrics()
