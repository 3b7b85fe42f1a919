"""Rows of the Packet table: what stands in each, and under which key.

| key | row |
|---|---|
| packetId, `packet` | the packet; or only `cancelled`, if there will never be one |
| packetId, `page#<three digits>` | its claims, twenty to a page, in their order; `closed`: there will be no more |
| packetId, `paid#<uid>` | the wallet has paid this claim |
| packetId, `refunded` | the wallet has taken back what was left |
| `due#<shard>`, `<time, 16 digits>#<packetId>` | a packet that is to be settled then, with all of its own row |
"""

from typing import Any

from pynamodb.attributes import BinaryAttribute, ListAttribute, UnicodeAttribute
from pynamodb.models import Model

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.packets import Claim, Claims, Packet, PacketId
from catchup.domain.shares import Mode
from catchup.storage.attributes import LAYOUT, IntegerAttribute, LayoutAttribute
from catchup.storage.dynamo import Item
from catchup.usecases.packets.ports import Due

# With twenty UUIDs a page has less than 1 KB: a claim costs one write unit; with the longest uids two. In longer pages
# fewer of those who open a packet at the same moment meet the end of one.
PAGE_CLAIMS = 20
# What each claim adds to the list: a uid and a time.
PARTS_OF_A_CLAIM = 2
SHARDS = 4
PACKET, PAGE, PAID, REFUNDED = "packet", "page#", "paid#", "refunded"


class PacketRow(Model):
    """A row of the Packet table, of any kind."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    packet_id = UnicodeAttribute(null=True, attr_name="packetId")
    giver = UnicodeAttribute(null=True)
    session_id = UnicodeAttribute(null=True, attr_name="sessionId")
    msg_id = UnicodeAttribute(null=True, attr_name="msgId")
    total = IntegerAttribute(null=True)
    count_ = IntegerAttribute(null=True, attr_name="count")
    mode = UnicodeAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    greeting = UnicodeAttribute(null=True)
    receiver = UnicodeAttribute(null=True)
    seed = BinaryAttribute(null=True, legacy_encoding=False)
    digest = BinaryAttribute(null=True, legacy_encoding=False)
    created = IntegerAttribute(null=True)
    expires = IntegerAttribute(null=True)
    # There is no such packet, and never will be.
    cancelled = IntegerAttribute(null=True)
    # Pages: uid and time of each claim, one after the other. A claim's place in the list is its slot.
    claims: ListAttribute[Any] = ListAttribute(null=True)
    # Pages: since when nobody may claim. It stands on the first page that is not full.
    closed = IntegerAttribute(null=True)
    # Of a payment or a refund.
    amount = IntegerAttribute(null=True)
    layout = LayoutAttribute(default=LAYOUT)


def key_of(packet_id: PacketId, sort: str) -> Item:
    """The key of a row of a packet."""
    return {"pk": {"S": packet_id}, "sk": {"S": sort}}


def page_key(packet_id: PacketId, page: int) -> Item:
    """The key of a page of claims, which are counted from 0 on."""
    return key_of(packet_id, f"{PAGE}{page:03}")


def due_partition(shard: int) -> str:
    """The partition of what is due. Several, so that no one has all writes."""
    return f"due#{shard}"


def shard_of(packet_id: PacketId) -> int:
    """The shard of a packet."""
    return sum(packet_id.encode()) % SHARDS


def due_key(due: Due) -> Item:
    """The key of a packet that is due."""
    packet_id = due.packet.packet_id
    return {"pk": {"S": due_partition(shard_of(packet_id))}, "sk": {"S": f"{due.at_ms:016}#{packet_id}"}}


def row_of(packet: Packet, pk: str, sk: str) -> PacketRow:
    """A row with all of a packet."""
    return PacketRow(
        pk,
        sk,
        packet_id=packet.packet_id,
        giver=packet.giver,
        session_id=packet.session_id,
        msg_id=packet.msg_id,
        total=packet.total,
        count_=packet.count,
        mode=packet.mode.value,
        currency=packet.currency,
        greeting=packet.greeting or None,
        receiver=packet.receiver,
        seed=packet.seed,
        digest=packet.digest,
        created=packet.created_at_ms,
        expires=packet.expires_at_ms,
    )


def packet_of(item: Any) -> Packet | None:
    """The packet of a row; None if it was cancelled. Raises what a corrupt row raises."""
    if "cancelled" in item:
        return None
    row = PacketRow()
    row.deserialize(item)
    receiver = row.receiver
    packet = Packet(
        packet_id=PacketId(row.packet_id),
        giver=Uid(row.giver),
        session_id=SessionId(row.session_id),
        msg_id=MsgId(row.msg_id),
        total=row.total,
        count=row.count_,
        mode=Mode(row.mode),
        currency=row.currency,
        seed=row.seed,
        digest=row.digest,
        created_at_ms=row.created,
        expires_at_ms=row.expires,
        greeting=row.greeting or "",
        receiver=None if receiver is None else Uid(receiver),
    )
    if None in (row.packet_id, row.giver, row.session_id, row.msg_id, row.currency, row.seed, row.digest):
        raise ValueError("a packet without all of its attributes")
    return packet


def due_of(item: Any) -> Due:
    """What is due by a row. Raises what a corrupt row raises."""
    packet = packet_of(item)
    if packet is None:
        raise ValueError("nothing is due")
    return Due(packet, int(item["sk"]["S"].partition("#")[0]))


def page_of(item: Any, page: int) -> Claims:
    """The claims of a page. Raises what a corrupt row raises."""
    parts = item.get("claims", {}).get("L", [])
    made = tuple(
        Claim(Uid(uid["S"]), page * PAGE_CLAIMS + index, int(at["N"]))
        for index, (uid, at) in enumerate(zip(parts[::2], parts[1::2], strict=True))
    )
    return Claims(made, "closed" in item)
