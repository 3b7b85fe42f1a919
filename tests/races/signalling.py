"""Signals, at the same time as what decides who may send them, who hears them, and who is seen online.

Here a process remembers nobody: what it remembers is no call, so that it would not be the same each time.
"""

from catchup.domain import signal as pace
from catchup.usecases.signals import audience
from tests.people.person import Person
from tests.races.cast import Cast, late_disconnect, log_in, race
from tests.races.groups import group_race, room
from tests.races.guarding import guard_race
from tests.races.playing import Act, Scene


def remembers_nobody(cast: Cast) -> None:
    cast.patch(pace, SIGNALS_APART_MS=0)
    cast.patch(audience, KEPT_MS=0, KEPT_AFTER_A_CHANGE_MS=0)


def signal(person: Person, to: str, chat_type: int = 1) -> Act:
    """Sends one."""
    return Act(f"{person.name} signals", person, lambda me: me.signal(to, chat_type))


def refused(me: Person, code: str) -> None:
    if code == "OK":
        me.log.surprises.append("a signal was taken from somebody who may not send it")


@race(faults=0)
def a_signal_and_a_login(cast: Cast) -> Scene:
    remembers_nobody(cast)
    alice, bob = cast.online("alice"), cast.away("bob")
    alice.say("bob")
    return Scene([alice, bob], [signal(alice, "bob"), log_in(bob)])


@race(faults=0)
def a_late_disconnect_a_login_and_the_end_of_another_device(cast: Cast) -> Scene:
    """Whoever is there in the end is seen: `tests.people.signal_invariants`."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    cast.talk(alice, phone)
    tablet.finish()
    phone.crash()
    late = late_disconnect(phone)
    phone.connect()
    leaving = Act("bob/tablet leaves", tablet, lambda me: me.leave())
    return Scene([alice, phone, tablet], [late, log_in(phone), leaving])


@guard_race()
def signals_and_a_block(cast: Cast) -> Scene:
    remembers_nobody(cast)
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    alice.may_be_refused = True
    name = bob.plan_block("block", "alice")
    tablet = cast.away("alice", "tablet")

    def block(me: Person) -> None:
        me.send(name)
        me.log.frames = [frame for frame in me.log.frames if frame[0] != "block"]
        if me.log.blocks.get("alice"):
            refused(me, tablet.signal("bob"))

    return Scene([alice, bob], [signal(alice, "bob"), Act("bob/phone blocks, and alice/tablet signals", bob, block)])


@group_race()
def signals_and_a_removal(cast: Cast) -> Scene:
    """What comes after the answer to the removal is not from, and not for, who was removed."""
    remembers_nobody(cast)
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_hear_late = bob.may_be_refused = True
    removal = alice.plan("remove", "room", uids=["bob"])
    twin = cast.away("bob", "tablet")

    def remove(me: Person) -> None:
        me.send(removal)
        if removal not in me.log.acked:
            return
        refused(me, twin.signal("room", 2))
        me.signal("room", 2)
        heard = [frame["uid"] for frame in bob.phone.pushes if frame["cmd"] == "signal"]
        if "alice" in heard:
            me.log.surprises.append("bob hears a signal, though he was removed before")

    return Scene([alice, bob], [signal(bob, "room", 2), Act("alice/phone removes bob, and signals", alice, remove)])


@group_race(stale=True)
def signals_an_add_and_a_leave(cast: Cast) -> Scene:
    remembers_nobody(cast)
    alice, bob, frank = cast.online("alice"), cast.online("bob"), cast.online("frank")
    room(cast, alice, bob)
    bob.may_hear_late = bob.may_be_refused = True
    leave = bob.plan("leave", "room")

    def leaves(me: Person) -> None:
        me.send(leave)
        me.signal("room", 2)

    add = alice.plan("add", "room", uids=["frank"])
    acts = [Act("bob/phone leaves, and signals", bob, leaves), Act("alice/phone adds", alice, lambda me: me.send(add))]
    return Scene([alice, bob, frank], acts)
