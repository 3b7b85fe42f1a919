"""The result as a table: one line an operation, and a number once if it is the same at each backlog."""

import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bench.rows import Row

COLUMNS = ("operation", "WU", "RU", "calls", "all calls", "pushes", "$ per million", "budget WU / RU / calls", "")
LEFT = {"operation"}


def show_table(rows: Sequence[Row]) -> None:
    """Prints the table; plain text if the output is no terminal."""
    lines = [_line(same) for same in _by_operation(rows).values()]
    if sys.stdout.isatty():
        _show_rich(lines)
    else:
        _show_plain([COLUMNS, *lines])


def _by_operation(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.operation, []).append(row)
    return grouped


def _line(rows: Sequence[Row]) -> Sequence[str]:
    first = rows[0]
    broken = sorted({name for row in rows for name in row.budget.broken_by(row)})
    verdict = "" if first.ok is None else f"BROKEN: {', '.join(broken)}" if broken else "ok"
    return (
        first.operation,
        _numbers(rows, lambda row: row.wu),
        _numbers(rows, lambda row: row.ru),
        _numbers(rows, lambda row: row.calls),
        _numbers(rows, lambda row: row.total_calls),
        _numbers(rows, lambda row: row.pushes),
        _numbers(rows, lambda row: row.usd_per_million, "{:.3f}"),
        "" if first.ok is None else _budget(first),
        verdict,
    )


def _numbers(rows: Sequence[Row], number: Callable[[Row], float], form: str = "{:.4g}") -> str:
    texts = [form.format(number(row)) for row in rows]
    return texts[0] if len(set(texts)) == 1 else " · ".join(texts)


def _budget(row: Row) -> str:
    budget = row.budget
    bounds = [f"{bound:g}" if bound is not None else "–" for bound in (budget.wu, budget.ru, budget.calls)]
    return " / ".join(bounds) + (f", {budget.total_calls:g} in all" if budget.total_calls is not None else "")


def _show_rich(lines: Sequence[Sequence[str]]) -> None:
    table = Table()
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in LEFT else "right")
    for line in lines:
        table.add_row(*line, style="red" if line[-1].startswith("BROKEN") else None)
    Console().print(table)


def _show_plain(lines: Sequence[Sequence[str]]) -> None:
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    for line in lines:
        cells = [
            text.ljust(width) if name in LEFT else text.rjust(width)
            for name, text, width in zip(COLUMNS, line, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())
