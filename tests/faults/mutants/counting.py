"""A raise, a clear, or a message's number is wrong."""

from dataclasses import replace
from typing import Any, cast
from unittest.mock import patch

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message, Numbers, Place
from catchup.storage import counter_book
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.member_book import counter_key
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import CounterRow
from catchup.usecases.catching_up.ports import ClearResult
from catchup.usecases.sending.delivering import PrivateDelivery
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Sent
from tests.faults.mutants.registry import mutant


@mutant("a counter is raised past what nobody has told", "send that passes one that died", counter_book, "_may_rise")
def _(_original: Any, _owner: Uid, message: Message, _found: Any) -> Any:
    """Without the other's number before it: what is skipped never becomes pending."""
    return CounterRow.last_seq.does_not_exist() | (CounterRow.last_seq < message.seq)


@mutant(
    "a counter may be lowered", "late retry of a send that died before it was counted", PrivateDelivery, "raise_counter"
)
def _(_original: Any, self: PrivateDelivery, message: Message) -> bool:
    owner, counters = message.draft.recipient, cast(DynamoCounters, self.counters)
    counters._dynamo.update(
        counters._table,
        counter_key(owner, message.session_id),
        [CounterRow.last_seq.set(message.seq), CounterRow.received.set(message.number)],
        CounterRow.uid.exists() | CounterRow.uid.does_not_exist(),
    )
    return True


@mutant("a raise that skips some is given up", "send that passes one that died", PrivateDelivery, "raise_counter")
def _(_original: Any, self: PrivateDelivery, message: Message) -> bool:
    return self.counters.raise_to(message.draft.recipient, message) is None


@mutant(
    "what is skipped is not pending",
    "late retry of a send that died before it was stored",
    PrivateDelivery,
    "raise_counter",
)
def _(original: Any, self: PrivateDelivery, message: Message) -> bool:
    with patch.object(DynamoMessageLog, "between", lambda *_: []):
        return bool(original(self, message))


@mutant("a number is raised when it is told", "send whose seq is taken", Place, "following")
def _(original: Any, self: Place, session: SessionId, author: Uid, is_change: bool, is_quiet: bool = False) -> Place:
    """Not in the put: whoever builds on another's message does not count it."""
    place: Place = original(self, session, author, is_change, is_quiet)
    return place._replace(before=self.before)


@mutant("a move keeps the numbers of the candidate", "send whose seq is taken", DynamoSentLog, "move")
def _(original: Any, self: DynamoSentLog, sent: Sent, to: Place) -> Sent:
    moved: Sent = original(self, sent, to._replace(before=sent.place.before))
    return moved


@mutant("both people have one row of numbers", "two devices of one sender", Numbers, "raised")
def _(_original: Any, self: Numbers, _session: SessionId, _author: Uid) -> Numbers:
    return Numbers(self.first + 1, self.second + 1)


@mutant("a pending message counts as told", "late retry of a send that died before it was stored", Counter, "has_told")
def _(_original: Any, self: Counter, seq: Seq) -> bool:
    return seq <= self.last_seq


@mutant(
    "a pending message stays pending", "late retry of a send that died before it was stored", DynamoCounters, "raise_to"
)
def _(original: Any, self: DynamoCounters, owner: Uid, message: Message, *rest: Any, **named: Any) -> Counter | None:
    with patch.object(CounterRow.pending, "delete", lambda _seqs: CounterRow.timestamp.set(message.accepted_at_ms)):
        found: Counter | None = original(self, owner, message, *rest, **named)
    return found


@mutant(
    "only what was skipped last is pending",
    "retries of two that died, each passed by another",
    DynamoCounters,
    "raise_to",
)
def _(original: Any, self: DynamoCounters, owner: Uid, message: Message, *rest: Any, **named: Any) -> Counter | None:
    with patch.object(CounterRow.pending, "add", CounterRow.pending.set):
        found: Counter | None = original(self, owner, message, *rest, **named)
    return found


@mutant("a message without ackFlg is not counted", "ackFlg 0 to someone online", PrivateDelivery, "raise_counter")
def _(original: Any, self: PrivateDelivery, message: Message) -> bool:
    return not message.draft.wants_ack or bool(original(self, message))


@mutant("a retry takes its numbers from the head", "send whose seq is taken", Placing, "place_again")
def _(
    original: Any,
    self: Placing,
    sent: Sent,
    draft: Any,
    digest: Any,
    session: Any,
    head: Place,
    *rest: Any,
    **named: Any,
) -> Any:
    place = sent.place._replace(before=head.before)
    return original(self, sent._replace(place=place), draft, digest, session, head, *rest, **named)


@mutant("a counter keeps the number of its owner", "two devices of one sender", Counter, "following")
def _(original: Any, self: Counter, owner: Uid) -> Place:
    """As if only the other had written."""
    place: Place = original(replace(self, sent=0), owner)
    return place


@mutant("clear all that was received", "clear while one more waits", DynamoCounters, "clear")
def _(original: Any, self: DynamoCounters, owner: Uid, session: SessionId, _seen: int) -> Any:
    (received,) = (counter.received for counter in self.all(owner) if counter.session_id == session)
    return original(self, owner, session, received)


@mutant("clear deletes the counter", "an older message comes again after a newer one", DynamoCounters, "clear")
def _(original: Any, self: DynamoCounters, owner: Uid, session: SessionId, seen: int) -> ClearResult:
    result: ClearResult = original(self, owner, session, seen)
    if any(counter.unread == 0 for counter in self.all(owner) if counter.session_id == session):
        self._dynamo._client.delete_item(TableName=self._table, Key=counter_key(owner, session))
    return result


@mutant("clear in steps of its own", "clear", DynamoCounters, "clear")
def _(_original: Any, self: DynamoCounters, owner: Uid, session: SessionId, seen: int) -> ClearResult:
    """A repeated clear clears twice."""
    (counter,) = (counter for counter in self.all(owner) if counter.session_id == session)
    moved, _ = self._dynamo.update(
        self._table,
        counter_key(owner, session),
        [CounterRow.cleared.add(seen - counter.cleared)],
        CounterRow.uid.exists(),
    )
    return ClearResult.CLEARED if moved else ClearResult.UNKNOWN_SESSION


@mutant("retention clears what is kept", "history to the end of retention", DynamoMessageLog, "first")
def _(_original: Any, _self: DynamoMessageLog, _session: SessionId) -> None:
    return None
