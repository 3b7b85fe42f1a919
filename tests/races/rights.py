"""Who may say and change what, while others change it: the order of the session decides."""

from tests.people.person import Person
from tests.races.cast import Cast, send
from tests.races.groups import HAS_ITS_PLACE, change, group_race, room, tell
from tests.races.handing_over import hand_over
from tests.races.playing import Act, Scene


def admins(cast: Cast) -> tuple[Person, Person]:
    """Alice's room, in which Bob is an admin, and Erin, who is away, a member."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob, cast.away("erin"))
    alice.change("role", "room", uid="bob", role="ADMIN")
    bob.read_pushes()
    bob.finish()
    bob.may_be_refused = bob.may_hear_late = True
    return alice, bob


@group_race(faults=1, stale=True)
def a_message_and_a_leave_of_its_author(cast: Cast) -> Scene:
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    room(cast, alice, phone, tablet)
    for bob in (phone, tablet):
        bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, phone, tablet], [tell(phone), change(tablet, "leave")])


@group_race()
def a_message_and_a_removal_between_two_others(cast: Cast) -> Scene:
    """Whoever is removed may find all three in the way, jump to the last, and has to know of the one before it."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_be_refused = bob.may_hear_late = True
    alice.write_to("room")
    alice.plan("remove", "room", uids=["bob"])
    alice.write_to("room")
    return Scene([alice, bob], [Act("alice/phone sends all", alice, lambda me: me.flush()), tell(bob)])


@group_race(faults=1, stale=True)
def an_add_and_a_demotion_of_the_admin(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    return Scene([alice, bob], [change(alice, "role", uid="bob", role="MEMBER"), change(bob, "add", uids=["frank"])])


@group_race(faults=1, stale=True)
def a_mention_of_all_and_a_demotion_of_the_admin(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    to_all = send(bob, bob.write_to("room", at_all=True))
    return Scene([alice, bob], [change(alice, "role", uid="bob", role="MEMBER"), to_all])


@group_race(faults=1, stale=True)
def an_add_and_a_removal_of_the_admin(cast: Cast) -> Scene:
    alice, bob = admins(cast)
    return Scene([alice, bob], [change(alice, "remove", uids=["bob"]), change(bob, "add", uids=["frank"])])


@group_race(faults=1)
def a_removal_and_a_promotion_of_the_same_member(cast: Cast) -> Scene:
    """Admins can't remove admins."""
    alice, bob = admins(cast)
    alice.may_be_refused = True
    promotion = change(alice, "role", uid="erin", role="ADMIN")
    return Scene([alice, bob], [promotion, change(bob, "remove", uids=["erin"])])


@group_race(faults=1)
def a_hand_over_and_a_leave_of_the_giver(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    room(cast, phone, tablet, bob)
    for alice in (phone, tablet):
        alice.may_be_refused = alice.may_hear_late = True
    return Scene([phone, tablet, bob], [hand_over(phone, "bob"), change(tablet, "leave")])


@group_race(faults=1)
def a_hand_over_and_a_role_that_the_giver_gives(cast: Cast) -> Scene:
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    room(cast, phone, tablet, bob)
    phone.may_be_refused = tablet.may_be_refused = True
    return Scene([phone, tablet, bob], [hand_over(phone, "bob"), change(tablet, "role", uid="bob", role="MEMBER")])


@group_race(faults=1, stale=True)
def a_message_of_somebody_who_is_being_added(cast: Cast) -> Scene:
    alice, frank = cast.online("alice"), cast.online("frank")
    room(cast, alice)
    frank.may_be_refused = True
    return Scene([alice, frank], [change(alice, "add", uids=["frank"]), tell(frank)])


@group_race(faults=1)
def a_leave_and_a_removal(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [change(alice, "remove", uids=["bob"]), change(bob, "leave")])


@group_race()
def a_message_on_two_connections_and_a_removal(cast: Cast) -> Scene:
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    bob.may_be_refused = bob.may_hear_late = True
    msg_id = bob.write_to("room")
    return Scene([alice, bob], [send(bob, msg_id), send(bob, msg_id), change(alice, "remove", uids=["bob"])])


@group_race(faults=1)
def a_message_that_passes_a_removal_whose_author_died(cast: Cast) -> Scene:
    """The removal has its place, and no row knows of it; then its retry comes, beside who is removed."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    removal = alice.plan("remove", "room", uids=["bob"])
    cast.dies(alice, removal, calls=HAS_ITS_PLACE)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob], [send(alice, removal), tell(bob)])


@group_race(faults=1)
def a_message_and_a_removal_of_somebody_whose_add_is_not_applied(cast: Cast) -> Scene:
    """The add has its place, and no row knows of it. Its retry comes when all is over."""
    alice, bob = admins(cast)
    late = alice.plan("add", "room", uids=["frank"])
    # One more than others: who blocks whom.
    cast.dies(alice, late, calls=HAS_ITS_PLACE + 1)
    frank = cast.online("frank")
    frank.may_be_refused = frank.may_hear_late = True
    return Scene([alice, bob, frank], [change(bob, "remove", uids=["frank"]), tell(frank)])


@group_race(faults=1)
def a_message_that_passes_a_removal(cast: Cast) -> Scene:
    """It has its place, and no row knows of it; Erin speaks meanwhile, and the removal's retry comes when all is
    over."""
    alice, bob, erin = cast.online("alice"), cast.online("bob"), cast.online("erin")
    room(cast, alice, bob, erin)
    cast.dies(alice, alice.plan("remove", "room", uids=["bob"]), calls=HAS_ITS_PLACE)
    bob.may_be_refused = bob.may_hear_late = True
    return Scene([alice, bob, erin], [tell(erin), tell(bob)])


@group_race()
def a_retry_of_what_was_said_before_a_removal(cast: Cast) -> Scene:
    """Its first attempt has ended, and the answer was lost."""
    alice, bob = cast.online("alice"), cast.online("bob")
    room(cast, alice, bob)
    msg_id = bob.write_to("room")
    cast.loses_the_answer(bob, msg_id)
    bob.may_hear_late = True
    return Scene([alice, bob], [send(bob, msg_id), change(alice, "remove", uids=["bob"])])
