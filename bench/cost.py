"""`make bench-cost`: request units and calls of each operation at three backlogs, compared with the budgets.

All requests go through the real handlers, on DynamoDB Local. Prints a table and writes results/cost.json. Exit status:
0 if every budget holds and login does not grow with the backlog; 1 if not; 2 if the engine can't be started.
"""

import time
from collections.abc import Sequence

from bench.engine import engine, progress
from bench.equality import check_that_built_equals_sent
from bench.operations import PAGE, Operations
from bench.rows import LOGIN, Row
from bench.table import show_table, write_result
from commands.start import run
from tests.support.engines import dynamodb_client

BACKLOGS = (100, 1_000, 10_000)
# How much login may differ between backlogs. It is not 0, because larger counts have more digits.
FLATNESS = 1.05
# The page, the rows that are deleted at the same time, and one more row; read units are 4 KB.
ROWS_OF_A_PULL = 2 * PAGE + 1
LARGEST_INBOX_ROW = 3 * 4_096 // ROWS_OF_A_PULL


def main() -> int:
    """Measures, prints the table, writes the file, and returns the exit status."""
    with engine() as endpoint:
        rows = _measured(endpoint)
    write_result("cost", [row.as_json() for row in rows])
    show_table(rows)
    _show_notes(rows)
    flat = _show_flatness([row for row in rows if row.operation == LOGIN])
    return 0 if flat and all(row.ok is not False for row in rows) else 1


def _measured(endpoint: str) -> Sequence[Row]:
    client = dynamodb_client(endpoint, parameter_validation=False)
    check_that_built_equals_sent(client)
    rows: list[Row] = []
    for backlog in BACKLOGS:
        started = time.monotonic()
        operations = Operations(endpoint, backlog, client)
        operations.build()
        built = time.monotonic()
        rows.extend(operations.rows())
        ended = time.monotonic()
        progress(f"backlog {backlog:,}: built in {built - started:.1f} s, measured in {ended - built:.1f} s")
    return rows


def _show_notes(rows: Sequence[Row]) -> None:
    backlogs = ", ".join(f"{backlog:,}" for backlog in BACKLOGS)
    sizes = next(row.details["item_bytes"] for row in rows if row.operation == LOGIN)
    by_rule = sum(row.by_rule != (0, 0) for row in rows)
    print(f"\na · b · c: with {backlogs} messages waiting; one number: the same with each.")
    print("calls: DynamoDB calls one after another; all: all of them. pushes: @connections calls.")
    print("$/M: dollars for DynamoDB's units of a million of these.")
    print(f"Largest rows, bytes: {', '.join(f'{table} {size}' for table, size in sizes.items())}.")
    print(
        f"A pull with an ack reads {ROWS_OF_A_PULL} rows: 3 read units hold them up to {LARGEST_INBOX_ROW} bytes each."
    )
    print(f"{by_rule} of {len(rows)} rows have units that AWS bills and the engine does not report: bench/capacity.py.")


def _show_flatness(logins: Sequence[Row]) -> bool:
    """Shows login's bytes and units, and returns whether they are the same at each backlog, within 5 %."""
    numbers = {
        "bytes (JSON)": [row.details["bytes"] for row in logins],
        "bytes (pb)": [row.details["bytes_pb"] for row in logins],
        "write units": [row.wu for row in logins],
        "read units": [row.ru for row in logins],
    }
    flat = all(max(values) <= FLATNESS * min(values) for values in numbers.values())
    print(f"Login by backlog, within {FLATNESS - 1:.0%}: {'ok' if flat else 'BROKEN'}")
    for name, values in numbers.items():
        print(f"  {name:<13}{' · '.join(f'{value:,g}' for value in values)}   {max(values) / min(values) - 1:+.1%}")
    return flat


if __name__ == "__main__":
    run(main)
