"""Comings and goings."""

from tests.races.cast import Cast, late_disconnect, log_in, race, say
from tests.races.playing import Act, Scene


@race()
def a_late_disconnect_and_a_new_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    bob.crash()
    late = late_disconnect(bob)
    bob.connect()
    return Scene([alice, bob], [late, log_in(bob)])


@race()
def two_logins_of_one_device(cast: Cast) -> Scene:
    """The login of a connection that the device has given up, and that of its next."""
    alice, bob = cast.online("alice"), cast.away("bob")
    ghost = type(bob)(bob.world, "bob")
    ghost.phone.connection, ghost.phone.connected_at = bob.phone.connection, bob.phone.connected_at
    bob.connect()
    return Scene([alice, bob], [log_in(ghost), log_in(bob)])


@race()
def a_message_without_ack_flag_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    return Scene([alice, bob], [say(alice, "bob", ack=0), log_in(bob)])


@race()
def a_message_without_ack_flag_and_a_login_that_takes_over(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    bob.crash()
    bob.connect()
    return Scene([alice, bob], [say(alice, "bob", ack=0), log_in(bob)])


@race()
def a_message_without_ack_flag_and_a_disconnect(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    leaving = Act("bob/phone leaves", bob, lambda me: me.leave())
    return Scene([alice, bob], [say(alice, "bob", ack=0), leaving])
