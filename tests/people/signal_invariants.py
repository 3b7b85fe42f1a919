"""Signals, and who is online: nobody hears what is said among others, and whoever is there is seen by their friends."""

from collections.abc import Iterator, Sequence

from tests.people.person import Person
from tests.people.reviewer import Reviewer
from tests.support.world import World


def check_signals(world: World, people: Sequence[Person]) -> Iterator[str]:
    """Whoever has signalled or heard has been in the session."""
    were_in = {(row["uid"]["S"], row["sessionId"]["S"]) for row in world.rows("Counter") if "joined" in row}
    for person in people:
        for sender, session in person.log.heard:
            if session.startswith("p:"):
                fits = set(session.split(":")[1:]) == {sender, person.uid}
            else:
                fits = sender != person.uid and {(sender, session), (person.uid, session)} <= were_in
            if not fits:
                yield f"{person.name}: hears {sender} in {session}"


def check_online(world: World, people: Sequence[Person]) -> Iterator[str]:
    """Who has a session with somebody, and is not blocked, sees whether a device of theirs is there."""
    people = [person for person in people if not isinstance(person, Reviewer)]
    one_of_each = {person.uid: person for person in people}
    there = {person.uid for person in people if person.connected and person.logged_in}
    for row in world.rows("Counter"):
        owner, (_, *pair) = row["uid"]["S"], row["sessionId"]["S"].split(":")
        others = set(pair) - {owner}
        if owner not in there or len(pair) != 2 or "timestamp" not in row or "blocked" in row:
            continue
        for other in others & one_of_each.keys():
            if not one_of_each[other].sees(owner):
                yield f"{other} does not see that {owner} is online"
