"""Compares a person's counters with the stored messages, and finishes interrupted sends if the operator wants it.

The row is read before history. So everything that it has counted is in history by then, and later messages look like
unfinished sends. For groups the head is read first, as in every count.

A number is never set. Devices have added the numbers that they got (docs/protocol.md, "the client's duties"), so a
changed number would make all of them wrong. The audit can only finish a send that died after its message got a place
and before it was counted. It sends again as the sender would, with the sender's reservation, and every step is
conditional.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catchup.clock import Clock
from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId, Uid, private_members
from catchup.domain.membership import Membership
from catchup.domain.message import ChatType
from catchup.errors import CatchupError, Unavailable
from catchup.usecases.catching_up.ports import Counters, InSession
from catchup.usecases.groups.ports import Groups
from catchup.usecases.screening.review import Review, nowhere
from catchup.usecases.sending.ports import SentLog
from catchup_admin.errors import AdminError, told
from catchup_admin.recount import Recount, recount_group, recount_private
from catchup_admin.stored import History, OfflineStore


@dataclass(frozen=True, slots=True)
class Repair:
    """The outcome of one unfinished send."""

    session_id: SessionId
    seq: Seq
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Checks counters and finishes sends. `retry_ms`: the age up to which a message's send is finished."""

    counters: Counters
    groups: Groups
    history: History
    offline: OfflineStore
    sent_log: SentLog
    review: Review
    clock: Clock
    retry_ms: int

    def recount(self, uid: Uid, session: SessionId | None, limit: int) -> Iterator[Recount]:
        """Recounts all of the person's sessions, or one. `limit`: how many messages are read from each history."""
        known = [row.session_id for row in self.counters.all(uid)]
        # If the first message's send died before counting, there is no row.
        waiting = {backlog.session_id for backlog in self.offline.backlogs(uid, 1)}
        every = [*known, *sorted(waiting - {*known})]
        for each in every if session is None else [session]:
            yield self._recount(uid, each, limit)

    def _recount(self, uid: Uid, session: SessionId, limit: int) -> Recount:
        if is_group(session):
            group = self.groups.many([session]).get(session)
            row = self._row(uid, session)
            if group is None or not isinstance(row, Membership):
                raise AdminError(f"{uid} was never in {session}, or the group's row can't be read")
            return recount_group(uid, row, group, self.history.past(session, limit))
        counter = self._row(uid, session)
        if uid not in (private_members(session) or ()) or counter is None or isinstance(counter, Membership):
            raise AdminError(f"{session} is not a session of {uid}")
        past = self.history.past(session, limit)
        return recount_private(uid, counter, past)

    def _row(self, uid: Uid, session: SessionId) -> InSession | None:
        rows = self.counters.named(uid, [session])
        return rows[0] if rows else None

    def repair(self, recounts: Sequence[Recount]) -> Iterator[Repair]:
        """Finishes the unfinished sends in these sessions, as far as a retry of the sender still could."""
        for recount in recounts:
            for seq in recount.unfinished:
                yield self._finish(recount.session_id, seq)

    def _finish(self, session: SessionId, seq: Seq) -> Repair:
        message = self.history.message(session, seq)
        if message is None:
            return Repair(session, seq, False, "the message can't be read")
        draft = message.draft
        if draft.is_system:
            return Repair(session, seq, False, f"a change of the group: only {draft.sender} can repeat it")
        if draft.revision is not None:
            return Repair(session, seq, False, f"a recall or an edit: only {draft.sender} can repeat it")
        if message.accepted_at_ms + self.retry_ms < self.clock():
            return Repair(session, seq, False, "too old: nothing proves that this would be a retry")
        try:
            sent = self.sent_log.find(draft.sender, draft.msg_id)
            if sent is None or sent.place.seq != seq or sent.is_held:
                return Repair(session, seq, False, "its sender's reservation is gone, or names another place")
            send = self.review.send_to_group if draft.chat_type is ChatType.GROUP else self.review.send
            send(nowhere(draft.sender), draft, sent.digest)
        except Unavailable:
            raise
        except CatchupError as error:
            return Repair(session, seq, False, told(error))
        return Repair(session, seq, True, f"sent again as {draft.sender}'s {draft.msg_id}")
