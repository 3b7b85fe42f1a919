"""A picture of a group is recalled while a member forwards it, or is removed."""

from tests.people.person import Person
from tests.people.showing import Content, plan_forward, show
from tests.races.cast import Cast, send
from tests.races.groups import change, group_race, room
from tests.races.playing import Scene
from tests.races.revising_groups import ROOM, recall


def seen(cast: Cast) -> tuple[Person, Person, Content]:
    """Bob has a picture that Alice has shown to the group, at seq 2. Whoever comes second may be refused."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    content = show(alice, "room")
    for person in (alice, bob):
        person.read_pushes()
        person.finish()
        person.may_be_refused = True
    return alice, bob, content


@group_race()
def a_recall_in_a_group_and_a_forward(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    return Scene([alice, bob], [recall(alice, 2), send(bob, plan_forward(bob, "bob", content, ROOM, 2))])


@group_race()
def a_removal_and_a_forward(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    removal = change(alice, "remove", uids=["bob"])
    return Scene([alice, bob], [removal, send(bob, plan_forward(bob, "bob", content, ROOM, 2))])
