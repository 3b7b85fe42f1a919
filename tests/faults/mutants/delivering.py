"""A seq, the offline store, a retry, a push or a connection is treated wrongly."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from unittest.mock import patch

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message, Numbers
from catchup.domain.page import Bounds
from catchup.domain.presence import Endpoint
from catchup.errors import Unavailable
from catchup.push.connections import Connections
from catchup.storage import message_log
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo
from catchup.storage.inbox import DynamoInbox
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook, _device_path, presence_key
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import MessageRow, PresenceRow, SessionRow
from catchup.usecases.catching_up.ports import Waiting
from catchup.usecases.sending.delivering import PrivateDelivery
from catchup.usecases.sending.ports import Lookup
from catchup.usecases.sending.send import SendMessage
from tests.faults.mutants.registry import mutant

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


@mutant("delivered is taken for acked", "send to someone online", PrivateDelivery, "look_and_push")
def _(original: Any, self: PrivateDelivery, caller: Any, message: Message, *rest: Any) -> Any:
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
    with patch.object(PrivateDelivery, "__call__", lambda *_, **__: None):
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
