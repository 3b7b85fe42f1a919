"""Signals, and who is online. Both only read, so that a fault can do no more than keep somebody from hearing."""

from tests.faults.scenarios import blocking
from tests.faults.scenarios.groups import room
from tests.faults.scenarios.registry import both_online, group_scenario, guard_scenario, scenario, talking
from tests.faults.stage import Stage
from tests.people.person import Person


def signals(stage: Stage, who: Person, to: str, chat_type: int = 1) -> str:
    """Sends a signal a second later than any before, and returns the code of its answer. It changes no row."""
    stage.world.forget_pace()
    before = stage.world.trace()
    code = who.signal(to, chat_type)
    if stage.world.trace() != before:
        who.log.surprises.append(f"{who.name}: a signal has changed a row")
    for person in stage.people.values():
        person.read_pushes()
    return code


def must_be_refused(who: Person, code: str) -> None:
    """Whatever fails, it is not answered with OK."""
    if code == "OK":
        who.log.surprises.append(f"{who.name}: a signal was taken")


def must_not_hear(who: Person, before: int) -> None:
    """Nothing since it had heard so many signals."""
    if len(who.log.heard) > before:
        who.log.surprises.append(f"{who.name}: hears what is not for them")


def three_devices(stage: Stage) -> None:
    """Alice has a tablet, and so has Bob."""
    both_online(stage)
    stage.online("bob", "tablet")


@scenario("a signal to someone online", three_devices)
def _(stage: Stage) -> None:
    signals(stage, stage.person("alice"), "bob")
    must_not_hear(stage.person("alice", "tablet"), 0)


@scenario("a signal to somebody with whom there is no session", lambda stage: (talking(stage), stage.online("erin")))
def _(stage: Stage) -> None:
    must_be_refused(stage.person("alice"), signals(stage, stage.person("alice"), "erin"))


@scenario("who is online is asked while one of two devices goes, and then the other", three_devices)
def _(stage: Stage) -> None:
    """What is not noticed leaves them online, and a moment's absence is none."""
    alice, phone, tablet = stage.person("alice"), stage.person("bob"), stage.person("bob", "tablet")
    for gone in (phone, tablet):
        gone.leave()
        # One read may not see what was written a moment ago.
        if alice.sees("bob") is False and alice.sees("bob") is False:
            alice.log.surprises.append("Bob is not online any more")


@guard_scenario("a block, and signals", blocking.two_online, without=blocking.LAGGING)
def _(stage: Stage) -> None:
    alice, bob = stage.person("alice"), blocking.blocks(stage)
    if bob.log.blocks.get("alice"):
        must_be_refused(alice, signals(stage, alice, "bob"))
        must_not_hear(bob, 0)
        if alice.sees("bob"):
            alice.log.surprises.append("Alice sees Bob, who has blocked her")


def with_erin(stage: Stage) -> None:
    """All three of the room are online."""
    room(stage)
    stage.online("erin")


@group_scenario("signals in a group", with_erin)
def _(stage: Stage) -> None:
    for uid in ("alice", "bob"):
        signals(stage, stage.person(uid), "room", 2)


@group_scenario("a removal, and signals", with_erin)
def _(stage: Stage) -> None:
    """By then it is known who was online."""
    alice, bob = stage.person("alice"), stage.person("bob")
    bob.may_hear_late = bob.may_be_refused = True
    signals(stage, alice, "room", 2)
    heard = len(bob.log.heard)
    if alice.change("remove", "room", uids=["bob"]) in alice.log.acked:
        must_be_refused(bob, signals(stage, bob, "room", 2))
        signals(stage, alice, "room", 2)
        must_not_hear(bob, heard)
