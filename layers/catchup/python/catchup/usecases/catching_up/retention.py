"""Makes counters leave out messages that retention has removed.

DynamoDB removes row by row and changes no counter, which would cost a write for each message. So a counter is corrected
when somebody reads to the place where older messages have been removed. `cleared` rises over the removed messages,
because no device can add them any more.
"""

from dataclasses import dataclass

from catchup.domain.counter import Counter
from catchup.domain.group import Group, Membership
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.errors import courtesy
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.ports import Counters, MessageHistory


@dataclass(eq=False, repr=False, slots=True)
class Retention:
    """Clears removed messages. This is a courtesy: if it fails, the next reader who comes so far does it."""

    counters: Counters
    messages: MessageHistory
    clear: Clear

    def private(self, uid: Uid, session: SessionId) -> bool:
        """Corrects a private counter, and returns whether unread messages were removed."""
        with courtesy():
            # In this order, so that a message that arrives in between is kept but not in the counter, never the
            # reverse.
            for row in self.counters.named(uid, [session]):
                if isinstance(row, Counter) and row.unread > 0:
                    gone = row.unread - self.messages.kept(uid, row)
                    if gone:
                        self.counters.clear(uid, session, row.cleared + gone)
                        return True
        return False

    def group(self, member: Membership, group: Group, floor: int) -> None:
        """Corrects a group's counter. No messages below `floor` are kept."""
        removed = Seq(min(floor - 1, member.end(group.head)))
        if removed > member.cleared:
            with courtesy():
                self.clear.group(member, group, removed)
