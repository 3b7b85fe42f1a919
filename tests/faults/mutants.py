"""The service (and at the end the client) with one thing broken on purpose, each as the smallest change of one method.

Left to tests/races, since they need two requests at once rather than a fault: Presence read before the raise; a
move without its condition.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, cast
from unittest.mock import patch

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message, Numbers, Place
from catchup.domain.page import Bounds
from catchup.domain.presence import Endpoint
from catchup.errors import Unavailable
from catchup.push.connections import Connections
from catchup.storage import counter_book, message_log
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import counter_key
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook, _device_path, presence_key
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import CounterRow, MessageRow, PresenceRow, SessionRow
from catchup.usecases.catching_up.ports import ClearResult, Waiting
from catchup.usecases.sending.ports import Lookup, Sent
from catchup.usecases.sending.send import SendMessage
from tests.people.device import Talk


@dataclass(frozen=True)
class Mutant:
    """`name` says what the code does; `scenario` is where that must show."""

    name: str
    scenario: str
    break_it: Callable[[], AbstractContextManager[object]]


MUTANTS: list[Mutant] = []


def mutant(name: str, scenario: str, owner: Any, method: str) -> Callable[[Callable[..., Any]], None]:
    """Registers a replacement of a method; its first argument is the original."""

    def register(replacement: Callable[..., Any]) -> None:
        original = getattr(owner, method)

        def broken(*arguments: Any, **named: Any) -> Any:
            return replacement(original, *arguments, **named)

        MUTANTS.append(Mutant(name, scenario, lambda: patch.object(owner, method, broken)))

    return register


# -------------------------------------------------------------------------------- counting


@mutant("a counter is raised past what nobody has told", "send that passes one that died", counter_book, "_may_rise")
def _(_original: Any, _owner: Uid, message: Message, _found: Any) -> Any:
    """Without the other's number before it: what is skipped never becomes pending."""
    return CounterRow.last_seq.does_not_exist() | (CounterRow.last_seq < message.seq)


@mutant("a counter may be lowered", "late retry of a send that died before it was counted", SendMessage, "_raise")
def _(_original: Any, self: SendMessage, message: Message) -> None:
    owner, counters = message.draft.recipient, cast(DynamoCounters, self.counters)
    counters._dynamo.update(
        counters._table,
        counter_key(owner, message.session_id),
        [CounterRow.last_seq.set(message.seq), CounterRow.received.set(message.number)],
        CounterRow.uid.exists() | CounterRow.uid.does_not_exist(),
    )


@mutant("a raise that skips some is given up", "send that passes one that died", SendMessage, "_raise")
def _(_original: Any, self: SendMessage, message: Message) -> None:
    self.counters.raise_to(message.draft.recipient, message)


@mutant("what is skipped is not pending", "late retry of a send that died before it was stored", SendMessage, "_raise")
def _(original: Any, self: SendMessage, message: Message) -> None:
    with patch.object(DynamoMessageLog, "between", lambda *_: []):
        original(self, message)


@mutant("a number is raised when it is told", "send whose seq is taken", Place, "following")
def _(original: Any, self: Place, session: SessionId, author: Uid, is_change: bool) -> Place:
    """Not in the put: whoever builds on another's message does not count it."""
    place: Place = original(self, session, author, is_change)
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


# -------------------------------------------------------------------------------- seqs


@mutant("allocate without put-if-absent", "send whose seq is taken", Dynamo, "put")
def _(original: Any, self: Dynamo, table: str, row: Any, condition: Any = None) -> Any:
    return original(self, table, row, None if isinstance(row, MessageRow) else condition)


@mutant("seq by atomic ADD", "send to someone offline", DynamoSentLog, "look_up")
def _(original: Any, self: DynamoSentLog, uid: Uid, msg_id: Any, session: SessionId, *rest: Any) -> Lookup:
    found: Lookup = original(self, uid, msg_id, session, *rest)
    if found.sent is not None:
        return found
    key = {"sessionId": {"S": session}}
    always = SessionRow.session_id.exists() | SessionRow.session_id.does_not_exist()
    _, row = self._dynamo.update(self._session_table, key, [SessionRow.last_seq.add(1)], always, returns="ALL_NEW")
    assert row is not None
    return found._replace(after_head=found.after_head._replace(seq=Seq(int(row["lastSeq"]["N"]))))


