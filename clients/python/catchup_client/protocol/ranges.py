"""Sets of whole numbers, such as seqs, as ranges."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """The whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high


def subtract(ranges: Iterable[Range], covered: Iterable[Range]) -> list[Range]:
    """Return the parts of `ranges` that are in none of `covered`. Both must be ascending, and `ranges` disjoint.

    >>> subtract([Range(1, 9)], [Range(3, 4), Range(4, 6)])
    [Range(low=1, high=2), Range(low=7, high=9)]
    """
    covers = list(covered)
    left: list[Range] = []
    for whole in ranges:
        low = whole.low
        for cover in covers:
            if cover.low > whole.high:
                break
            if cover.low > low:
                left.append(Range(low, cover.low - 1))
            low = max(low, cover.high + 1)
        if low <= whole.high:
            left.append(Range(low, whole.high))
    return left


def left_out(asked: Range, numbers: Iterable[int]) -> list[Range]:
    """Return the parts of `asked` that are not among `numbers`.

    >>> left_out(Range(1, 5), [5, 2, 3])
    [Range(low=1, high=1), Range(low=4, high=4)]
    """
    return subtract([asked], [Range(number, number) for number in sorted(set(numbers))])
