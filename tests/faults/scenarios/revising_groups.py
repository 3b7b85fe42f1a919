"""Somebody recalls or edits a message of a group."""

from collections.abc import Callable

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.fanning_out import few_own, hot, own_many, rostered, small_numbers
from tests.faults.scenarios.groups import ROOM, everyone_reads, with_tablet
from tests.faults.scenarios.registry import break_off, group_scenario
from tests.faults.scenarios.revising import REVISIONS, TOO_LATE_MS, Revision
from tests.faults.stage import Stage
from tests.people.revising import Revising


def mentioning(stage: Stage) -> None:
    """Bob has said something, then Alice has mentioned Bob, Erin and all, and Bob has answered. Erin is away, and has
    nothing of it; Bob's tablet has, and is away now."""
    with_tablet(stage)
    alice, bob, tablet = stage.person("alice"), stage.person("bob"), stage.online("bob", "tablet")
    bob.keeps = tablet.keeps = True
    alice.tell("room", ["bob", "erin"], at_all=True)
    bob.tell("room")
    for person in (alice, stage.person("alice", "tablet"), bob, tablet):
        person.finish()
    tablet.leave()


@group_scenario("recall of a message with mentions", mentioning, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").recall(ROOM, 3)


@group_scenario("edit of a message with mentions", mentioning, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").edit(ROOM, 3, ["erin"])


@group_scenario("edits that leave mentions out one by one", mentioning)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    # An edit without an answer, sent again after the next one, would mention somebody anew.
    alice.may_be_refused = True
    alice.edit(ROOM, 3, ["bob", "erin"])
    alice.edit(ROOM, 3, ["erin"])
    stage.person("alice", "tablet").edit(ROOM, 3)
    everyone_reads(stage)


def with_an_admin(stage: Stage) -> None:
    """Bob may manage the group. Alice and Erin each have said something long ago."""
    mentioning(stage)
    stage.person("alice").change("role", "room", uid="bob", role="ADMIN")
    erin = stage.person("erin")
    erin.finish()
    erin.tell("room")
    everyone_reads(stage)
    stage.time.wall_ms += TOO_LATE_MS


@group_scenario("recall by an admin, of what the owner and a member have said long ago", with_an_admin)
def _(stage: Stage) -> None:
    stage.person("bob").recall(ROOM, 3)
    stage.person("bob").recall(ROOM, 6)


for cmd, revise in REVISIONS:

    @group_scenario(f"{cmd}, and members who come back", mentioning)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice"), ROOM, 3)
        for uid, device in (("erin", "phone"), ("bob", "tablet")):
            stage.person(uid, device).work()

    @group_scenario(f"{cmd} in a group with a roster", rostered)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("bob"), ROOM, 3)
        everyone_reads(stage)

    @group_scenario(f"{cmd} in a group whose messages are hints", hot, small_numbers)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice"), ROOM, 4)
        stage.world.fan_out(delayed=True)
        everyone_reads(stage)


def cleared_elsewhere(stage: Stage) -> None:
    """Bob's phone has cleared and read all that his tablet, which is away, has counted."""
    mentioning(stage)
    bob = stage.person("bob")
    bob.keeps = False
    bob.finish()
    bob.mark_read(ROOM)


@group_scenario("recall of what another device has cleared", cleared_elsewhere)
def _(stage: Stage) -> None:
    stage.person("alice").recall(ROOM, 3)
    bob = stage.person("bob")
    bob.read_pushes()
    bob.log_in()
    bob.clear()
    stage.person("bob", "tablet").work()


# -------------------------------------------------------------------------------- own messages told by a number


@group_scenario("recall of own messages of which some are told by a number", own_many, few_own)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.recall(ROOM, 3)
    alice.recall(ROOM, 7)
    tablet = stage.person("alice", "tablet")
    tablet.connect()
    tablet.log_in()
    alice.tell("room")


# -------------------------------------------------------------------------------- fan-outs that wait


def queued(stage: Stage) -> None:
    """Alice's message, and its fan-out, which waits."""
    stage.world.fans_out_at_once = False
    stage.person("alice").tell("room")


def fans_out(stage: Stage) -> None:
    """All that waits is pushed, the newest first."""
    stage.world.fans_out_at_once = True
    stage.world.queues.ready.reverse()
    stage.world.fan_out()
    everyone_reads(stage)


@group_scenario("recall while the fan-out of the message waits", with_tablet)
def _(stage: Stage) -> None:
    queued(stage)
    stage.person("alice", "tablet").ask("history", sessionId=ROOM)
    stage.person("alice").recall(ROOM, 3)
    fans_out(stage)


@group_scenario("recall while the fan-out from the roster waits", rostered)
def _(stage: Stage) -> None:
    queued(stage)
    stage.person("alice").recall(ROOM, 4)
    fans_out(stage)


@group_scenario("edit while the fan-out of the message waits", with_tablet)
def _(stage: Stage) -> None:
    queued(stage)
    stage.person("alice").edit(ROOM, 3)
    fans_out(stage)


# -------------------------------------------------------------------------------- retries


def unfinished(revise: Revision, operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """A recall or an edit that died here."""

    def setup(stage: Stage) -> None:
        mentioning(stage)
        alice = stage.person("alice")
        break_off(stage, lambda: revise(alice, ROOM, 3), operation, table, fault)

    return setup


for cmd, revise in REVISIONS:
    for where, operation, table, fault in (
        ("allocated", "PutItem", "Message", DIED_BEFORE),
        ("in history", "UpdateItem", "Message", DIED_BEFORE),
        ("told", "UpdateItem", "Session", DIED_BEFORE),
        ("queued", "SendMessage", "jobs", DIED_BEFORE),
    ):

        @group_scenario(f"retry of {cmd} that died before it was {where}", unfinished(revise, operation, table, fault))
        def _(stage: Stage) -> None:
            stage.person("alice").flush()

    @group_scenario(
        f"message that passes {cmd} whose author died", unfinished(revise, "PutItem", "Message", DIED_AFTER)
    )
    def _(stage: Stage) -> None:
        bob = stage.person("bob")
        bob.tell("room")
        everyone_reads(stage)
        stage.person("erin").work()
        stage.person("alice").flush()


def read_too_early(stage: Stage) -> None:
    """Alice's edit has its place, and its function died before history had the new text. Bob's message has passed it,
    so that members who are away have met the notice."""
    unfinished(Revising.edit, "UpdateItem", "Message", DIED_BEFORE)(stage)
    stage.person("bob").tell("room")
    for uid, device in (("erin", "phone"), ("bob", "tablet")):
        person = stage.person(uid, device)
        person.finish()
        person.leave()


@group_scenario("retry of an edit whose notice was read before its text", read_too_early)
def _(stage: Stage) -> None:
    stage.person("alice").flush()


def half_sent(stage: Stage) -> None:
    """A message that mentions Bob and all has its place, and its author died; her tablet has met it."""
    with_tablet(stage)
    alice, tablet = stage.person("alice"), stage.person("alice", "tablet")
    break_off(stage, lambda: alice.tell("room", ["bob", "erin"], at_all=True), "PutItem", "Message", DIED_AFTER)
    stage.person("bob").tell("room")
    tablet.finish()


for cmd, revise in REVISIONS:

    @group_scenario(f"{cmd} of a message whose author died", half_sent)
    def _(stage: Stage, revise: Revision = revise) -> None:
        revise(stage.person("alice", "tablet"), ROOM, 3)
        stage.person("alice").flush()


# -------------------------------------------------------------------------------- refusals


def refusable(stage: Stage) -> None:
    """Who may be refused is."""
    mentioning(stage)
    for person in stage.people.values():
        person.may_be_refused = person.may_hear_late = True


@group_scenario("recall and edit of what somebody else has written", refusable)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.recall(ROOM, 3)
    bob.edit(ROOM, 3)
    stage.person("alice").edit(ROOM, 4)


def late(stage: Stage) -> None:
    """A quarter of an hour has passed."""
    refusable(stage)
    stage.time.wall_ms += TOO_LATE_MS


@group_scenario("recall and edit that come too late", late)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.recall(ROOM, 4)
    bob.edit(ROOM, 4)


def being_removed(stage: Stage) -> None:
    """Bob is being removed: the change has its place, and is not in his row."""
    refusable(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.change("remove", "room", uids=["bob"]), "PutItem", "Message", DIED_AFTER)


@group_scenario("recall and edit by somebody who is being removed", being_removed)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.recall(ROOM, 4)
    bob.edit(ROOM, 4)
