"""Someone sends."""

from collections.abc import Callable

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.registry import both_online, break_off, everyone_reads, scenario, talking
from tests.faults.stage import Stage

# -------------------------------------------------------------------------------- sending


@scenario("send to someone offline", talking, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob")


@scenario("first message of a session", lambda stage: (stage.person("bob"), stage.online("alice")), is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob")


@scenario("send to someone online", both_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob")


@scenario("a note to oneself", both_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("alice")


@scenario("a second note, taken by the tablet", both_online)
def _(stage: Stage) -> None:
    for _ in range(2):
        stage.person("alice").say("alice", ack=0)
    everyone_reads(stage)


@scenario("send to someone online, who acks", both_online)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob")
    everyone_reads(stage)


@scenario("ackFlg 0 to someone online", both_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", ack=0)


@scenario("ackFlg 0 to someone online, who clears", both_online)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", ack=0)
    everyone_reads(stage)


@scenario("ackFlg 0 to someone offline", talking, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", ack=0)


def all_gone(stage: Stage) -> None:
    """Both of Bob's devices have lost their network, and nobody knows."""
    talking(stage)
    for device in ("phone", "tablet"):
        stage.online("bob", device).crash()


@scenario("ackFlg 0 to someone whose devices are gone", all_gone, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", ack=0)


def lagging_hint(stage: Stage) -> None:
    """Bob's last message has its seq, which no hint tells of."""
    talking(stage)
    bob = stage.online("bob")
    break_off(stage, lambda: bob.say("alice"), "PutItem", "Inbox", DIED_BEFORE)


@scenario("send whose seq is taken", lagging_hint, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob")


def overtaken(stage: Stage) -> None:
    """A send of Alice's phone died before it was told of. Bob has caught up."""
    talking(stage)
    stage.online("alice", "tablet")
    break_off(stage, lambda: stage.person("alice").say("bob"), "PutItem", "Inbox", DIED_BEFORE)


@scenario("send that passes one that died", overtaken, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").say("bob")


def unfinished(operation: str, table: str, fault: Injected, ack: int = 1) -> Callable[[Stage], None]:
    """A send that died here."""

    def setup(stage: Stage) -> None:
        alice = talking(stage)
        break_off(stage, lambda: alice.say("bob", ack), operation, table, fault)

    return setup


for where, operation, table, fault in (
    ("allocated", "PutItem", "Message", DIED_BEFORE),
    ("stored", "PutItem", "Inbox", DIED_BEFORE),
    ("counted", "UpdateItem", "Counter", DIED_BEFORE),
    ("pushed", "UpdateItem", "Counter", DIED_AFTER),
):

    @scenario(f"retry of a send that died before it was {where}", unfinished(operation, table, fault))
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


def long_ago(operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """A send died; since then others have followed from another device."""

    def setup(stage: Stage) -> None:
        unfinished(operation, table, fault)(stage)
        tablet, bob = stage.online("alice", "tablet"), stage.person("bob")
        for _ in range(3):
            tablet.say("bob")
        bob.finish()
        bob.leave()

    return setup


for where, operation, table, fault in (
    ("stored", "PutItem", "Inbox", DIED_BEFORE),
    ("counted", "UpdateItem", "Counter", DIED_BEFORE),
    ("pushed", "UpdateItem", "Counter", DIED_AFTER),
):

    @scenario(f"late retry of a send that died before it was {where}", long_ago(operation, table, fault))
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


def sent_twice(stage: Stage) -> None:
    """A message has arrived and is acked; its frame is under way once more."""
    both_online(stage)
    stage.person("alice").say("bob")
    everyone_reads(stage)


@scenario("an older message comes again after a newer one", sent_twice)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    older = list(alice.log.acked)[-1]
    alice.say("bob")
    alice.send_again(older)
    everyone_reads(stage)


def interrupted(stage: Stage) -> None:
    """Alice's phone was interrupted in the middle of a send; her tablet is at hand."""
    both_online(stage)
    break_off(stage, lambda: stage.person("alice").say("bob"), "UpdateItem", "Counter", DIED_AFTER)


@scenario("two devices of one sender", interrupted)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").say("bob")
    stage.person("alice").flush()
    everyone_reads(stage)


@scenario("an answer to a message that was taken live", lambda stage: (stage.online("alice"), stage.online("bob")))
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", ack=0)
    everyone_reads(stage)
    stage.person("bob").say("alice", ack=0)
    everyone_reads(stage)


def passed(stage: Stage) -> None:
    """A send of Alice's phone and one of Bob's died before anybody was told."""
    overtaken(stage)
    bob = stage.online("bob")
    break_off(stage, lambda: bob.say("alice"), "PutItem", "Inbox", DIED_BEFORE)


@scenario("send that passes one of each that died, and their retries", passed)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").say("bob")
    stage.person("alice").flush()
    stage.person("bob").flush()


def passed_one_by_one(stage: Stage) -> None:
    """Sends of two devices of Alice's died, each was passed by one of her tablet, and Bob has caught up."""
    overtaken(stage)
    tablet, watch, bob = stage.person("alice", "tablet"), stage.online("alice", "watch"), stage.person("bob")
    tablet.say("bob")
    break_off(stage, lambda: watch.say("bob"), "PutItem", "Inbox", DIED_BEFORE)
    tablet.say("bob")
    bob.finish()
    bob.leave()


@scenario("retries of two that died, each passed by another", passed_one_by_one)
def _(stage: Stage) -> None:
    stage.person("alice").flush()
    stage.person("alice", "watch").flush()
