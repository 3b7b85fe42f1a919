"""The output of the command line: aligned columns for people, JSON for programs."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def printable(text: str) -> str:
    r"""Escapes characters that could move the cursor or hide text, so that texts can't control the operator's terminal.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def when(ms: int) -> str:
    """A time in UTC.

    >>> when(1554964793813)
    '2019-04-11 06:39:53Z'
    """
    return datetime.fromtimestamp(ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%SZ") if ms else "-"


def seqs(numbers: Sequence[int], shown: int = 8) -> str:
    """The first seqs, and how many more there are.

    >>> seqs([]), seqs([3, 4])
    ('-', '3 4')
    """
    more = f" +{len(numbers) - shown}" if len(numbers) > shown else ""
    return " ".join(map(str, numbers[:shown])) + more if numbers else "-"


def columns(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table. Numbers are aligned to the right.

    >>> columns(["seq", "who"], [[10, "bob"]])
    ['seq  who', ' 10  bob']
    """
    body = list(rows)
    cells = [list(heads), *([printable(str(cell)) for cell in row] for row in body)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(heads))]
    right = [bool(body) and all(isinstance(row[index], int) for row in body) for index in range(len(heads))]
    return [
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]


def as_json(result: object) -> str:
    """The data as one JSON document."""
    return json.dumps(_plain(result), indent=2)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
