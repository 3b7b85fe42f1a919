"""The invariants of groups, at rest: compares rows, answers and devices with the group's messages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.asking_invariants import check_requests
from tests.people.group_history import check_history, visible
from tests.people.group_log import FOREVER, GroupLog, logs_of
from tests.people.group_registers import check_registers
from tests.people.group_rights import denied_and_said, roles_after, without_right
from tests.people.group_talk import GroupTalk
from tests.people.hiding_invariants import listed_of
from tests.people.person import Person
from tests.people.reading_invariants import check_reading_of
from tests.support.world import Phone, World


def check_groups(world: World, people: Sequence[Person]) -> list[str]:
    """Returns a sentence for each violation."""
    rows = {
        (row["uid"]["S"], row["sessionId"]["S"]): row
        for row in world.rows("Counter")
        if int(row.get("joined", {"N": "0"})["N"])
    }
    groups = {row["sessionId"]["S"]: row for row in world.rows("Session") if "founder" in row}
    found: list[str] = []
    for session, log in logs_of(world.rows("Message")).items():
        found += _memberships(session, log, groups[session], rows)
        is_open = bool(groups[session].get("open", {}).get("BOOL"))
        found += (f"{session}: {wrong}" for wrong in without_right(log.said, is_open=is_open))
        found += (f"{session}: {wrong}" for wrong in denied_and_said(log.said, people))
        found += (f"{session}: has a wrong number at {seq}" for seq in log.misnumbered())
        found += _owned(world, session, log)
        found += check_registers(world, session, log, groups[session])
        found += check_requests(world, session, log, people)
        found += check_history(world, session, log, groups[session])
        for uid in log.stays:
            found += _told(world, session, log, uid)
            found += check_reading_of(world, session, log, uid, people)
            found += _heard(session, log, uid, people)
        for person in people:
            talk = person.store.talks.get(session)
            if isinstance(talk, GroupTalk) and (person.uid, session) in rows:
                found += _held(world, person, session, talk, log, groups[session])
                found += _counted(person, session, talk, log, people)
    return found


def _memberships(
    session: str, log: GroupLog, group: Mapping[str, Any], rows: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Iterator[str]:
    """Each membership follows the change with the highest seq, and the number of members is right."""
    members = {uid for (uid, its), row in rows.items() if its == session and "groupId" in row}
    expected = {uid for uid in log.stays if log.has_row_of_member(uid)}
    if members != expected:
        yield f"{session}: members are {sorted(members)}, the messages say {sorted(expected)}"
    if int(group["members"]["N"]) != len(members):
        yield f"{session}: there are {len(members)} members, the group says {group['members']['N']}"


def _owned(world: World, session: str, log: GroupLog) -> Iterator[str]:
    """All people see the owner and the roles that follow from the messages."""
    expected = roles_after(log.said)
    owners = owners_of(world, session)
    if log.ended is None and owners != [uid for uid, role in expected.items() if role == "OWNER"]:
        yield f"{session}: owners are {owners}, the messages say {expected}"
    for uid in (uid for uid in log.stays if log.is_member(uid)):
        summaries = _auditor(world, uid).ok("sessions", limit=100)["sessions"]
        told = [each["group"]["role"] for each in summaries if each["sessionId"] == session]
        if told != [expected.get(uid)]:
            yield f"{session}: {uid} is told to be {told}, the messages say {expected}"


def owners_of(world: World, session: str) -> list[str]:
    """The owners in the list of members."""
    (log,) = (log for its, log in logs_of(world.rows("Message")).items() if its == session)
    asking = next((uid for uid in log.stays if is_member(world, uid, session)), None)
    if asking is None:
        return []
    page = _auditor(world, asking).ok("members", groupId=session.removeprefix("g:"), limit=100)
    return [member["uid"] for member in page["members"] if member["role"] == "OWNER"]


def _auditor(world: World, uid: str) -> Phone:
    return Phone(world, uid, "auditor", connection="auditor")


def _told(world: World, session: str, log: GroupLog, uid: str) -> Iterator[str]:
    """The answer of `counters` to a new device of this person."""
    told = _auditor(world, uid).ok("counters", sessionIds=[session])["counters"].get(session)
    if told is None and not log.is_member(uid):
        # Removed before a late admission arrived, so never a member.
        return
    if told is None:
        yield f"{uid} is in {session}, and is told of no counter"
        return
    stay = log.stays[uid][-1]
    end = log.number_at(min(log.head, stay.left))
    cleared = told["cleared"]
    if told["received"] != max(end, cleared):
        yield f"{uid}: {session}: received is {told['received']}, the last that they may know of {end}"
    if (told["joined"], told.get("left", FOREVER)) != (stay.joined, stay.left):
        yield f"{uid}: {session}: is told of a stay from {told['joined']} to {told.get('left')}, it is {stay}"
    if told["joinedNumber"] != log.number_at(stay.joined):
        yield f"{uid}: {session}: joined at number {told['joinedNumber']}, it is {log.number_at(stay.joined)}"
    if not log.is_member(uid):
        if (told["count"], told["own"], told.get("mentions", []), cleared) != (0, [], [], told["received"]):
            yield f"{uid}: {session}: is out since {stay.left}, and is told of {told}"
        return
    start = max(cleared, told["joinedNumber"])
    expected = len(log.unread(uid, start, end))
    if told["count"] != expected:
        yield f"{uid}: {session}: count is {told['count']}, {expected} of others follow {cleared}: {told['own']}"
    below = told.get("ownBelow", {"to": cleared, "count": 0})
    # What is cleared and not read stays listed, so that it is right on a device that counts what is unread.
    read = told["read"]["received"]
    of_uid = [each for each in log.said if each.sender == uid and not each.event and each.number <= end]
    # Recalled ones may be listed one by one, although others are told by a count.
    recalled = {each.number for each in of_uid if each.seq in log.recalled} & {*told["own"]}
    own = [each.number for each in of_uid if each.number not in recalled]
    listed = [each for each in told["own"] if each not in recalled]
    if listed != [each for each in own if each > below["to"] or read < each <= cleared]:
        yield f"{uid}: {session}: own are {told['own']} above {below['to']} and {read}, in history {own}"
    if below["count"] != len([each for each in own if cleared < each <= below["to"]]):
        yield f"{uid}: {session}: {below['count']} own up to {below['to']}, in history {own}"
    hidden = listed_of(world.rows("Hidden")).get((uid, session), set())
    told_of, unread = set(told.get("mentions", ())), {*log.mentions(uid, read, end)} - hidden
    # A mention that is noted late, after its number was cleared, is not listed any more: the message itself has it.
    if not {*log.mentions(uid, start, end)} - hidden <= told_of <= unread:
        yield f"{uid}: {session}: mentions are {sorted(told_of)}, in history {sorted(unread)}"


def _heard(session: str, log: GroupLog, uid: str, people: Sequence[Person]) -> Iterator[str]:
    """Whoever is in a group has heard of it on some device."""
    devices = [person for person in people if person.uid == uid and person.logged_in]
    if devices and log.is_member(uid) and not any(session in device.store.talks for device in devices):
        yield f"{uid} is in {session}, and no device has heard of it"


def _held(
    world: World, person: Person, session: str, talk: GroupTalk, log: GroupLog, group: Mapping[str, Any]
) -> Iterator[str]:
    """A device has all messages that it may see, and no others."""
    stays = log.stays.get(person.uid, [])
    seen = visible(log, person.uid, group)
    own = {message.seq for message in log.said if message.sender == person.uid}
    if not talk.messages.keys() <= seen | own and not person.may_hear_late:
        yield f"{person.name}: {session}: has seen {sorted(talk.messages.keys() - seen)}, which is not for them"
    kept = {seq for seq in visible(log, person.uid, group, world) if seq >= log.floor}
    if talk.gone & kept and len(stays) == 1:
        yield f"{person.name}: {session}: was told that {sorted(talk.gone & kept)} are gone"
    last = {seq for seq in kept if stays and seq in stays[-1] and seq <= talk.top}
    if last - talk.messages.keys():
        yield f"{person.name}: {session}: lacks {sorted(last - talk.messages.keys())}"


def _counted(person: Person, session: str, talk: GroupTalk, log: GroupLog, people: Sequence[Person]) -> Iterator[str]:
    """Counts are exact, unless another device of the account has cleared, or a stay began and ended while this one was
    away. They may include messages that retention has removed."""
    if person.may_hear_late and not log.is_member(person.uid):
        return
    stays = log.stays.get(person.uid, [])
    truth: set[int] = set()
    if log.is_member(person.uid):
        truth = log.unread(person.uid, log.number_at(stays[-1].joined), log.number_at(log.head))
    kept = {number for number in truth if number > log.number_at(log.floor - 1)}
    clearing = [other for other in people if other.uid == person.uid and other is not person and not other.keeps]
    is_exact = not clearing and len(stays) == 1
    if not talk.added <= truth or (is_exact and not talk.added >= kept):
        yield f"{person.name}: {session}: added {sorted(talk.added)}, {sorted(truth)} came"


def behind_in_groups(world: World, people: Sequence[Person]) -> set[tuple[str, str]]:
    """The connected devices that have not heard of all their messages, each with the session."""
    found = set()
    for session, log in logs_of(world.rows("Message")).items():
        for person in people:
            stays = log.stays.get(person.uid)
            if stays and person.connected and _was_admitted(world, person.uid, session):
                cleared = _cleared(world, person.uid, session)
                if max(person.store.talk(session).known, cleared) < log.number_at(min(log.head, stays[-1].left)):
                    found.add((person.name, session))
    return found


def inexact_in_groups(world: World, people: Sequence[Person]) -> Iterator[str]:
    """The devices whose count differs at this moment from the messages that they have counted."""
    for session, log in logs_of(world.rows("Message")).items():
        for person in people:
            talk = person.store.talks.get(session)
            if isinstance(talk, GroupTalk):
                truth: set[int] = set()
                if talk.joined > talk.left:
                    truth = log.unread(person.uid, log.number_at(talk.joined), talk.known)
                if talk.added != truth:
                    yield f"{person.name}: {session}: added {sorted(talk.added)}, {sorted(truth)} up to {talk.known}"


def wrong_ends(world: World, person: Person, page: Mapping[str, Any]) -> Iterator[str]:
    """Returns a sentence for a page with a wrong `end`. It is certain only while requests come one after another."""
    session = page["sessionId"]
    talk = person.store.talk(session)
    assert isinstance(talk, GroupTalk)
    log = logs_of(world.rows("Message"))[session]
    stay = log.stays[person.uid][-1]
    (group,) = (row for row in world.rows("Session") if row["sessionId"]["S"] == session)
    visible_now = visible(log, person.uid, group, world)
    lowest = max(log.floor, 1 if group.get("openHistory", {}).get("BOOL") else stay.joined, talk.held_up_to + 1)
    there = {seq for seq in visible_now if lowest <= seq <= stay.left and seq < (talk.before or FOREVER)}
    left = there - {message["seq"] for message in page["messages"]}
    if page["end"] is bool(left):
        yield f"{person.name}: end is {page['end']} while {sorted(left)} of {session} are left"
    if page["endReason"] == "RETENTION" and log.floor == 1:
        yield f"{person.name}: {session}: nothing has expired, and the page ends with RETENTION"


def is_member(world: World, uid: str, session: str) -> bool:
    """Whether this person is in the group, and it goes on."""
    groups = [row for row in world.rows("Session") if row["sessionId"]["S"] == session]
    goes_on = not any("dissolved" in row for row in groups)
    return goes_on and any("groupId" in row for row in _rows_of(world, uid, session))


def _cleared(world: World, uid: str, session: str) -> int:
    return max((int(row["cleared"]["N"]) for row in _rows_of(world, uid, session) if "cleared" in row), default=0)


def _was_admitted(world: World, uid: str, session: str) -> bool:
    """Whether this person was ever in the group. If the removal came before a late admission, they were not."""
    return any(row.get("joined", {"N": "0"}) != {"N": "0"} for row in _rows_of(world, uid, session))


def _rows_of(world: World, uid: str, session: str) -> list[dict[str, Any]]:
    return [row for row in world.rows("Counter") if (row["uid"]["S"], row["sessionId"]["S"]) == (uid, session)]
