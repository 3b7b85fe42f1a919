"""A person logs in: counters only, never the backlog.

    register ── all counters ── previews of the newest sessions ── answer
    (Presence)  (Counter,       (Inbox, side by side)
                 consistent)

Registering comes first: a message that is counted after the counters were read finds the connection and is pushed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.clock import Deadline
from catchup.concurrency import Concurrency
from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId
from catchup.domain.message import Message
from catchup.domain.page import Bounds, FrameBudget, fitting
from catchup.domain.presence import Caller
from catchup.errors import Superseded
from catchup.usecases.counters import FIRST_FRAME, CountersFrame
from catchup.usecases.ports import Counters, Inbox, PresenceBook, Push


@dataclass(frozen=True, slots=True)
class LogIn:
    """Registers a connection and answers with the counters of all sessions that have something unread."""

    presence: PresenceBook
    counters: Counters
    inbox: Inbox
    push: Push
    concurrency: Concurrency
    preview_messages: int
    preview_sessions: int

    def __call__(self, caller: Caller, budget: FrameBudget, deadline: Deadline) -> CountersFrame:
        """Leaves the previews out if time is short: the first pull brings them. Raises Superseded, Unavailable."""
        registered = self.presence.register(caller.endpoint)
        if registered.superseded:
            raise Superseded
        unread = sorted(
            (counter for counter in self.counters.all(caller.uid) if counter.unread > 0),
            key=lambda counter: counter.timestamp_ms,
            reverse=True,
        )
        fit, room = fitting(unread, budget.counter_bytes, budget.room)
        newest = fit[: self.preview_sessions] if deadline.allows() else []
        *_, waiting = self.concurrency.run(
            *(lambda old=old: self.push.close(old.connection) for old in registered.closing),
            lambda: self._waiting(caller, newest),
        )
        previews: dict[SessionId, Sequence[Message]] = {}
        for counter, messages in zip(newest, waiting, strict=True):
            previews[counter.session_id], room = fitting(messages, budget.message_bytes, room)
        return CountersFrame(fit, previews, "" if len(fit) == len(unread) else FIRST_FRAME)

    def _waiting(self, caller: Caller, newest: Sequence[Counter]) -> Sequence[Sequence[Message]]:
        return self.concurrency.run(
            *(
                lambda session=counter.session_id: (
                    self.inbox.newest(caller.uid, session, self.preview_messages, Bounds()).messages
                )
                for counter in newest
            )
        )
