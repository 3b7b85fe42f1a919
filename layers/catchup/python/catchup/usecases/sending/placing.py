"""Gives a message its place. The put that succeeds allocates the seq, in private sessions and in groups.

Put-if-absent at a seq is a compare-and-swap on the session's log. A check that is true after the message before that
seq is still true when the put succeeds. So all checks that may refuse a message run before each put, for its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from catchup.clock import Clock, deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Draft, Message, Place
from catchup.errors import Contended, Denied, MsgIdReused, OutOfTime, Refused
from catchup.metrics import Metric, Telemetry
from catchup.usecases.sending.ports import Link, MessageLog, Placer, Sent

# Each collision costs two write units.
MAX_PLACEMENT_ATTEMPTS = 50
# The hint is late while many send at once. Then it is cheaper to read the end of the session than to try each seq. (The
# first collision is mostly the only one.)
COLLISIONS_BEFORE_LOOKING = 1


class Judge(Protocol):
    """Decides who may speak at a place, from the log before it."""

    def check(self, place: Place) -> None:
        """Raises Denied or Refused if the author may not send this message at this place."""

    def passed(self, other: Link) -> None:
        """Takes a message that was met on the way, so that it need not be read again."""


class Anywhere:
    """A judge that allows everything: in a private session the name says who may speak."""

    def check(self, _place: Place) -> None:
        """Allows everything."""

    def passed(self, _other: Link) -> None:
        """Does nothing."""


@dataclass(eq=False, repr=False, slots=True)
class Placing:
    """Puts messages at the first free seq."""

    sent_log: Placer
    messages: MessageLog
    clock: Clock
    telemetry: Telemetry

    def place(
        self,
        sent: Sent,
        draft: Draft,
        session: SessionId,
        after_head: Place,
        judge: Judge = Anywhere(),  # noqa: B008 - it has no state
    ) -> tuple[Sent, Message]:
        """Puts the message at the first free seq from the candidate on.

        Every seq below `after_head` is taken, so a candidate below it moves there. The move is conditional: another
        attempt at this msgId, which may have placed the message, is never overlooked.

        Raises what the judge raises, OutOfTime, Contended.
        """
        accepted_at = self.clock()
        for attempt in range(MAX_PLACEMENT_ATTEMPTS):
            if not deadline().allows():
                raise OutOfTime
            earlier = self.unless_refused(partial(judge.check, sent.place), sent, session)
            if earlier is not None:
                return earlier
            seq, before, last_change, quiets = sent.place
            placed = self.messages.allocate(Message(draft, session, seq, accepted_at, before, last_change, quiets))
            if isinstance(placed, Message):
                return sent, placed
            self.telemetry.count(Metric.SEQ_COLLISIONS)
            judge.passed(placed)
            following = max(placed.following, after_head)
            last = self.messages.last(session) if attempt >= COLLISIONS_BEFORE_LOOKING else None
            if last is not None:
                judge.passed(last)
                following = max(following, last.following)
            sent = self.sent_log.move(sent, following)
        raise Contended

    def unless_refused(
        self, check: Callable[[], object], sent: Sent, session: SessionId
    ) -> tuple[Sent, Message] | None:
        """Checks the author's rights. If they are refused now, an earlier attempt may have placed the message; then it
        returns that message. None: the message may be placed.

        Raises what `check` raises, and MsgIdReused.
        """
        try:
            check()
        except (Denied, Refused):
            before = self.sent_log.find(sent.uid, sent.msg_id)
            if before is None:
                raise
            if before.digest != sent.digest:
                raise MsgIdReused(sent.msg_id) from None
            message, _ = self.messages.find(before, session, None, consistent=True)
            if message is None:
                raise
            return before, message
        return None

    def place_again(
        self,
        sent: Sent,
        draft: Draft,
        digest: bytes,
        session: SessionId,
        after_head: Place,
        counter_of: Uid | None = None,
        before_placing: Callable[[Draft], Draft] = lambda draft: draft,
        judge: Judge = Anywhere(),  # noqa: B008 - it has no state
        consistent: bool = False,
        certain: bool = False,
    ) -> tuple[Sent, Message, Counter | None]:
        """For a retry: finds the message that the previous attempt has placed, or places it. It also returns the
        counter of `counter_of` in the session. A message in its place is never judged again.

        `before_placing` may refuse or change a message that has no place. That it has none is certain with
        `consistent`, which costs each retry half a read unit, or with `certain`, which costs messages without a place
        one more call.
        """
        if sent.digest != digest:
            raise MsgIdReused(draft.msg_id)
        self.telemetry.count(Metric.RETRIED)
        message, counter = self.messages.find(sent, session, counter_of, consistent=consistent)
        if message is None and (sent.place.seq < after_head.seq or certain):
            message, counter = self.messages.find(sent, session, counter_of, consistent=True)
        if message is None:
            check = partial(judge.check, max(sent.place, after_head))
            earlier = self.unless_refused(check, sent, session)
            if earlier is not None:
                return *earlier, counter
            draft = before_placing(draft)
            if sent.place.seq < after_head.seq:
                # The session has gone on without this message. If retention has made its seq free again, a put there
                # would insert it into the past: continue after the head.
                sent = self.sent_log.move(sent, after_head)
            sent, message = self.place(sent, draft, session, after_head, judge)
        return sent, message, counter
