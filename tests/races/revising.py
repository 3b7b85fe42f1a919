"""Private messages are recalled and edited, at the same time as what brings, counts, acks or revises them."""

from tests.people.person import Person
from tests.races.cast import SESSION, Cast, ack, clear, log_in, pull, race, say, send
from tests.races.playing import Act, Scene


def recall(person: Person, seq: int, session: str = SESSION) -> Act:
    """Sends a recall that until then is in the outbox."""
    return send(person, person.plan_recall(session, seq))


def edit(person: Person, seq: int, session: str = SESSION) -> Act:
    """Sends an edit that until then is in the outbox."""
    return send(person, person.plan_edit(session, seq))


def ask_counters(person: Person) -> Act:
    """Asks for the counter of the session."""

    def script(me: Person) -> None:
        me.store.talk(SESSION).must_ask = True
        me.ask_counters()

    return Act(f"{person.name} asks for counters", person, script)


def waiting(cast: Cast) -> tuple[Person, Person]:
    """Two messages of Alice wait for Bob, who has been told of nothing."""
    alice, bob = cast.online("alice"), cast.online("bob")
    bob.crash()
    for _ in range(2):
        alice.say("bob")
    bob.connect()
    return alice, bob


def counted(cast: Cast) -> tuple[Person, Person]:
    """Bob has two messages of Alice, and has neither acked nor cleared."""
    alice, bob = cast.online("alice"), cast.online("bob")
    for _ in range(2):
        alice.say("bob")
    bob.read_pushes()
    return alice, bob


def by_two(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice's two devices and Bob have two messages of Alice. Whoever comes second may be refused."""
    alice, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    for _ in range(2):
        alice.say("bob")
    for person in (tablet, bob):
        person.read_pushes()
    alice.may_be_refused = tablet.may_be_refused = True
    return alice, tablet, bob


# -------------------------------------------------------------------------------- who reads meanwhile


@race()
def a_recall_and_a_pull(cast: Cast) -> Scene:
    alice, bob = waiting(cast)
    return Scene([alice, bob], [recall(alice, 2), pull(bob)])


@race()
def a_recall_and_a_login(cast: Cast) -> Scene:
    alice, bob = waiting(cast)
    return Scene([alice, bob], [recall(alice, 2), log_in(bob)])


@race()
def a_recall_and_an_ack(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    return Scene([alice, bob], [recall(alice, 2), ack(bob)])


@race()
def a_recall_and_a_clear(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    return Scene([alice, bob], [recall(alice, 2), clear(bob)])


@race(faults=0)
def a_recall_a_clear_and_a_login_of_another_device(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    tablet = cast.away("bob", "tablet")
    return Scene([alice, bob, tablet], [recall(alice, 2), clear(bob), log_in(tablet)])


@race()
def a_recall_and_counters(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    return Scene([alice, bob], [recall(alice, 2), ask_counters(bob)])


@race()
def an_edit_and_a_pull(cast: Cast) -> Scene:
    alice, bob = waiting(cast)
    return Scene([alice, bob], [edit(alice, 2), pull(bob)])


@race()
def an_edit_and_a_login(cast: Cast) -> Scene:
    alice, bob = waiting(cast)
    return Scene([alice, bob], [edit(alice, 2), log_in(bob)])


@race()
def an_edit_and_an_ack(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    return Scene([alice, bob], [edit(alice, 2), ack(bob)])


# -------------------------------------------------------------------------------- who sends meanwhile


@race(faults=0)
def a_recall_and_a_message(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), say(tablet, "bob")])


@race(faults=0)
def a_recall_and_a_message_back(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    return Scene([alice, bob], [recall(alice, 2), say(bob, "alice")])


@race(faults=0, pushes_first=False)
def a_message_and_its_recall(cast: Cast) -> Scene:
    """The tablet guesses the seq. If the message has no place yet, it is refused."""
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [say(alice, "bob"), recall(tablet, 3)])


@race(faults=0, pushes_first=False)
def a_message_and_its_edit(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [say(alice, "bob"), edit(tablet, 3)])


@race(faults=0, pushes_first=False)
def a_message_without_ack_flag_and_its_recall(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [say(alice, "bob", ack=0), recall(tablet, 3)])


def _half_sent(cast: Cast) -> tuple[Person, Person, Person, str]:
    """Alice's message has its place, and is not stored. Her tablet has found it."""
    alice, tablet, bob = by_two(cast)
    msg_id = alice.write("bob")
    cast.dies(alice, msg_id, 3)
    tablet.store.talk(SESSION).top = 3
    tablet.fill_gaps(SESSION)
    return alice, tablet, bob, msg_id


@race()
def a_recall_and_the_retry_of_the_send(cast: Cast) -> Scene:
    alice, tablet, bob, msg_id = _half_sent(cast)
    return Scene([alice, tablet, bob], [send(alice, msg_id), recall(tablet, 3)])


@race()
def an_edit_and_the_retry_of_the_send(cast: Cast) -> Scene:
    alice, tablet, bob, msg_id = _half_sent(cast)
    return Scene([alice, tablet, bob], [send(alice, msg_id), edit(tablet, 3)])


# -------------------------------------------------------------------------------- who revises meanwhile


@race(faults=0)
def two_recalls(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), recall(tablet, 2)])


@race(faults=0)
def two_edits(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [edit(alice, 2), edit(tablet, 2)])


@race(faults=0)
def a_recall_and_an_edit(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [recall(alice, 2), edit(tablet, 2)])


@race(faults=0)
def recalls_of_two_messages(cast: Cast) -> Scene:
    alice, tablet, bob = by_two(cast)
    return Scene([alice, tablet, bob], [recall(alice, 1), recall(tablet, 2)])


@race()
def a_recall_twice_at_once(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    first = recall(alice, 2)
    return Scene([alice, bob], [first, first])


@race()
def an_edit_twice_at_once(cast: Cast) -> Scene:
    alice, bob = counted(cast)
    first = edit(alice, 2)
    return Scene([alice, bob], [first, first])
