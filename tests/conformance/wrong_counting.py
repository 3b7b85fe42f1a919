"""Ways to count messages wrongly: what the mutants put in the place of the Python client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.names import is_group
from catchup_client.protocol import counting
from catchup_client.protocol.counting import Count
from catchup_client.protocol.model import Message
from catchup_client.protocol.ranges import Range
from catchup_client.store import Store, messages
from catchup_client.store.incoming import Incoming

_add_live = counting.add_live
_save_live = Incoming.save_live
_save_page = Incoming.save_page
_note_change = Incoming.note_change
_numbers_of_others = messages.numbers_of_others
_mark_read = Store.mark_read
_ends = Message.ends_membership_of
_forget = counting.forget


# Pushes and answers


def counts_every_push(count: Any, number: Any, *, own: bool) -> Any:
    """Count a push again that comes again."""
    return Count(max(count.known, number), (*count.added, Range(number, number)), count.unlisted)


def counts_no_push(count: Any, number: Any, *, own: bool) -> Any:
    """Leave counting to the counters."""
    return count


def counts_own_pushes(count: Any, number: Any, *, own: bool) -> Any:
    """Take own messages for unread."""
    return _add_live(count, number, own=False)


def jumps(count: Any, number: Any, *, own: bool) -> Any:
    """Count a push and overlook the numbers that are missing below it."""
    return _add_live(replace(count, known=max(count.known, number - 1)), number, own=own)


def counts_own_private_messages(self: Any, row: Any, message: Message) -> Any:
    """Take numbers of the own row for those of the other person."""
    if message.sender == self.me and not is_group(row.session_id):
        row.count = _add_live(row.count, message.number, own=True)
    return _save_live(self, row, message)


def counts_notes(self: Any, row: Any, message: Message) -> Any:
    """Take a note to oneself for a message of somebody else."""
    if row.session_id == f"p:{self.me}:{self.me}":
        row.count = _add_live(row.count, message.number, own=False)
    return _save_live(self, row, message)


def counts_quiet_messages(self: Any, row: Any, message: Message) -> Any:
    """Count changes of membership."""
    if message.quiet:
        row.count = _add_live(row.count, row.count.known + 1, own=False)
    return _save_live(self, row, message)


def ignores_the_case_of_uids(self: Any, row: Any, message: Message) -> Any:
    """Take a person for oneself whose uid differs in case only."""
    own = message.sender.lower() == self.me.lower()
    return _save_live(self, row, replace(message, sender=self.me) if own else message)


def knows_one_quiet_type(self: Any, row: Any, message: Message) -> Any:
    """Count quiet messages, but for changes of membership."""
    if message.quiet and message.kind != "system":
        row.count = _add_live(row.count, row.count.known + 1, own=False)
    return _save_live(self, row, message)


def takes_unknown_types_for_quiet(self: Any, row: Any, message: Message) -> Any:
    """Count only messages of known types."""
    return _save_live(self, row, replace(message, quiet=message.quiet or bool(message.kind)))


def counts_pages(self: Any, row: Any, page: Any, *, to_ack: bool) -> Any:
    """Count the messages of a page."""
    for message in sorted(page, key=lambda message: message.seq):
        row.count = _add_live(row.count, message.number, own=message.sender == self.me)
    return _save_page(self, row, page, to_ack=to_ack)


def knows_by_pages(self: Any, row: Any, page: Any, *, to_ack: bool) -> Any:
    """Take a number that was only seen for one that was counted."""
    row.count = replace(row.count, known=max([row.count.known, *(message.number for message in page)]))
    return _save_page(self, row, page, to_ack=to_ack)


def any_number_is_missing(self: Any, row: Any, message: Message) -> bool:
    """Compare numbers of the own row with `known`."""
    return bool(message.number > row.count.known)


# Reading, coming and going


def reads_nothing(count: Any) -> Any:
    """Keep what the person has read."""
    return count


def forgets_known_at_reading(count: Any) -> Any:
    """Begin from 0 after reading."""
    return Count()


def keeps_own_below_at_reading(count: Any) -> Any:
    """Subtract own messages from what comes after reading."""
    return replace(count, added=())


def reads_every_session(self: Any, session_id: Any) -> Any:
    """Take one session that is read for all."""
    return [_mark_read(self, state.session_id) for state in self.sessions()] and True


def forgets_everything(count: Any, up_to: Any) -> Any:
    """Empty the red dot, whenever the membership has ended."""
    return replace(_forget(count, up_to), added=())


def any_change_ends(self: Message, uid: Any) -> bool:
    """Take the removal of anybody for one's own."""
    return self.kind == "system" and self.content.get("event") in {"remove", "leave"}


def any_text_ends(self: Message, uid: Any) -> bool:
    """Take a message of a person for one of the server."""
    return bool(uid in self.content.get("uids", ()) or _ends(self, uid))


def ends_nothing(self: Message, uid: Any) -> bool:
    """Overlook that the membership has ended."""
    return False


def only_people_end(self: Message, uid: Any) -> bool:
    """Overlook that the group has ended."""
    return self.content.get("event") != "dissolve" and _ends(self, uid)


def any_text_dissolves(self: Message, uid: Any) -> bool:
    """Take what a person writes for the end of a group."""
    return self.content.get("event") == "dissolve" or _ends(self, uid)


def every_change_ends(self: Message, uid: Any) -> bool:
    """Take every change of a group for its end."""
    return self.kind == "system"


def begins_anybody(self: Message, uid: Any) -> bool:
    """Take the coming of anybody for one's own."""
    return self.kind == "system"


def own_stay_is_nothing(self: Any, row: Any, ack: Any, *, of_own_stay: bool) -> Any:
    """Take the own coming and going for any change."""
    return _note_change(self, row, ack, of_own_stay=False)


def every_change_is_own_stay(self: Any, row: Any, ack: Any, *, of_own_stay: bool) -> Any:
    """Take any own change for one's own coming or going."""
    return _note_change(self, row, ack, of_own_stay=True)


def counts_changes(self: Any, row: Any, ack: Any, *, of_own_stay: bool) -> Any:
    """Count the message of an own change."""
    row.count = _add_live(row.count, row.count.known + 1, own=True)
    return _note_change(self, row, ack, of_own_stay=of_own_stay)


def is_never_out(self: Any, row: Any, counter: Any) -> bool:
    """Keep what was pushed after the membership ended."""
    return False


def is_always_out(self: Any, row: Any, counter: Any) -> bool:
    """Believe an old counter that the person has left, though they came back."""
    return counter.left is not None


# Sorting out


def sorts_nothing_out(self: Any, row: Any) -> None:
    """Keep numbers of own and removed messages unread."""


def sorts_out_at_once(self: Any, row: Any) -> None:
    """Take what is missing for removed."""
    row.count = counting.keep(row.count, _numbers_of_others(self.db, row.session_id, self.me))


def numbers_of_all(db: Any, session_id: Any, me: Any) -> Any:
    """Take numbers of own messages for those of the other person."""
    return _numbers_of_others(db, session_id, None)
