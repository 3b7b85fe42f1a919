"""The registry of what is broken on purpose in private sessions.

Left to tests/races, since they need two requests at once rather than a fault: Presence read before the raise; a
move without its condition.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest

# Something broken for the length of a test.
Mutation = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """`name` says what the code does; `scenario` is where that must show."""

    name: str
    scenario: str
    break_it: Callable[[], AbstractContextManager[object]]


MUTANTS: list[Mutant] = []


def mutant(name: str, scenario: str, owner: Any, method: str) -> Callable[[Callable[..., Any]], None]:
    """Registers a replacement of a method; its first argument is the original."""

    def register(replacement: Callable[..., Any]) -> None:
        original = getattr(owner, method)

        def broken(*arguments: Any, **named: Any) -> Any:
            return replacement(original, *arguments, **named)

        MUTANTS.append(Mutant(name, scenario, lambda: patch.object(owner, method, broken)))

    return register
