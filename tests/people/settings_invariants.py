"""What must hold of settings of sessions: the last choice holds, and every device knows it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.person import Person
from tests.people.rows import number_in
from tests.support.world import World

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
