"""What was recalled and edited, at rest: every copy is what the notices of the session say, and nothing else is left.

The truth is in the log: the notices in their order, and what their authors have asked for.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Message, Numbers, Place, RevisionKind
from catchup.settings import Settings
from catchup.storage.tables import pair_of
from catchup.wire.messages import decode_payload
from tests.people.device import Talk, WireMessage
from tests.people.person import Person
from tests.people.rows import Rows, numbers_in
from tests.support.world import World, from_pb

# The text, whom it mentions, and whether all.
Said = tuple[str, frozenset[str], bool]
NOTHING: Said = ("", frozenset(), False)


@dataclass(frozen=True)
class Truth:
    """What a message says by now. `revised`: the last notice that decides; `is_recalled`: it says nothing."""

    said: Said | None
    revised: int = 0
    is_recalled: bool = False


@dataclass
class RevisionLog:
    """A session's messages and notices. `truths`: by seq, of all counted messages; `notices`: by seq."""

    session: str
    messages: Mapping[int, Message]
    written: Mapping[tuple[str, str], Mapping[str, Any]]
    truths: dict[int, Truth] = field(default_factory=dict)
    notices: dict[int, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for seq, message in sorted(self.messages.items()):
            revision = message.draft.revision
            if revision is not None:
                self.notices[seq] = message
                before = self.truths.get(revision.seq, Truth(NOTHING))
                if revision.kind is RevisionKind.RECALL:
                    self.truths[revision.seq] = Truth(NOTHING, seq, True)
                elif not before.is_recalled:
                    self.truths[revision.seq] = Truth(self._asked(message), seq)
            elif not message.draft.is_system:
                self.truths[seq] = Truth(self._asked(message))

    @property
    def recalled(self) -> set[int]:
        """The seqs of recalled messages."""
        return {seq for seq, truth in self.truths.items() if truth.is_recalled}

    def _asked(self, message: Message) -> Said | None:
        """What the author has asked to say; None if nobody knows."""
        body = self.written.get((message.draft.sender, message.draft.msg_id))
        return None if body is None else said_by(body)


def revision_logs(rows: Rows, people: Sequence[Person]) -> Sequence[RevisionLog]:
    """One for each session."""
    written = {(each.uid, msg_id): body for each in people for msg_id, body in each.log.written.items()}
    sessions: dict[str, dict[int, Message]] = {}
    for row in rows["Message"]:
        message = _message_of(row)
        sessions.setdefault(message.session_id, {})[message.seq] = message
    return [RevisionLog(session, messages, written) for session, messages in sessions.items()]


def check_revisions(world: World, rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """Returns a sentence for each violation."""
    logs = revision_logs(rows, people)
    is_judged = bool(world.settings.moderator)
    for log in logs:
        yield from (f"{log.session}: {wrong}" for wrong in _without_right(log, world.settings))
        yield from (f"{log.session}: {wrong}" for wrong in _counters(log, rows))
        if not is_judged:
            yield from (f"{log.session}: {wrong}" for wrong in _stored(log, rows))
            for person in people:
                found = differing(log, person, person.store.talks.get(log.session))
                yield from (f"{person.name}: {wrong}" for wrong in found)
    yield from _left(logs, rows, people)
    yield from _refused(logs, rows, people)


def outdated(world: World, people: Sequence[Person]) -> set[tuple[str, str]]:
    """The connected devices that show what was recalled or replaced, each with the session."""
    if world.settings.moderator:
        return set()
    logs = revision_logs({"Message": world.rows("Message")}, people)
    there = [(person, log) for person in people if person.connected for log in logs if log.notices]
    return {
        (person.name, log.session)
        for person, log in there
        if any(differing(log, person, person.store.talks.get(log.session)))
    }


def differing(log: RevisionLog, person: Person, talk: Talk | None) -> Iterator[str]:
    """The messages that a device shows in another way than the notices say. Of what another device of the same person
    has revised in a private session, it need not have heard."""
    if talk is None:
        return
    for seq, truth in log.truths.items():
        held = talk.messages.get(seq)
        heard = log.session.startswith("g:") or not _is_own(log, truth, person) or truth.revised in talk.messages
        if held is None or not heard or truth.said is None or seq in talk.hidden:
            continue
        if said_by(held) != truth.said or bool(held.get("recalled")) is not truth.is_recalled:
            yield f"{log.session}: shows {dict(held)} at {seq}, the notices say {truth}"
        if not truth.is_recalled and held.get("revised", 0) != truth.revised:
            yield f"{log.session}: has {seq} by {held.get('revised', 0)}, the last edit is {truth.revised}"
    if kept := [seq for seq in talk.texts if seq in talk.messages or seq in log.recalled]:
        yield f"{log.session}: still has the texts of edits of {kept}"
    if kept := [seq for seq, each in talk.messages.items() if "ref" in each and each["msg"]]:
        yield f"{log.session}: notices with a text at {kept}"
    numbers = {log.messages[seq].number for seq in log.recalled if talk.counts_here(log.messages[seq].draft.sender)}
    if numbers & talk.added:
        yield f"{log.session}: counts {sorted(numbers & talk.added)}, which were recalled"


def revised_too_late(page: Mapping[str, Any], people: Iterable[Person]) -> Iterator[str]:
    """The messages of a page that are older than a recall or an edit that was answered before."""
    there = {message["seq"]: message for message in page["messages"]}
    for person in people:
        for msg_id, (session, seq) in person.log.acked.items():
            body = person.log.written.get(msg_id, {})
            message = there.get(body.get("seq")) if session == page["sessionId"] else None
            if message is not None and message.get("revised", 0) < seq and not message.get("recalled"):
                yield f"{session}: a page has {message} after {msg_id} was answered"


def pushed_too_late(person: Person) -> Iterator[str]:
    """The texts that this connection got after the notice of their recall. While requests come one after another, none
    is on its way."""
    recalled: set[tuple[str, int]] = set()
    for frame in person.phone.pushes:
        push = from_pb(frame["pb"]) if "pb" in frame else frame
        if push["cmd"] == "chat":
            message = push["body"]
            if message.get("type") == "recall":
                recalled.add((message["sessionId"], message["ref"]["seq"]))
            elif (message["sessionId"], message["seq"]) in recalled and message["msg"]:
                yield f"{person.name} was pushed {message} after its recall"


def said_by(body: WireMessage) -> Said:
    """What a message or a request says."""
    return (
        body["msg"].get("message", body["msg"].get("caption", "")),
        frozenset(body.get("at", ())),
        bool(body.get("atAll")),
    )


def _is_own(log: RevisionLog, truth: Truth, person: Person) -> bool:
    return truth.revised in log.notices and log.notices[truth.revised].draft.sender == person.uid


def _without_right(log: RevisionLog, settings: Settings) -> Iterator[str]:
    """Notices that should not be there. (What a role allows is checked with the rights of groups.)"""
    for seq, notice in log.notices.items():
        revision = notice.draft.revision
        assert revision is not None
        target = log.messages.get(revision.seq)
        if target is None or revision.seq >= seq or target.draft.is_quiet:
            yield f"the notice at {seq} is about {revision.seq}, which is no message"
            continue
        if (revision.number, revision.author) != (target.number, target.draft.sender):
            yield f"the notice at {seq} says {revision} of a message of {target.draft.sender} with {target.number}"
        is_own = target.draft.sender == notice.draft.sender
        is_edit = revision.kind is RevisionKind.EDIT
        limit = 1_000 * (settings.edit_seconds if is_edit else settings.recall_seconds)
        if not is_own and (is_edit or log.session.startswith("p:")):
            yield f"{notice.draft.sender} has revised {revision.seq}, which {target.draft.sender} has written"
        if is_own and log.session.startswith("p:") and notice.accepted_at_ms - target.accepted_at_ms > limit:
            yield f"the notice at {seq} came too late for {revision.seq}"


def _stored(log: RevisionLog, rows: Rows) -> Iterator[str]:
    """History and the offline stores have the content that the notices say."""
    waiting = [row for row in rows["Inbox"] if row["key"]["S"].rpartition("#")[0] == log.session]
    copies = [("history", message) for message in log.messages.values()]
    copies += [(f"the offline store of {row['uid']['S']}", _message_of(row)) for row in waiting]
    for where, message in copies:
        if message.seq in log.notices:
            if _said_in(message) != NOTHING:
                yield f"{where} has a text in the notice at {message.seq}"
            continue
        truth = log.truths.get(message.seq)
        if truth is not None and truth.said is not None:
            has = Truth(_said_in(message), message.revised, message.is_recalled)
            is_right = has.is_recalled and has.said == NOTHING if truth.is_recalled else has == truth
            if not is_right:
                yield f"{where} has {has} at {message.seq}, the notices say {truth}"


def _counters(log: RevisionLog, rows: Rows) -> Iterator[str]:
    """Counters and groups list exactly the numbers that were recalled. (No scenario has more than they list.)"""
    for row in rows["Session"]:
        if row["sessionId"]["S"] == log.session:
            expected = {log.messages[seq].number for seq in log.recalled}
            if numbers_in(row, "recalled") != expected:
                yield f"the group lists {sorted(numbers_in(row, 'recalled'))} as recalled, it is {sorted(expected)}"
    for row in rows["Counter"]:
        uid = row["uid"]["S"]
        if row["sessionId"]["S"] == log.session and log.session.startswith("p:"):
            of_others = {seq for seq in log.recalled if log.messages[seq].draft.sender != uid}
            expected = {log.messages[seq].number for seq in of_others}
            if numbers_in(row, "recalled") != expected:
                yield f"{uid} lists {sorted(numbers_in(row, 'recalled'))} as recalled, it is {sorted(expected)}"


def _left(logs: Sequence[RevisionLog], rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """What was recalled, and what an edit has replaced, is in no row and on no device any more."""
    shown = {truth.said[0] for log in logs for truth in log.truths.values() if truth.said is not None}
    placed = {(message.draft.sender, message.draft.msg_id) for log in logs for message in log.messages.values()}
    replaced: set[str] = set()
    for person in people:
        for msg_id, body in person.log.written.items():
            if (person.uid, msg_id) in placed and "msg" in body:
                replaced.add(said_by(body)[0])
    gone = replaced - shown
    everything = "\n".join(_texts_of(row) for table in rows.values() for row in table) if gone else ""
    for text in sorted(gone):
        if text in everything:
            yield f"{text} is still stored, though it was recalled or replaced"


def _refused(logs: Sequence[RevisionLog], rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """What was refused has left nothing. A request that was repeated may have had a reservation before; in a group also
    one that has lost its seq, and its right with it."""
    placed = {(message.draft.sender, message.draft.msg_id) for log in logs for message in log.messages.values()}
    reserved = {(row["uid"]["S"], row["msgId"]["S"]) for row in rows["Sent"]}
    for person in people:
        for msg_id in person.log.refused:
            if "seq" in person.log.written.get(msg_id, ()):
                is_private = person.log.written[msg_id]["sessionId"].startswith("p:")
                once = is_private and person.log.attempts.get(msg_id) == 1
                if (person.uid, msg_id) in placed or (once and (person.uid, msg_id) in reserved):
                    yield f"{msg_id} was refused, and has left something"


def _message_of(row: Mapping[str, Any]) -> Message:
    """A message of history or of an offline store."""
    session, seq = (row["sessionId"]["S"], row["seq"]["N"]) if "seq" in row else row["key"]["S"].rpartition("#")[::2]
    place = Place(Seq(int(seq)), Numbers(*pair_of(row["before"]["S"])))
    return decode_payload(_bytes(row["payload"]["B"]), SessionId(session), place)


def _said_in(message: Message) -> Said:
    content = Struct.FromString(message.draft.content)
    text = next((content[name] for name in ("message", "caption") if name in content.fields), "")
    return str(text), frozenset(message.draft.at), message.draft.at_all


def _texts_of(row: Mapping[str, Any]) -> str:
    """All of a row as one text."""
    binary = [value["B"] for value in row.values() if "B" in value]
    return repr(row) + "".join(_bytes(value).decode(errors="replace") for value in binary)


def _bytes(value: Any) -> bytes:
    """A binary value: moto's rows have base64, the client's have bytes."""
    return value if isinstance(value, bytes) else base64.b64decode(value)
