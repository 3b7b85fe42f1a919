"""Measures the cost of a request: units, calls, and how many calls wait for one another.

A botocore event puts `ReturnConsumedCapacity` into every call, and another reads the answer.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.capacity import READS, WRITES, reported_units, ruled_units
from catchup.concurrency import MAX_PARALLEL_CALLS

_REQUEST = "bench.request"
_ROUND = "bench.round"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `round`: its place in the longest chain that leads to it; 1 for the first, and for calls beside it."""

    operation: str
    tables: tuple[str, ...]
    round: int
    write_units: float
    read_units: float
    by_rule_write_units: float = 0
    by_rule_read_units: float = 0


@dataclass
class Cost:
    """The cost of one request. `sequential`: the longest chain of calls that waited for one another."""

    calls: list[Call] = field(default_factory=list)
    sequential: int = 0

    @property
    def write_units(self) -> float:
        """All write units."""
        return sum(call.write_units + call.by_rule_write_units for call in self.calls)

    @property
    def read_units(self) -> float:
        """All read units."""
        return sum(call.read_units + call.by_rule_read_units for call in self.calls)

    @property
    def by_rule(self) -> tuple[float, float]:
        """The write and the read units among them that the engine did not report."""
        return (
            sum(call.by_rule_write_units for call in self.calls),
            sum(call.by_rule_read_units for call in self.calls),
        )

    @property
    def steps(self) -> Sequence[str]:
        """One line for equal calls of a round, such as `2. 25 x UpdateItem Counter`."""
        like = Tally((call.round, f"{call.operation} {'+'.join(call.tables)}") for call in self.calls)
        return [f"{place}. {count} x {what}" for (place, what), count in sorted(like.items())]


class Meter:
    """Counts the calls of a DynamoDB client, only inside `measuring`."""

    def __init__(self, client: Any, table_names: Mapping[str, str]) -> None:
        self.round = 0
        self._cost: Cost | None = None
        self._logical = {name: logical.removesuffix("Table") for logical, name in table_names.items()}
        events = client.meta.events
        events.register("provide-client-params.dynamodb", self._before)
        events.register("after-call.dynamodb", self._after)

    @contextmanager
    def measuring(self) -> Iterator[Cost]:
        """Measures the calls inside the `with` block. The cost is complete when it ends."""
        cost = self._cost = Cost()
        self.round = 0
        try:
            yield cost
        finally:
            cost.sequential = self.round
            self._cost = None

    def _before(self, params: Mapping[str, Any], context: dict[str, Any], **_: object) -> Mapping[str, Any]:
        self.round += 1
        context[_REQUEST] = {**params, "ReturnConsumedCapacity": "TOTAL"}
        context[_ROUND] = self.round
        asked: Mapping[str, Any] = context[_REQUEST]
        return asked

    def _after(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: object) -> None:
        if self._cost is None:
            return
        if parsed["ResponseMetadata"].get("RetryAttempts"):
            raise RuntimeError(f"the SDK repeated {model.name}: the engine is overloaded, nothing can be measured")
        request = context[_REQUEST]
        tables = tuple(self._logical[name] for name in _tables(request))
        reported, ruled = reported_units(parsed), ruled_units(model.name, request, parsed)
        if model.name in READS:
            call = Call(model.name, tables, context[_ROUND], 0, reported, by_rule_read_units=ruled)
        elif model.name in WRITES:
            call = Call(model.name, tables, context[_ROUND], reported, 0, by_rule_write_units=ruled)
        else:
            raise RuntimeError(f"no rule says whether {model.name} reads or writes: add it to bench/metering.py")
        self._cost.calls.append(call)


def _tables(request: Mapping[str, Any]) -> Iterable[str]:
    """The tables of a call: of one item, of a batch, or of a transaction, each once."""
    if "TransactItems" in request:
        return dict.fromkeys(part["TableName"] for item in request["TransactItems"] for part in item.values())
    return request.get("RequestItems") or [request["TableName"]]


class CountedRounds:
    """A `Concurrency` that runs tasks one after another, and counts rounds as if they ran side by side.

    Each task begins at the caller's round, and the caller goes on at the highest round of the tasks. More tasks than
    MAX_PARALLEL_CALLS take several rounds. So the numbers are the same each time, whatever threads would do. A nested
    run counts as if it had all threads for itself. An error ends the run at once, and with it the benchmark.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """Runs the tasks and returns their results, in task order."""
        results: list[Any] = []
        for start in range(0, len(tasks), MAX_PARALLEL_CALLS):
            results.extend(self._side_by_side(tasks[start : start + MAX_PARALLEL_CALLS]))
        return results

    def _side_by_side(self, tasks: Sequence[Callable[[], Any]]) -> Sequence[Any]:
        begin = end = self._meter.round
        results = []
        for task in tasks:
            self._meter.round = begin
            results.append(task())
            end = max(end, self._meter.round)
        self._meter.round = end
        return results
