"""Sends, at the same time as one another."""

from tests.races.cast import Cast, race, say, send
from tests.races.playing import Scene


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
