"""What a device does with receipts: docs/protocol.md, section 7, "Receipts". Each method makes one attempt."""

from collections.abc import Mapping
from typing import Any

from tests.people.choosing import BEGAN_MS
from tests.people.line import Line
from tests.people.reading import NOTHING, position_in


class Receipts(Line):
    """The part of a person that tells others how far they have read, and learns it."""

    def turn_receipts(self, on: bool, *, later: int = 1) -> None:
        """Chooses and makes one attempt. `later`: how much later than what this device knows of."""
        self.plan_receipts(on, later=later)
        self.send_receipts()

    def plan_receipts(self, on: bool, *, later: int = 1) -> None:
        """Puts a choice into the local database."""
        at = self.store.receipts["changedAt"] if self.store.receipts else BEGAN_MS
        self.store.receipts = {"on": on, "changedAt": at + later}
        self.store.must_tell_receipts = True
        self.log.receipts.append(self.store.receipts)

    def send_receipts(self) -> bool:
        """Sends the choice that no answer has settled."""
        if not self.store.must_tell_receipts or self.store.receipts is None:
            return True
        answer = self.ask("receipts", **self.store.receipts)
        if answer is None:
            return False
        self.store.must_tell_receipts = False
        self.take_receipts(answer)
        # In a race a look at the rows would be a step of its own, which can fail.
        if not answer["on"] and hasattr(self.world, "tables_now"):
            rows = self.world.rows("Counter")
            self.log.closed = {row["sessionId"]["S"]: position_in(row) for row in rows if row["uid"]["S"] == self.uid}
        return True

    def take_receipts(self, told: Mapping[str, Any] | None) -> None:
        """Takes a choice that the server tells: the later one holds."""
        held = self.store.receipts
        if told is not None and (held is None or told["changedAt"] >= held["changedAt"]):
            self.store.receipts = dict(told)

    def take_read_to(self, reader: str, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes how far the other person of each session has read."""
        for session, position in told.items():
            if set(session.split(":")[1:]) != {self.uid, reader}:
                self.log.surprises.append(f"{self.name}: hears how far {reader} has read {session}")
            at = (position["received"], position["seq"])
            self.store.read_to[session] = max(at, self.store.read_to.get(session, NOTHING))
