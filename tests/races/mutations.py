"""The service with one of its thoughts taken out: each was a fault of an earlier design, or is the obvious short cut.

They patch the real classes for the length of a test. A race that does not notice proves nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.presence import Caller, Endpoint, Presence
from catchup.storage import counter_book, inbox, message_log, position_book
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo, Item
from catchup.storage.hiding import DynamoHiding, HiddenRow
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import counter_key
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.tables import CounterRow, PresenceRow
from catchup.usecases.catching_up.counters import CountersFrame
from catchup.usecases.catching_up.login import LogIn
from catchup.usecases.catching_up.ports import ClearResult, Counters
from catchup.usecases.hiding.hide import Hidden
from catchup.usecases.hiding.list_hidden import ListHidden
from catchup.usecases.people.ports import PresenceBook
from catchup.usecases.sending.delivering import PrivateDelivery
from tests.people.device import Talk

Mutation = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class _SeenBefore:
    """A presence book that answers what was true a while ago."""

    book: PresenceBook
    seen: Presence

    def online(self, _people: Sequence[Uid]) -> Presence:
        return self.seen

    def forget(self, endpoint: Endpoint) -> None:
        self.book.forget(endpoint)


def presence_is_read_before_the_counter_is_raised(patch: pytest.MonkeyPatch) -> None:
    original = PrivateDelivery.__call__

    def deliver(self: Any, caller: Caller, message: Message, *rest: Any, **named: Any) -> None:
        seen = self.presence.online([message.draft.recipient])
        original(replace(self, presence=_SeenBefore(self.presence, seen)), caller, message, *rest, **named)

    patch.setattr(PrivateDelivery, "__call__", deliver)


@dataclass(frozen=True)
class _ReadBefore:
    """Counters that were read a while ago."""

    counters: Sequence[Counter]

    def all(self, _owner: Uid) -> Sequence[Counter]:
        return self.counters


def login_reads_counters_before_it_registers(patch: pytest.MonkeyPatch) -> None:
    original = LogIn.__call__

    def log_in(self: Any, caller: Caller, *rest: Any) -> CountersFrame:
        read: Counters = _ReadBefore(self.counters.all(caller.uid))  # type: ignore[assignment]
        return original(replace(self, counters=read), caller, *rest)

    patch.setattr(LogIn, "__call__", log_in)


def a_disconnect_removes_whatever_connection_is_there(patch: pytest.MonkeyPatch) -> None:
    _update_always(patch, "PresenceTable", "NONE", PresenceRow.uid.exists())


def an_older_connection_may_take_over(patch: pytest.MonkeyPatch) -> None:
    _update_always(patch, "PresenceTable", "ALL_OLD", PresenceRow.uid.exists() | PresenceRow.uid.does_not_exist())


def a_counter_may_be_lowered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counter_book, "_may_rise", lambda *_: CounterRow.uid.exists() | CounterRow.uid.does_not_exist())


def _update_always(patch: pytest.MonkeyPatch, table_name: str, asked_for: str, always: Condition) -> None:
    """Updates of this table that return this have another condition."""
    original = Dynamo.update

    def update(
        self: Dynamo, table: str, key: Item, actions: Sequence[Action], condition: Condition, returns: str = "NONE"
    ) -> tuple[bool, Item | None]:
        mutated = table.endswith(table_name) and returns == asked_for
        return original(self, table, key, actions, always if mutated else condition, returns)

    patch.setattr(Dynamo, "update", update)


def a_seq_is_taken_whether_or_not_it_is_free(patch: pytest.MonkeyPatch) -> None:
    original = Dynamo.put

    def put(self: Dynamo, table: str, row: Any, condition: Condition | None = None) -> Item | None:
        return original(self, table, row, None if table.endswith("MessageTable") else condition)

    patch.setattr(Dynamo, "put", put)


def a_retry_trusts_its_candidate(patch: pytest.MonkeyPatch) -> None:
    original, is_of = DynamoMessageLog.find, message_log._is_of

    def find(self: DynamoMessageLog, *arguments: Any) -> tuple[Message | None, Counter | None]:
        patch.setattr(message_log, "_is_of", lambda *_: True)
        try:
            return original(self, *arguments)
        finally:
            patch.setattr(message_log, "_is_of", is_of)

    patch.setattr(DynamoMessageLog, "find", find)


def clear_sets_cleared_to_received(patch: pytest.MonkeyPatch) -> None:
    def clear(self: Any, owner: Uid, session: SessionId, _seen: int) -> ClearResult:
        everything = [CounterRow.cleared.set(CounterRow.received)]
        self._dynamo.update(self._table, counter_key(owner, session), everything, CounterRow.received.exists())
        return ClearResult.CLEARED

    patch.setattr(DynamoCounters, "clear", clear)


def an_ack_deletes_everything_up_to_the_highest_seq(patch: pytest.MonkeyPatch) -> None:
    original = DynamoInbox.remove

    def remove(self: DynamoInbox, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        return original(self, owner, session, [Seq(n) for n in range(1, max(seqs, default=0) + 1)])

    patch.setattr(DynamoInbox, "remove", remove)


def a_version_is_raised_before_its_list(patch: pytest.MonkeyPatch) -> None:
    add, raise_version = DynamoHiding.add, DynamoHiding.raise_version
    raised: list[int] = []

    def first(self: DynamoHiding, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> None:
        raised[:] = [raise_version(self, owner, session, seqs, ())]
        add(self, owner, session, seqs)

    patch.setattr(DynamoHiding, "add", first)
    patch.setattr(DynamoHiding, "raise_version", lambda *_: raised[0])


def a_list_is_read_before_its_version(patch: pytest.MonkeyPatch) -> None:
    def listed(self: ListHidden, uid: Uid, session: SessionId, after: Seq) -> Hidden:
        page = self.hiding.page(uid, session, after)
        (row,) = self.counters.named(uid, [session])
        return Hidden(session, page.seqs, row.hidden_version, page.more)

    patch.setattr(ListHidden, "__call__", listed)


def a_block_is_read_and_written_back(patch: pytest.MonkeyPatch) -> None:
    def add(self: DynamoHiding, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> None:
        hidden = {*self.page(owner, session, Seq(0)).seqs, *seqs}
        key = {"uid": {"S": owner}, "key": {"S": inbox.inbox_key(session, 0)}}
        always = HiddenRow.uid.exists() | HiddenRow.uid.does_not_exist()
        self._dynamo.update(self._table, key, [HiddenRow.places.set({int(seq) for seq in hidden})], always)

    patch.setattr(DynamoHiding, "add", add)


def expired_messages_are_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inbox, "expired", lambda _item, _now_ms: False)


def a_push_is_counted_whatever_its_number(patch: pytest.MonkeyPatch) -> None:
    """Not the service's fault, but its client's."""

    def count(self: Talk, message: Any) -> None:
        if message["from"] != self.me:
            self._add([message["number"]])
            self.known = max(self.known, message["number"])

    patch.setattr(Talk, "count", count)


def a_position_may_go_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(position_book, "_is_further", lambda _: CounterRow.timestamp > 0)


def the_last_choice_that_comes_stands(patch: pytest.MonkeyPatch) -> None:
    _update_always(patch, "CounterTable", "NONE", CounterRow.uid.exists() | CounterRow.uid.does_not_exist())


def a_clear_reads(patch: pytest.MonkeyPatch) -> None:
    original = DynamoCounters.clear

    def clear(self: DynamoCounters, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        self._dynamo.update(
            self._table, counter_key(owner, session), [CounterRow.read.set(seen)], CounterRow.received >= seen
        )
        return original(self, owner, session, seen)

    patch.setattr(DynamoCounters, "clear", clear)
