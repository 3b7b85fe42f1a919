"""How far a person has read a session: their read position.

It belongs to the person, not to a device, and never goes back. What it covers is told by numbers alone, so a position
at a message that has been recalled or removed is as good as any other.
Clearing does not move it: a clear says what one device has counted.
"""

from typing import NamedTuple

from catchup.domain.ids import Seq


class Position(NamedTuple):
    """All messages up to `seq` are read, of which the last counted one has this number. In a private session it is a
    number of the other person's.

    Positions are compared by their numbers; the seq decides between two with the same one.

    >>> Position(7, Seq(12)) < Position(7, Seq(13)) < Position(8, Seq(9))
    True
    """

    number: int
    seq: Seq


NOTHING_READ = Position(0, Seq(0))


def at_number(number: int) -> Position:
    """A position of which only the number is known: no seq is below its number."""
    return Position(number, Seq(number))
