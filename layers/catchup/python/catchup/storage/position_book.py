"""Read positions, in the rows of the Counter table."""

from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.group import is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.reading import NOTHING_READ, Position
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import Item, WrongType
from catchup.storage.member_book import counter_key, membership_of_row
from catchup.storage.reading import Storage
from catchup.storage.tables import CounterRow, MembershipRow
from catchup.usecases.catching_up.ports import ClearResult, Moved


class DynamoPositions:
    """One conditional update for a session, and no read: a failed condition tells the row."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._reader = of.dynamo, of.clock, of.reader("counter")
        self._table = self._reader.table

    def move(self, owner: Uid, session: SessionId, to: Position) -> Moved:
        """SET read, readSeq and newsAt, if the position is lower. In a group the head is in another row, so a position
        above it is only cut where it is used."""
        in_group = is_group(session)
        key = counter_key(owner, session)
        actions: list[Action] = [
            CounterRow.read.set(to.number),
            CounterRow.read_seq.set(to.seq),
            CounterRow.news_at.set(self._clock()),
        ]
        condition = (_may_read_in_group(to) if in_group else _may_read(to)) & _is_further(to)
        there: Item | None
        try:
            moved, there = self._dynamo.update(self._table, key, actions, condition)
        except WrongType as error:
            self._reader.report(key, error)
            moved, there = False, None
        if moved:
            return Moved(ClearResult.CLEARED, stands=True)
        nobody = ClearResult.NOT_YOURS if in_group else ClearResult.UNKNOWN_SESSION
        found = self._reader.one(there, _in_group if in_group else _in_private) if there else None
        if found is None:
            return Moved(nobody)
        return Moved(ClearResult.CLEARED, stands=found == to) if found >= to else Moved(ClearResult.TOO_HIGH)


def _may_read(to: Position) -> Condition:
    """The session has messages, and the other person has written so many."""
    may: Condition = CounterRow.timestamp > 0
    if to.number:
        may &= CounterRow.received >= to.number
    return may


def _may_read_in_group(to: Position) -> Condition:
    """The person is a member, or was one when the group had come so far. A position from before they came says nothing:
    it may be repeated after they have left and come back, and then changes nothing."""
    may: Condition = MembershipRow.joined > 0
    may &= MembershipRow.group_id.exists() | (MembershipRow.left_number >= to.number)
    number = MembershipRow.joined_number
    may &= (number < to.number) | ((number == to.number) & (MembershipRow.joined < to.seq))
    return may


def _is_further(to: Position) -> Condition:
    """The person has read less."""
    read, seq = CounterRow.read, CounterRow.read_seq
    is_further: Condition = (read == to.number) & (seq.does_not_exist() | (seq < to.seq))
    is_further |= read < to.number
    if to > NOTHING_READ:
        is_further |= read.does_not_exist()
    return is_further


def _in_private(item: Any) -> Position | None:
    """How far a person has read; None if the row is of no session."""
    row = counter_of_row(item)
    return row.read if row.is_listed else None


def _in_group(item: Any) -> Position | None:
    """How far a person has read, at least up to where they came; None if they were never in the group."""
    row = membership_of_row(item)
    return max(row.read, Position(row.joined_number, row.joined)) if row.was_member else None
