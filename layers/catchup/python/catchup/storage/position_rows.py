"""The part of a Counter row that says how far the person has read."""

from pynamodb.expressions.condition import Condition

from catchup.domain.ids import Seq
from catchup.domain.reading import Position
from catchup.storage.tables import CounterRow, MembershipRow


def position_of(row: CounterRow | MembershipRow) -> Position:
    """How far the person has read. A position whose seq is not known has only a number."""
    return Position(int(row.read), Seq(max(int(row.read), int(row.read_seq))))


def read_as_in(found: Position) -> Condition:
    """The condition that the person has read as far as was found."""
    number = found.number
    return MembershipRow.read == number if number else MembershipRow.read.does_not_exist() | (MembershipRow.read == 0)
