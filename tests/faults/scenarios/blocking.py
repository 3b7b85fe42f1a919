"""People block one another."""

from collections.abc import Callable

from tests.faults.faults import DIED_BEFORE
from tests.faults.scenarios.registry import break_off, guard_scenario
from tests.faults.stage import Stage
from tests.people.person import Person

# A message within about a second of the block may still come: docs/protocol.md, "block".
LAGGING = {"stale read"}


def two_online(stage: Stage) -> Person:
    """Alice has written to Bob; both are online. Returns Alice."""
    alice, bob = stage.online("alice"), stage.online("bob")
    alice.say("bob")
    bob.read_pushes()
    bob.finish()
    return alice


def blocks(stage: Stage) -> Person:
    """Bob takes no more messages of Alice's. Returns Bob."""
    bob = stage.person("bob")
    for person in stage.people.values():
        person.may_be_refused = person.uid == "alice"
    bob.block("alice")
    return bob


def writes(stage: Stage) -> None:
    """Alice writes to Bob. If she knew that he has blocked her, nothing of it may come to be."""
    alice, bob = stage.person("alice"), stage.person("bob")
    msg_id = alice.write("bob")
    if bob.log.blocks.get("alice"):
        alice.log.unwanted.add(msg_id)
    alice.flush()


@guard_scenario("a block, and a message", two_online, without=LAGGING)
def _(stage: Stage) -> None:
    blocks(stage)
    writes(stage)


@guard_scenario(
    "a block of somebody never spoken to", lambda stage: [stage.online(uid) for uid in ("alice", "bob", "erin")]
)
def _(stage: Stage) -> None:
    blocks(stage).block("erin")


@guard_scenario("an unblock, and a message", lambda stage: (two_online(stage), blocks(stage)))
def _(stage: Stage) -> None:
    stage.person("bob").unblock("alice")
    stage.person("alice").say("bob")


@guard_scenario("a block, taken back at once", two_online)
def _(stage: Stage) -> None:
    blocks(stage).unblock("alice")


def died(operation: str, table: str) -> Callable[[Stage], None]:
    """A send died before this."""

    def setup(stage: Stage) -> None:
        two_online(stage)
        break_off(stage, lambda: stage.person("alice").say("bob"), operation, table, DIED_BEFORE)

    return setup


@guard_scenario("a block, and a retry of what was accepted", died("PutItem", "Inbox"))
def _(stage: Stage) -> None:
    blocks(stage)
    stage.person("alice").flush()
    accepted = stage.person("alice")
    accepted.log.surprises += [f"{msg_id} was accepted, and then refused" for msg_id in accepted.log.refused]


@guard_scenario("a block, and a retry of what has no place", died("PutItem", "Message"), without=LAGGING)
def _(stage: Stage) -> None:
    if blocks(stage).log.blocks.get("alice"):
        stage.person("alice").log.unwanted |= stage.person("alice").store.outbox.keys()
    stage.person("alice").flush()
