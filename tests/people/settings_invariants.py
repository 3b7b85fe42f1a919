"""What must hold of settings of sessions: the last choice holds, and every device knows it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.person import Person
from tests.people.rows import number_in
from tests.support.world import Phone, World

# Of each setting: its name on the wire, and its time in a row.
_TIMES = {"mutedUntil": "silentAt", "pinned": "pinnedAt", "hidden": "hiddenAt", "markedUnread": "markedAt"}


def unaware(world: World, person: Person) -> Iterator[str]:
    """The sessions whose settings this device holds in an older version."""
    for row in world.rows("Counter"):
        held = person.store.settings.get(row["sessionId"]["S"], {}).get("version", 0)
        if row["uid"]["S"] == person.uid and held < number_in(row, "settingsVersion"):
            yield row["sessionId"]["S"]


def check_settings(world: World, people: Sequence[Person]) -> Iterator[str]:
    """At rest the last choice holds, and every device of the person knows it."""
    for person in people:
        for session in unaware(world, person):
            yield f"{person.name} does not know the settings of {session}"
        for session, held in person.store.settings.items():
            yield from _kept(world, person, session, held)
    for row in world.rows("Counter"):
        uid, session = row["uid"]["S"], row["sessionId"]["S"]
        made = [
            choice.body
            for person in people
            if person.uid == uid
            for choice in person.log.choices
            if choice.session == session
        ]
        for name, time in _TIMES.items():
            last = max((body["changedAt"] for body in made if name in body), default=0)
            chosen = [body[name] for body in made if name in body and body["changedAt"] == last]
            if number_in(row, time) != last or (chosen and _held(row, name) not in chosen):
                since = number_in(row, time)
                yield f"{uid}: {session}: {name} is {_held(row, name)} since {since}, not {chosen} since {last}"
        if number_in(row, "settingsVersion"):
            yield from _shown(world, row)
        if number_in(row, "settingsVersion") > len(made):
            yield f"{uid}: {session}: {len(made)} choices made {number_in(row, 'settingsVersion')} changes"


def _held(row: Mapping[str, Any], name: str) -> Any:
    match name:
        case "mutedUntil":
            return number_in(row, "silentUntil")
        case "pinned":
            return "pinned" in row
        case "hidden":
            return "hiddenNumber" in row
        case _:
            return "markedNumber" in row


def _shown(world: World, row: Mapping[str, Any]) -> Iterator[str]:
    """A new device is told of what was chosen, and sees a hidden session as soon as something newer counts."""
    uid, session = row["uid"]["S"], row["sessionId"]["S"]
    page = Phone(world, uid, "auditor", connection="auditor").ok("sessions", limit=100)["sessions"]
    (told,) = (each for each in page if each["sessionId"] == session)
    hidden = _held(row, "hidden") and told["received"] <= number_in(row, "hiddenNumber")
    expected = {**{name: _held(row, name) for name in _TIMES}, "hidden": hidden}
    shown = {name: told["settings"][name] for name in _TIMES}
    if shown != expected:
        yield f"{uid}: {session}: is shown as {shown}, chosen is {expected}"


def _kept(world: World, person: Person, session: str, held: Mapping[str, Any]) -> Iterator[str]:
    """What a device keeps is what holds. (Whether a session is hidden it knows from what has come since.)"""
    rows = [row for row in world.rows("Counter") if (row["uid"]["S"], row["sessionId"]["S"]) == (person.uid, session)]
    for row in rows if held else ():
        wrong = {name: held[name] for name in _TIMES if name != "hidden" and held[name] != _held(row, name)}
        if wrong:
            yield f"{person.name}: {session}: keeps {wrong}"
