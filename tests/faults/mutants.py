"""The service (and at the end the client) with one thing broken on purpose, each as the smallest change of one method.

Left to tests/races, since they need two requests at once rather than a fault: Presence read before the count;
trimming that binds first attempts; a move or a raise of the hint without its condition.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, cast
from unittest.mock import patch

from catchup.domain.ids import Seq, SessionId, Uid, private_members
from catchup.domain.message import Draft, Message
from catchup.domain.page import Bounds
from catchup.domain.presence import Endpoint
from catchup.errors import Unavailable
from catchup.storage import message_log
from catchup.storage.counter_book import DynamoCounters, counter_of_row
from catchup.storage.dynamo import Dynamo, Item
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import counter_key
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook, _device_path, presence_key
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import CounterRow, MessageRow, PresenceRow, SessionRow
from catchup.usecases.catching_up.ports import ClearResult, Waiting
from catchup.usecases.people.devices import PushToDevices
from catchup.usecases.sending.ports import Counted, Lookup, Owed
from catchup.usecases.sending.send import SendMessage
from tests.people.device import Talk


@dataclass(frozen=True)
class Mutant:
    """`name` says what the code does; `scenario` is where that must show."""

    name: str
    scenario: str
    break_it: Callable[[], AbstractContextManager[object]]


MUTANTS: list[Mutant] = []


def mutant(name: str, scenario: str, owner: type, method: str) -> Callable[[Callable[..., Any]], None]:
    """Registers a replacement of a method; its first argument is the original."""

    def register(replacement: Callable[..., Any]) -> None:
        original = getattr(owner, method)

        def broken(self: Any, *arguments: Any, **named: Any) -> Any:
            return replacement(original, self, *arguments, **named)

        MUTANTS.append(Mutant(name, scenario, lambda: patch.object(owner, method, broken)))

    return register


# -------------------------------------------------------------------------------- counting


@mutant("count without NOT contains(recent)", "send to someone offline", DynamoCounters, "count")
def _(_original: Any, self: DynamoCounters, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Counted:
    moved, item = self._dynamo.update(
        self._table,
        counter_key(owner, session),
        [CounterRow.received.add(1), CounterRow.recent.add({seq}), CounterRow.timestamp.set(at_ms)],
        CounterRow.uid.does_not_exist() | CounterRow.uid.exists(),
        returns="ALL_NEW",
    )
    return Counted(counter_of_row(item), moved)


@mutant("count own messages", "send to someone offline", DynamoCounters, "count")
def _(original: Any, self: DynamoCounters, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Any:
    for member in private_members(session) or ():
        original(self, member, session, seq, at_ms)
    return original(self, owner, session, seq, at_ms)


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


@mutant(
    "a trim forgets who was not counted",
    "late retry of a send that died before it was counted",
    DynamoMessageLog,
    "owed",
)
def _(_original: Any, _self: DynamoMessageLog, _session: SessionId, _owner: Uid, _floor: Seq, to: Seq) -> Owed:
    return Owed(frozenset(), to)


@mutant("retention clears what is kept", "history to the end of retention", DynamoMessageLog, "kept")
def _(_original: Any, _self: DynamoMessageLog, _owner: Uid, _counter: Any) -> int:
    return 0


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
    return found._replace(head=Seq(int(row["lastSeq"]["N"]) - 1))


@mutant("a retry trusts a candidate", "retry of a send that died before it was allocated", DynamoMessageLog, "find")
def _(original: Any, self: DynamoMessageLog, *arguments: Any) -> Any:
    with patch.object(message_log, "_is_of", lambda *_: True):
        return original(self, *arguments)


@mutant("a reservation does not know its own attempt", "ackFlg 0 to someone online", Dynamo, "put")
def _(original: Any, self: Dynamo, *arguments: Any) -> Item | None:
    there = original(self, *arguments)
    return None if there is None else {name: value for name, value in there.items() if name != "attempt"}


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
def _(original: Any, self: SendMessage, caller: Any, message: Message, *rest: Any) -> None:
    original(self, caller, message, *rest)
    owner = message.draft.recipient
    if self.presence.online([owner])[owner]:
        cast(DynamoInbox, self.inbox).remove(owner, message.session_id, [message.seq])


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


@mutant("a retry only answers", "retry of a send that died before it was stored", SendMessage, "_deliver_stored")
def _(original: Any, self: SendMessage, caller: Any, message: Message, *rest: Any) -> Any:
    if (
        cast(DynamoCounters, self.counters).named(message.draft.recipient, [message.session_id])[0].last_seq + 1
        < message.seq
    ):
        return original(self, caller, message, *rest)
    return message


@mutant("own devices get the other side's number", "send to someone online", PushToDevices, "_push_one")
def _(original: Any, self: PushToDevices, to: Endpoint, message: Message, received: int | None) -> Any:
    turned = replace(message, draft=replace(message.draft, recipient=to.uid))
    return original(self, to, turned, received)


@mutant(
    "nobody lists a session that begins",
    "an answer to a message that was only taken live",
    SendMessage,
    "_list_session",
)
def _(_original: Any, _self: SendMessage, _draft: Draft, *_rest: Any) -> None:
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


@mutant(
    "a client counts any push by its number", "an older message comes again after a newer one", Talk, "_count_number"
)
def _(original: Any, self: Talk, number: int, _seq: int) -> None:
    original(self, number, self.counted_seq + 1)


@mutant("a client acks only pushes with ackFlg", "ackFlg 0 to someone offline", Talk, "take_push")
def _(original: Any, self: Talk, push: Any) -> None:
    original(self, push)
    if push["ackFlg"] == 0:
        self.to_ack.discard(push["seq"])


@mutant("a client adds a whole counter again", "login", Talk, "add_counter")
def _(original: Any, self: Talk, counter: Any) -> None:
    self.known = counter["cleared"]
    original(self, counter)


@mutant("a client clears what it saw on a push", "live ack of two pushes around one that failed", Talk, "take_push")
def _(original: Any, self: Talk, push: Any) -> None:
    original(self, push)
    self.known = max(self.known, push.get("received", 0))
