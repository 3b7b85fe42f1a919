"""A message gets its place: the put that succeeds allocates the seq, in private sessions and groups alike."""

from collections.abc import Callable
from dataclasses import dataclass

from catchup.clock import Clock, Deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Draft, Message
from catchup.errors import Contended, MsgIdReused, OutOfTime
from catchup.metrics import Metric
from catchup.usecases.ports import MessageLog, Meter, Placer, Sent

# Each collision costs two write units.
MAX_PLACEMENT_ATTEMPTS = 50
# The hint lags behind while many send at once: then it is cheaper to look where the session ends than to try seq after
# seq. (The first collision is mostly the only one.)
COLLISIONS_BEFORE_LOOKING = 1


@dataclass(eq=False, repr=False, slots=True)
class Placing:
    """Puts messages at the first free seq."""

    sent_log: Placer
    messages: MessageLog
    clock: Clock
    meter: Meter

    def place(
        self, sent: Sent, draft: Draft, session: SessionId, head: Seq, deadline: Deadline
    ) -> tuple[Sent, Message]:
        """Puts the message at the first free seq from the candidate on.

        Every seq up to `head` is taken, so a candidate that has been overtaken goes on behind it. Moving it is
        conditional: another attempt at this msgId, which may have placed the message, is never passed by.
        """
        accepted_at = self.clock()
        for attempt in range(MAX_PLACEMENT_ATTEMPTS):
            if not deadline.allows():
                raise OutOfTime
            placed = self.messages.allocate(Message(draft, session, sent.seq, accepted_at), sent.route)
            if placed is not None:
                return sent, placed
            self.meter.count(Metric.SEQ_COLLISIONS)
            if attempt >= COLLISIONS_BEFORE_LOOKING:
                head = self.messages.last_seq(session)
            sent = self.sent_log.move(sent, Seq(max(sent.seq, head) + 1))
        raise Contended

    def place_again(
        self,
        sent: Sent,
        draft: Draft,
        digest: bytes,
        session: SessionId,
        head: Seq,
        deadline: Deadline,
        counter_of: Uid | None = None,
        before_placing: Callable[[Draft], Draft] = lambda draft: draft,
        consistent: bool = False,
        certain: bool = False,
    ) -> tuple[Sent, Message, Counter | None]:
        """A retry: finds the message that the attempt before has placed, or places it. With it comes the counter of
        `counter_of` in the session.

        `before_placing` may refuse or change what has no place yet. That is certain with `consistent`, which costs each
        retry half a read unit, and with `certain`, which costs those without a place one more call.
        """
        if sent.digest != digest:
            raise MsgIdReused(draft.msg_id)
        self.meter.count(Metric.RETRIED)
        message, counter = self.messages.find(sent, session, counter_of, deadline, consistent=consistent)
        if message is None and (sent.seq <= head or certain):
            message, counter = self.messages.find(sent, session, counter_of, deadline, consistent=True)
        if message is None:
            draft = before_placing(draft)
            if sent.seq <= head:
                # The session has gone on without it. Where retention has made that seq free again, allocating it would
                # insert into the past: go on behind the head.
                sent = self.sent_log.move(sent, Seq(head + 1))
            sent, message = self.place(sent, draft, session, head, deadline)
        return sent, message, counter
