"""Somebody hides messages, at the same time as what brings them, or tells other devices."""

from tests.people.person import Person
from tests.races.cast import SESSION, Cast, ack, clear, log_in, pull, race, say, send
from tests.races.groups import group_race, room, tell
from tests.races.playing import Act, Scene

ROOM = "g:room"


def hide(person: Person, *seqs: int, session: str = SESSION) -> Act:
    """Hides messages, and says so."""
    return Act(f"{person.name} hides {seqs}", person, lambda me: me.hide(session, *seqs))


def learn(person: Person, session: str = SESSION) -> Act:
    """Asks for what is hidden."""
    return Act(f"{person.name} asks what is hidden", person, lambda me: me.list_hidden(session))


def two_devices(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice has written two messages, which Bob's two devices have and have not acked."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    for _ in range(2):
        alice.say("bob")
    phone.read_pushes()
    tablet.read_pushes()
    return alice, phone, tablet


@race()
def a_message_and_a_hide(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [say(alice, "bob"), hide(bob, 1)])


@race(faults=0)
def two_devices_hide(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [hide(phone, 1), hide(tablet, 2)])


@race()
def two_devices_hide_the_same(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [hide(phone, 1), hide(tablet, 1)])


@race()
def a_hide_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [hide(bob, 1), hide(bob, 1)])


@race()
def a_hide_and_a_login_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [hide(phone, 1), log_in(tablet)])


@race()
def a_hide_and_another_device_that_asks_what_is_hidden(cast: Cast) -> Scene:
    """Over HTTP alone: no push makes up for what the list lacks."""
    alice, phone, app = cast.online("alice"), cast.online("bob"), cast.away("bob", "app")
    app.crash()
    app.over_http = True
    for _ in range(2):
        alice.say("bob")
    phone.read_pushes()
    phone.hide(SESSION, 1)
    app.log_in()
    return Scene([alice, phone, app], [hide(phone, 2), learn(app)])


@race(faults=0)
def a_hide_and_an_ack_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [hide(phone, 1), ack(tablet)])


@race(faults=0)
def a_hide_and_a_pull_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [hide(phone, 1), pull(tablet)])


@race()
def a_hide_and_the_retry_of_the_send(cast: Cast) -> Scene:
    """Bob has found the message in history before it was stored for him."""
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    msg_id = alice.write("bob")
    cast.dies(alice, msg_id, 3)
    bob.store.talk(SESSION).top = 2
    bob.fill_gaps(SESSION)
    return Scene([alice, bob], [send(alice, msg_id), hide(bob, 2)])


@race(faults=0)
def both_people_hide(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    return Scene([alice, bob], [hide(alice, 1), hide(bob, 1)])


def mentioned(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice has mentioned Bob in the room, and said one thing more; his two devices have both."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    room(cast, alice, phone, tablet)
    alice.keeps = phone.keeps = tablet.keeps = True
    alice.tell("room", ["bob"])
    alice.tell("room")
    for person in (phone, tablet):
        person.read_pushes()
        person.finish()
    return alice, phone, tablet


@group_race(faults=1, fans_out=True)
def a_mention_is_hidden_while_more_is_said(cast: Cast) -> Scene:
    alice, phone, tablet = mentioned(cast)
    return Scene([alice, phone, tablet], [hide(phone, 2, session=ROOM), tell(alice)])


@group_race(faults=1)
def a_mention_is_hidden_and_cleared(cast: Cast) -> Scene:
    alice, phone, tablet = mentioned(cast)
    tablet.keeps = phone.keeps = False
    return Scene([alice, phone, tablet], [hide(phone, 2, session=ROOM), clear(tablet)])


@group_race()
def two_devices_hide_in_a_group(cast: Cast) -> Scene:
    alice, phone, tablet = mentioned(cast)
    return Scene([alice, phone, tablet], [hide(phone, 2, session=ROOM), hide(tablet, 3, session=ROOM)])


@group_race(fans_out=True)
def a_hide_in_a_group_and_a_login_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = mentioned(cast)
    tablet.crash()
    tablet.connect()
    return Scene([alice, phone, tablet], [hide(phone, 2, session=ROOM), log_in(tablet)])
