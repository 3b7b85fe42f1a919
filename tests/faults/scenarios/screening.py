"""Texts are judged: masked, refused, held; and what is held is released or dropped."""

from collections.abc import Callable

from catchup.domain.screening import Action
from tests.faults.faults import DIED_BEFORE, Injected
from tests.faults.scenarios.blocking import LAGGING, blocks, two_online
from tests.faults.scenarios.groups import room
from tests.faults.scenarios.registry import SESSION, both_online, break_off, guard_scenario
from tests.faults.stage import Stage
from tests.people.moderator import TEXTS, lax

MASK, HOLD, REJECT = TEXTS[Action.MASK], TEXTS[Action.HOLD], TEXTS[Action.REJECT]


def last_of(stage: Stage, uid: str = "alice") -> str:
    """The msgId of what this person has written last."""
    return list(stage.person(uid).log.written)[-1]


def decide(stage: Stage, what: str, uid: str = "alice") -> None:
    """About what this person has written last."""
    stage.reviewer().decide(what, stage.person(uid), last_of(stage, uid))


def try_again(stage: Stage, uid: str = "alice") -> None:
    """The frame once more."""
    stage.person(uid).send_again(last_of(stage, uid))


# -------------------------------------------------------------------------------- as it is sent


@guard_scenario("a message is held", both_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", text=HOLD)


@guard_scenario("a message is refused", two_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", text=REJECT)


@guard_scenario("a message is masked", both_online)
def _(stage: Stage) -> None:
    stage.person("alice").say("bob", text=MASK)


@guard_scenario("a message to a group is held", room)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room", text=HOLD)


# -------------------------------------------------------------------------------- as it is edited


def placed(stage: Stage) -> None:
    """Bob has a message of Alice; her tablet is online too."""
    both_online(stage)
    stage.person("alice").say("bob")
    for person in stage.people.values():
        person.read_pushes()


for verdict, text in (("refused", REJECT), ("refused as it can't wait", HOLD), ("masked", MASK)):

    @guard_scenario(f"an edit is {verdict}", placed)
    def _(stage: Stage, text: str = text) -> None:
        stage.person("alice").edit(SESSION, 3, text=text)


def placed_in_group(stage: Stage) -> None:
    """Bob has written to a group."""
    room(stage)
    stage.person("bob").tell("room")


@guard_scenario("an edit in a group is refused", placed_in_group)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.edit("g:room", max(bob.store.talk("g:room").messages), text=REJECT)


# -------------------------------------------------------------------------------- as it is sent again


def died_under_other_lists(text: str, operation: str, table: str) -> Callable[[Stage], None]:
    """A send died here, when the lists had not these words."""

    def setup(stage: Stage) -> None:
        alice = two_online(stage)
        with lax():
            break_off(stage, lambda: alice.say("bob", text=text), operation, table, DIED_BEFORE)
        has_place = table != "Message"
        (alice.log.passed_before if has_place else alice.log.reserved_before).add(last_of(stage))

    return setup


for verdict, text in (("held", HOLD), ("masked", MASK), ("refused", REJECT)):

    @guard_scenario(f"a retry without a place is {verdict}", died_under_other_lists(text, "PutItem", "Message"))
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


@guard_scenario("a retry of what has its place is not judged", died_under_other_lists(HOLD, "PutItem", "Inbox"))
def _(stage: Stage) -> None:
    stage.person("alice").flush()


# -------------------------------------------------------------------------------- review


def held(stage: Stage) -> None:
    """Alice's message waits."""
    two_online(stage).say("bob", text=HOLD)


def held_of_two_devices(stage: Stage) -> None:
    """The same; her tablet is online too."""
    both_online(stage)
    stage.person("alice").say("bob", text=HOLD)


def held_first(stage: Stage) -> None:
    """The same, but it would be the first of its session, and Bob is away."""
    stage.person("bob")
    stage.online("alice").say("bob", text=HOLD)


def held_in_group(stage: Stage) -> None:
    """Bob's message to a group waits."""
    room(stage)
    stage.person("bob").tell("room", text=HOLD)


@guard_scenario("a release", held_of_two_devices)
def _(stage: Stage) -> None:
    decide(stage, "release")
    try_again(stage)


@guard_scenario("a release that begins a session", held_first)
def _(stage: Stage) -> None:
    decide(stage, "release")


@guard_scenario("a release to a group", held_in_group)
def _(stage: Stage) -> None:
    decide(stage, "release", "bob")


@guard_scenario("a drop, and the sender tries again", held)
def _(stage: Stage) -> None:
    decide(stage, "drop")
    try_again(stage)


@guard_scenario("a release of somebody who is blocked", lambda stage: (held(stage), blocks(stage)), without=LAGGING)
def _(stage: Stage) -> None:
    decide(stage, "release")
    try_again(stage)


def died_in_release(operation: str, table: str, fault: Injected) -> Callable[[Stage], None]:
    """A release died here."""

    def setup(stage: Stage) -> None:
        held(stage)
        break_off(stage, lambda: decide(stage, "release"), operation, table, fault)

    return setup


for where, operation, table, fault in (
    ("its message had a place", "PutItem", "Message", DIED_BEFORE),
    ("it was counted", "UpdateItem", "Counter", DIED_BEFORE),
):

    @guard_scenario(f"a release that died before {where} is repeated", died_in_release(operation, table, fault))
    def _(stage: Stage) -> None:
        try_again(stage)
        decide(stage, "release")

    @guard_scenario(f"a drop of what was being released, before {where}", died_in_release(operation, table, fault))
    def _(stage: Stage) -> None:
        decide(stage, "drop")
        try_again(stage)