@mutant("a retry trusts a candidate", "retry of a send that died before it was allocated", DynamoMessageLog, "find")
def _(original: Any, self: DynamoMessageLog, *arguments: Any) -> Any:
    with patch.object(message_log, "_is_of", lambda *_: True):
        return original(self, *arguments)


# -------------------------------------------------------------------------------- the offline store


@mutant("delete the acked range", "live ack of two pushes around one that failed", DynamoInbox, "remove")
def _(original: Any, self: DynamoInbox, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Any:
    return original(self, owner, session, range(min(seqs), max(seqs) + 1))


@mutant("pull with a cursor", "what arrives while someone catches up", DynamoInbox, "newest")
def _(
    original: Any, self: DynamoInbox, owner: Uid, session: SessionId, limit: int, bounds: Bounds, leaving: Any = ()
) -> Any:
    bounds = Bounds(before=min(leaving)) if leaving else bounds
    return original(self, owner, session, limit, bounds, frozenset(leaving))


@mutant("end as soon as there is a page", "pull page by page, each acking the one before", DynamoInbox, "newest")
def _(original: Any, self: DynamoInbox, *arguments: Any) -> Waiting:
    waiting: Waiting = original(self, *arguments)
    return waiting._replace(more=False)


@mutant("delivered is taken for acked", "send to someone online", SendMessage, "_look_and_push")
def _(original: Any, self: SendMessage, caller: Any, message: Message, *rest: Any) -> Any:
    taken = original(self, caller, message, *rest)
    owner = message.draft.recipient
    if self.presence.online([owner])[owner]:
        cast(DynamoInbox, self.inbox).remove(owner, message.session_id, [message.seq])
    return taken


@mutant("history is read without consistency", "history fills what another device has sent", Dynamo, "query")
def _(original: Any, self: Dynamo, table: str, where: Any, **named: Any) -> Any:
    return original(self, table, where, **{**named, "consistent": not table.endswith("MessageTable")})


@mutant("a store that fails is not noticed", "send to someone offline", DynamoInbox, "put")
def _(original: Any, self: DynamoInbox, owner: Uid, message: Message) -> None:
    try:
        original(self, owner, message)
    except Unavailable:
        return


# -------------------------------------------------------------------------------- retries, pushes, presence


@mutant("a retry only answers", "retry of a send that died before it was stored", SendMessage, "_resume")
def _(original: Any, self: SendMessage, *arguments: Any) -> Any:
    with patch.object(SendMessage, "_deliver", lambda _self, _caller, message, *_, **__: message):
        return original(self, *arguments)


@mutant(
    "a push carries the receiver's number", "an older message comes again after a newer one", Connections, "message"
)
def _(original: Any, self: Connections, to: Endpoint, message: Message) -> Any:
    """As of the newest one, and not its own."""
    return original(self, to, replace(message, before=Numbers(message.before.first + 1, message.before.second + 1)))


@mutant("nobody lists a session that begins", "first message of a session", DynamoCounters, "ensure")
def _(_original: Any, _self: DynamoCounters, *_: Any) -> None:
    return


@mutant("an unconditional $disconnect", "reconnect, and the disconnect comes late", DynamoPresenceBook, "forget")
def _(_original: Any, self: DynamoPresenceBook, endpoint: Endpoint) -> None:
    self._dynamo.update(
        self._table,
        presence_key(endpoint.uid),
        [_device_path(endpoint.device_id).remove()],
        PresenceRow.uid.exists(),
    )


# -------------------------------------------------------------------------------- clients that neglect a duty


@mutant("a client counts a push whatever its number", "an older message comes again after a newer one", Talk, "count")
def _(_original: Any, self: Talk, message: Any) -> None:
    if message["from"] != self.me:
        self._add([message["number"]])
        self.known = max(self.known, message["number"])


@mutant(
    "a client does not ask for numbers that are missing",
    "live ack of two pushes around one that failed",
    Talk,
    "count_number",
)
def _(_original: Any, self: Talk, number: int, *, is_own: bool) -> None:
    if number > self.known:
        self.known = number
        self._add([] if is_own else [number])


@mutant("a client adds a whole counter again", "login", Talk, "add_counter")
def _(original: Any, self: Talk, counter: Any) -> None:
    self.known = counter["cleared"]
    original(self, counter)
