"""The Sent table: the message behind a sender's msgId. It also has the one read that a send begins with."""

from collections.abc import Mapping, Sequence
from typing import Any

from catchup.domain.counter import Counter
from catchup.domain.ids import MsgId, Seq, SessionId, Uid, private_members
from catchup.domain.message import NONE, Message, Numbers, Place
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.group_book import group_of_row, session_key
from catchup.storage.member_book import counter_key, membership_of_row
from catchup.storage.message_log import message_key, message_of_row
from catchup.storage.presence_book import pace_of_person, presence_key, presence_of
from catchup.storage.reading import Storage, expired
from catchup.storage.tables import SentRow, pair_if_any, pair_of, pair_text
from catchup.usecases.groups.ports import GroupLookup
from catchup.usecases.sending.ports import Lookup, Sent


class DynamoSentLog:
    """Rows live for days, not minutes: phones sleep."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader, self._groups, self._counters = (of.reader(name) for name in ("sent", "session", "counter"))
        self._table, self._presence_table = self._reader.table, of.table("presence")
        self._session_table, self._counter_table = self._groups.table, self._counters.table
        self._messages = of.reader("message")
        self._seconds_kept = of.seconds_kept("sent")

    def look_up(
        self, uid: Uid, msg_id: MsgId, session: SessionId, people: Sequence[Uid], target: Seq | None = None
    ) -> Lookup:
        """One BatchGet over three tables, or four. There are two counters, or one for notes."""
        owners = dict.fromkeys(private_members(session) or ())
        found = self._dynamo.get_many(
            [
                KeysOf(self._table, [_key(uid, msg_id)], consistent=False),
                KeysOf(self._counter_table, [counter_key(owner, session) for owner in owners], consistent=False),
                KeysOf(self._presence_table, [presence_key(person) for person in people], consistent=False),
                *self._target_keys(session, target),
            ],
        )
        sent = found[self._table]
        counters = {
            Uid(item["uid"]["S"]): counter
            for item in found[self._counter_table]
            if (counter := self._counters.one(item, counter_of_row)) is not None
        }
        nothing = Counter(session)
        return Lookup(
            sent=self._readable(sent[0]) if sent else None,
            after_head=max([counter.following(owner) for owner, counter in counters.items()], default=Place(Seq(1))),
            counter=counters.get(nothing.other(uid), nothing),
            presence=presence_of(people, found[self._presence_table], self._clock()),
            pace=pace_of_person(uid, found[self._presence_table]),
            is_listed=counters.get(uid, nothing).is_listed,
            target=self._target(found),
        )

    def find(self, uid: Uid, msg_id: MsgId) -> Sent | None:
        """One BatchGet of one row."""
        found = self._dynamo.get_many([KeysOf(self._table, [_key(uid, msg_id)])])
        return self._readable(found[self._table][0]) if found[self._table] else None

    def look_up_in_group(
        self, uid: Uid, msg_id: MsgId | None, session: SessionId, target: Seq | None = None
    ) -> GroupLookup:
        """One BatchGet over up to five tables."""
        found = self._dynamo.get_many(
            [
                KeysOf(self._table, [_key(uid, msg_id)] if msg_id is not None else [], consistent=False),
                KeysOf(self._session_table, [session_key(session)], consistent=False),
                KeysOf(self._counter_table, [counter_key(uid, session)], consistent=False),
                KeysOf(self._presence_table, [presence_key(uid)], consistent=False),
                *self._target_keys(session, target),
            ],
        )
        sent, groups, members = found[self._table], found[self._session_table], found[self._counter_table]
        return GroupLookup(
            sent=self._readable(sent[0]) if sent else None,
            group=self._groups.one(groups[0], group_of_row) if groups else None,
            membership=self._counters.one(members[0], membership_of_row) if members else None,
            pace=pace_of_person(uid, found[self._presence_table]),
            target=self._target(found),
        )

    def _target_keys(self, session: SessionId, target: Seq | None) -> Sequence[KeysOf]:
        if target is None:
            return ()
        return [KeysOf(self._messages.table, [message_key(session, target)], consistent=False)]

    def _target(self, found: Mapping[str, Sequence[Item]]) -> Message | None:
        rows = [item for item in found.get(self._messages.table, ()) if not expired(item, self._clock())]
        return self._messages.one(rows[0], message_of_row) if rows else None

    def reserve(self, sent: Sent) -> Sent | None:
        """Put-if-absent. A repeated put whose response was lost finds its own row: the send goes on as a retry."""
        row = SentRow(
            uid=sent.uid,
            msg_id=sent.msg_id,
            seq=sent.place.seq,
            before=pair_text(sent.place.before),
            last_change=sent.place.last_change or None,
            quiets=pair_text(sent.place.quiets) if sent.place.quiets != NONE else None,
            held=sent.is_held or None,
            digest=sent.digest,
            ttl=self._clock() // 1_000 + self._seconds_kept,
        )
        there = self._dynamo.put(self._table, row, SentRow.uid.does_not_exist())
        return None if there is None else self._readable(there)

    def move(self, sent: Sent, to: Place) -> Sent:
        """SET seq, before, chg and quiets on condition that seq is still what `sent` says."""
        further = [SentRow.last_change.set(to.last_change)] if to.last_change else []
        if to.quiets != NONE:
            further.append(SentRow.quiets.set(pair_text(to.quiets)))
        _, there = self._dynamo.update(
            self._table,
            _key(sent.uid, sent.msg_id),
            [SentRow.seq.set(to.seq), SentRow.before.set(pair_text(to.before)), *further],
            SentRow.seq == sent.place.seq,
            returns="ALL_NEW",
        )
        # A row that has expired meanwhile must not stop the sender.
        return sent._replace(place=to) if there is None else self._readable(there)

    def hold(self, sent: Sent, is_held: bool) -> Sent:
        """SET or REMOVE held, on condition that the row is still as in `sent`."""
        _, there = self._dynamo.update(
            self._table,
            _key(sent.uid, sent.msg_id),
            [SentRow.held.set(True) if is_held else SentRow.held.remove()],
            SentRow.uid.exists() & (SentRow.held.exists() if sent.is_held else SentRow.held.does_not_exist()),
            returns="ALL_NEW",
        )
        return sent._replace(is_held=is_held) if there is None else self._readable(there)

    def _readable(self, item: Item) -> Sent:
        """Raises Unreadable for a corrupt row: sending a message twice would be worse than refusing it."""
        return self._reader.certain(item, _sent_of_row)


def _key(uid: Uid, msg_id: MsgId) -> Item:
    return {"uid": {"S": uid}, "msgId": {"S": msg_id}}


def _sent_of_row(item: Any) -> Sent:
    row = SentRow.from_raw_data(item)
    if None in (row.seq, row.digest):
        raise ValueError("a reservation without seq or digest")
    quiets = Numbers(*pair_if_any(row.quiets))
    place = Place(Seq(row.seq), Numbers(*pair_of(row.before)), Seq(row.last_change or 0), quiets)
    return Sent(Uid(row.uid), MsgId(row.msg_id), row.digest, place, is_held=bool(row.held))
