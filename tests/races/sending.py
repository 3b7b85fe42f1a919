"""Sends, at the same time as one another."""

from tests.people.person import Person
from tests.races.cast import Cast, over_http, race, say, send
from tests.races.playing import Act, Scene


def send_all(person: Person) -> Act:
    """Sends the outbox, one message after the other."""
    return Act(f"{person.name} sends all", person, lambda me: me.flush())


@race()
def two_people_send_their_first_messages(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    return Scene([alice, bob], [say(alice, "bob"), say(bob, "alice")])


@race()
def two_people_send(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    return Scene([alice, bob], [say(alice, "bob"), say(bob, "alice")])


@race()
def two_devices_of_one_person_send(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    return Scene([phone, tablet, bob], [say(phone, "bob"), say(tablet, "bob")])


@race()
def the_same_message_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    msg_id = alice.write("bob")
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id)])


@race()
def the_same_message_over_the_socket_and_over_http_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    msg_id = alice.write("bob")
    return Scene([alice, bob], [over_http(send(alice, msg_id)), send(alice, msg_id)])


@race()
def the_same_message_without_ack_flag_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    msg_id = alice.write("bob", ack=0)
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id)])


@race()
def a_retry_of_what_only_has_a_candidate_and_a_message_back(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    msg_id = alice.write("bob")
    cast.dies(alice, msg_id, calls=2)
    return Scene([alice, bob], [send(alice, msg_id), say(bob, "alice")])


@race(faults=0, stale=False, pushes_first=False)
def four_messages_of_one_person(cast: Cast) -> Scene:
    """Two devices send two each."""
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    for person in (phone, tablet):
        for _ in range(2):
            person.write("bob")
    return Scene([phone, tablet, bob], [send_all(phone), send_all(tablet)])


@race(faults=0, stale=False)
def a_retry_of_what_was_passed_and_someone_who_catches_up(cast: Cast) -> Scene:
    """It has its place, and others have been told since."""
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.away("bob")
    late = phone.write("bob")
    cast.dies(phone, late, calls=3)
    tablet.say("bob")
    catching_up = Act("bob/phone catches up", bob, lambda me: me.work())
    return Scene([phone, tablet, bob], [send(phone, late), catching_up])
