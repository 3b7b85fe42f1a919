"""Devices of one person choose settings of a session, at the same time as one another, messages, reads and logins."""

from typing import Any

from tests.people.person import Person
from tests.races.cast import SESSION, Cast, log_in, race, say
from tests.races.groups import change, group_race, room, tell
from tests.races.playing import Act, Scene

FOR_EVER = 2**53 - 1
ROOM = "g:room"


def choose(person: Person, session: str = SESSION, later: int = 1, **chosen: Any) -> Act:
    """Makes a choice that until then waits in the local database."""
    person.plan_choice(session, later=later, **chosen)
    return Act(f"{person.name} chooses {sorted(chosen)}", person, lambda me: me.send_choices())


def two_devices(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice has written to Bob, whose two devices have counted it."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    tablet.read_pushes()
    return alice, phone, tablet


@race(faults=1)
def two_devices_choose_different_settings(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [choose(phone, pinned=True), choose(tablet, mutedUntil=FOR_EVER)])


@race(faults=1)
def two_devices_choose_the_same_setting(cast: Cast) -> Scene:
    """The later choice holds, whichever comes first."""
    alice, phone, tablet = two_devices(cast)
    return Scene([alice, phone, tablet], [choose(phone, pinned=True), choose(tablet, later=2, pinned=False)])


@race(faults=1)
def a_choice_of_which_another_overtakes_a_part(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    both = choose(phone, pinned=True, mutedUntil=FOR_EVER)
    return Scene([alice, phone, tablet], [both, choose(tablet, later=2, mutedUntil=0)])


@race(faults=1)
def a_choice_twice_at_once_and_a_later_one(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    first = choose(phone, markedUnread=True)
    return Scene([alice, phone, tablet], [first, first, choose(tablet, later=2, markedUnread=False)])


@race(faults=1)
def a_choice_and_a_login_of_another_device(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.away("bob", "tablet")
    alice.say("bob")
    phone.read_pushes()
    return Scene([alice, phone, tablet], [choose(phone, pinned=True), log_in(tablet)])


@race(faults=1)
def a_session_is_hidden_while_a_message_comes(cast: Cast) -> Scene:
    alice, phone, tablet = two_devices(cast)
    hides = choose(phone, hidden=True, at={"seq": 1, "received": 1})
    return Scene([alice, phone, tablet], [hides, say(alice, "bob")])


@race()
def a_mark_and_a_read_of_another_device(cast: Cast) -> Scene:
    """Whoever reads takes away the mark that their device knows of, and no other."""
    alice, phone, tablet = two_devices(cast)
    mark = choose(tablet, markedUnread=True, at={"seq": 1, "received": 1})
    reads = Act("bob/phone reads", phone, lambda me: me.mark_read(SESSION))
    return Scene([alice, phone, tablet], [mark, reads])


@group_race(faults=1)
def a_group_is_muted_while_a_message_mentions(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    room(cast, alice, phone, tablet)
    phone.keeps = tablet.keeps = True
    mentions = Act("alice/phone mentions", alice, lambda me: me.tell("room", ["bob"]))
    return Scene([alice, phone, tablet], [choose(phone, ROOM, mutedUntil=FOR_EVER), mentions])


@group_race(faults=1)
def a_group_is_hidden_while_its_member_is_removed(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [choose(bob, ROOM, hidden=True), change(alice, "remove", uids=["bob"])])


@group_race()
def settings_of_two_devices_in_a_group_and_a_message(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    room(cast, alice, phone, tablet)
    acts = [choose(phone, ROOM, pinned=True), choose(tablet, ROOM, hidden=True), tell(alice)]
    return Scene([alice, phone, tablet], acts)
