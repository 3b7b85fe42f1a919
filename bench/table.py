"""Writes a result to a file, and shows it as a table: one line per operation. A number that is equal at each backlog
appears once."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from bench.rows import Row

COLUMNS = ("operation", "WU", "RU", "calls", "all", "pushes", "$/M", "budget WU / RU / calls / all", "")
LEFT = {"operation", ""}
RESULTS = Path(__file__).parent / "results"


def write_result(name: str, result: object) -> None:
    """Writes results/<name>.json."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def show_table(rows: Sequence[Row]) -> None:
    """Prints the table; as plain text if the output is not a terminal, or a narrow one."""
    show_lines(COLUMNS, [_line(same) for same in _by_operation(rows).values()], LEFT)


def show_lines(columns: Sequence[str], lines: Sequence[Sequence[str]], left: Collection[str]) -> None:
    """Prints lines under their columns; columns in `left` are flush left. Lines whose last cell begins with BROKEN are
    highlighted."""
    console, table = Console(), _rich_table(columns, lines, left)
    if console.is_terminal and Measurement.get(console, console.options, table).minimum <= console.width:
        console.print(table)
    else:
        _show_plain(columns, lines, left)


def _by_operation(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.operation, []).append(row)
    return grouped


def _line(rows: Sequence[Row]) -> Sequence[str]:
    first = rows[0]
    broken = sorted({name for row in rows for name in row.budget.broken_by(row)})
    outcome = "" if first.ok is None else f"BROKEN: {', '.join(broken)}" if broken else "ok"
    return (
        first.operation,
        _numbers(rows, lambda row: row.wu),
        _numbers(rows, lambda row: row.ru),
        _numbers(rows, lambda row: row.calls),
        _numbers(rows, lambda row: row.total_calls),
        _numbers(rows, lambda row: row.pushes),
        _numbers(rows, lambda row: row.usd_per_million, "{:.3f}"),
        "" if first.ok is None else _budget(first),
        outcome,
    )


def _numbers(rows: Sequence[Row], number: Callable[[Row], float], form: str = "{:.4g}") -> str:
    texts = [form.format(number(row)) for row in rows]
    return texts[0] if len(set(texts)) == 1 else " · ".join(texts)


def _budget(row: Row) -> str:
    return " / ".join("–" if bound is None else f"{bound:g}" for bound in row.budget.bounds.values())


def _rich_table(columns: Sequence[str], lines: Sequence[Sequence[str]], left: Collection[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name, justify="left" if name in left else "right", no_wrap=True)
    for line in lines:
        table.add_row(*line, style="bold red" if line[-1].startswith("BROKEN") else None)
    return table


def _show_plain(columns: Sequence[str], lines: Sequence[Sequence[str]], left: Collection[str]) -> None:
    printed = [columns, *lines]
    widths = [max(len(line[column]) for line in printed) for column in range(len(columns))]
    for line in printed:
        cells = [
            text.ljust(width) if name in left else text.rjust(width)
            for name, text, width in zip(columns, line, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())
