"""How fast a person has been sending. Apart from `allowance`: a function that limits nobody starts without that."""

from typing import NamedTuple


class Pace(NamedTuple):
    """What a person's row tells all processes. Of someone who sends as people do, nothing.

    `level`: the level at `since_ms`; `marks`: one for each share of messages since then, each a number of chance.
    `cooldown_until_ms`: until when new messages are refused.
    """

    since_ms: int = 0
    level: int = 0
    marks: frozenset[int] = frozenset()
    cooldown_until_ms: int = 0
