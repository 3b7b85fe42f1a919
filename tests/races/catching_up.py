"""Sends and whoever catches up; clears, acks and pulls among themselves."""

from tests.races.cast import Cast, ack, clear, log_in, pull, race, say, send
from tests.races.playing import Act, Scene


@race()
def a_first_message_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    return Scene([alice, bob], [say(alice, "bob"), log_in(bob)])


@race()
def a_message_and_a_login_that_takes_over(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    bob.crash()
    bob.connect()
    return Scene([alice, bob], [say(alice, "bob"), log_in(bob)])


@race()
def a_message_and_a_login_beside_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    return Scene([alice, phone, tablet], [say(alice, "bob"), log_in(tablet)])


@race()
def two_devices_log_in(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.away("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    return Scene([alice, phone, tablet], [log_in(phone), log_in(tablet)])


@race()
def a_message_that_is_pushed_and_a_pull_over_http(cast: Cast) -> Scene:
    """Bob's phone is connected; his other device asks over HTTP alone."""
    alice, phone, app = cast.online("alice"), cast.online("bob"), cast.away("bob", "app")
    app.crash()
    app.over_http = True
    alice.say("bob")
    app.log_in()
    return Scene([alice, phone, app], [say(alice, "bob"), pull(app)])


@race()
def a_message_and_a_clear(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [say(alice, "bob"), clear(bob)])


@race()
def a_message_and_a_clear_of_someone_who_goes(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    going = Act("bob/phone clears and goes", bob, lambda me: (me.clear(), me.crash()))
    return Scene([alice, bob], [say(alice, "bob"), going])


@race()
def a_message_and_a_pull_that_acks(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    for _ in range(2):
        alice.say("bob")
    bob.log_in()
    return Scene([alice, bob], [say(alice, "bob"), pull(bob)])


@race()
def two_devices_clear(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    alice.say("bob")
    tablet.read_pushes()
    return Scene([alice, phone, tablet], [clear(phone), clear(tablet)])


@race()
def a_clear_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [clear(bob), clear(bob)])


@race()
def an_ack_and_the_retry_of_the_send(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    msg_id = alice.write("bob")
    cast.loses_the_answer(alice, msg_id)
    bob.read_pushes()
    return Scene([alice, bob], [send(alice, msg_id), ack(bob)])


@race()
def an_ack_and_a_pull_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    for _ in range(2):
        alice.say("bob")
    phone.read_pushes()
    tablet.read_pushes()
    return Scene([alice, phone, tablet], [ack(phone), pull(tablet)])


@race()
def an_ack_whose_answer_is_lost_and_a_pull(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    for _ in range(2):
        alice.say("bob")
    bob.read_pushes()
    return Scene([alice, bob], [ack(bob), pull(bob)])


@race()
def two_devices_pull(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    for _ in range(2):
        alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [pull(phone), pull(tablet)])


@race()
def a_pull_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    for _ in range(2):
        alice.say("bob")
    bob.log_in()
    return Scene([alice, bob], [pull(bob), pull(bob)])


@race()
def a_login_and_a_clear_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [clear(phone), log_in(tablet)])
