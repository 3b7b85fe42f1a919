"""Receipts: what people learn of how far others have read.

They go both ways or not at all. Whoever has turned them off, or has blocked the other or is blocked, neither tells nor
learns anything.
"""

from typing import TYPE_CHECKING, NamedTuple

from catchup.domain.ids import Seq
from catchup.domain.reading import Position

if TYPE_CHECKING:
    from catchup.domain.counter import Counter

# In larger groups nobody goes through the list; and to find out who has read costs a row for each member.
MAX_RECEIPT_MEMBERS = 100


class ReceiptsChoice(NamedTuple):
    """Whether a person has receipts. `changed_at_ms`: when they chose it; 0: never. `off_for_all`: the deployment has
    none."""

    is_on: bool = True
    changed_at_ms: int = 0
    off_for_all: bool = False


NOT_CHOSEN = ReceiptsChoice()
OFF_FOR_ALL = ReceiptsChoice(is_on=False, off_for_all=True)


class Side(NamedTuple):
    """One of the two people of a private session: their counter there, and whether they have receipts at all."""

    counter: "Counter"
    is_on: bool


def read_to(reader: Side, writer: Side) -> Position | None:
    """How far `reader` has read, for the eyes of `writer`; None if they learn nothing, or nothing is read.

    A person may name any seq when they read, so it is cut to the head: nothing looks read before it is written.
    """
    if not (reader.is_on and writer.is_on) or reader.counter.blocked or writer.counter.blocked:
        return None
    head = max(reader.counter.last_seq, writer.counter.last_seq)
    number = min(reader.counter.read.number, reader.counter.received)
    return Position(number, Seq(min(reader.counter.read.seq, head))) if number else None
