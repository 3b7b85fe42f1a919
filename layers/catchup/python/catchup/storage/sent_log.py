"""The Sent table: the message behind a sender's msgId. It also has the one read that a send begins with."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Place, Route
from catchup.errors import Unreadable
from catchup.storage.block_book import blockers_of
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.group_book import group_of_row, session_key
from catchup.storage.member_book import counter_key, membership_of_row
from catchup.storage.message_log import head_of_row
from catchup.storage.presence_book import pace_of_person, presence_key, presence_of
from catchup.storage.reading import Storage
from catchup.storage.tables import SentRow
from catchup.usecases.groups.ports import GroupLookup
from catchup.usecases.sending.ports import Lookup, Sent

# Enough that two attempts at one msgId never have the same name.
ATTEMPT_BYTES = 8


class DynamoSentLog:
    """Rows live for days, not minutes: phones sleep."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader, self._heads, self._members = (of.reader(name) for name in ("sent", "session", "counter"))
        self._table, self._presence_table = self._reader.table, of.table("presence")
        self._session_table, self._counter_table = self._heads.table, self._members.table
        self._seconds_kept = of.seconds_kept("sent")

    def look_up(self, uid: Uid, msg_id: MsgId, session: SessionId, people: Sequence[Uid]) -> Lookup:
        """One BatchGet over three tables."""
        found = self._dynamo.get_many(
            [
                KeysOf(self._table, [_key(uid, msg_id)], consistent=False),
                KeysOf(self._session_table, [session_key(session)], consistent=False),
                KeysOf(self._presence_table, [presence_key(person) for person in people], consistent=False),
            ],
        )
        sent, heads = found[self._table], found[self._session_table]
        return Lookup(
            sent=self._readable(sent[0]) if sent else None,
            head=max((head for _, head in self._heads.readable(heads, head_of_row)), default=Seq(0)),
            presence=presence_of(people, found[self._presence_table], self._clock()),
            blocked_by=blockers_of(heads),
            pace=pace_of_person(uid, found[self._presence_table]),
        )

    def find(self, uid: Uid, msg_id: MsgId) -> Sent | None:
        """One BatchGet of one row."""
        found = self._dynamo.get_many([KeysOf(self._table, [_key(uid, msg_id)], consistent=True)])
        return self._readable(found[self._table][0]) if found[self._table] else None

    def look_up_in_group(self, uid: Uid, msg_id: MsgId, session: SessionId) -> GroupLookup:
        """One BatchGet over four tables."""
        found = self._dynamo.get_many(
            [
                KeysOf(self._table, [_key(uid, msg_id)], consistent=False),
                KeysOf(self._session_table, [session_key(session)], consistent=False),
                KeysOf(self._counter_table, [counter_key(uid, session)], consistent=False),
                KeysOf(self._presence_table, [presence_key(uid)], consistent=False),
            ],
        )
        sent, groups, members = found[self._table], found[self._session_table], found[self._counter_table]
        return GroupLookup(
            sent=self._readable(sent[0]) if sent else None,
            group=self._heads.one(groups[0], group_of_row) if groups else None,
            membership=self._members.one(members[0], membership_of_row) if members else None,
            pace=pace_of_person(uid, found[self._presence_table]),
        )

    def reserve(self, sent: Sent) -> Sent | None:
        """Put-if-absent. A repeated put whose response was lost finds its own row, by the attempt's name: success."""
        attempt = token_hex(ATTEMPT_BYTES)
        row = SentRow(
            uid=sent.uid,
            msg_id=sent.msg_id,
            seq=sent.seq,
            last_change=sent.last_change or None,
            route=sent.route.value,
            digest=sent.digest,
            attempt=attempt,
            ttl=self._clock() // 1_000 + self._seconds_kept,
        )
        there = self._dynamo.put(self._table, row, SentRow.uid.does_not_exist())
        return None if there is None or there.get("attempt") == {"S": attempt} else self._readable(there)

    def move(self, sent: Sent, to: Place) -> Sent:
        """SET seq and chg on condition that seq is still what `sent` says."""
        _, there = self._dynamo.update(
            self._table,
            _key(sent.uid, sent.msg_id),
            [SentRow.seq.set(to.seq), *([SentRow.last_change.set(to.last_change)] if to.last_change else [])],
            SentRow.seq == sent.seq,
            returns="ALL_NEW",
        )
        # A row that has expired meanwhile must not stop the sender.
        return sent.at(to) if there is None else self._readable(there)

    def reroute(self, sent: Sent, to: Route = Route.STORED) -> Sent:
        """SET route on condition that it is what `sent` says."""
        _, there = self._dynamo.update(
            self._table,
            _key(sent.uid, sent.msg_id),
            [SentRow.route.set(to.value)],
            SentRow.route == sent.route.value,
            returns="ALL_NEW",
        )
        return sent._replace(route=to) if there is None else self._readable(there)

    def _readable(self, item: Item) -> Sent:
        """Raises Unreadable for a corrupt row: sending a message twice would be worse than refusing it."""
        sent = self._reader.one(item, _sent_of_row)
        if sent is None:
            raise Unreadable(item["msgId"]["S"])
        return sent


def _key(uid: Uid, msg_id: MsgId) -> Item:
    return {"uid": {"S": uid}, "msgId": {"S": msg_id}}


def _sent_of_row(item: Any) -> Sent:
    row = SentRow()
    row.deserialize(dict(item))
    if None in (row.seq, row.route, row.digest):
        raise ValueError("a reservation without seq, route or digest")
    place = Place(Seq(row.seq), Seq(row.last_change or 0))
    return Sent(Uid(row.uid), MsgId(row.msg_id), place.seq, Route(row.route), row.digest, place.last_change)
