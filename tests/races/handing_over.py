"""A group gets another owner, while others change it."""

from tests.people.person import Person
from tests.races.cast import Cast, send
from tests.races.groups import change, group_race, room
from tests.races.playing import Act, Scene

# Calls to DynamoDB up to where the heir's row has a hand-over, and the group's row not.
HEIR_KNOWS = 5


def hand_over(person: Person, to: str) -> Act:
    """Gives the group to somebody."""
    return change(person, "role", uid=to, role="OWNER")


@group_race(faults=1)
def a_hand_over_and_a_leave(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    # Who is the owner by then does not leave.
    alice.may_be_refused = bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [hand_over(alice, "bob"), change(bob, "leave")])


@group_race()
def a_hand_over_and_a_removal_of_the_heir(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.away("bob")
    room(cast, phone, bob)
    phone.may_be_refused = tablet.may_be_refused = bob.may_hear_late = True
    return Scene([phone, tablet, bob], [hand_over(phone, "bob"), change(tablet, "remove", uids=["bob"])])


@group_race()
def two_hand_overs(cast: Cast) -> Scene:
    phone, tablet = cast.online("alice"), cast.online("alice", "tablet")
    bob, frank = cast.away("bob"), cast.away("frank")
    room(cast, phone, bob, frank)
    phone.may_be_refused = tablet.may_be_refused = True
    return Scene([phone, tablet, bob, frank], [hand_over(phone, "bob"), hand_over(tablet, "frank")])


@group_race()
def a_late_hand_over_and_another(cast: Cast) -> Scene:
    """The first has died before the group's row knew of it."""
    phone, tablet = cast.online("alice"), cast.online("alice", "tablet")
    bob, frank = cast.away("bob"), cast.away("frank")
    room(cast, phone, bob, frank)
    late = phone.plan("role", "room", uid="bob", role="OWNER")
    cast.dies(phone, late, calls=HEIR_KNOWS)
    phone.may_be_refused = tablet.may_be_refused = True
    return Scene([phone, tablet, bob, frank], [send(phone, late), hand_over(tablet, "frank")])


@group_race()
def a_late_hand_over_and_the_heirs(cast: Cast) -> Scene:
    """The first has died before the group's row knew of it; its heir has spoken since, and gives the group on."""
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.away("frank")
    room(cast, alice, bob, frank)
    late = alice.plan("role", "room", uid="bob", role="OWNER")
    cast.dies(alice, late, calls=HEIR_KNOWS)
    bob.tell("room")
    return Scene([alice, bob, frank], [send(alice, late), hand_over(bob, "frank")])


@group_race()
def a_late_hand_over_and_a_leave(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    late = alice.plan("role", "room", uid="bob", role="OWNER")
    cast.dies(alice, late, calls=HEIR_KNOWS)
    alice.may_be_refused = bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [send(alice, late), change(bob, "leave")])
