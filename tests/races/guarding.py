"""Review and block lists, at the same time as sends."""

from collections.abc import Callable

from tests.faults.scenarios.screening import HOLD
from tests.people.person import Person
from tests.people.reviewer import Reviewer
from tests.races.cast import Cast, Race, say, send
from tests.races.playing import Act, Directions, Scene
from tests.races.stage import Stage

GUARD_RACES: list[Race] = []


def guard_race(*, faults: int = 0, stale: bool = False) -> Callable[[Callable[[Cast], Scene]], Directions]:
    """Puts a scene on the list."""

    def listed(scene: Callable[[Cast], Scene]) -> Directions:
        def directions(stage: Stage, kind: type[Person]) -> Scene:
            return scene(Cast(stage, kind))

        name = f"guard: {scene.__name__.replace('_', ' ')}"
        GUARD_RACES.append(Race(name, directions, faults, stale, pushes_first=False))
        return directions

    return listed


def decide(reviewer: Reviewer, what: str, sender: Person, msg_id: str) -> Act:
    """Decides about a message."""

    def script(me: Person) -> None:
        assert isinstance(me, Reviewer)
        me.decide(what, sender, msg_id)

    return Act(f"{what} of {msg_id}", reviewer, script)


def try_again(person: Person, msg_id: str) -> Act:
    """The frame once more."""
    return Act(f"{person.name} sends {msg_id} again", person, lambda me: me.send_again(msg_id))


def held(cast: Cast) -> tuple[Person, Person, str]:
    """Alice, Bob, who are online, and her message that waits."""
    alice, bob = cast.online("alice"), cast.online("bob")
    return alice, bob, alice.say("bob", text=HOLD)


@guard_race(faults=1, stale=True)
def the_same_message_is_held_twice_at_once(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    msg_id = alice.write("bob", text=HOLD)
    return Scene([alice, bob], [send(alice, msg_id), send(alice, msg_id)])


@guard_race()
def a_release_and_a_retry(cast: Cast) -> Scene:
    alice, bob, msg_id = held(cast)
    reviewer = cast.reviewer()
    return Scene([alice, bob, reviewer], [try_again(alice, msg_id), decide(reviewer, "release", alice, msg_id)])


@guard_race()
def a_release_and_a_message(cast: Cast) -> Scene:
    alice, bob, msg_id = held(cast)
    reviewer = cast.reviewer()
    return Scene([alice, bob, reviewer], [say(bob, "alice"), decide(reviewer, "release", alice, msg_id)])


@guard_race()
def two_releases(cast: Cast) -> Scene:
    """Nobody is online, so that there are not too many orders."""
    alice, bob = cast.away("alice"), cast.away("bob")
    msg_id = alice.say("bob", text=HOLD)
    one, other = cast.reviewer(), cast.reviewer("other")
    return Scene(
        [alice, bob, one, other],
        [decide(one, "release", alice, msg_id), decide(other, "release", alice, msg_id)],
    )


@guard_race(faults=1, stale=True)
def a_drop_and_a_retry(cast: Cast) -> Scene:
    alice, bob, msg_id = held(cast)
    reviewer = cast.reviewer()
    return Scene([alice, bob, reviewer], [try_again(alice, msg_id), decide(reviewer, "drop", alice, msg_id)])


@guard_race()
def a_release_and_a_drop(cast: Cast) -> Scene:
    alice, bob, msg_id = held(cast)
    one, other = cast.reviewer(), cast.reviewer("other")
    return Scene(
        [alice, bob, one, other],
        [decide(one, "release", alice, msg_id), decide(other, "drop", alice, msg_id)],
    )


def change_block(person: Person, cmd: str, uid: str) -> Act:
    """`block` or `unblock`. Afterwards nobody sends it again: which of two came last is not known."""
    name = person.plan_block(cmd, uid)

    def script(me: Person) -> None:
        me.send(name)
        me.log.frames = [frame for frame in me.log.frames if frame[0] != cmd]

    return Act(f"{person.name} does {name}", person, script)


@guard_race(stale=True)
def a_message_its_retry_and_a_block(cast: Cast) -> Scene:
    """An eventually consistent read of the retry may have seen the block, and not its first attempt."""
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    alice.may_be_refused = True
    msg_id = alice.write("bob")

    def twice(me: Person) -> None:
        me.send(msg_id)
        if msg_id in me.log.acked:
            me.send_again(msg_id)

    sends = Act(f"alice/phone sends {msg_id} twice", alice, twice)
    return Scene([alice, bob], [sends, change_block(bob, "block", "alice")])


@guard_race(faults=1)
def a_block_and_an_unblock(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    phone.block("alice")
    alice.may_be_refused = True
    acts = [change_block(phone, "block", "alice"), change_block(tablet, "unblock", "alice")]
    return Scene([alice, phone, tablet], acts)


@guard_race(faults=1)
def two_people_block_one_another(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    alice.may_be_refused = bob.may_be_refused = True
    return Scene([alice, bob], [change_block(alice, "block", "bob"), change_block(bob, "block", "alice")])
