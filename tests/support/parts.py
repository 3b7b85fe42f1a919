"""A part of the suite, for whoever has not the time for all of it: `make test-faults PART=2/6`.

    part = Part.of_this_run()
    part.has("send to someone offline / died after / once", 7)

The parts together are the whole, and no two of them have anything in common. Fault points are dealt out in turn, so
that each part has its share of every scenario and of every fault; all ways of coming back from a point are in one part.
Every other test is in one part.
"""

import os
import re
from dataclasses import dataclass
from zlib import crc32

VARIABLE = "CATCHUP_FAULTS_PART"


@dataclass(frozen=True)
class Part:
    """One of `of` parts, counted from 1."""

    number: int = 1
    of: int = 1

    @classmethod
    def of_this_run(cls) -> "Part":
        """What the environment says; the whole if it says nothing."""
        return cls.read(os.environ.get(VARIABLE, "1/1"))

    @classmethod
    def read(cls, text: str) -> "Part":
        """Of "2/6". Raises ValueError."""
        found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
        if not found or int(found[1]) > int(found[2]):
            raise ValueError(f"{text} is no part: write PART=1/6 to PART=6/6")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, what: str, turn: int = 0) -> bool:
        """Whether the `turn`-th point of this, or a test of this name, is in this part."""
        # Where the dealing begins differs from one to the next: else the first parts would have more than the others.
        return (crc32(what.encode()) + turn) % self.of == self.number - 1
