"""A picture is recalled while it is forwarded, sent, or recalled by another device."""

from tests.people.person import Person
from tests.people.showing import Content, plan_caption, plan_forward, plan_picture, show
from tests.races.cast import SESSION, Cast, pull, race, send
from tests.races.playing import Act, Scene
from tests.races.revising import recall


def forward(person: Person, to: str, content: Content, seq: int = 1) -> Act:
    """Sends a forward that until then is in the outbox."""
    return send(person, plan_forward(person, to, content, SESSION, seq))


def seen(cast: Cast) -> tuple[Person, Person, Content]:
    """Bob has a picture of Alice's. Whoever comes second may be refused."""
    alice, bob = cast.online("alice"), cast.online("bob")
    content = show(alice, "bob")
    bob.read_pushes()
    alice.may_be_refused = bob.may_be_refused = True
    return alice, bob, content


@race()
def a_recall_and_a_forward(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    return Scene([alice, bob], [recall(alice, 1), forward(bob, "bob", content)])


@race(faults=0)
def a_recall_and_a_forward_of_ones_own(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    tablet = cast.online("alice", "tablet")
    tablet.may_be_refused = True
    return Scene([alice, tablet, bob], [recall(alice, 1), forward(tablet, "alice", content)])


@race(faults=0, stale=False)
def two_forwards_and_a_recall(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    tablet = cast.online("bob", "tablet")
    tablet.may_be_refused = True
    acts = [recall(alice, 1), forward(bob, "bob", content), forward(tablet, "bob", content)]
    return Scene([alice, bob, tablet], acts)


@race()
def a_picture_and_a_page(cast: Cast) -> Scene:
    alice, bob, _ = seen(cast)
    return Scene([alice, bob], [send(alice, plan_picture(alice, "bob")), pull(bob)])


@race()
def a_picture_twice_at_once(cast: Cast) -> Scene:
    alice, bob, _ = seen(cast)
    first = send(alice, plan_picture(alice, "bob"))
    return Scene([alice, bob], [first, first])


@race(faults=0, pushes_first=False)
def a_picture_and_its_recall(cast: Cast) -> Scene:
    """The tablet guesses the seq. If the picture has no place yet, it is refused."""
    alice, bob, _ = seen(cast)
    tablet = cast.online("alice", "tablet")
    tablet.may_be_refused = True
    return Scene([alice, tablet, bob], [send(alice, plan_picture(alice, "bob")), recall(tablet, 2)])


@race(faults=0)
def a_recall_and_another_caption(cast: Cast) -> Scene:
    alice, bob, content = seen(cast)
    tablet = cast.online("alice", "tablet")
    tablet.may_be_refused = True
    edit = send(tablet, plan_caption(tablet, SESSION, 1, content))
    return Scene([alice, tablet, bob], [recall(alice, 1), edit])


@race(faults=0)
def a_recall_twice_at_once_of_a_picture(cast: Cast) -> Scene:
    alice, bob, _ = seen(cast)
    first = recall(alice, 1)
    return Scene([alice, bob], [first, first])
