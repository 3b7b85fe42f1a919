"""Red packets: the Packet table (docs/adr/0046-red-packets.md).

A claim is one update of the first page that is not full:

    SET claims = list_append(claims, [uid, time])
    IF the page has not the uid, has room, and is not closed

Why a person has one claim, whatever they send and how often, and whatever is lost or stale:

1. Claims are only added. A page that is full stays as it is, so what a stale read says of a full page is true.
2. Somebody writes to a page only when they have seen that all pages before it are full, and that they are in none.
3. So all attempts of one person meet at the same page, the first that is not full, and the condition there lets one
   pass. If the page is full meanwhile, it is final: they look whether they are in it, and go on to the next.

Why nobody claims after a closing: it puts `closed` on the first page that is not full, under the condition that it is
not full. That page never becomes full then, so by 2. nobody writes to a later one. And if the page became full first,
the closing goes on to the next.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pynamodb.expressions.condition import size
from pynamodb.expressions.operand import Path

from catchup.clock import deadline
from catchup.domain.ids import Uid
from catchup.domain.packets import Claim, Claims, Packet, PacketId
from catchup.errors import OutOfTime, Unavailable
from catchup.storage.attributes import always
from catchup.storage.dynamo import Item, WrongType
from catchup.storage.packet_rows import (
    PACKET,
    PAGE,
    PAGE_CLAIMS,
    PAID,
    PARTS_OF_A_CLAIM,
    REFUNDED,
    PacketRow,
    due_key,
    due_of,
    due_partition,
    key_of,
    packet_of,
    page_key,
    page_of,
    row_of,
)
from catchup.storage.reading import ROWS_PER_LONG_QUERY, Storage
from catchup.usecases.packets.ports import Account, Due

T = TypeVar("T")

_CLAIMS = Path("claims")
_length = size(_CLAIMS)  # type: ignore[no-untyped-call]
# A packet and its pages sort below this, its payments above.
_BEFORE_PAYMENTS = PAID[:-1]


class DynamoPackets:
    """The rows. Each update may be repeated."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader = of.reader("packet")
        self._table = self._reader.table

    def intend(self, packet: Packet) -> None:
        """One put: 1 write unit."""
        self._put_due(Due(packet, packet.expires_at_ms))

    def put(self, packet: Packet) -> Packet | None:
        """One put, if there is no row: 1 write unit."""
        key = key_of(packet.packet_id, PACKET)
        found = self._dynamo.put(self._table, row_of(packet, packet.packet_id, PACKET), PacketRow.pk.does_not_exist())
        return packet if found is None else self._packet(key, found)

    def cancel(self, packet_id: PacketId) -> Packet | None:
        """Puts a row with `cancelled` only, if there is no row."""
        row = PacketRow(packet_id, PACKET, cancelled=self._clock())
        found = self._dynamo.put(self._table, row, PacketRow.pk.does_not_exist())
        return None if found is None else self._packet(key_of(packet_id, PACKET), found)

    def find(self, packet_id: PacketId) -> tuple[Packet, Claims] | None:
        """One query, eventually consistent: half a read unit for every 80 claims or so."""
        return self._found(packet_id, consistent=False)

    def claim(self, packet: Packet, seen: Claims, uid: Uid, at_ms: int) -> tuple[Claim | None, Claims]:
        """One update, if nobody fills the page at the same moment. See above."""
        while True:
            mine = seen.of(uid)
            if mine is not None or seen.is_closed or len(seen.made) >= packet.count:
                return mine, seen
            page = len(seen.made) // PAGE_CLAIMS
            has_room = self._has_room(packet, page)
            actions = [PacketRow.claims.set((_CLAIMS | []).append([uid, at_ms]))]
            is_new = _CLAIMS.does_not_exist() | ~_CLAIMS.contains(uid)
            condition = has_room & is_new & PacketRow.closed.does_not_exist()
            claimed, seen = self._changed(packet, seen, page, actions, condition)
            if not claimed and seen.of(uid) is None:
                seen = self._looked_again(packet, seen)

    def close(self, packet: Packet, at_ms: int) -> Claims:
        """Reads all, and one update, if nobody fills the page at the same moment."""
        seen = Claims()
        while True:
            seen = self._looked_again(packet, seen)
            if seen.is_closed or len(seen.made) >= packet.count:
                return seen
            page = len(seen.made) // PAGE_CLAIMS
            actions = [PacketRow.closed.set(PacketRow.closed | at_ms)]
            _, seen = self._changed(packet, seen, page, actions, self._has_room(packet, page))

    def account(self, packet_id: PacketId) -> Account:
        """One query, consistent."""
        items, packet, claims = self._rows(packet_id, consistent=True, payments=True)
        paid = {
            Uid(item["sk"]["S"].removeprefix(PAID)): self._amount(item)
            for item in items
            if item["sk"]["S"].startswith(PAID)
        }
        refunded = next((self._amount(item) for item in items if item["sk"]["S"] == REFUNDED), None)
        return Account(packet, claims, paid, refunded)

    def note_paid(self, packet_id: PacketId, uid: Uid, amount: int) -> None:
        """One put: 1 write unit."""
        row = PacketRow(packet_id, f"{PAID}{uid}", amount=amount)
        self._dynamo.put(self._table, row, always(PacketRow.pk))

    def note_refunded(self, packet_id: PacketId, amount: int) -> None:
        """One put: 1 write unit."""
        self._dynamo.put(self._table, PacketRow(packet_id, REFUNDED, amount=amount), always(PacketRow.pk))

    def due(self, now_ms: int, shard: int, limit: int) -> Sequence[Due]:
        """One query. A row that can't be read is reported and kept."""
        where = (PacketRow.pk == due_partition(shard)) & (PacketRow.sk < f"{now_ms + 1:016}")
        items, _ = self._dynamo.query(self._table, where, limit=limit)
        return list(self._reader.readable(items, due_of))

    def postpone(self, due: Due, until_ms: int) -> Due:
        """A put, then a deletion: in between it is due at both times."""
        later = due._replace(at_ms=until_ms)
        self._put_due(later)
        self.settled(due)
        return later

    def settled(self, due: Due) -> None:
        """One deletion."""
        self._dynamo.delete(self._table, due_key(due))

    def _put_due(self, due: Due) -> None:
        key = due_key(due)
        self._dynamo.put(self._table, row_of(due.packet, key["pk"]["S"], key["sk"]["S"]), always(PacketRow.pk))

    def _has_room(self, packet: Packet, page: int) -> Any:
        room = min(PAGE_CLAIMS, packet.count - page * PAGE_CLAIMS)
        return _CLAIMS.does_not_exist() | (_length < room * PARTS_OF_A_CLAIM)

    def _changed(
        self, packet: Packet, seen: Claims, page: int, actions: Sequence[Any], condition: Any
    ) -> tuple[bool, Claims]:
        """Updates a page. Returns whether it did, and all claims up to this page as they are now."""
        key = page_key(packet.packet_id, page)
        try:
            done, row = self._dynamo.update(self._table, key, actions, condition, returns="ALL_NEW")
        except WrongType as error:
            self._reader.report(key, error)
            raise Unavailable("a page of claims can't be read") from error
        now = self._page(row or {}, page)
        return done, Claims(seen.made[: page * PAGE_CLAIMS] + now.made, now.is_closed)

    def _looked_again(self, packet: Packet, seen: Claims) -> Claims:
        """The claims now, unless these are final. Many fill pages at the same moment: reading finds the end."""
        if seen.is_closed or len(seen.made) >= packet.count:
            return seen
        if not deadline().allows():
            raise OutOfTime
        found = self._found(packet.packet_id, consistent=True)
        if found is None:
            raise Unavailable("the packet is gone")
        return found[1]

    def _found(self, packet_id: PacketId, *, consistent: bool) -> tuple[Packet, Claims] | None:
        _, packet, claims = self._rows(packet_id, consistent=consistent, payments=False)
        return None if packet is None else (packet, claims)

    def _rows(
        self, packet_id: PacketId, *, consistent: bool, payments: bool
    ) -> tuple[Sequence[Item], Packet | None, Claims]:
        """All rows of a packet, and what the packet's own and the pages say. They are far below the 1 MB of a query."""
        where = PacketRow.pk == packet_id
        if not payments:
            where &= PacketRow.sk < _BEFORE_PAYMENTS
        items, _ = self._dynamo.query(self._table, where, limit=ROWS_PER_LONG_QUERY, consistent=consistent)
        packet, claims = None, Claims()
        for item in items:
            sort = item["sk"]["S"]
            if sort == PACKET:
                packet = self._packet(item, item)
            elif sort.startswith(PAGE):
                page = self._page(item, int(sort.removeprefix(PAGE)))
                claims = Claims(claims.made + page.made, page.is_closed)
        return items, packet, claims

    def _packet(self, key: Item, item: Item) -> Packet | None:
        if "cancelled" in item:
            return None
        return _certain(self._reader.one({**item, **_keys_of(key)}, packet_of))

    def _page(self, item: Item, page: int) -> Claims:
        return _certain(self._reader.one(item, lambda each: page_of(each, page)))

    def _amount(self, item: Item) -> int:
        return _certain(self._reader.one(item, lambda each: int(each["amount"]["N"])))


def _certain(decoded: T | None) -> T:
    """Money is not counted by what can't be read: the request comes again, and the row has been reported."""
    if decoded is None:
        raise Unavailable("a row of a packet can't be read")
    return decoded


def _keys_of(item: Item) -> Mapping[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}
