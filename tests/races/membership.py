"""People come and go, quietly, while others speak, count and clear."""

from catchup.domain import membership
from tests.people.person import Person
from tests.races.cast import Cast, clear, log_in, send
from tests.races.groups import HAS_ITS_PLACE, change, group_race, room, tell
from tests.races.playing import Scene
from tests.races.rights import admins
from tests.races.sending import send_all


@group_race(faults=1)
def an_add_and_a_clear(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    alice.tell("room")
    bob.read_pushes()
    return Scene([alice, bob], [change(alice, "add", uids=["frank"]), clear(bob)])


@group_race(stale=True, fans_out=True)
def a_join_and_a_message(cast: Cast) -> Scene:
    """The list of members may not have him yet when the message is fanned out."""
    alice, frank = cast.online("alice"), cast.online("frank")
    room(cast, alice)
    return Scene([alice, frank], [change(frank, "join"), tell(alice)])


@group_race()
def an_add_a_message_and_a_login_of_who_is_added(cast: Cast) -> Scene:
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.away("frank")
    room(cast, alice, bob)
    alice.tell("room")
    return Scene([alice, bob, frank], [change(alice, "add", uids=["frank"]), tell(bob), log_in(frank)])


@group_race(faults=1)
def an_add_of_two_and_a_removal_of_one(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    frank, gus = cast.online("frank"), cast.online("gus")
    frank.may_hear_late = True
    removal = change(bob, "remove", uids=["frank", "erin"])
    return Scene([alice, bob, frank, gus], [change(alice, "add", uids=["frank", "gus"]), removal])


@group_race()
def two_removals_of_the_same_two(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    alice.change("add", "room", uids=["frank"])
    both = ["erin", "frank"]
    return Scene([alice, bob], [change(alice, "remove", uids=both), change(bob, "remove", uids=both[::-1])])


@group_race()
def a_message_that_passes_an_add_and_a_remove(cast: Cast) -> Scene:
    """They have their places, and no row knows of them; their retries come when all is over."""
    alice, bob = admins(cast)
    erin, frank = cast.online("erin"), cast.online("frank")
    frank.may_hear_late = frank.may_be_refused = True
    # One more than others: who blocks whom.
    cast.dies(alice, alice.plan("add", "room", uids=["frank"]), calls=HAS_ITS_PLACE + 1)
    cast.dies(bob, bob.plan("remove", "room", uids=["frank"]), calls=HAS_ITS_PLACE)
    return Scene([alice, bob, erin, frank], [tell(erin), tell(frank)])


@group_race()
def an_add_on_two_connections_and_a_demotion_of_the_admin(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    add = bob.plan("add", "room", uids=["frank"])
    return Scene([alice, bob], [send(bob, add), send(bob, add), change(alice, "role", uid="bob", role="MEMBER")])


@group_race()
def two_members_send_two_each(cast: Cast) -> Scene:
    """Four messages; one of each mentions the other."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    alice.keeps = True
    for person, other in ((alice, "bob"), (bob, "alice")):
        person.write_to("room")
        person.write_to("room", [other])
    return Scene([alice, bob], [send_all(alice), send_all(bob)])


@group_race()
def a_mention_and_a_clear(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    alice.tell("room", ["bob"])
    bob.read_pushes()
    return Scene([alice, bob], [send(alice, alice.write_to("room", ["bob"])), clear(bob)])


def many_own(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice's own numbers are told by a count from two on. She has a tablet; Bob has spoken between."""
    cast.patch(membership, OWN_LIMIT=2, OWN_KEPT=1)
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    phone.keeps = tablet.keeps = True
    room(cast, phone, tablet, bob)
    for person in (phone, bob, phone):
        person.tell("room")
    for person in (phone, tablet):
        person.read_pushes()
        person.finish()
    return phone, tablet, bob


@group_race()
def own_messages_that_are_told_by_a_count(cast: Cast) -> Scene:
    """Two devices write: what the one has passed the other may note later."""
    phone, tablet, bob = many_own(cast)
    for _ in range(2):
        tablet.write_to("room")
    return Scene([phone, tablet, bob], [tell(phone), send_all(tablet)])


@group_race()
def an_own_message_that_is_told_by_a_count_and_a_clear(cast: Cast) -> Scene:
    phone, tablet, bob = many_own(cast)
    phone.keeps = False
    return Scene([phone, tablet, bob], [tell(tablet), clear(phone)])
