"""Ways to know wrongly how far the person has read: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.names import Number
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Counter
from catchup_client.reads import Reads
from catchup_client.store import mentions
from catchup_client.store.incoming import Incoming

_add_counter = Incoming.add_counter
_take_read = Incoming.take_read
_settle = Reads._settle


def counts_what_is_not_cleared(self: Any, row: Any, counter: Counter) -> bool:
    """Count from what is cleared on, as if nobody had told what is read."""
    return _add_counter(self, row, replace(counter, read=None))


def takes_any_position(self: Any, row: Any, position: Any) -> None:
    """Let a late position take back what was read since."""
    _take_read(self, row, position)
    row.read_number, row.read_seq = position


def counts_again(self: Any, row: Any, position: Any) -> None:
    """Leave `known` where it is: what is pushed later is counted, though it was read."""
    known = row.count.known
    _take_read(self, row, position)
    row.count = replace(row.count, known=known)


def keeps_mentions(self: Any, row: Any, position: Any) -> None:
    """Keep mentions that were read elsewhere."""
    listed = mentions.unread(self.db, row)
    _take_read(self, row, position)
    mentions.add(self.db, row.session_id, listed)


def believes_itself(self: Any, row: Any, counter: Counter) -> bool:
    """Take for told what the server has forgotten."""
    told = row.told_number, row.told_seq
    settled = _add_counter(self, row, counter)
    row.told_number, row.told_seq = max(told, (row.told_number, row.told_seq))
    return settled


def tells_again(self: Any, row: Any, counter: Counter) -> bool:
    """Tell the server what it has just told."""
    told = row.told_number, row.told_seq
    settled = _add_counter(self, row, counter)
    row.told_number, row.told_seq = told
    return settled


def takes_every_code_for_ok(self: Any, request: Any, results: Any) -> bool:
    """Take a refused position for one that the server knows."""
    return _settle(self, request, {name: replace(result, code=Code.OK) for name, result in results.items()})


def leaves_own_in(self: Any, row: Any, counter: Counter) -> bool:
    """Overlook own messages that are cleared already."""
    own = tuple(number for number in counter.own if number > counter.cleared)
    return _add_counter(self, row, replace(counter, own=tuple(map(Number, own))))
