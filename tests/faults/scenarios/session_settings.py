"""A person mutes, pins, hides sessions and marks them as unread, on several devices."""

from tests.faults.faults import DIED_AFTER
from tests.faults.scenarios.registry import SESSION, both_online, break_off, group_scenario, scenario
from tests.faults.stage import Stage

PLACE = {"seq": 1, "received": 1}
# How far `talking` has come.
HEAD = {"seq": 2, "received": 1}
FOR_EVER = 2**53 - 1


def alice_has_chosen(stage: Stage) -> None:
    """Alice's phone has pinned the chat; both of her devices know."""
    both_online(stage)
    stage.person("alice").choose(SESSION, pinned=True)
    for person in stage.people.values():
        person.read_pushes()


@scenario("settings are chosen, and the other device is online", alice_has_chosen)
def _(stage: Stage) -> None:
    stage.person("alice").choose(SESSION, pinned=False, mutedUntil=FOR_EVER)
    stage.person("alice", "tablet").read_pushes()


@scenario("settings are chosen for the first time", both_online)
def _(stage: Stage) -> None:
    stage.person("alice").choose(SESSION, pinned=True)


def several_planned(stage: Stage) -> None:
    """Alice's phone has to send choices of two sessions."""
    alice_has_chosen(stage)
    alice = stage.person("alice")
    stage.online("erin")
    alice.say("erin")
    alice.plan_choice(SESSION, hidden=True, at=PLACE)
    alice.plan_choice("p:alice:erin", markedUnread=True)


@scenario("settings of several sessions in one request", several_planned)
def _(stage: Stage) -> None:
    stage.person("alice").send_choices()


def half_overtaken(stage: Stage) -> None:
    """Alice's tablet has muted later than what her phone still has to send."""
    alice_has_chosen(stage)
    stage.person("alice").plan_choice(SESSION, pinned=False, mutedUntil=7, hidden=True, at=PLACE)
    stage.person("alice", "tablet").choose(SESSION, later=50, mutedUntil=FOR_EVER)


@scenario("settings of which a later choice has overtaken some", half_overtaken)
def _(stage: Stage) -> None:
    stage.person("alice").send_choices()


def tablet_was_away(stage: Stage) -> None:
    """Alice's tablet has left before her phone chose."""
    alice_has_chosen(stage)
    stage.person("alice", "tablet").leave()
    stage.person("alice").choose(SESSION, markedUnread=True, at=PLACE)


@scenario("settings are learnt at a login by a device that was away", tablet_was_away)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").work()


def died_untold(stage: Stage) -> None:
    """A choice of Alice's phone is made, and the function died before it told her tablet."""
    alice_has_chosen(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.choose(SESSION, mutedUntil=7), "UpdateItem", "Counter", DIED_AFTER)


@scenario("settings are sent again after the function died", died_untold)
def _(stage: Stage) -> None:
    stage.person("alice").send_choices()


@scenario("settings by somebody whose old connection is still entered", both_online)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").crash()
    stage.person("alice").choose(SESSION, pinned=True)


def in_a_group(stage: Stage) -> None:
    """Bob is a member of Alice's group, and has something unread there."""
    alice = stage.online("alice")
    alice.change("create", "room", uids=["bob"])
    stage.online("bob")
    alice.tell("room")


@group_scenario("settings while a message comes, and a member leaves", in_a_group)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.choose("g:room", hidden=True, mutedUntil=FOR_EVER)
    stage.person("alice").tell("room", at=["bob"])
    bob.read_pushes()
    bob.clear()
    bob.change("leave", "room")
    bob.choose("g:room", hidden=True, at={"seq": 4, "received": 2})


def hidden_and_marked(stage: Stage) -> None:
    """Alice's phone has hidden the chat with Bob, and marked it; nothing in it is new."""
    alice_has_chosen(stage)
    stage.person("alice").choose(SESSION, hidden=True, markedUnread=True, at=HEAD)
    stage.person("alice", "tablet").read_pushes()


@scenario("a hidden session gets a message", hidden_and_marked)
def _(stage: Stage) -> None:
    stage.person("bob").say("alice")


@scenario("a marked session is read on another device", hidden_and_marked)
def _(stage: Stage) -> None:
    tablet = stage.person("alice", "tablet")
    tablet.mark_read(SESSION)
    tablet.send_choices()
    stage.person("alice").read_pushes()


def read_and_marked_later(stage: Stage) -> None:
    """Alice's tablet has read, and has not told; her phone has marked since. Only what it knew of is taken away."""
    alice_has_chosen(stage)
    stage.person("alice", "tablet").plan_read(SESSION)
    stage.person("alice").choose(SESSION, later=9, markedUnread=True, at=HEAD)


@scenario("a read comes after a mark that was made later", read_and_marked_later)
def _(stage: Stage) -> None:
    tablet = stage.person("alice", "tablet")
    tablet.tell_reads()
    tablet.read_pushes()


def muted_by_both(stage: Stage) -> None:
    """Bob has muted a group on his phone; Alice speaks there, and mentions him."""
    in_a_group(stage)
    stage.online("bob", "tablet")
    stage.person("bob").choose("g:room", mutedUntil=FOR_EVER)


@group_scenario("a mention in a muted group", muted_by_both)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room", at=["bob"])
    stage.person("bob").read_pushes()
    stage.person("bob", "tablet").choose("g:room", mutedUntil=0, pinned=True)
