"""Values that no field should hold, or that hardly anybody thinks of."""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.support.requests import MARKER

LONG = 10**5
DEEP = 10**3


class Raw(str):
    """A piece of a frame's text that stands for a value, whether it is JSON or not."""

    __slots__ = ()


NUMBERS: Sequence[Any] = (
    *(-1, 0, 101, 65_537, 2**31, -(2**31) - 1, 2**53, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308),
    *(Raw("1e999"), Raw("-1E+999"), Raw("9" * 5_000), Raw("1.0"), Raw("1e2")),
)
# Not JSON, wherever they stand.
NO_JSON: Sequence[Any] = tuple(map(Raw, ("NaN", "Infinity", "-Infinity", "01", "+1", "0x1", "1.", "'a'", "undefined")))
STRINGS: Sequence[str] = (
    *("", " ", "\0", "\x1b[2J", "a\nb\r", "\u202e" + MARKER, "\ud800", "x\udfff", "\ufeff", "e\u0301", "\u0665"),
    *(
        "a b",
        "../..",
        "a:b",
        "a#b",
        "p:",
        "g:",
        "p:a:b:c",
        "p:bob:alice",
        "after:",
        "__proto__",
        "${jndi:x}",
        "' OR 1=1",
    ),
    *("😀" * 17, "\u2028", "x" * 65, "x" * LONG, "\x01" * 3_000, "1e9", "true", "null", "-1", "NaN"),
)


def deep(rng: Random) -> Any:
    """Objects or arrays within each other, DEEP levels of them."""
    opening, closing = rng.choice([('{"a":', "}"), ("[", "]"), ('[{"msg":', "}]")])
    return Raw(opening * DEEP + "1" + closing * DEEP)


def value(rng: Random) -> Any:
    """Anything at all."""
    kind = rng.randrange(12)
    if kind < 4:
        return rng.choice(NUMBERS)
    if kind < 8:
        return rng.choice(STRINGS)
    if kind == 8 and rng.random() < 0.1:
        return deep(rng)
    some: list[Any] = [None, True, False, [], {}, [[]], [None], {"": None}, {"fields": {}}, [MARKER] * 101, {MARKER: 1}]
    return rng.choice(some)
