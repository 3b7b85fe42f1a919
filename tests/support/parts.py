"""Divides a suite into parts, for runs without time for all of it: `make test-faults PART=2/6`, `test-fuzz PART=1/4`.

    part = Part.of_this_run()
    part.has("send to someone offline / died after / once", 7)

Each test is in exactly one part. Fault points are distributed in turn, so that each part has a share of every scenario
and of every fault. All recoveries from one point are in the same part.
"""

import os
import re
from dataclasses import dataclass
from zlib import crc32

VARIABLE = "CATCHUP_PART"


@dataclass(frozen=True)
class Part:
    """One of `of` parts, counted from 1."""

    number: int = 1
    of: int = 1

    @classmethod
    def of_this_run(cls) -> "Part":
        """The part that the environment names; the whole suite if it names none."""
        return cls.read(os.environ.get(VARIABLE, "1/1"))

    @classmethod
    def read(cls, text: str) -> "Part":
        """Reads a text such as "2/6". Raises ValueError."""
        found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
        if not found or int(found[1]) > int(found[2]):
            raise ValueError(f"{text} is no part: write PART=1/6 to PART=6/6")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, what: str, turn: int = 0) -> bool:
        """Whether the `turn`-th point of this, or a test of this name, is in this part."""
        # The distribution starts at a different part for each name; otherwise the first parts would have more tests.
        return (crc32(what.encode()) + turn) % self.of == self.number - 1

    def share(self, what: str, count: int) -> list[int]:
        """The points of `count`, from 0, that are in this part."""
        return [turn for turn in range(count) if self.has(what, turn)]
