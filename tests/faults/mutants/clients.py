"""Clients that neglect a duty."""

from typing import Any

from tests.faults.mutants.registry import mutant
from tests.people.device import Talk


@mutant("a client counts a push whatever its number", "an older message comes again after a newer one", Talk, "count")
def _(_original: Any, self: Talk, message: Any) -> None:
    if message["from"] != self.me:
        self._add([message["number"]])
        self.known = max(self.known, message["number"])


@mutant(
    "a client does not ask for numbers that are missing",
    "live ack of two pushes around one that failed",
    Talk,
    "count_number",
)
def _(_original: Any, self: Talk, number: int, *, is_own: bool) -> None:
    if number > self.known:
        self.known = number
        self._add([] if is_own else [number])


@mutant("a client adds a whole counter again", "login", Talk, "add_counter")
def _(original: Any, self: Talk, counter: Any) -> None:
    self.known = counter["cleared"]
    original(self, counter)
