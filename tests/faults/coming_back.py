"""How clients come back after a fault, and what they must have been told until then."""

from collections.abc import Callable, Iterator

from tests.faults.stage import Stage
from tests.people.group_invariants import behind_in_groups, is_member
from tests.people.person import Person
from tests.people.revising_invariants import outdated
from tests.people.rows import number_in
from tests.people.settings_invariants import unaware

ComeBack = Callable[[Stage], None]


def at_once(stage: Stage) -> None:
    """Clients retry over the connections that they have, and read what the retries of others bring."""
    for _ in range(2):
        stage.world.fan_out(delayed=True)
        for person in stage.people.values():
            person.finish()
            person.read_pushes()


def receivers_first(stage: Stage) -> None:
    """All connections are lost, unread pushes with them. Who has nothing to send is back first and answers what he
    finds; the platform tells late of the old connections; then the senders retry."""
    people = list(stage.people.values())
    late = [(person, person.phone.event("DISCONNECT", "$disconnect")) for person in people if person.connected]
    for person in people:
        person.crash()
    for person in people:
        if not person.store.outbox:
            person.finish()
            for session in list(person.store.talks):
                _answer(stage, person, session)
    for person, event in late:
        person.disconnected(event)
    at_once(stage)


WAYS: tuple[ComeBack, ...] = (at_once, receivers_first)


def behind(stage: Stage, *, noticed: bool = True) -> set[tuple[str, str]]:
    """Devices that are connected and have not heard of everything that is for them, each with the session. What another
    device of theirs has cleared they need not hear of, nor, before their next login, of a retry by whom they block.
    `noticed`: no notice was lost, which only tells what the next login tells as well."""
    found = behind_in_groups(stage.world, list(stage.people.values()))
    connected = [person for person in stage.people.values() if person.connected]
    if noticed:
        found |= {(person.name, session) for person in connected for session in unaware(stage.world, person)}
    found |= outdated(stage.world, list(stage.people.values()))
    for row in stage.world.rows("Counter"):
        for person in stage.people.values():
            if person.uid == row["uid"]["S"] and person.connected and "joined" not in row:
                heard = max(person.store.talk(row["sessionId"]["S"]).known, number_in(row, "cleared"))
                if heard < number_in(row, "received") and not _blocks(person, row["sessionId"]["S"]):
                    found.add((person.name, row["sessionId"]["S"]))
    return found


def untold(stage: Stage, *, noticed: bool) -> Iterator[str]:
    """Whoever is connected has heard of everything, if no push failed: by a push, or at login."""
    at_once(stage)
    yield from (
        f"{name} is connected and was not told all of {session}" for name, session in behind(stage, noticed=noticed)
    )


def _answer(stage: Stage, person: Person, session: str) -> None:
    if not session.startswith("g:"):
        person.say(_peer(person, session))
    elif is_member(stage.world, person.uid, session):
        person.tell(session.removeprefix("g:"))


def _blocks(person: Person, session: str) -> bool:
    return person.log.blocks.get(_peer(person, session), False)


def _peer(person: Person, session: str) -> str:
    """Whom a person talks to; themselves, if these are notes."""
    return next(iter(set(session.split(":")[1:]) - {person.uid}), person.uid)
