"""A group with people in it, for the tests of its repositories."""

from catchup.domain.group import Group, GroupChange
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership, Mention, Role
from catchup.domain.message import Numbers, Place
from catchup.domain.standing import Changed
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
    """Makes someone a member by the message at this seq, before which all are counted: its number is one less."""
    return stores.members.admit(uid, session, change(seq), role)


def dismiss(stores: Stores, seq: int, uid: Uid = BOB) -> bool:
    """Ends a membership."""
    return stores.members.dismiss(uid, ROOM, change(seq))


def change(seq: int) -> Changed:
    """A change, as far as rows know of it."""
    return Changed(Seq(seq), ALICE, GroupChange("join"), NOW_MS, seq - 1)


def raise_head(stores: Stores, seq: int, number: int | None = None, last_change: int = 0, at_ms: int = NOW_MS) -> None:
    """Raises the group's head to this message, as a rule to one that counts like all before it."""
    following = Place(Seq(seq + 1), Numbers(seq if number is None else number), Seq(last_change))
    stores.groups.raise_head(ROOM, following, at_ms)


def mention(stores: Stores, *numbers: int) -> None:
    """Messages with these numbers, each at its number's seq, mention bob."""
    for number in numbers:
        stores.members.mention(BOB, ROOM, Mention(Seq(number), number))


def mentions(*numbers: int) -> set[Mention]:
    """These mentions."""
    return {Mention(Seq(number), number) for number in numbers}


def person(stores: Stores, uid: Uid = BOB, session: SessionId = ROOM) -> Membership:
    """A person in the group, as their row is."""
    (found,) = stores.counters.named(uid, [session])
    assert isinstance(found, Membership)
    return found


def note(stores: Stores, *numbers: int, uid: Uid = BOB) -> Membership | None:
    """Adds to someone's own numbers."""
    return [stores.members.note_own(uid, ROOM, number) for number in numbers][-1]


def say(stores: Stores, *numbers: int, sender: Uid = BOB) -> None:
    """Puts messages of someone's at these seqs, each with its seq as its number."""
    for number in numbers:
        stores.messages.allocate(message(number, sender=sender, to="room", session=ROOM, before=Numbers(number - 1)))


def settle(stores: Stores, found: Membership, floor: int) -> Membership:
    """Tells own numbers up to the floor by how many they are; how it should be then."""
    settled = found.with_floor(floor, a_group())
    stores.members.settle_own(found, settled)
    return settled


__all__ = [
    "ALICE",
    "BOB",
    "CAROL",
    "HALL",
    "ROOM",
    "a_group",
    "admit",
    "change",
    "dismiss",
    "group",
    "mention",
    "mentions",
    "note",
    "person",
    "raise_head",
    "say",
    "settle",
]
