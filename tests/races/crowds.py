"""Three at once, and one against a whole catch-up."""

from tests.races.cast import SESSION, Cast, ack, clear, come_back, late_disconnect, log_in, pull, race, say, send
from tests.races.playing import Act, Scene


@race()
def a_message_a_login_and_a_clear(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [say(alice, "bob"), clear(phone), log_in(tablet)])


@race(faults=0)
def a_message_its_retry_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    msg_id = alice.write("bob")
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id), log_in(bob)])


@race(faults=0, stale=False, pushes_first=False)
def a_message_its_retry_and_a_message_back(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    msg_id = alice.write("bob")
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id), say(bob, "alice")])


@race(faults=0, pushes_first=False)
def three_messages(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    cast.talk(phone, bob)
    return Scene([phone, tablet, bob], [say(phone, "bob"), say(tablet, "bob"), say(bob, "alice")])


@race()
def a_message_a_late_disconnect_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    bob.crash()
    late = late_disconnect(bob)
    bob.connect()
    return Scene([alice, bob], [say(alice, "bob"), late, log_in(bob)])


@race()
def a_message_without_ack_flag_a_late_disconnect_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    bob.crash()
    late = late_disconnect(bob)
    bob.connect()
    return Scene([alice, bob], [say(alice, "bob", ack=0), late, log_in(bob)])


@race()
def a_message_and_two_logins(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.away("bob"), cast.away("bob", "tablet")
    return Scene([alice, phone, tablet], [say(alice, "bob"), log_in(phone), log_in(tablet)])


@race()
def a_message_an_ack_and_a_pull(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [say(alice, "bob"), ack(phone), pull(tablet)])


@race(faults=0, stale=False, pushes_first=False)
def a_message_its_retry_and_someone_who_catches_up(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    msg_id = alice.write("bob")
    catching_up = Act("bob/phone catches up", bob, lambda me: me.work())
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id), catching_up])


@race()
def a_message_and_someone_who_catches_up(cast: Cast) -> Scene:
    """The whole of a catch-up: login, clear, pages, ack."""
    alice, bob = cast.online("alice"), cast.away("bob")
    alice.say("bob")
    catching_up = Act("bob/phone catches up", bob, lambda me: me.work())
    return Scene([alice, bob], [say(alice, "bob"), catching_up])


@race()
def a_message_and_someone_who_pages(cast: Cast) -> Scene:
    """One message a page; each next page names the one before."""
    alice, bob = cast.online("alice"), cast.away("bob")
    for _ in range(7):
        alice.say("bob")
    bob.log_in()
    bob.page = 1
    paging = Act("bob/phone pages", bob, lambda me: me.catch_up(SESSION))
    return Scene([alice, bob], [say(alice, "bob"), paging])


@race(faults=0, pushes_first=False)
def a_message_again_a_newer_one_and_a_reconnect(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    first = phone.write("bob")
    cast.loses_the_answer(phone, first)
    return Scene([phone, tablet, bob], [send(phone, first), say(tablet, "bob"), come_back(bob)])
