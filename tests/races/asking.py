"""People ask to join a group, while others admit, refuse and block them."""

from tests.people.person import Person
from tests.races.cast import Cast, send
from tests.races.groups import change, group_race
from tests.races.guarding import change_block
from tests.races.playing import Act, Scene

# Calls to DynamoDB up to where an approval has its place, and nothing else: who blocks whom is one more than others.
IS_APPROVED = 5


def club(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice's, with Bob as an admin; Frank asks to join. All are online, and may be refused."""
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.online("frank")
    alice.change("create", "room", uids=["bob"], ask=True)
    alice.change("role", "room", uid="bob", role="ADMIN")
    frank.ask_to_join("room")
    for person in (alice, bob, frank):
        person.may_be_refused = person.may_hear_late = True
        person.read_pushes()
        person.finish()
    return alice, bob, frank


def approve(person: Person, *uids: str, of_unwanted: bool = False) -> Act:
    """Admits people who ask."""
    return send(person, person.plan_approval("room", *uids, of_unwanted=of_unwanted))


def withdraw(person: Person) -> Act:
    """Asks no more. Afterwards nobody sends that again, nor the request: which of two came last is not known."""
    name = person.plan_ask("room", withdraw=True)

    def script(me: Person) -> None:
        me.send(name)
        me.log.decided.add(me.uid)
        me.log.frames = [frame for frame in me.log.frames if frame[0] != "ask"]

    return Act(f"{person.name} withdraws", person, script)


@group_race(faults=1, stale=True)
def an_approval_and_a_direct_add(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    return Scene([alice, bob, frank], [approve(bob, "frank"), change(alice, "add", uids=["frank"])])


@group_race(faults=1, stale=True)
def two_approvals(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    return Scene([alice, bob, frank], [approve(bob, "frank"), approve(alice, "frank")])


@group_race(faults=1)
def an_approval_twice_at_once(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    msg_id = bob.plan_approval("room", "frank")
    return Scene([alice, bob, frank], [send(bob, msg_id), send(bob, msg_id)])


@group_race(faults=1)
def an_approval_and_a_refusal(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    frank.log.frames = []
    return Scene([alice, bob, frank], [approve(bob, "frank"), send(alice, alice.plan_refusal("room", "frank"))])


@group_race(faults=1)
def an_approval_and_a_withdrawal(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    return Scene([alice, bob, frank], [approve(bob, "frank"), withdraw(frank)])


@group_race(stale=True)
def an_approval_a_block_and_an_approval_by_who_blocks(cast: Cast) -> Scene:
    """Whoever was told that they block somebody can't admit them, not even beside an approval that does."""
    alice, bob, frank = club(cast)
    block = change_block(alice, "block", "frank")
    late = alice.plan_approval("room", "frank", of_unwanted=True)

    def script(me: Person) -> None:
        block.script(me)
        me.send(late)

    return Scene([alice, bob, frank], [approve(bob, "frank"), Act("alice/phone blocks and approves", alice, script)])


@group_race(faults=1)
def an_approval_and_a_removal_of_the_approver(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    return Scene([alice, bob, frank], [approve(bob, "frank"), change(alice, "remove", uids=["bob"])])


@group_race(faults=1)
def an_approval_and_a_dissolve(cast: Cast) -> Scene:
    alice, bob, frank = club(cast)
    return Scene([alice, bob, frank], [approve(bob, "frank"), change(alice, "dissolve")])


@group_race(faults=1)
def a_late_approval_and_a_leave(cast: Cast) -> Scene:
    """Frank was approved, and Bob does not know yet: the function has died. His retry comes beside Frank's leave."""
    _, bob, frank = club(cast)
    late = bob.plan_approval("room", "frank")
    cast.dies(bob, late, calls=IS_APPROVED)
    # He has asked before he was admitted, and does not ask again.
    frank.log.frames = [frame for frame in frank.log.frames if frame[0] != "ask"]
    return Scene([bob, frank], [send(bob, late), change(frank, "leave")])


@group_race()
def two_devices_ask_while_they_are_added(cast: Cast) -> Scene:
    alice, _, frank = club(cast)
    gus, tablet = cast.online("gus"), cast.online("gus", "tablet")
    gus.may_be_refused = tablet.may_be_refused = True
    asks = [send(person, person.plan_ask("room")) for person in (gus, tablet)]
    return Scene([alice, frank, gus, tablet], [*asks, change(alice, "add", uids=["gus"])])
