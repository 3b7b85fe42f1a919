"""A person's sessions, for a new device."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.clock import Deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.usecases.ports import Counters, MessageLog


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """`last_seq` is the session's, own messages included."""

    counter: Counter
    last_seq: Seq


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Sessions in the order of their ids, whether or not anything is unread."""

    counters: Counters
    messages: MessageLog

    def __call__(
        self, uid: Uid, limit: int, after: SessionId | None, deadline: Deadline
    ) -> tuple[Sequence[SessionSummary], SessionId | None]:
        """At most `limit` sessions after this one, and the one to go on after; None if these are all.

        Raises Unavailable.
        """
        counters, last = self.counters.page(uid, after, limit)
        heads = self.messages.heads([counter.session_id for counter in counters], deadline)
        summaries = [
            SessionSummary(counter, max(counter.last_seq, heads.get(counter.session_id, Seq(0))))
            for counter in counters
        ]
        return summaries, last
