"""`make bench-groups`: the cost of a group by its size, compared with the budgets and with write fan-out.

All requests go through the real handlers, on DynamoDB Local. Prints tables and writes results/groups.json. Exit status:
0 if every budget holds; 1 if not; 2 if the engine can't be started.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from bench.engine import engine, progress
from bench.group.changes import changes
from bench.group.contention import contention
from bench.group.equality import check_that_built_equals_made
from bench.group.figures import FIELDS, Figures, budgets
from bench.group.logins import Logins
from bench.group.sizes import own_messages, sizes, young_roster
from bench.group.tables import show
from bench.group.write_fan_out import write_fan_out
from bench.table import write_result
from commands.start import run
from tests.support.engines import dynamodb_client


def main() -> int:
    """Measures, prints the tables, writes the file, and returns the exit status."""
    with engine() as endpoint:
        result = _measured(endpoint)
    held = budgets(result)
    write_result("groups", {"fields": FIELDS, **result, "budgets": [budget.as_json() for budget in held]})
    show(result, held)
    return 0 if all(budget.ok for budget in held) else 1


def _measured(endpoint: str) -> Mapping[str, Sequence[Figures]]:
    client = dynamodb_client(endpoint, parameter_validation=False)
    check_that_built_equals_made(client)
    logins = Logins(endpoint, client)
    logins.build()
    parts: Mapping[str, Callable[[], Sequence[Figures]]] = {
        "sizes": lambda: list(sizes(endpoint, client)),
        "own_messages": lambda: [own_messages(endpoint, client)],
        "young_rosters": lambda: [young_roster(endpoint, client)],
        "changes": lambda: list(changes(endpoint)),
        "write_fan_out": lambda: list(write_fan_out(endpoint)),
        "logins": lambda: list(logins.figures()),
        "idle_groups": lambda: list(logins.idle()),
        "contention": lambda: list(contention(endpoint)),
    }
    result = {}
    for name, measure in parts.items():
        started = time.monotonic()
        result[name] = measure()
        progress(f"{name}: {time.monotonic() - started:.1f} s")
    return result


if __name__ == "__main__":
    run(main)
