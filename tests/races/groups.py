"""Groups: sends, logins, clears, changes and the fan-out, at the same time as one another."""

from collections.abc import Callable

from tests.people.person import Person
from tests.races.cast import Cast, Race, clear, log_in, send
from tests.races.playing import Act, Directions, Scene
from tests.races.stage import Stage

GROUP_RACES: list[Race] = []
# Calls to DynamoDB up to where a message or change has its place, and nothing else: two reads, Sent, Message.
HAS_ITS_PLACE = 4


def group_race(
    *, faults: int = 0, stale: bool = False, pushes_first: bool = False, fans_out: bool = False
) -> Callable[[Callable[[Cast], Scene]], Directions]:
    """Puts a scene on the list. `fans_out`: each act works on what it has queued; otherwise that is done afterwards."""

    def listed(scene: Callable[[Cast], Scene]) -> Directions:
        def directions(stage: Stage, kind: type[Person]) -> Scene:
            stage.world.fans_out_at_once = True
            made = scene(Cast(stage, kind))
            stage.world.fans_out_at_once = fans_out
            return made

        name = f"group: {scene.__name__.replace('_', ' ')}"
        GROUP_RACES.append(Race(name, directions, faults, stale, pushes_first))
        return directions

    return listed


def room(cast: Cast, *members: Person) -> Person:
    """The first of these has made a group of them; the others have heard of it, if they are online."""
    owner, *others = members
    uids = list(dict.fromkeys(person.uid for person in others if person.uid != owner.uid))
    owner.change("create", "room", uids=uids, open=True)
    for person in members:
        person.read_pushes()
        if person.logged_in:
            person.finish()
    return owner


def tell(person: Person) -> Act:
    """Sends a message that until then is in the outbox."""
    return send(person, person.write_to("room"))


def change(person: Person, cmd: str, **more: object) -> Act:
    """Changes the group."""
    return send(person, person.plan(cmd, "room", **more))


def fan_out(person: Person) -> Act:
    """The queue is worked on."""
    return Act("the fan-out", person, lambda me: me.world.fan_out(delayed=True))


@group_race(faults=1, stale=True, pushes_first=True, fans_out=True)
def a_message_and_a_login(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.away("bob")
    room(cast, alice, bob)
    return Scene([alice, bob], [tell(alice), log_in(bob)])


@group_race(faults=1, stale=True)
def a_message_and_a_clear(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    alice.tell("room")
    bob.read_pushes()
    return Scene([alice, bob], [tell(alice), clear(bob)])


@group_race(faults=1)
def an_own_message_and_a_clear(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.tell("room")
    alice.read_pushes()
    tablet = cast.online("alice", "tablet")
    return Scene([alice, tablet, bob], [tell(tablet), clear(alice)])


@group_race(faults=1, stale=True)
def two_members_send(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    alice.keeps = True
    return Scene([alice, bob], [tell(alice), tell(bob)])


@group_race(faults=1, stale=True, pushes_first=True, fans_out=True)
def an_own_message_and_a_login_on_another_device(cast: Cast) -> Scene:
    alice, bob, tablet = cast.online("alice"), cast.online("bob"), cast.away("alice", "tablet")
    room(cast, alice, bob)
    bob.tell("room")
    alice.read_pushes()
    alice.keeps = tablet.keeps = True
    return Scene([alice, tablet, bob], [tell(alice), log_in(tablet)])


@group_race()
def two_messages_and_a_login_of_an_author(cast: Cast) -> Scene:
    alice, bob, tablet = cast.online("alice"), cast.online("bob"), cast.away("alice", "tablet")
    room(cast, alice, bob)
    alice.keeps = tablet.keeps = True
    return Scene([alice, bob, tablet], [tell(alice), tell(bob), log_in(tablet)])


@group_race()
def a_message_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    msg_id = alice.write_to("room", ["bob"])
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id)])


@group_race(fans_out=True)
def a_message_and_an_add(cast: Cast) -> Scene:
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.online("frank")
    room(cast, alice, bob)
    return Scene([alice, bob, frank], [change(alice, "add", uids=["frank"]), tell(bob)])


@group_race(faults=1)
def a_message_and_a_remove(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [change(alice, "remove", uids=["bob"]), tell(bob)])


@group_race(faults=1)
def an_add_and_a_remove_by_two_admins(cast: Cast) -> Scene:
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.online("frank")
    room(cast, alice, bob)
    alice.change("role", "room", uid="bob", role="ADMIN")
    frank.may_hear_late = True
    return Scene([alice, bob, frank], [change(alice, "add", uids=["frank"]), change(bob, "remove", uids=["frank"])])


@group_race(faults=1)
def a_late_leave_and_an_add(cast: Cast) -> Scene:
    alice, frank = cast.online("alice"), cast.online("frank")
    room(cast, alice, frank)
    leave = frank.plan("leave", "room")
    cast.dies(frank, leave, calls=HAS_ITS_PLACE)
    frank.may_be_refused = True
    return Scene([alice, frank], [send(frank, leave), change(alice, "add", uids=["frank"])])


@group_race(faults=1)
def a_join_and_a_remove(cast: Cast) -> Scene:
    alice, frank = cast.online("alice"), cast.online("frank")
    room(cast, alice)
    frank.may_hear_late = frank.may_be_refused = True
    return Scene([alice, frank], [change(frank, "join"), change(alice, "remove", uids=["frank"])])


@group_race(faults=1, stale=True)
def a_fan_out_and_a_login(cast: Cast) -> Scene:
    alice, bob, tablet = cast.online("alice"), cast.away("bob"), cast.online("bob", "tablet")
    room(cast, alice, bob)
    cast.queues_only(alice)
    return Scene([alice, bob, tablet], [fan_out(alice), log_in(bob)])


@group_race()
def a_message_its_fan_out_and_a_login(cast: Cast) -> Scene:
    alice, bob, tablet = cast.online("alice"), cast.away("bob"), cast.online("alice", "tablet")
    room(cast, alice, bob)
    return Scene([alice, bob, tablet], [tell(alice), fan_out(tablet), log_in(bob)])


@group_race(faults=1)
def a_message_and_a_page(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    paging = Act("bob/phone pages", bob, lambda me: me.pull("g:room"))
    return Scene([alice, bob], [tell(alice), paging])


@group_race()
def a_removal_and_a_retry_of_what_only_has_a_candidate(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    msg_id = bob.write_to("room")
    cast.dies(bob, msg_id, calls=HAS_ITS_PLACE - 1)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [change(alice, "remove", uids=["bob"]), send(bob, msg_id)])
