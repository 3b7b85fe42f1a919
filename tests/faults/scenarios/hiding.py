"""Somebody hides messages from themselves."""

from tests.faults.faults import DIED_AFTER, DIED_BEFORE
from tests.faults.scenarios.groups import ROOM, room
from tests.faults.scenarios.registry import SESSION, both_online, break_off, group_scenario, scenario
from tests.faults.stage import Stage


def three_messages(stage: Stage) -> None:
    """Bob's phone and tablet are online, and have three messages of Alice, none of which is acked."""
    both_online(stage)
    stage.online("bob", "tablet")
    for _ in range(3):
        stage.person("alice").say("bob")
    for device in ("phone", "tablet"):
        stage.person("bob", device).read_pushes()


@scenario("messages are hidden", three_messages)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.hide(SESSION, 3, 4)
    bob.hide(SESSION, 4, 5)


@scenario("an own message is hidden by both", three_messages)
def _(stage: Stage) -> None:
    stage.person("alice").hide(SESSION, 3)
    stage.person("bob").hide(SESSION, 3)


def tablet_away(stage: Stage) -> None:
    """The tablet holds all, and has gone."""
    three_messages(stage)
    stage.person("bob", "tablet").finish()
    stage.person("bob", "tablet").leave()


@scenario("messages are hidden, and another device comes back", tablet_away)
def _(stage: Stage) -> None:
    stage.person("bob").hide(SESSION, 4)
    stage.person("bob", "tablet").work()


def hidden_before(stage: Stage) -> None:
    """The phone has hidden one while the tablet was away."""
    tablet_away(stage)
    stage.person("bob").hide(SESSION, 3)


@scenario("a device learns what was hidden while it was away", hidden_before)
def _(stage: Stage) -> None:
    stage.person("bob", "tablet").work()


@scenario("more is hidden while another device asks what is", hidden_before)
def _(stage: Stage) -> None:
    tablet = stage.person("bob", "tablet")
    tablet.connect()
    tablet.log_in()
    stage.person("bob").hide(SESSION, 5)
    tablet.work()


def not_stored_yet(stage: Stage) -> None:
    """Alice's send has died before the message was in the offline store; history has it already."""
    both_online(stage)
    alice, bob = stage.person("alice"), stage.person("bob")
    break_off(stage, lambda: alice.say("bob"), "PutItem", "Inbox", DIED_BEFORE)
    bob.store.talk(SESSION).top = 3
    bob.fill_gaps(SESSION)


@scenario("what is hidden is sent once more", not_stored_yet)
def _(stage: Stage) -> None:
    stage.person("bob").hide(SESSION, 3)
    stage.person("alice").flush()


def over_http(stage: Stage) -> None:
    """Bob's app, which is never connected, has all of it."""
    three_messages(stage)
    stage.over_http("bob").finish()


@scenario("messages are hidden over HTTP", over_http)
def _(stage: Stage) -> None:
    stage.over_http("bob").hide(SESSION, 3, 5)


def mentioned(stage: Stage) -> None:
    """Bob is mentioned, all are, and there is more; Bob has a tablet."""
    alice = room(stage)
    tablet = stage.person("bob", "tablet")
    stage.person("bob").keeps = tablet.keeps = True
    tablet.finish()
    alice.tell("room", ["bob"])
    alice.tell("room", at_all=True)
    alice.tell("room")
    for device in ("phone", "tablet"):
        stage.person("bob", device).read_pushes()


@group_scenario("messages are hidden", mentioned)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.hide(ROOM, 2, 3)
    bob.hide(ROOM, 1)
    bob.ask("history", sessionId=ROOM)


def hidden_in_room(stage: Stage) -> None:
    """Bob has hidden two of them, and his tablet has gone."""
    mentioned(stage)
    stage.person("bob", "tablet").leave()
    stage.person("bob").hide(ROOM, 2, 3)


@group_scenario("a device comes back to a group in which something is hidden", hidden_in_room)
def _(stage: Stage) -> None:
    stage.person("bob", "tablet").work()


def leaves(stage: Stage) -> None:
    """Bob is being removed: the change has its place, and is not in his row."""
    mentioned(stage)
    bob = stage.person("bob")
    bob.may_be_refused = bob.may_hear_late = True
    stage.person("bob", "tablet").may_be_refused = stage.person("bob", "tablet").may_hear_late = True
    alice = stage.person("alice")
    break_off(stage, lambda: alice.change("remove", "room", uids=["bob"]), "PutItem", "Message", DIED_AFTER)


@group_scenario("messages are hidden by somebody who is being removed", leaves)
def _(stage: Stage) -> None:
    stage.person("bob").hide(ROOM, 2)
