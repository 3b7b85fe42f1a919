"""Makes counters leave out messages that retention has removed.

DynamoDB removes row by row and changes no counter, which would cost a write for each message. So a counter is corrected
when somebody reads to the place where older messages have been removed. `cleared` rises over the removed messages,
because no device can add them any more; and so does the read position.
"""

from dataclasses import dataclass

from catchup.domain.counter import Counter
from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.reading import Position
from catchup.errors import courtesy
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.ports import Counters, MessageHistory, Positions


@dataclass(eq=False, repr=False, slots=True)
class Retention:
    """Clears removed messages: the oldest message that is kept carries the number of those before it. This is a
    courtesy: if it fails, the next reader who comes so far does it."""

    counters: Counters
    positions: Positions
    messages: MessageHistory
    clear: Clear

    def private(self, uid: Uid, session: SessionId, *, read: bool = False) -> bool:
        """Corrects a private counter, and returns whether unread messages were removed. `read`: also if only the read
        position is too low. (A pull does not look for that: whoever opens a session is about to read it.)"""
        with courtesy():
            # In this order, so that a message that arrives in between is kept but not in the counter, never the
            # reverse.
            for row in self.counters.named(uid, [session]):
                if isinstance(row, Counter) and (row.unread > 0 or (read and row.read.number < row.received)):
                    first = self.messages.first(session)
                    gone = row.received if first is None else first.place.before.of(session, row.other(uid))
                    gone = min(gone, row.received)
                    last_gone = row.last_seq if first is None else Seq(first.place.seq - 1)
                    if gone > row.cleared:
                        self.counters.clear(uid, session, gone)
                    if gone > row.read.number:
                        self.positions.move(uid, session, Position(gone, last_gone))
                    return gone > row.cleared
        return False

    def group(self, member: Membership, group: Group) -> None:
        """Corrects a group's counter. Its rows were read before."""
        with courtesy():
            first = self.messages.first(group.session_id)
            gone = member.last_number(group) if first is None else first.place.before.first
            gone = min(gone, member.last_number(group))
            last_gone = group.head if first is None else Seq(first.place.seq - 1)
            if gone > member.cleared:
                self.clear.group(member, group, gone)
            if member.is_member and gone > member.read_number:
                self.positions.move(member.uid, group.session_id, Position(gone, last_gone))
