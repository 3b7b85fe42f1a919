"""A group is named, its members are silenced, people ask to join it, and it ends."""

from collections.abc import Callable

from tests.faults.faults import DIED_AFTER, DIED_BEFORE
from tests.faults.scenarios.groups import everyone_reads, room
from tests.faults.scenarios.registry import break_off, group_scenario
from tests.faults.stage import Stage
from tests.people.person import Person

FOR_EVER = 2**53 - 1


def all_may_be_refused(stage: Stage) -> None:
    """Whoever finds the group at its end, or may not speak, is refused."""
    for person in stage.people.values():
        person.may_be_refused = person.may_hear_late = True


def run(stage: Stage) -> None:
    """Alice's room with Bob, an admin on two devices, and Erin, who is away."""
    room(stage)
    stage.person("alice").change("role", "room", uid="bob", role="ADMIN")
    stage.online("bob", "tablet")
    everyone_reads(stage)
    all_may_be_refused(stage)


# -------------------------------------------------------------------------------- the name and the announcement


@group_scenario("describe", run)
def _(stage: Stage) -> None:
    stage.person("bob").change("describe", "room", name="The hall", announcement="At noon")
    everyone_reads(stage)
    stage.person("alice").change("describe", "room", announcement="")


def described_late(stage: Stage) -> None:
    """Bob's name has its place and no more; Alice has given another one since."""
    run(stage)
    bob = stage.person("bob")
    break_off(stage, lambda: bob.change("describe", "room", name="Bob's"), "UpdateItem", "Session", DIED_BEFORE)
    stage.person("alice").change("describe", "room", name="Alice's", announcement="Mine")


@group_scenario("late retry of describe after another", described_late)
def _(stage: Stage) -> None:
    stage.person("bob").flush()


# -------------------------------------------------------------------------------- mutes


@group_scenario("mute of a member, who speaks", run)
def _(stage: Stage) -> None:
    erin = stage.online("erin")
    stage.person("bob").change("mute", "room", uid="erin", until=FOR_EVER)
    erin.tell("room")
    stage.person("alice").tell("room")


@group_scenario("mute of all but owner and admins, and its end", run)
def _(stage: Stage) -> None:
    erin = stage.online("erin")
    stage.person("alice").change("mute", "room", until=FOR_EVER)
    erin.tell("room")
    stage.person("bob").tell("room")
    stage.person("alice").change("mute", "room", until=0)
    erin.tell("room")


def muted_without_a_row(stage: Stage) -> None:
    """The mute has its place, and Erin's row does not know of it."""
    run(stage)
    stage.online("erin")
    alice = stage.person("alice")
    mute = lambda: alice.change("mute", "room", uid="erin", until=FOR_EVER)  # noqa: E731 - one act
    break_off(stage, mute, "UpdateItem", "Counter", DIED_BEFORE)


@group_scenario("message of somebody whose mute is not applied", muted_without_a_row)
def _(stage: Stage) -> None:
    stage.person("erin").tell("room")
    stage.person("bob").tell("room")


def muted_since(stage: Stage) -> None:
    """Erin's message has no place yet; since then all were muted."""
    run(stage)
    erin = stage.online("erin")
    break_off(stage, lambda: erin.tell("room"), "PutItem", "Message", DIED_BEFORE)
    stage.person("alice").change("mute", "room", until=FOR_EVER)


@group_scenario("retry of a message whose author is muted since", muted_since)
def _(stage: Stage) -> None:
    stage.person("erin").flush()


def released_before(stage: Stage) -> None:
    """An older mute of Erin has its place and no more; a newer one has ended it."""
    muted_without_a_row(stage)
    stage.person("bob").change("mute", "room", uid="erin", until=0)


@group_scenario("late retry of mute after its end", released_before)
def _(stage: Stage) -> None:
    stage.person("alice").flush()
    stage.person("erin").tell("room")


# -------------------------------------------------------------------------------- the end


@group_scenario("dissolve, and somebody who speaks", run)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")
    stage.person("alice").change("dissolve", "room")
    stage.person("bob").tell("room")
    everyone_reads(stage)


@group_scenario("login after dissolve of somebody who was away", lambda stage: dissolved(stage))
def _(stage: Stage) -> None:
    stage.person("erin").work()


def dissolved(stage: Stage) -> None:
    """Something was said, and then the group was dissolved."""
    run(stage)
    stage.person("bob").tell("room", ["erin"])
    stage.person("alice").change("dissolve", "room")
    stage.world.fan_out()


