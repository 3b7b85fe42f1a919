"""Somebody recalls or edits a private message."""

from collections.abc import Callable

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.registry import SESSION, both_online, break_off, everyone_reads, scenario, talking
from tests.faults.stage import Stage
from tests.people.revising import Revising

TOO_LATE_MS = 901_000
NOTES = "p:alice:alice"

Revision = Callable[[Revising, str, int], object]
REVISIONS: tuple[tuple[str, Revision], ...] = (("recall", Revising.recall), ("edit", Revising.edit))


def three_messages(stage: Stage) -> None:
    """Bob's phone and tablet are online, and have three messages of Alice, none of which is acked. Alice has a tablet
    too."""
    both_online(stage)
    stage.online("bob", "tablet")
    for _ in range(3):
        stage.person("alice").say("bob")
    for person in stage.people.values():
        person.read_pushes()


def waiting(stage: Stage) -> None:
    """Three messages of Alice wait for Bob."""
    talking(stage)
    stage.online("alice", "tablet")
    for _ in range(3):
        stage.person("alice").say("bob")
    stage.person("alice", "tablet").read_pushes()


def tablet_away(stage: Stage) -> None:
    """Bob's phone has read all that his tablet, which is away now, has too."""
    three_messages(stage)
    for device in ("tablet", "phone"):
        stage.person("bob", device).finish()
    stage.person("bob").mark_read(SESSION)
    stage.person("bob", "tablet").leave()


for cmd, revise in REVISIONS:

    @scenario(cmd, three_messages, is_one_send=True)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice"), SESSION, 4)

    @scenario(f"{cmd} of what waits, and somebody who comes back", waiting)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice"), SESSION, 4)
        stage.person("bob").work()

    @scenario(f"{cmd} of what was read, and a device that was away", tablet_away)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice"), SESSION, 4)
        bob = stage.person("bob")
        bob.read_pushes()
        bob.ack()
        stage.person("bob", "tablet").work()

    @scenario(f"{cmd} over HTTP, and a device without a connection", waiting)
    def _(stage: Stage, revise: Revision = revise) -> None:
        app = stage.over_http("bob")
        app.work()
        revise(stage.over_http("alice"), SESSION, 5)
        app.log_in()
        app.work()


@scenario("recall of what was edited", three_messages)
def _(stage: Stage) -> None:
    # If the edit has no answer, it comes too late.
    stage.person("alice").may_be_refused = True
    stage.person("alice").edit(SESSION, 4)
    stage.person("alice", "tablet").read_pushes()
    stage.person("alice", "tablet").recall(SESSION, 4)


@scenario("edits of two devices", three_messages)
def _(stage: Stage) -> None:
    stage.person("alice").edit(SESSION, 4)
    stage.person("alice", "tablet").edit(SESSION, 4)
    stage.person("alice").edit(SESSION, 5)


@scenario("recall of a message without ackFlg", both_online)
def _(stage: Stage) -> None:
    # If the message has no answer, this seq is somebody else's.
    stage.person("alice").may_be_refused = True
    stage.person("alice").say("bob", ack=0)
    stage.person("alice").recall(SESSION, 3)


# -------------------------------------------------------------------------------- retries


def unfinished(revise: Revision, operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """A recall or an edit that died here."""

    def setup(stage: Stage) -> None:
        three_messages(stage)
        alice = stage.person("alice")
        break_off(stage, lambda: revise(alice, SESSION, 4), operation, table, fault)

    return setup


for cmd, revise in REVISIONS:
    for where, operation, table, fault in (
        ("allocated", "PutItem", "Message", DIED_BEFORE),
        ("stored", "PutItem", "Inbox", DIED_BEFORE),
        ("in history", "UpdateItem", "Message", DIED_BEFORE),
        ("told", "UpdateItem", "Counter", DIED_BEFORE),
        ("in the offline store", "UpdateItem", "Inbox", DIED_BEFORE),
        ("pushed", "UpdateItem", "Inbox", DIED_AFTER),
    ):

        @scenario(f"retry of {cmd} that died before it was {where}", unfinished(revise, operation, table, fault))
        def _(stage: Stage) -> None:
            stage.person("alice").flush()

    @scenario(f"a message that passes {cmd} whose author died", unfinished(revise, "PutItem", "Message", DIED_AFTER))
    def _(stage: Stage) -> None:
        stage.person("alice", "tablet").say("bob")
        bob = stage.person("bob")
        bob.read_pushes()
        bob.ask_counters()
        stage.person("alice").flush()


def read_too_early(stage: Stage) -> None:
    """Alice's edit has its place, and its function died before history had the new text. Bob's devices have met the
    notice, and are away."""
    unfinished(Revising.edit, "UpdateItem", "Message", DIED_BEFORE)(stage)
    for device in ("phone", "tablet"):
        bob = stage.person("bob", device)
        bob.crash()
        bob.finish()
        bob.leave()


@scenario("retry of an edit whose notice was read before its text", read_too_early)
def _(stage: Stage) -> None:
    stage.person("alice").flush()


def half_sent(operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """The send of a message that Alice's tablet has met died here."""

    def setup(stage: Stage) -> None:
        both_online(stage)
        alice, tablet = stage.person("alice"), stage.person("alice", "tablet")
        break_off(stage, lambda: alice.say("bob"), operation, table, fault)
        tablet.store.talk(SESSION).top = 3
        tablet.fill_gaps(SESSION)

    return setup


for cmd, revise in REVISIONS:
    for where, operation, table, fault in (
        ("stored", "PutItem", "Inbox", DIED_BEFORE),
        ("counted", "PutItem", "Inbox", DIED_AFTER),
        ("pushed", "UpdateItem", "Counter", DIED_AFTER),
    ):

        @scenario(f"{cmd} of a message that died before it was {where}", half_sent(operation, table, fault))
        def _(stage: Stage, revise: Revision = revise) -> None:
            revise(stage.person("alice", "tablet"), SESSION, 3)
            stage.person("alice").flush()


# -------------------------------------------------------------------------------- refusals, and notes to oneself


def late(stage: Stage) -> None:
    """A quarter of an hour has passed. Who may be refused is."""
    three_messages(stage)
    stage.time.wall_ms += TOO_LATE_MS
    for person in stage.people.values():
        person.may_be_refused = True


@scenario("recall and edit that come too late", late)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.recall(SESSION, 4)
    alice.edit(SESSION, 4)


def refusable(stage: Stage) -> None:
    """Who may be refused is."""
    three_messages(stage)
    for person in stage.people.values():
        person.may_be_refused = True


@scenario("recall and edit of what somebody else has written", refusable)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.recall(SESSION, 4)
    bob.edit(SESSION, 4)


@scenario("recall and edit of what was recalled", refusable)
def _(stage: Stage) -> None:
    stage.person("alice").recall(SESSION, 4)
    tablet = stage.person("alice", "tablet")
    tablet.recall(SESSION, 4)
    tablet.edit(SESSION, 4)


def notes(stage: Stage) -> None:
    """Alice has two notes on two devices."""
    both_online(stage)
    for _ in range(2):
        stage.person("alice").say("alice")
    everyone_reads(stage)


@scenario("edit and recall of a note to oneself", notes)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.edit(NOTES, 1)
    alice.recall(NOTES, 1)
    alice.say("alice")
