"""What must hold of receipts: nobody is told of more than was read, nor by those who don't tell; a list tells exactly
what may be told; and the last choice holds, on all devices."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.person import Person
from tests.people.reading import NOTHING, Position, position_in
from tests.people.reviewer import Reviewer
from tests.people.rows import Rows, number_in
from tests.support.http import HttpClient
from tests.support.world import World

Counters = Mapping[tuple[str, str], Mapping[str, Any]]


def check_receipts(world: World, rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """Returns a sentence for each violation."""
    people = [person for person in people if not isinstance(person, Reviewer)]
    counters = {(row["uid"]["S"], row["sessionId"]["S"]): row for row in rows["Counter"]}
    for uid in {person.uid for person in people}:
        yield from _choice(counters, [person for person in people if person.uid == uid])
    for person in people:
        for session, at in person.store.read_to.items():
            yield from _told(counters, people, person, session, at)
    asked = {uid: person for person in people for uid in [person.uid] if _has_readers(counters, uid)}
    for person in asked.values():
        yield from _listed(world, counters, person)


def _choice(counters: Counters, devices: Sequence[Person]) -> Iterator[str]:
    """The last choice is stored, and each device knows it."""
    uid = devices[0].uid
    made = [choice for device in devices for choice in device.log.receipts]
    last = max((choice["changedAt"] for choice in made), default=0)
    on = {choice["on"] for choice in made if choice["changedAt"] == last}
    row = counters.get((uid, f"p:{uid}:{uid}"), {})
    held = (row.get("receipts", {}).get("BOOL"), number_in(row, "receiptsAt"))
    if made and (held[1] != last or held[0] not in on):
        yield f"{uid}: receipts are {held}, not {on} since {last}"
    for device in devices:
        known = device.store.receipts or {"on": None, "changedAt": 0}
        if (known["on"], known["changedAt"]) != held:
            yield f"{device.name}: believes that receipts are {known}, they are {held}"


def _told(counters: Counters, people: Sequence[Person], person: Person, session: str, at: Position) -> Iterator[str]:
    """What a device was told is what the other has read, or less; and nothing from after they turned receipts off."""
    other = _other(person.uid, session)
    number, seq = position_in(counters.get((other, session), {}))
    if at[0] > number or at[1] > min(seq, _head(counters, session)):
        yield f"{person.name}: was told that {other} has read {session} up to {at}, it is {(number, seq)}"
    if _is_on(counters, other) and _is_on(counters, person.uid):
        return
    for one in people:
        closed = one.log.closed
        if one.uid in (other, person.uid) and closed is not None and not _is_on(counters, one.uid):
            before = closed.get(session, NOTHING) if one.uid == other else (number, seq)
            if at > before:
                yield f"{person.name}: was told of {other} in {session} up to {at}: receipts were off at {before}"


def _listed(world: World, counters: Counters, person: Person) -> Iterator[str]:
    page = HttpClient(world, person.uid).ok("sessions", limit=100)
    for each in page["sessions"]:
        session = each["sessionId"]
        told = each.get("readTo")
        at = (told["received"], told["seq"]) if told else None
        expected = _expected(counters, person.uid, session)
        if at != expected:
            yield f"{person.uid}: the list tells {at} of {session}, not {expected}"


def _expected(counters: Counters, uid: str, session: str) -> Position | None:
    """How far the other person has read, if that is told."""
    if session.startswith("g:") or session == f"p:{uid}:{uid}":
        return None
    other = _other(uid, session)
    both = [counters.get((each, session), {}) for each in (uid, other)]
    if any("blocked" in row for row in both) or not (_is_on(counters, uid) and _is_on(counters, other)):
        return None
    number, seq = position_in(both[1])
    return (number, min(seq, _head(counters, session))) if number else None


def _has_readers(counters: Counters, uid: str) -> bool:
    """Whether anybody has read what this person wrote."""
    sessions = [session for owner, session in counters if owner == uid and session.startswith("p:")]
    return any(number_in(counters.get((_other(uid, session), session), {}), "read") for session in sessions)


def _head(counters: Counters, session: str) -> int:
    return max(number_in(counters.get((uid, session), {}), "lastSeq") for uid in session.split(":")[1:])


def _is_on(counters: Counters, uid: str) -> bool:
    return bool(counters.get((uid, f"p:{uid}:{uid}"), {}).get("receipts", {"BOOL": True})["BOOL"])


def _other(uid: str, session: str) -> str:
    first, second = session.split(":")[1:]
    return second if uid == first else first