def dissolved_without_a_row(stage: Stage) -> None:
    """The end has its place, and the group's row does not know of it."""
    run(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.change("dissolve", "room"), "UpdateItem", "Session", DIED_BEFORE)


@group_scenario("message to a group whose end is not applied", dissolved_without_a_row)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")
    stage.person("alice").flush()


def ended_since(stage: Stage) -> None:
    """Bob's message has no place yet; since then the group was dissolved."""
    run(stage)
    bob = stage.person("bob")
    break_off(stage, lambda: bob.tell("room"), "PutItem", "Message", DIED_BEFORE)
    stage.person("alice").change("dissolve", "room")


@group_scenario("retry of a message to a group that is dissolved since", ended_since)
def _(stage: Stage) -> None:
    stage.person("bob").flush()


def alone(stage: Stage) -> None:
    """Alice is the last one in her group; Bob has left it."""
    room(stage)
    all_may_be_refused(stage)
    stage.person("alice").tell("room")
    stage.person("bob").change("leave", "room")
    stage.person("alice").change("remove", "room", uids=["erin"])


@group_scenario("leave of the last member", alone)
def _(stage: Stage) -> None:
    stage.person("alice").change("leave", "room")
    stage.person("bob").change("join", "room")


# -------------------------------------------------------------------------------- requests to join


def club(stage: Stage) -> Person:
    """Alice's, into which people come by asking; Bob is an admin, and Frank and Gus are no members."""
    alice = stage.online("alice")
    for uid in ("bob", "frank", "gus"):
        stage.online(uid)
    alice.keeps = True
    alice.change("create", "room", uids=["bob"], ask=True)
    alice.change("role", "room", uid="bob", role="ADMIN")
    everyone_reads(stage)
    return alice


def asking(*uids: str) -> Callable[[Stage], None]:
    """These people ask to join."""

    def setup(stage: Stage) -> None:
        club(stage)
        for uid in uids:
            stage.person(uid).ask_to_join("room")
        everyone_reads(stage)

    return setup


@group_scenario("ask", club)
def _(stage: Stage) -> None:
    stage.person("frank").ask_to_join("room")
    everyone_reads(stage)
    stage.person("alice").ask("requests", groupId="room")


@group_scenario("ask, and take it back", club)
def _(stage: Stage) -> None:
    stage.person("frank").ask_to_join("room")
    stage.person("frank").ask_to_join("room", withdraw=True)


@group_scenario("approve", asking("frank", "gus"))
def _(stage: Stage) -> None:
    stage.person("bob").approve("room", "frank", "gus")
    everyone_reads(stage)
    # He may speak before he is in.
    stage.person("frank").may_be_refused = True
    stage.person("frank").tell("room")


@group_scenario("approve of somebody who is approved", asking("frank"))
def _(stage: Stage) -> None:
    stage.person("bob").approve("room", "frank")
    stage.person("alice").approve("room", "frank")


@group_scenario("add of somebody who asks", asking("frank"))
def _(stage: Stage) -> None:
    stage.person("alice").change("add", "room", uids=["frank"])


@group_scenario("refuse", asking("frank", "gus"))
def _(stage: Stage) -> None:
    # Bob does not ask, and stays an admin.
    stage.person("alice").refuse("room", "frank", "bob")
    stage.person("alice").approve("room", "gus")


def approved_without_a_row(stage: Stage) -> None:
    """Frank is approved, and his row does not know of it."""
    asking("frank")(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.approve("room", "frank"), "UpdateItem", "Counter", DIED_BEFORE)


@group_scenario("retry of approve after a message that passed it", approved_without_a_row)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")
    stage.person("alice").flush()


def blocked(stage: Stage) -> None:
    """Frank asks; the owner has blocked him since, and Gus has never asked."""
    asking("frank")(stage)
    stage.person("alice").block("frank")
    for uid in ("alice", "bob"):
        stage.person(uid).may_be_refused = True


@group_scenario("approve of somebody whom the owner has blocked, and of somebody who does not ask", blocked)
def _(stage: Stage) -> None:
    stage.person("bob").approve("room", "frank", of_unwanted=True)
    stage.person("alice").approve("room", "frank")
    stage.person("bob").approve("room", "gus")


def asked_before_the_end(stage: Stage) -> None:
    """Frank asks, and the group's owner has dissolved it; the function died after that had its place."""
    asking("frank")(stage)
    all_may_be_refused(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.change("dissolve", "room"), "PutItem", "Message", DIED_AFTER)


@group_scenario("approve after dissolve", asked_before_the_end)
def _(stage: Stage) -> None:
    stage.person("bob").approve("room", "frank")
    stage.person("alice").flush()
