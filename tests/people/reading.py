"""What a device does with read positions: docs/protocol.md, section 7, "Count", rules 4 and 9.

The devices of the tests count as ever, and know beside it how far their person has read.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from tests.people.choosing import Choosing
from tests.people.line import AGAIN

# A number and a seq: positions are compared by their numbers.
Position: TypeAlias = tuple[int, int]
NOTHING: Position = (0, 0)


def position_in(row: Mapping[str, Any]) -> Position:
    """The position in a row of the Counter table; a number without a seq is the seq too."""
    number, seq = (int(row.get(name, {"N": "0"})["N"]) for name in ("read", "readSeq"))
    return number, max(number, seq)


class Reading(Choosing):
    """The part of a person that is about reading. Each method makes one attempt."""

    def mark_read(self, session: str) -> None:
        """Reads the session as far as this device has counted, and makes one attempt to tell it."""
        self.plan_read(session)
        self.tell_reads()

    def plan_read(self, session: str) -> None:
        """Notes in the local database that the person has read the session, and takes away its mark if there is one."""
        talk = self.store.talk(session)
        position = (talk.known, max(talk.known, talk.top))
        self.store.reads[session] = max(position, self.store.reads.get(session, NOTHING))
        if self.store.settings.get(session, {}).get("markedUnread"):
            self.plan_choice(session, markedUnread=False)

    @property
    def untold_reads(self) -> dict[str, Position]:
        """What the server may not know."""
        told = self.store.told_reads
        return {session: at for session, at in self.store.reads.items() if at > told.get(session, NOTHING)}

    def tell_reads(self) -> bool:
        """Sends the positions that no answer has confirmed."""
        due = {session: at for session, at in self.untold_reads.items() if not self.store.talk(session).waits}
        if not due:
            return True
        named = {session: {"seq": seq, "received": number} for session, (number, seq) in due.items()}
        answer = self.ask("read", sessions=named)
        if answer is None:
            return False
        for session, result in answer["sessions"].items():
            if result["code"] == "OK":
                self._confirm_read(session, due[session])
            elif result["code"] == "OUT_OF_RANGE":
                talk = self.store.talk(session)
                talk.waits = talk.must_ask = True
            elif result["code"] not in AGAIN:
                self.log.surprises.append(f"{self.name}: read of {session} → {result['code']}")
        return all(result["code"] == "OK" for result in answer["sessions"].values())

    def take_reads(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes positions that the server tells."""
        for session, read in told.items():
            at = (read["received"], read["seq"])
            self.store.reads[session] = max(at, self.store.reads.get(session, NOTHING))
            self._confirm_read(session, at)

    def take_reads_of(self, counters: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes the positions of counters. In a group that the person has left nobody asks how far they have read."""
        self.take_reads({session: counter["read"] for session, counter in counters.items() if "left" not in counter})
        for session, counter in counters.items():
            if "left" in counter:
                self._confirm_read(session, self.store.reads.get(session, NOTHING))

    def _confirm_read(self, session: str, at: Position) -> None:
        self.store.told_reads[session] = max(at, self.store.told_reads.get(session, NOTHING))
