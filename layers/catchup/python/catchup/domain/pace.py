"""A person's send rate. Not in `allowance`, so that functions without a limit don't load that module."""

from typing import NamedTuple


class Pace(NamedTuple):
    """The send rate in a person's row, for all processes. Empty at human speed.

    `level`: the level at `since_ms`; `marks`: one random number for each share of messages since then.
    `cooldown_until_ms`: until when new messages are refused.
    """

    since_ms: int = 0
    level: int = 0
    marks: frozenset[int] = frozenset()
    cooldown_until_ms: int = 0
