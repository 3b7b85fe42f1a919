"""Groups with a roster of who is online, and groups whose messages are told as hints."""

from tests.people.person import Person
from tests.races.cast import Cast, log_in
from tests.races.groups import change, fan_out, group_race, room, tell
from tests.races.playing import Scene


def roster(cast: Cast, *members: Person) -> None:
    """A room in which a roster was begun long ago; those who are online have logged in since."""
    room(cast, *members)
    cast.begin_roster("g:room")
    for person in members:
        if person.logged_in:
            person.connect()
            person.finish()


@group_race(faults=1, fans_out=True)
def a_message_and_a_login_with_a_roster(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    roster(cast, alice, bob)
    return Scene([alice, bob], [tell(alice), log_in(bob)])


@group_race(stale=True)
def an_add_and_a_login_with_a_roster(cast: Cast) -> Scene:
    alice, frank = cast.online("alice"), cast.away("frank")
    roster(cast, alice)
    return Scene([alice, frank], [change(alice, "add", uids=["frank"]), log_in(frank)])


@group_race(stale=True)
def a_remove_and_a_login_with_a_roster(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    roster(cast, alice, bob)
    return Scene([alice, bob], [change(alice, "remove", uids=["bob"]), log_in(bob)])


@group_race()
def a_hint_and_a_login(cast: Cast) -> Scene:
    alice, bob, tablet = cast.online("alice"), cast.away("bob"), cast.online("bob", "tablet")
    roster(cast, alice, bob, tablet)
    cast.tells_by_hints("g:room")
    cast.queues_only(alice)
    return Scene([alice, bob, tablet], [fan_out(alice), log_in(bob)])


@group_race()
def a_message_a_hint_and_a_leave(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    roster(cast, alice, bob)
    cast.tells_by_hints("g:room")
    cast.queues_only(alice)
    bob.may_hear_late = True
    return Scene([alice, bob], [fan_out(alice), change(bob, "leave")])
