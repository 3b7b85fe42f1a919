"""Whatever somebody may do in a group, at the same time as whatever may take that right away: each with each.

Alice owns the room, Bob is an admin on two devices, Erin a member. `rights.py` has some of these with faults.
"""

from collections.abc import Callable, Mapping

from tests.people.person import Person
from tests.races.cast import Cast, send
from tests.races.groups import change, group_race, room, tell
from tests.races.handing_over import hand_over
from tests.races.playing import Act, Directions, Scene

Deed = Callable[[Person], Act]

BOBS: Mapping[str, Deed] = {
    "speaks": tell,
    "mentions all": lambda bob: send(bob, bob.write_to("room", at_all=True)),
    "adds Frank": lambda bob: change(bob, "add", uids=["frank"]),
    "removes Erin": lambda bob: change(bob, "remove", uids=["erin"]),
    "leaves": lambda bob: change(bob, "leave"),
}
# By whom, and what.
OTHERS: Mapping[str, tuple[str, Deed]] = {
    "Alice removes him": ("alice", lambda alice: change(alice, "remove", uids=["bob"])),
    "Alice makes him a member": ("alice", lambda alice: change(alice, "role", uid="bob", role="MEMBER")),
    "Alice makes Erin an admin": ("alice", lambda alice: change(alice, "role", uid="erin", role="ADMIN")),
    "Alice hands over to him": ("alice", lambda alice: hand_over(alice, "bob")),
    "Alice adds Frank": ("alice", lambda alice: change(alice, "add", uids=["frank"])),
    "he leaves on another device": ("bob", lambda tablet: change(tablet, "leave")),
    "Erin leaves": ("erin", lambda erin: change(erin, "leave")),
    "Erin speaks": ("erin", tell),
}


def _race(bobs: str, others: str) -> Directions:
    def scene(cast: Cast) -> Scene:
        alice, bob, erin = cast.online("alice"), cast.online("bob"), cast.online("erin")
        tablet = cast.online("bob", "tablet")
        room(cast, alice, bob, tablet, erin)
        alice.change("role", "room", uid="bob", role="ADMIN")
        people = [alice, bob, tablet, erin]
        for person in people:
            person.may_be_refused = person.may_hear_late = True
            person.read_pushes()
            person.finish()
        by, deed = OTHERS[others]
        return Scene(people, [BOBS[bobs](bob), deed({"alice": alice, "bob": tablet, "erin": erin}[by])])

    scene.__name__ = f"Bob {bobs} while {others}"
    return group_race()(scene)


for bobs in BOBS:
    for others in OTHERS:
        _race(bobs, others)
