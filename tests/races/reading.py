"""Reads of two devices of one person, among themselves, and against sends, clears and logins."""

from tests.people.person import Person
from tests.races.cast import Cast, clear, log_in, race, say
from tests.races.playing import Act, Scene

SESSION = "p:alice:bob"


def read(person: Person) -> Act:
    """Says how far the person has read."""
    return Act(f"{person.name} reads", person, lambda me: me.mark_read(SESSION))


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
