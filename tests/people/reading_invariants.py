"""What must hold of read positions: the furthest one stands, and no other."""

from collections.abc import Iterator, Sequence

from catchup.clock import system_clock
from catchup.storage.reading import expired
from tests.people.person import Person
from tests.people.reading import NOTHING, Position
from tests.people.rows import Rows, number_in


def check_reading(rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """At rest an account has read as far as the device of it that has read furthest."""
    furthest: dict[tuple[str, str], Position] = {}
    for person in people:
        for session, at in person.store.reads.items():
            furthest[person.uid, session] = max(at, furthest.get((person.uid, session), NOTHING))
    kept: dict[str, list[int]] = {}
    for row in rows["Message"]:
        if not expired(row, system_clock()):
            kept.setdefault(row["sessionId"]["S"], []).append(number_in(row, "seq"))
    for row in rows["Counter"]:
        uid, session = row["uid"]["S"], row["sessionId"]["S"]
        at = (number_in(row, "read"), max(number_in(row, "read"), number_in(row, "readSeq")))
        expected = furthest.get((uid, session), NOTHING)
        removed = min(kept.get(session, []), default=1 << 53)
        # What retention has removed counts as read.
        is_right = at == expected or expected < at < (at[0], removed)
        if session.startswith("p:") and any(person.uid == uid for person in people) and not is_right:
            yield f"{uid}: {session}: read up to {at}, not {expected}"
