"""Ways to break the duties about recalls and edits."""

from dataclasses import replace
from typing import Any

from catchup_client.protocol import counting
from catchup_client.store.incoming import Incoming

_recall, _add_counter, _revise = counting.recall, counting.add_counter, Incoming._revise


def recalls_nothing(count: Any, _number: Any, **_: Any) -> Any:
    """Leave the count as it is."""
    return count


def recalls_what_is_known(count: Any, number: Any, **named: Any) -> Any:
    """Overlook a recalled number that is still to come."""
    return _recall(count, number, **named) if number <= count.known else count


def knows_no_own_messages(count: Any, number: Any, **_: Any) -> Any:
    """Take every recalled number for another's."""
    return _recall(count, number)


def overlooks_recalled_numbers(count: Any, counter: Any) -> Any:
    """Read no `recalled` of counters."""
    return _add_counter(count, replace(counter, recalled=()))


def everything_is_of_others(self: Any, row: Any, notice: Any, ref: Any) -> Any:
    """Count a recall of an own message in the other person's row."""
    return _revise(self, row, notice, replace(ref, uid="another"))


def takes_it_as_it_comes(_self: Any, _row: Any, message: Any) -> Any:
    """Save a new message whatever is known of it."""
    return message


def the_last_one_stays(_saved: Any, come: Any) -> Any:
    """Take the copy that comes last."""
    return come


def keeps_the_old_content(message: Any, _notice: Any) -> Any:
    """Use nothing of an edit's push."""
    return message


def the_last_push_stays(self: Any, row: Any, notice: Any, ref: Any) -> Any:
    """Take the edit that comes last."""
    target = self.db.execute(
        "UPDATE message SET revised = 0 WHERE session_id = ? AND seq = ?", (row.session_id, ref.seq)
    )
    del target
    return _revise(self, row, notice, ref)


def finds_none(*_: Any) -> Any:
    """Find no message."""
    return []


def edits_mention(self: Any, message: Any) -> bool:
    """Take the notice of an edit for another mention."""
    return bool(message.sender != self.me and message.mentions(self.me))
