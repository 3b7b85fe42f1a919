"""`make bench-engine`: how the CPU time of `make run`'s engine grows with the stored data, compared with budgets.

The real handlers run on the default engine in this process. It measures the CPU time of all threads, and compares
within one run, so that the machine and its load don't matter. Prints a table and writes results/engine.json. Exit
status: 0 if every budget holds, else 1.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.backlog import PAST, correspondences, peer
from bench.builder import Builder
from bench.engine import default_engine, progress
from bench.group.builder import BuiltGroup, GroupBuilder
from bench.stage import DEVICE
from bench.table import show_lines, write_result
from catchup.clock import system_clock
from catchup.domain.ids import Uid
from commands.start import run
from tests.support.engines import dynamodb_client, fresh_tables
from tests.support.world import World

READER = Uid("69212694")
BACKLOGS = (200, 10_000)
# A shorter past than in the benchmark of costs, because its length makes no difference between engines.
PAST_LESS = PAST // 2
MEMBERS = (150, 1_500)
# The ratio of the larger case to the smaller one; for a fan-out, per member.
BUDGET = 1.3
ROUNDS = 15

Figures = Mapping[str, Any]


def main() -> int:
    """Measures, prints the table, writes the file, and returns the exit status."""
    rows = [
        _compared("login", "waiting", BACKLOGS, _login),
        _compared("fan-out by member", "members", MEMBERS, _fan_out),
    ]
    write_result("engine", {"budget_ratio": BUDGET, "rounds": ROUNDS, "rows": rows})
    columns = ("operation", "with", "CPU ms", "ratio", "budget", "")
    show_lines(columns, [_line(row) for row in rows], {"operation", ""})
    return 0 if all(row["ratio"] <= BUDGET for row in rows) else 1


def _compared(operation: str, what: str, sizes: Sequence[int], prepared: Callable[[Any, int], "Measured"]) -> Figures:
    """One row. Both sizes are measured in turn, each on its own engine, so that a drift of the machine favours none."""
    with default_engine() as small, default_engine() as large:
        clients = [dynamodb_client(endpoint, parameter_validation=False) for endpoint in (small, large)]
        started = time.monotonic()
        both = [prepared(client, size) for client, size in zip(clients, sizes, strict=True)]
        progress(f"{operation}: rows written in {time.monotonic() - started:.1f} s")
        times = [[_cpu_ms(measured) for measured in both] for _ in range(ROUNDS)]
    return {
        "operation": operation,
        "with": what,
        "sizes": sizes,
        "cpu_ms": [round(statistics.median(each), 2) for each in zip(*times, strict=True)],
        "ratio": round(statistics.median(more / less for less, more in times), 3),
    }


# The request, and the number by which its cost is divided.
Measured = tuple[Callable[[], object], int]


def _cpu_ms(measured: Measured) -> float:
    work, among = measured
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1_000 / among


def _login(client: Any, waiting: int) -> Measured:
    """The login of a person in 50 sessions, each time with a new connection."""
    world = World(client, fresh_tables(client))
    written = [replace(each, past=each.past - PAST_LESS) for each in correspondences(READER, waiting, system_clock())]
    Builder(client, world.settings).write(written)
    phone = world.online(READER, DEVICE)
    answer = phone.ok("login")
    total = sum(counter["count"] for counter in answer["counters"].values())
    if total != waiting:
        raise RuntimeError(f"login tells of {total} messages, {waiting} wait")
    return lambda: phone.ok("login"), 1


def _fan_out(client: Any, members: int) -> Measured:
    """The fan-out of a message to a group with a roster that is too new: the presence of each member is read."""
    world = World(client, fresh_tables(client))
    world.fans_out_at_once = False
    now_ms = system_clock()
    group = BuiltGroup(1, members, roster_since_ms=now_ms, at_ms=now_ms)
    GroupBuilder(client, world.settings, system_clock).write_group(group)
    owner = world.online(peer(0), DEVICE)
    reader = world.online(peer(1), DEVICE)

    def fan_out() -> None:
        before = len(reader.pushes)
        world.fan_out(delayed=True)
        if len(reader.pushes) == before:
            raise RuntimeError("nobody was told")
        owner.say(group.group_id)  # for the next time

    owner.say(group.group_id)
    return fan_out, members


def _line(row: Figures) -> Sequence[str]:
    sizes, times = (" · ".join(f"{number:,}" for number in row[name]) for name in ("sizes", "cpu_ms"))
    outcome = "ok" if row["ratio"] <= BUDGET else "BROKEN: ratio"
    return row["operation"], f"{sizes} {row['with']}", times, f"{row['ratio']:.2f}", f"{BUDGET:g}", outcome


if __name__ == "__main__":
    run(main)
