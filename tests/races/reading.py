"""Reads of two devices of one person, among themselves, and against sends, clears, logins, and what begins and ends a
membership."""

from tests.people.person import Person
from tests.races.cast import Cast, clear, log_in, race, say
from tests.races.groups import change, group_race, room, tell
from tests.races.playing import Act, Scene

SESSION = "p:alice:bob"
ROOM = "g:room"


def read(person: Person, session: str = SESSION) -> Act:
    """Says how far the person has read."""
    return Act(f"{person.name} reads", person, lambda me: me.mark_read(session))


def _one_has_counted_more(cast: Cast) -> tuple[Person, Person, Person]:
    """Bob's tablet has counted two messages, his phone only the first."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    alice.say("bob")
    tablet.read_pushes()
    return alice, phone, tablet


@race()
def two_devices_read(cast: Cast) -> Scene:
    alice, phone, tablet = _one_has_counted_more(cast)
    return Scene([alice, phone, tablet], [read(phone), read(tablet)])


@race()
def a_read_and_a_clear_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = _one_has_counted_more(cast)
    return Scene([alice, phone, tablet], [read(phone), clear(tablet)])


@race()
def a_read_a_clear_of_another_device_and_a_message(cast: Cast) -> Scene:
    alice, phone, tablet = _one_has_counted_more(cast)
    return Scene([alice, phone, tablet], [read(phone), clear(tablet), say(alice, "bob")])


@race()
def a_read_twice_at_once_and_a_message(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [read(bob), read(bob), say(alice, "bob")])


@race()
def a_read_and_a_login_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [read(phone), log_in(tablet)])


def _has_counted(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice's room, in which Bob's two devices have counted two messages of hers, and he has written one."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    room(cast, alice, phone, tablet)
    alice.keeps = phone.keeps = tablet.keeps = True
    for person in (alice, phone, alice):
        person.tell("room")
    for person in (alice, phone, tablet):
        person.may_be_refused = person.may_hear_late = True
        person.read_pushes()
        person.finish()
    return alice, phone, tablet


@group_race(faults=1, stale=True)
def a_read_in_a_group_and_a_message(cast: Cast) -> Scene:
    alice, phone, tablet = _has_counted(cast)
    return Scene([alice, phone, tablet], [read(phone, ROOM), tell(alice)])


@group_race(faults=1)
def a_read_in_a_group_and_a_clear_of_another_device(cast: Cast) -> Scene:
    """The position is below the own message that is cleared."""
    alice, phone, tablet = _has_counted(cast)
    tablet.keeps = False
    return Scene([alice, phone, tablet], [read(phone, ROOM), clear(tablet)])


@group_race(faults=1)
def a_read_and_a_leave(cast: Cast) -> Scene:
    alice, phone, tablet = _has_counted(cast)
    return Scene([alice, phone, tablet], [read(phone, ROOM), change(tablet, "leave")])


@group_race(faults=1)
def a_read_and_a_removal(cast: Cast) -> Scene:
    alice, phone, tablet = _has_counted(cast)
    return Scene([alice, phone, tablet], [read(phone, ROOM), change(alice, "remove", uids=["bob"])])


@group_race()
def a_read_a_removal_and_an_add(cast: Cast) -> Scene:
    """Whoever is added again begins at that place, whatever they say of before."""
    alice, phone, tablet = _has_counted(cast)
    for cmd in ("remove", "add"):
        alice.plan(cmd, "room", uids=["bob"])
    again = Act("alice/phone removes and adds bob", alice, lambda me: me.flush())
    return Scene([alice, phone, tablet], [read(phone, ROOM), again])


@group_race(faults=1)
def a_read_of_an_earlier_stay_and_a_join(cast: Cast) -> Scene:
    alice, phone, tablet = _has_counted(cast)
    tablet.plan_read(ROOM)
    phone.change("leave", "room")
    alice.tell("room")
    late = Act("bob/tablet tells what it has read", tablet, lambda me: me.tell_reads())
    return Scene([alice, phone, tablet], [late, change(phone, "join")])


@group_race(faults=1)
def a_read_and_a_dissolve(cast: Cast) -> Scene:
    alice, phone, tablet = _has_counted(cast)
    return Scene([alice, phone, tablet], [read(phone, ROOM), change(alice, "dissolve")])
