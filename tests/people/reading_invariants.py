"""What must hold of read positions: the furthest one stands, and no other."""

from collections.abc import Iterator, Sequence

from catchup.clock import system_clock
from catchup.domain import clearing, membership
from catchup.storage.reading import expired
from tests.people.group_log import GroupLog
from tests.people.person import Person
from tests.people.reading import NOTHING, Position, position_in
from tests.people.rows import Rows, number_in
from tests.support.world import Phone, World


def check_reading(rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """At rest an account has read as far as the device of it that has read furthest."""
    furthest: dict[tuple[str, str], Position] = {}
    for person in people:
        for session, at in person.store.reads.items():
            furthest[person.uid, session] = max(at, furthest.get((person.uid, session), NOTHING))
    kept: dict[str, list[int]] = {}
    for row in rows["Message"]:
        if not expired(row, system_clock()):
            kept.setdefault(row["sessionId"]["S"], []).append(number_in(row, "seq"))
    for row in rows["Counter"]:
        uid, session = row["uid"]["S"], row["sessionId"]["S"]
        at = position_in(row)
        expected = furthest.get((uid, session), NOTHING)
        removed = min(kept.get(session, []), default=1 << 53)
        # What retention has removed counts as read.
        is_right = at == expected or expected < at < (at[0], removed)
        if session.startswith("p:") and any(person.uid == uid for person in people) and not is_right:
            yield f"{uid}: {session}: read up to {at}, not {expected}"


def check_reading_of(world: World, session: str, log: GroupLog, uid: str, people: Sequence[Person]) -> Iterator[str]:
    """At rest a member of a group has read as far as the device of theirs that has read furthest, and nothing of before
    they came."""
    devices = [person for person in people if person.uid == uid]
    if not devices or not log.is_member(uid):
        return
    phone = Phone(world, uid, "auditor", connection="auditor")
    told = phone.ok("counters", sessionIds=[session])["counters"][session]["read"]
    at, joined = (told["received"], told["seq"]), log.stays[uid][-1].joined
    number, seq = max(device.store.reads.get(session, NOTHING) for device in devices)
    furthest = (min(number, log.number_at(log.head)), min(seq, log.head))
    expected = max(furthest, (log.number_at(joined), joined))
    if at < expected or (at > expected and not _rises_by_itself(log, uid, expected[0], at[0])):
        yield f"{uid}: {session}: read up to {at}, not {expected}"


def _rises_by_itself(log: GroupLog, uid: str, low: int, high: int) -> bool:
    """Whether retention has removed what is between, or so many own messages follow that the oldest are not kept."""
    own = [each.number for each in log.said if each.sender == uid and not each.event]
    of_others = {each.number for each in log.said if each.sender != uid and not each.event and not each.removed}
    kept = min(clearing.OWN_KEPT_UNREAD, membership.OWN_KEPT)
    is_own = high in own and len([number for number in own if number > high]) >= kept
    return is_own or not of_others & set(range(low + 1, high + 1))
