"""A group is named, its members are silenced, and it ends, while others speak and change it.

Time stands still in a race, so a mute that has ended is one until this moment.
"""

from tests.people.person import Person
from tests.races.cast import Cast, log_in, send
from tests.races.groups import HAS_ITS_PLACE, change, group_race, room, tell
from tests.races.playing import Act, Scene
from tests.races.stage import NOW_MS

FOR_EVER = 2**53 - 1


def hall(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice's room, in which Bob is an admin, and Erin a member; all are online. Frank, a member, is away."""
    alice, bob, erin = cast.online("alice"), cast.online("bob"), cast.online("erin")
    room(cast, alice, bob, erin, cast.away("frank"))
    alice.change("role", "room", uid="bob", role="ADMIN")
    for person in (alice, bob, erin):
        person.may_be_refused = person.may_hear_late = True
        person.read_pushes()
        person.finish()
    return alice, bob, erin


def never_refused(*people: Person) -> None:
    """Nothing takes away what these people may do."""
    for person in people:
        person.may_be_refused = False


# -------------------------------------------------------------------------------- the end


@group_race(faults=1, stale=True)
def a_dissolve_and_a_message(cast: Cast) -> Scene:
    """Frank is away, and is told of the end when he comes back."""
    alice, bob, _ = hall(cast)
    frank = cast.away("frank")
    return Scene([alice, bob, frank], [change(alice, "dissolve"), tell(bob)])


@group_race()
def a_dissolve_and_messages_of_two(cast: Cast) -> Scene:
    alice, bob, erin = hall(cast)
    return Scene([alice, bob, erin], [change(alice, "dissolve"), tell(bob), tell(erin)])


@group_race(faults=1)
def a_dissolve_that_is_not_applied_and_a_message(cast: Cast) -> Scene:
    """The end has its place, and the group's row does not know of it; its retry comes beside who speaks."""
    alice, bob, _ = hall(cast)
    end = alice.plan("dissolve", "room")
    cast.dies(alice, end, calls=HAS_ITS_PLACE)
    return Scene([alice, bob], [send(alice, end), tell(bob)])


@group_race()
def a_dissolve_twice_at_once_and_a_message(cast: Cast) -> Scene:
    alice, bob, _ = hall(cast)
    end = alice.plan("dissolve", "room")
    return Scene([alice, bob], [send(alice, end), send(alice, end), tell(bob)])


@group_race()
def a_dissolve_and_a_hand_over(cast: Cast) -> Scene:
    alice, bob, _ = hall(cast)
    tablet = cast.online("alice", "tablet")
    tablet.may_be_refused = tablet.may_hear_late = True
    return Scene([alice, tablet, bob], [change(alice, "dissolve"), change(tablet, "role", uid="bob", role="OWNER")])


@group_race()
def a_dissolve_a_message_and_a_login_of_somebody_who_was_away(cast: Cast) -> Scene:
    alice, bob, _ = hall(cast)
    frank = cast.away("frank")
    return Scene([alice, bob, frank], [change(alice, "dissolve"), tell(bob), log_in(frank)])


@group_race(faults=1)
def a_dissolve_and_an_add(cast: Cast) -> Scene:
    alice, bob, _ = hall(cast)
    return Scene([alice, bob], [change(alice, "dissolve"), change(bob, "add", uids=["gus"])])


# -------------------------------------------------------------------------------- the last member


def alone(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice is the last one in her open room, with two devices; Frank is outside."""
    phone, tablet, frank = cast.online("alice"), cast.online("alice", "tablet"), cast.online("frank")
    room(cast, phone, tablet)
    phone.tell("room")
    for person in (phone, tablet, frank):
        person.may_be_refused = person.may_hear_late = True
        person.read_pushes()
        person.finish()
    return phone, tablet, frank


@group_race(faults=1, stale=True)
def a_leave_of_the_last_member_and_a_message(cast: Cast) -> Scene:
    phone, tablet, _ = alone(cast)
    return Scene([phone, tablet], [change(phone, "leave"), tell(tablet)])


@group_race(faults=1, stale=True)
def a_leave_of_the_last_member_and_a_join(cast: Cast) -> Scene:
    """Either the owner stays, or nobody comes in."""
    phone, _, frank = alone(cast)
    return Scene([phone, frank], [change(phone, "leave"), change(frank, "join")])


@group_race(faults=1)
def the_last_two_leave(cast: Cast) -> Scene:
    """The owner leaves if nobody else is there at that place."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    for person in (alice, bob):
        person.may_be_refused = person.may_hear_late = True
    return Scene([alice, bob], [change(alice, "leave"), change(bob, "leave")])


# -------------------------------------------------------------------------------- mutes


@group_race(faults=1, stale=True)
def a_mute_and_a_message_of_who_is_muted(cast: Cast) -> Scene:
    alice, bob, erin = hall(cast)
    never_refused(alice, bob)
    return Scene([alice, bob, erin], [change(bob, "mute", uid="erin", until=FOR_EVER), tell(erin)])


@group_race()
def a_mute_of_all_and_messages_of_a_member_and_an_admin(cast: Cast) -> Scene:
    alice, bob, erin = hall(cast)
    never_refused(alice, bob)
    return Scene([alice, bob, erin], [change(alice, "mute", until=FOR_EVER), tell(bob), tell(erin)])


@group_race(faults=1, stale=True)
def a_mute_that_has_ended_and_a_message(cast: Cast) -> Scene:
    alice, bob, erin = hall(cast)
    never_refused(alice, bob, erin)
    return Scene([alice, bob, erin], [change(bob, "mute", uid="erin", until=NOW_MS), tell(erin)])


@group_race(faults=1)
def the_end_of_a_mute_and_a_message(cast: Cast) -> Scene:
    alice, bob, erin = hall(cast)
    bob.change("mute", "room", uid="erin", until=NOW_MS + 1)
    never_refused(alice, bob)
    return Scene([alice, bob, erin], [change(alice, "mute", uid="erin", until=0), tell(erin)])


@group_race()
def two_mutes_and_a_message(cast: Cast) -> Scene:
    """The later one in the session holds."""
    alice, bob, erin = hall(cast)
    never_refused(alice, bob)
    mutes = [change(alice, "mute", uid="erin", until=0), change(bob, "mute", uid="erin", until=FOR_EVER)]
    return Scene([alice, bob, erin], [*mutes, tell(erin)])


@group_race(faults=1)
def a_mute_that_is_not_applied_and_a_message(cast: Cast) -> Scene:
    """The mute has its place, and Erin's row does not know of it; its retry comes beside what she says."""
    alice, bob, erin = hall(cast)
    never_refused(alice, bob)
    mute = bob.plan("mute", "room", uid="erin", until=FOR_EVER)
    cast.dies(bob, mute, calls=HAS_ITS_PLACE)
    return Scene([alice, bob, erin], [send(bob, mute), tell(erin)])


@group_race(faults=1)
def a_mute_and_a_role_that_lifts_it(cast: Cast) -> Scene:
    """Admins are not concerned by a mute of all."""
    alice, bob, erin = hall(cast)
    never_refused(alice, bob)
    alice.change("mute", "room", until=FOR_EVER)
    return Scene([alice, bob, erin], [change(alice, "role", uid="erin", role="ADMIN"), tell(erin)])


# -------------------------------------------------------------------------------- the name


@group_race(faults=1)
def two_names(cast: Cast) -> Scene:
    alice, bob, _ = hall(cast)
    named = [change(person, "describe", name=f"{person.uid}'s", announcement=person.uid) for person in (alice, bob)]
    return Scene([alice, bob], named)


def renames(person: Person) -> Act:
    """Gives the group another name."""
    return change(person, "describe", name="The hall")
