"""Messages of a group are recalled and edited, at the same time as what tells, counts, mentions or revises them."""

from catchup.domain import membership
from tests.people.person import Person
from tests.races.cast import Cast, clear, log_in, send
from tests.races.groups import HAS_ITS_PLACE, change, fan_out, group_race, room, tell
from tests.races.playing import Act, Scene
from tests.races.revising import recall as recall_in

ROOM = "g:room"


def recall(person: Person, seq: int) -> Act:
    """Sends a recall that until then is in the outbox."""
    return recall_in(person, seq, ROOM)


def edit(person: Person, seq: int, *at: str) -> Act:
    """Sends an edit that until then is in the outbox, and mentions only these people."""
    return send(person, person.plan_edit(ROOM, seq, at))


def mentioned(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice, on two devices, has mentioned Bob, and said one thing more. All have both. Whoever comes second may be
    refused."""
    alice, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    room(cast, alice, tablet, bob)
    alice.keeps = tablet.keeps = bob.keeps = True
    alice.tell("room", ["bob"])
    alice.tell("room")
    for person in (alice, tablet, bob):
        person.read_pushes()
        person.finish()
        person.may_be_refused = True
    return alice, tablet, bob


# -------------------------------------------------------------------------------- who reads meanwhile


@group_race(fans_out=True)
def a_recall_in_a_group_and_a_login(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    bob.crash()
    bob.connect()
    return Scene([alice, tablet, bob], [recall(alice, 2), log_in(bob)])


@group_race(faults=1)
def a_recall_in_a_group_and_a_clear(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    bob.keeps = False
    return Scene([alice, tablet, bob], [recall(alice, 2), clear(bob)])


@group_race(faults=1)
def an_edit_in_a_group_and_a_clear(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    bob.keeps = False
    return Scene([alice, tablet, bob], [edit(alice, 2), clear(bob)])


@group_race(fans_out=True, pushes_first=True)
def an_edit_in_a_group_and_a_login(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    bob.crash()
    bob.connect()
    return Scene([alice, tablet, bob], [edit(alice, 2), log_in(bob)])


@group_race(faults=1)
def a_recall_of_an_own_message_told_by_a_number_and_a_login_on_another_device(cast: Cast) -> Scene:
    cast.patch(membership, OWN_LIMIT=2, OWN_KEPT=1)
    alice, tablet, bob = mentioned(cast)
    for _ in range(3):
        alice.tell("room")
    for person in (alice, bob):
        person.read_pushes()
        person.finish()
    tablet.crash()
    tablet.connect()
    return Scene([alice, tablet, bob], [recall(alice, 3), log_in(tablet)])


@group_race()
def a_recall_and_a_fan_out_that_waits(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    cast.queues_only(alice)
    return Scene([alice, tablet, bob], [recall(alice, 4), fan_out(tablet)])


# -------------------------------------------------------------------------------- who speaks meanwhile


@group_race(fans_out=True)
def a_recall_in_a_group_and_a_message(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), tell(bob)])


@group_race(faults=1)
def an_edit_in_a_group_and_a_message(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    return Scene([alice, tablet, bob], [edit(alice, 2), tell(bob)])


def _half_sent(cast: Cast) -> tuple[Person, Person, Person, str]:
    """A message that mentions Bob has its place, and is not noted. Bob's has passed it, and Alice's tablet has both."""
    alice, tablet, bob = mentioned(cast)
    msg_id = alice.write_to("room", ["bob"])
    cast.dies(alice, msg_id, HAS_ITS_PLACE)
    bob.tell("room")
    tablet.read_pushes()
    tablet.finish()
    return alice, tablet, bob, msg_id


@group_race(faults=1)
def a_recall_in_a_group_and_the_retry_of_the_send(cast: Cast) -> Scene:
    alice, tablet, bob, msg_id = _half_sent(cast)
    return Scene([alice, tablet, bob], [recall(tablet, 4), send(alice, msg_id)])


@group_race(faults=1)
def an_edit_in_a_group_and_the_retry_of_the_send(cast: Cast) -> Scene:
    alice, tablet, bob, msg_id = _half_sent(cast)
    return Scene([alice, tablet, bob], [edit(tablet, 4), send(alice, msg_id)])


# -------------------------------------------------------------------------------- who revises or manages meanwhile


@group_race()
def two_recalls_in_a_group(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), recall(tablet, 2)])


@group_race()
def a_recall_and_an_edit_in_a_group(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), edit(tablet, 2, "bob")])


@group_race()
def two_edits_in_a_group(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    return Scene([alice, tablet, bob], [edit(alice, 2), edit(tablet, 2)])


@group_race()
def a_recall_twice_at_once_in_a_group(cast: Cast) -> Scene:
    alice, tablet, bob = mentioned(cast)
    first = recall(alice, 2)
    return Scene([alice, tablet, bob], [first, first])


def _by_an_admin(cast: Cast) -> tuple[Person, Person, Person]:
    alice, tablet, bob = mentioned(cast)
    alice.change("role", "room", uid="bob", role="ADMIN")
    for person in (alice, tablet, bob):
        person.read_pushes()
        person.finish()
        person.may_hear_late = True
    return alice, tablet, bob


@group_race(faults=1)
def a_recall_by_an_admin_and_their_demotion(cast: Cast) -> Scene:
    alice, tablet, bob = _by_an_admin(cast)
    return Scene([alice, tablet, bob], [recall(bob, 2), change(alice, "role", uid="bob", role="MEMBER")])


@group_race(faults=1)
def a_recall_by_an_admin_and_their_removal(cast: Cast) -> Scene:
    alice, tablet, bob = _by_an_admin(cast)
    return Scene([alice, tablet, bob], [recall(bob, 2), change(alice, "remove", uids=["bob"])])


@group_race()
def a_recall_and_a_dissolve(cast: Cast) -> Scene:
    alice, tablet, bob = _by_an_admin(cast)
    return Scene([alice, tablet, bob], [recall(bob, 2), change(alice, "dissolve")])
