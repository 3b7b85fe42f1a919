"""Deletes messages that the client has saved: live pushes, or the last page of a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.ports import ClearResult, Inbox


class SessionAck(NamedTuple):
    """An ack of one session. `seqs` are deleted from the offline store; `seen`, if given, is the client's count."""

    seqs: Sequence[Seq]
    seen: int | None


class Acknowledged(NamedTuple):
    """The result of an ack. `remaining`: seqs that the client must name again."""

    remaining: Sequence[Seq]
    cleared: ClearResult


@dataclass(eq=False, repr=False, slots=True)
class Acknowledge:
    """Deletes exactly the named seqs from the caller's own inbox, and clears if asked."""

    inbox: Inbox
    clear: Clear
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, uid: Uid, acks: Mapping[SessionId, SessionAck]) -> Mapping[SessionId, Acknowledged]:
        """Deletes nothing of sessions that are not the caller's. Raises Unavailable if deletions fail."""
        # Messages of groups are kept for all members, and never acked.
        stored = {session: ack for session, ack in acks.items() if rule_of("ack").allows_in_private(uid, session)}
        # For all others clearing checks the caller's rights, even if there is nothing to clear.
        seen = {session: ack.seen for session, ack in acks.items() if ack.seen is not None or session not in stored}
        *remaining, cleared = self.concurrency.run(
            *(
                lambda session=session, ack=ack: self.inbox.remove(uid, session, ack.seqs)
                for session, ack in stored.items()
            ),
            lambda: self.clear(uid, seen),
        )
        left = dict(zip(stored, remaining, strict=True))
        self.telemetry.count(Metric.ACKED, sum(len(ack.seqs) - len(left[session]) for session, ack in stored.items()))
        return {
            session: Acknowledged(left.get(session, ()), cleared.get(session, ClearResult.CLEARED)) for session in acks
        }
