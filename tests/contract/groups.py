"""A group with people in it, for the tests of its repositories."""

from catchup.domain.group import Group, Membership, Role
from catchup.domain.ids import Seq, SessionId, Uid
from tests.contract.stores import ALICE, BOB, NOW_MS, Stores, message

ROOM = SessionId("g:room")
HALL = SessionId("g:hall")
CAROL = Uid("carol")


def a_group(session: SessionId = ROOM, founder: str = "alice#create", name: str = "The room") -> Group:
    """A group as its founder makes it."""
    return Group(session, name=name, founder=founder, timestamp_ms=NOW_MS)


def group(stores: Stores, session: SessionId = ROOM) -> Group:
    """The group as it is."""
    return stores.groups.many([session])[session]


def admit(stores: Stores, seq: int, uid: Uid = BOB, role: Role = Role.MEMBER, session: SessionId = ROOM) -> bool:
    """Makes someone a member, who finds the change itself unread."""
    return stores.members.admit(uid, session, Seq(seq), role, seq - 1, NOW_MS)


def person(stores: Stores, uid: Uid = BOB, session: SessionId = ROOM) -> Membership:
    """A person in the group, as their row is."""
    (found,) = stores.counters.named(uid, [session])
    assert isinstance(found, Membership)
    return found


def note(stores: Stores, *numbers: int, uid: Uid = BOB) -> Membership | None:
    """Adds to someone's own seqs."""
    return [stores.members.note_own(uid, ROOM, Seq(number)) for number in numbers][-1]


def say(stores: Stores, *numbers: int, sender: Uid = BOB) -> None:
    """Puts messages of someone's at these seqs."""
    for number in numbers:
        stores.messages.allocate(message(number, sender=sender, to="room", session=ROOM))


def settle(stores: Stores, found: Membership, floor: int) -> Membership:
    """Tells own seqs up to the floor by a number; how it should be then."""
    count, reached = stores.messages.own_between(ROOM, found.uid, found.counted_from(), Seq(floor))
    settled = found.with_floor(reached, count)
    stores.members.settle_own(found, settled)
    return settled


__all__ = ["ALICE", "BOB", "CAROL", "HALL", "ROOM", "a_group", "admit", "group", "note", "person", "say", "settle"]
