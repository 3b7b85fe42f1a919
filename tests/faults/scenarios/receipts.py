"""People read what others have written, who learn of it; and turn that off."""

from tests.faults.faults import DIED_AFTER
from tests.faults.scenarios.groups import ROOM, room
from tests.faults.scenarios.registry import SESSION, both_online, break_off, group_scenario, scenario
from tests.faults.stage import Stage


def one_of_two_counted(stage: Stage) -> None:
    """Alice's two devices are online, and so are Bob's. His phone has counted one of two messages."""
    both_online(stage)
    stage.online("bob", "tablet")
    alice, bob = stage.person("alice"), stage.person("bob")
    alice.say("bob")
    bob.read_pushes()
    alice.say("bob")
    for device in ("phone", "tablet"):
        stage.person("alice", device).read_pushes()


def alice_hears(stage: Stage) -> None:
    for device in ("phone", "tablet"):
        stage.person("alice", device).read_pushes()


@scenario("somebody reads, and the writer learns of it", one_of_two_counted)
def _(stage: Stage) -> None:
    stage.person("bob").mark_read(SESSION)
    alice_hears(stage)


@scenario("somebody turns receipts off, and reads", one_of_two_counted)
def _(stage: Stage) -> None:
    stage.person("bob").turn_receipts(False)
    stage.person("bob").mark_read(SESSION)
    alice_hears(stage)


@scenario("the writer has turned receipts off", one_of_two_counted)
def _(stage: Stage) -> None:
    stage.person("alice").turn_receipts(False)
    stage.person("bob").mark_read(SESSION)
    alice_hears(stage)


@scenario("somebody blocks the writer, and reads", one_of_two_counted)
def _(stage: Stage) -> None:
    for device in ("phone", "tablet"):
        stage.person("alice", device).may_be_refused = True
    stage.person("bob").block("alice")
    stage.person("bob").mark_read(SESSION)
    alice_hears(stage)


def overtaken(stage: Stage) -> None:
    """Bob's phone has to tell that receipts are off; later he has turned them on on his tablet."""
    one_of_two_counted(stage)
    stage.person("bob").plan_receipts(False)
    stage.person("bob", "tablet").turn_receipts(True, later=50)
    stage.person("bob", "tablet").read_pushes()


@scenario("a choice about receipts that was overtaken", overtaken)
def _(stage: Stage) -> None:
    stage.person("bob").send_receipts()
    stage.person("bob").mark_read(SESSION)
    alice_hears(stage)


def died_untold(stage: Stage) -> None:
    """Receipts are off, and the function died before it told Bob's phone and his tablet."""
    one_of_two_counted(stage)
    bob = stage.person("bob")
    break_off(stage, lambda: bob.turn_receipts(False), "UpdateItem", "Counter", DIED_AFTER)


@scenario("receipts are turned off once more after the function died", died_untold)
def _(stage: Stage) -> None:
    stage.person("bob").send_receipts()
    stage.person("bob", "tablet").read_pushes()


def off_while_tablet_is_away(stage: Stage) -> None:
    """Bob has turned receipts off while his tablet was away."""
    one_of_two_counted(stage)
    stage.person("bob", "tablet").leave()
    stage.person("bob").turn_receipts(False)


@scenario("receipts are off on a device that comes back", off_while_tablet_is_away)
def _(stage: Stage) -> None:
    stage.person("bob", "tablet").work()


def read_in_room(stage: Stage) -> None:
    """Alice has written to her group, and Bob has read it."""
    alice = room(stage)
    bob = stage.person("bob")
    bob.keeps = True
    alice.tell("room")
    bob.read_pushes()
    bob.mark_read(ROOM)


@group_scenario("an author asks who has read", read_in_room)
def _(stage: Stage) -> None:
    stage.person("alice").ask("readers", sessionId=ROOM, seq=2)
