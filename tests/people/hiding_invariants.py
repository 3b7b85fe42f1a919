"""What a person has hidden, at rest: it is hidden on each of their devices and from no other person, and nothing else
is. That no counter tells it as a mention is with the other invariants of counters, in `group_invariants`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catchup.storage.hiding import SEQS_PER_BLOCK
from tests.people.person import Person
from tests.people.reviewer import Reviewer
from tests.support.http import HttpClient
from tests.support.world import World

Blocks = Mapping[tuple[str, str], set[int]]


def check_hidden(world: World, people: Sequence[Person]) -> Iterator[str]:
    """Returns a sentence for each violation."""
    listed = listed_of(world.rows("Hidden"))
    people = [person for person in people if not isinstance(person, Reviewer)]
    for person in people:
        others = [other for other in people if other.uid == person.uid]
        for session in {*person.store.talks, *(named for uid, named in listed if uid == person.uid)}:
            hidden = listed.get((person.uid, session), set())
            asked = _asked(others, session)
            if not _confirmed(others, session) <= hidden <= asked:
                yield f"{person.name}: {session}: {sorted(asked)} were hidden, {sorted(hidden)} are listed"
            yield from _held(person, session, hidden)
            if hidden:
                yield from _shown(person, session, hidden)
        yield from _seen_by_others(person, listed)


def listed_of(rows: Sequence[Mapping[str, Any]]) -> Blocks:
    """The hidden seqs, by person and session."""
    listed: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        session, _, block = row["key"]["S"].rpartition("#")
        seqs = (int(block) * SEQS_PER_BLOCK + int(place) for place in row["places"]["NS"])
        listed.setdefault((row["uid"]["S"], session), set()).update(seqs)
    return listed


def _asked(devices: Sequence[Person], session: str) -> set[int]:
    return set().union(*(device.log.hiding.get(session, set()) for device in devices))


def _confirmed(devices: Sequence[Person], session: str) -> set[int]:
    return set().union(*(device.log.hidden.get(session, set()) for device in devices))


def _held(person: Person, session: str, hidden: set[int]) -> Iterator[str]:
    """The device knows exactly what is hidden, and holds no content of it."""
    talk = person.store.talk(session)
    if talk.hidden != hidden:
        yield f"{person.name}: {session}: knows {sorted(talk.hidden)} as hidden, {sorted(hidden)} are"
    left = {seq for seq in hidden if talk.messages.get(seq, {}).get("msg") and not _is_change(talk.messages[seq])}
    if left:
        yield f"{person.name}: {session}: still holds the content of {sorted(left)}"


def _shown(person: Person, session: str, hidden: set[int]) -> Iterator[str]:
    """Neither a page, nor what waits, nor a preview has the content."""
    pages = [HttpClient(person.world, person.uid).ask("history", sessionId=session, limit=100)]
    if session.startswith("g:"):
        pages.append(HttpClient(person.world, person.uid).ask("pull", sessionId=session, limit=100))
    for page in pages:
        if page["code"] != "OK":
            continue
        for message in page["body"]["messages"]:
            is_hidden = message["seq"] in hidden
            if is_hidden is not message.get("hidden", False) or (
                _has_content(message) and is_hidden is bool(message["msg"])
            ):
                yield f"{person.name}: {page['cmd']} of {session} shows {message['seq']} as {message}"


def _seen_by_others(person: Person, listed: Blocks) -> Iterator[str]:
    """What somebody else has hidden is there for this person."""
    for (uid, session), hidden in listed.items():
        talk = person.store.talks.get(session)
        if uid == person.uid or talk is None:
            continue
        own = listed.get((person.uid, session), set())
        gone = {seq for seq in hidden - own if seq in talk.messages and _is_empty(talk.messages[seq])}
        if gone:
            yield f"{person.name}: {session}: lacks the content of {sorted(gone)}, which {uid} has hidden"
        page = HttpClient(person.world, person.uid).ask("history", sessionId=session, limit=100)
        shown = page["body"]["messages"] if page["code"] == "OK" else ()
        lost = {message["seq"] for message in shown if message["seq"] not in own and _is_empty(message)}
        if lost:
            yield f"{person.name}: {session}: history lacks the content of {sorted(lost)}"


def _is_empty(message: Mapping[str, Any]) -> bool:
    """Whether its content is missing. Own changes of a group are held as they were asked for."""
    return _has_content(message) and not message["msg"]


def _has_content(message: Mapping[str, Any]) -> bool:
    """Whether there is a content for those who have not hidden it."""
    return not _is_change(message) and not message.get("recalled")


def _is_change(message: Mapping[str, Any]) -> bool:
    return bool(message.get("quiet"))
