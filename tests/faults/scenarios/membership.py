"""A group is made, and people come, go and get roles."""

from collections.abc import Callable
from functools import partial

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.groups import ROOM, everyone_reads, room
from tests.faults.scenarios.registry import break_off, group_scenario
from tests.faults.stage import Stage


def four(stage: Stage) -> None:
    """The room, and Frank, who is online and no member."""
    room(stage)
    stage.online("frank")


def before_all(stage: Stage) -> None:
    """Alice, who has a tablet, and Bob are online, Gus is away."""
    for uid, device in (("alice", "phone"), ("alice", "tablet"), ("bob", "phone")):
        stage.online(uid, device)
    stage.person("gus")


@group_scenario("create", before_all)
def _(stage: Stage) -> None:
    stage.person("alice").change("create", "room", uids=["bob", "gus"], name="The room")
    everyone_reads(stage)


@group_scenario("create, and a first message", lambda stage: (stage.online("alice"), stage.online("bob")))
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.plan("create", "room", uids=["bob"])
    alice.write_to("room")
    alice.flush()
    stage.person("bob").read_pushes()


@group_scenario("join", four)
def _(stage: Stage) -> None:
    stage.person("frank").change("join", "room")
    everyone_reads(stage)


@group_scenario("join, and a first message", lambda stage: (four(stage), stage.online("frank", "tablet")))
def _(stage: Stage) -> None:
    stage.person("frank").change("join", "room")
    stage.person("frank").tell("room")
    stage.person("alice").tell("room")


def two_of_bobs(stage: Stage) -> None:
    """Bob has two devices, which count and do not clear. Until what Bob has asked for is done, he is a member."""
    four(stage)
    for device in ("phone", "tablet"):
        stage.person("bob", device).keeps = stage.person("bob", device).may_hear_late = True
    stage.online("bob", "tablet")


@group_scenario("leave", two_of_bobs)
def _(stage: Stage) -> None:
    stage.person("bob").change("leave", "room")
    stage.person("alice").tell("room")


@group_scenario("add", four)
def _(stage: Stage) -> None:
    stage.person("alice").change("add", "room", uids=["bob", "frank"])
    stage.person("bob").tell("room")
    everyone_reads(stage)


@group_scenario("remove", four)
def _(stage: Stage) -> None:
    stage.person("alice").change("remove", "room", uids=["bob", "erin", "frank"])
    stage.person("alice").tell("room")
    everyone_reads(stage)


@group_scenario("remove, and pages of who was removed", four)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")
    stage.person("alice").change("remove", "room", uids=["bob"])
    stage.person("alice").tell("room")
    bob = stage.person("bob")
    bob.read_pushes()
    bob.ask_counters()
    bob.catch_up(ROOM)
    bob.clear()


@group_scenario("role", four)
def _(stage: Stage) -> None:
    stage.person("alice").change("role", "room", uid="bob", role="ADMIN")
    # He may ask before he is one.
    stage.person("bob").may_be_refused = True
    stage.person("bob").change("add", "room", uids=["frank"])


@group_scenario("hand-over", four)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.may_hear_late = True
    alice.change("role", "room", uid="bob", role="OWNER")
    alice.change("leave", "room")


def away_and_back(stage: Stage) -> None:
    """Frank has joined, left, and come back."""
    four(stage)
    frank = stage.person("frank")
    for change in ("join", "leave", "join"):
        frank.change(change, "room")
        stage.person("alice").tell("room")


@group_scenario("everything of someone who has come back", away_and_back)
def _(stage: Stage) -> None:
    frank = stage.person("frank")
    frank.connect()
    frank.work()


def unfinished(cmd: str, operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """An `add` or `remove` of two that died here; since then the group has gone on."""

    def setup(stage: Stage) -> None:
        four(stage)
        alice, bob = stage.person("alice"), stage.person("bob")
        uids = ["frank", "gus"] if cmd == "add" else ["erin", "hanna"]
        # Until the retry, they are members.
        stage.person("erin").may_hear_late = cmd == "remove"
        alice.change("add", "room", uids=["hanna"])
        alice.change("role", "room", uid="bob", role="ADMIN")
        break_off(stage, lambda: alice.change(cmd, "room", uids=uids), operation, table, fault)
        bob.tell("room")

    return setup


def died(cmd: str) -> Callable[[Stage], None]:
    """It has its place, and nobody's row knows of it."""

    def setup(stage: Stage) -> None:
        four(stage)
        uids = ["frank"] if cmd == "add" else ["erin"]
        # She is out from then on, and has not heard of it.
        stage.person("erin").may_hear_late = stage.person("erin").may_be_refused = cmd == "remove"
        change = partial(stage.person("alice").change, cmd, "room", uids=uids)
        break_off(stage, change, "UpdateItem", "Counter", DIED_BEFORE)

    return setup


for cmd in ("add", "remove"):

    @group_scenario(f"message that passes {cmd} whose author died", died(cmd))
    def _(stage: Stage) -> None:
        stage.person("bob").tell("room")


for cmd in ("add", "remove"):
    for where, operation, table, fault in (
        ("anyone was told", "UpdateItem", "Counter", DIED_BEFORE),
        ("the second was told", "UpdateItem", "Counter", DIED_AFTER),
        ("it was counted", "UpdateItem", "Session", DIED_BEFORE),
        ("it was queued", "SendMessage", "jobs", DIED_BEFORE),
    ):
        if (cmd, where) == ("remove", "it was queued"):
            continue

        @group_scenario(f"retry of {cmd} that died before {where}", unfinished(cmd, operation, table, fault))
        def _(stage: Stage) -> None:
            stage.person("alice").flush()


def removed_meanwhile(stage: Stage) -> None:
    """Alice's `add` of Frank has its place and no more; since then Bob has removed Frank."""
    unfinished("add", "UpdateItem", "Counter", DIED_BEFORE)(stage)
    stage.person("bob").change("remove", "room", uids=["frank"])


@group_scenario("late retry of add after a remove", removed_meanwhile)
def _(stage: Stage) -> None:
    stage.person("alice").flush()


def added_and_removed(stage: Stage) -> None:
    """An `add` of Frank has its place, and then Bob's `remove` of him; nobody's row knows of either."""
    four(stage)
    alice, bob, frank = (stage.person(uid) for uid in ("alice", "bob", "frank"))
    frank.may_hear_late = frank.may_be_refused = True
    alice.change("role", "room", uid="bob", role="ADMIN")
    stage.online("erin")
    for author, cmd in ((alice, "add"), (bob, "remove")):
        change = partial(author.change, cmd, "room", uids=["frank", "gus"])
        break_off(stage, change, "UpdateItem", "Counter", DIED_BEFORE)


@group_scenario("message that passes an add and a remove of the same people", added_and_removed)
def _(stage: Stage) -> None:
    stage.person("erin").tell("room")
    stage.person("frank").tell("room")
