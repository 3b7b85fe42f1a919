"""Groups: someone sends, someone comes back, someone's membership changes."""

from collections.abc import Callable

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.registry import GROUP_SCENARIOS, break_off, group_scenario
from tests.faults.stage import Stage
from tests.people.person import Person

__all__ = ["GROUP_SCENARIOS", "ROOM"]

ROOM = "g:room"


def room(stage: Stage) -> Person:
    """Alice's, with Bob, who is online, and Erin, who is away. Alice counts and does not clear."""
    alice, bob, erin = stage.online("alice"), stage.online("bob"), stage.person("erin")
    alice.keeps = True
    alice.change("create", "room", uids=["bob", "erin"], open=True)
    bob.finish()
    erin.finish()
    erin.leave()
    return alice


def with_tablet(stage: Stage) -> None:
    """Alice's tablet, which counts and does not clear either, is online; Bob has said something."""
    room(stage)
    tablet = stage.person("alice", "tablet")
    tablet.keeps = True
    stage.person("bob").tell("room")
    tablet.finish()
    stage.person("alice").finish()


def everyone_reads(stage: Stage) -> None:
    """Devices that are online take what was pushed to them."""
    for person in stage.people.values():
        if person.connected:
            person.read_pushes()
            person.ask_counters()


# -------------------------------------------------------------------------------- sending


@group_scenario("first message of a group", room, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")


@group_scenario("message to a group, of someone with two devices", with_tablet, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")


@group_scenario("message to a group that mentions some", with_tablet)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room", ["bob", "erin"])


@group_scenario("message to a group that mentions all", with_tablet)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room", at_all=True)
    everyone_reads(stage)


def overtaken(stage: Stage) -> None:
    """Alice's message has its place, and no more; Bob's has followed it."""
    with_tablet(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.tell("room", ["erin"]), "UpdateItem", "Counter", DIED_BEFORE)
    stage.person("bob").tell("room")


@group_scenario("retry of a message to a group that another has overtaken", overtaken)
def _(stage: Stage) -> None:
    stage.person("alice").flush()


def unfinished(operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """A message to a group that died here."""

    def setup(stage: Stage) -> None:
        with_tablet(stage)
        alice = stage.person("alice")
        break_off(stage, lambda: alice.tell("room"), operation, table, fault)

    return setup


for where, operation, table, fault in (
    ("allocated", "PutItem", "Message", DIED_BEFORE),
    ("told apart", "UpdateItem", "Counter", DIED_BEFORE),
    ("queued", "UpdateItem", "Session", DIED_AFTER),
    ("answered", "SendMessage", "jobs", DIED_AFTER),
):

    @group_scenario(
        f"retry of a message to a group that died before it was {where}", unfinished(operation, table, fault)
    )
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


@group_scenario("message to a group whose seq is taken", unfinished("UpdateItem", "Counter", DIED_BEFORE))
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")
    stage.person("alice").flush()


# -------------------------------------------------------------------------------- catching up


def away(stage: Stage) -> None:
    """Erin was away: seven messages of others wait, one of them mentions her; and one of Alice's tablet."""
    with_tablet(stage)
    for _ in range(3):
        stage.person("bob").tell("room")
        stage.person("alice").tell("room", ["erin"])
    stage.person("erin").page = 3


@group_scenario("login of a member", away)
def _(stage: Stage) -> None:
    erin = stage.person("erin")
    erin.connect()
    erin.log_in()


@group_scenario("login of an author on another device", away)
def _(stage: Stage) -> None:
    tablet = stage.person("alice", "tablet")
    tablet.connect()
    tablet.log_in()


def counted(stage: Stage) -> None:
    """Erin has logged in and counted, and done nothing else."""
    away(stage)
    erin = stage.person("erin")
    erin.connect()
    erin.log_in()


@group_scenario("clear of a group", counted)
def _(stage: Stage) -> None:
    stage.person("erin").clear()


@group_scenario("clear of a group beyond its head", counted)
def _(stage: Stage) -> None:
    stage.person("erin").ask("clear", sessions={ROOM: 99})


@group_scenario("pages of a group", counted)
def _(stage: Stage) -> None:
    stage.person("erin").catch_up(ROOM)


@group_scenario("all of a catch-up in a group", away)
def _(stage: Stage) -> None:
    stage.person("erin").work()


def pushed_in_part(stage: Stage) -> None:
    """A push to Bob has failed, the next one has reached him."""
    room(stage)
    bob = stage.person("bob")
    stage.world.gateway.failing = {bob.phone.connection: 429}
    stage.person("alice").tell("room")
    stage.world.gateway.failing = {}
    stage.person("alice").tell("room")


@group_scenario("counters of a group after a push that failed", pushed_in_part)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.read_pushes()
    bob.ask_counters()


@group_scenario("history fills what a member lacks", pushed_in_part)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.read_pushes()
    bob.fill_gaps(ROOM)


def outlived(kept: int) -> Callable[[Stage], None]:
    """Erin was away until retention had removed what was said in the group; this many newer ones are kept."""

    def setup(stage: Stage) -> None:
        room(stage)
        for name in ("bob", "alice", "bob"):
            stage.person(name).tell("room")
        stage.remove_all_of(ROOM)
        for _ in range(kept):
            stage.person("bob").tell("room")
        stage.world.fan_out()
        stage.person("erin").connect()

    return setup


@group_scenario("history of a group to the end of retention", outlived(2))
def _(stage: Stage) -> None:
    stage.person("erin").ask("history", sessionId=ROOM)


@group_scenario("pull of a group where all has been removed", outlived(0))
def _(stage: Stage) -> None:
    stage.person("erin").ask("pull", sessionId=ROOM, ack=[])
