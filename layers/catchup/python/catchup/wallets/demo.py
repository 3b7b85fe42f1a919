"""A wallet for the local stack: a DynamoDB table with a balance for each person, and a ledger.

| key | row |
|---|---|
| `balance#<uid>`, `balance` | `amount`: what the person has beyond what everybody is given at first |
| `packet#<packetId>`, `held` | `amount`: what is held for a packet |
| `packet#<packetId>`, `reserve`, `refund`, `pay#<uid>` | an entry of the ledger: `uid`, `amount`, and its key |

Each movement is a transaction of an entry, which must be new, and two amounts, of which one loses what the other gains.
So the sum of all amounts is always 0, and an entry exists exactly if its money has moved. Nothing expires: a key is
known for ever.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from catchup.domain.ids import Uid
from catchup.domain.packets import Packet, PacketId
from catchup.errors import Unavailable
from catchup.usecases.packets.ports import Declined, Paid, Refunded, Reserved

# What everybody has at first, of each currency: the demo is not about currencies.
ENDOWMENT = 100_000
INSUFFICIENT_FUNDS, CANCELLED = "INSUFFICIENT_FUNDS", "CANCELLED"

Item = Mapping[str, Any]


class DemoWallet:
    """The wallet. `client`: of DynamoDB."""

    def __init__(self, client: Any, table: str, endowment: int = ENDOWMENT) -> None:
        self._client, self._table, self._endowment = client, table, endowment

    def balance_of(self, uid: Uid) -> int:
        """What this person has."""
        return self._endowment + self._amount(_balance(uid))

    def reserve(self, key: str, packet: Packet) -> Reserved | Declined:
        """From the giver's balance, if there is enough, into what is held."""
        least = packet.total - self._endowment
        # A row that is not there has 0.
        is_enough = "amount >= :least" if least > 0 else "amount >= :least OR attribute_not_exists(amount)"
        giver = {**self._add(_balance(packet.giver), -packet.total), "ConditionExpression": is_enough}
        giver["ExpressionAttributeValues"] = {**giver["ExpressionAttributeValues"], ":least": {"N": str(least)}}
        entry = self._entry(packet, "reserve", packet.giver, packet.total, key)
        if self._move(entry, giver, self._add(_held(packet.packet_id), packet.total)):
            return Reserved()
        if self._get(_entry_key(packet, "refund")) is not None:
            return Declined(CANCELLED)
        if self._get(_entry_key(packet, "reserve")) is not None:
            return Reserved()
        return Declined(INSUFFICIENT_FUNDS)

    def pay(self, key: str, packet: Packet, uid: Uid, amount: int) -> Paid:
        """From what is held to the person's balance."""
        name = f"pay#{uid}"
        taken = self._take(packet, amount)
        if not self._move(self._entry(packet, name, uid, amount, key), taken, self._add(_balance(uid), amount)):
            self._check_known(packet, name, amount)
        return Paid()

    def refund(self, key: str, packet: Packet, amount: int) -> Refunded:
        """From what is held to the giver's balance. If nothing was reserved, it only notes that nothing will be."""
        giver = packet.giver
        void = self._entry(packet, "reserve", giver, 0, key)
        refused = self._entry(packet, "refund", giver, 0, key)
        if self._move(void, refused):
            return Refunded()
        back = self._entry(packet, "refund", giver, amount, key)
        if not self._move(back, self._take(packet, amount), self._add(_balance(giver), amount)):
            self._check_known(packet, "refund", amount)
        return Refunded()

    def _check_known(self, packet: Packet, name: str, amount: int) -> None:
        """A movement that was not made must have been made before. Otherwise something is wrong with the money, which
        is no answer."""
        entry = self._get(_entry_key(packet, name))
        if entry is None or int(entry["amount"]["N"]) not in (0, amount):
            raise Unavailable(f"the wallet can't {name}")

    def _entry(self, packet: Packet, name: str, uid: Uid, amount: int, key: str) -> dict[str, Any]:
        item = {**_entry_key(packet, name), "uid": {"S": uid}, "amount": {"N": str(amount)}, "key": {"S": key}}
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _add(self, key: Item, amount: int) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": key,
            "UpdateExpression": "ADD amount :amount",
            "ExpressionAttributeValues": {":amount": {"N": str(amount)}},
        }

    def _take(self, packet: Packet, amount: int) -> dict[str, Any]:
        taken = self._add(_held(packet.packet_id), -amount)
        values = {**taken["ExpressionAttributeValues"], ":least": {"N": str(amount)}}
        return {**taken, "ConditionExpression": "amount >= :least", "ExpressionAttributeValues": values}

    def _move(self, *items: dict[str, Any]) -> bool:
        """Returns False if a condition failed: nothing has moved. Raises Unavailable."""
        written = [item if "Put" in item else {"Update": item} for item in items]
        try:
            self._client.transact_write_items(TransactItems=written)
        except ClientError as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
            if reasons <= {"None", "ConditionalCheckFailed"} and "ConditionalCheckFailed" in reasons:
                return False
            raise Unavailable(str(error)) from error
        except BotoCoreError as error:
            raise Unavailable(str(error)) from error
        return True

    def _get(self, key: Item) -> Item | None:
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(str(error)) from error
        item: Item | None = answer.get("Item")
        return item

    def _amount(self, key: Item) -> int:
        return int((self._get(key) or {}).get("amount", {}).get("N", 0))


def _balance(uid: Uid) -> Item:
    return {"pk": {"S": f"balance#{uid}"}, "sk": {"S": "balance"}}


def _held(packet_id: PacketId) -> Item:
    return {"pk": {"S": f"packet#{packet_id}"}, "sk": {"S": "held"}}


def _entry_key(packet: Packet, name: str) -> Item:
    return {"pk": {"S": f"packet#{packet.packet_id}"}, "sk": {"S": name}}
