"""Checks the invariants of docs/reliability.md, "1. Invariants", at rest: after all have reconnected, retried and
caught up.

`check` returns a sentence for each violation. A message with `ackFlg` must have been in the offline store; one without
it may have been. Messages that retention has removed may be unread until somebody reads so far.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catchup.clock import system_clock
from catchup.domain.group import is_group
from catchup.domain.ids import SessionId
from catchup.settings import MAX_DEVICES
from catchup.storage.reading import expired
from catchup.storage.tables import pair_of
from tests.people.group_invariants import check_groups
from tests.people.guard_invariants import check_guard
from tests.people.hiding_invariants import check_hidden
from tests.people.media_invariants import check_media
from tests.people.person import Person
from tests.people.reading_invariants import check_reading
from tests.people.receipts_invariants import check_receipts
from tests.people.revising_invariants import check_revisions, revision_logs
from tests.people.rows import TABLES, Rows, difference, number_in, others, read_rows
from tests.people.settings_invariants import check_settings
from tests.people.signal_invariants import check_online, check_signals
from tests.support.world import World


def check(world: World, people: Sequence[Person], untouched: Rows | None = None, *, again: bool = True) -> list[str]:
    """Returns the violations. `people`: all devices of all people who take part, at rest (`come_to_rest`).

    `untouched`: the earlier result of `others`, which must not have changed. `again`: at the end each device sends all
    its frames again, which must change nothing.
    """
    before = read_rows(world)
    view = View(before, people)
    violations = [
        *view.devices(),
        *view.history(),
        *view.acks(),
        *view.counts(),
        *view.inbox(),
        *check_groups(world, people),
        *check_guard(world, people),
        *check_settings(world, people),
        *check_reading(before, people),
        *check_receipts(world, before, people),
        *check_signals(world, people),
        *check_online(world, people),
        *check_hidden(world, people),
        *check_revisions(world, before, people),
        *check_media(world, before, people),
    ]
    if untouched is not None and others(before, people) != untouched:
        violations.append("rows of people who took no part were touched")
    return [*violations, *(_repeat_everything(world, people, before) if again else ())]


def _repeat_everything(world: World, people: Sequence[Person], before: Rows) -> Iterator[str]:
    """Sends all frames again. Only the second of two devices may learn a number now. A device whose connection the
    service has closed, because the person has too many, can send nothing over it."""
    dots = {person.name: _dots(person) for person in people}
    devices = Counter(person.uid for person in people)
    alone = {uid for uid, count in devices.items() if count == 1}
    for person in people:
        too_many = devices[person.uid] > MAX_DEVICES and not person.over_http
        if too_many and person.phone.connection not in world.gateway.open:
            continue
        for cmd, body in list(person.log.frames):
            person.ask(cmd, **body)
    world.fan_out(delayed=True)
    for person in people:
        person.read_pushes()
        if person.uid in alone and _dots(person) != dots[person.name]:
            yield f"{person.name}: repeating every frame moved unread from {dots[person.name]} to {_dots(person)}"
    after = read_rows(world)
    yield from (f"after repeating every frame {violation}" for violation in View(after, people).counts())
    for name in TABLES:
        if after[name] != before[name]:
            yield f"repeating every frame changed {name}: {difference(before[name], after[name])}"


def _dots(person: Person) -> dict[str, int]:
    return {session: talk.unread for session, talk in person.store.talks.items() if talk.unread}


@dataclass
class View:
    """Compares the stored rows with the devices."""

    rows: Rows
    people: Sequence[Person]
    sessions: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    """By session and seq: sender and msgId."""
    removed: dict[str, set[int]] = field(default_factory=dict)
    """By session: seqs that are history no more, though their rows may still be there."""
    numbers: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)
    """By session and seq: how many counted messages of each of the two there are before it."""
    quiet: dict[str, set[int]] = field(default_factory=dict)
    """By session: seqs of recalls and edits."""
    recalled: dict[str, set[int]] = field(default_factory=dict)
    """By session: seqs of recalled messages."""

    def __post_init__(self) -> None:
        uids = {person.uid for person in self.people}
        for row in self.rows["Message"]:
            session = row["sessionId"]["S"]
            if is_group(SessionId(session)) or set(session.split(":")[1:]) <= uids:
                place = self.sessions.setdefault(session, {})
                place[int(row["seq"]["N"])] = (row["sender"]["S"], row["msgId"]["S"])
                first, second = pair_of(row["before"]["S"])
                self.numbers.setdefault(session, {})[int(row["seq"]["N"])] = (first, second)
                if expired(row, system_clock()):
                    self.removed.setdefault(session, set()).add(int(row["seq"]["N"]))
        for log in revision_logs(self.rows, self.people):
            self.quiet[log.session], self.recalled[log.session] = {*log.notices}, log.recalled
        self.flags = {
            (person.uid, msg_id): 1 if "seq" in body else body.get("ackFlg", 0)
            for person in self.people
            for msg_id, body in person.log.written.items()
        }
        self.counters = {(row["uid"]["S"], row["sessionId"]["S"]): row for row in self.rows["Counter"]}
        self.attempts: dict[tuple[str, str], int] = {}
        for person in self.people:
            for msg_id, times in person.log.attempts.items():
                self.attempts[person.uid, msg_id] = self.attempts.get((person.uid, msg_id), 0) + times

    # ---------------------------------------------------------------- invariants 1, 5, 7: history

    def history(self) -> Iterator[str]:
        """Seqs are dense, each message is stored once, and no hint is above the last."""
        heads: dict[str, int] = {}
        for row in (*self.rows["Session"], *self.rows["Counter"]):
            session = row["sessionId"]["S"]
            heads[session] = max(heads.get(session, 0), number_in(row, "lastSeq"))
        for session, messages in self.sessions.items():
            if sorted(messages) != list(range(1, len(messages) + 1)):
                yield f"{session}: seqs have holes: {sorted(messages)}"
            if len(set(messages.values())) < len(messages):
                yield f"{session}: a message has two seqs: {messages}"
            if heads.get(session, 0) != len(messages):
                yield f"{session}: the head is {heads.get(session)}, the last seq {len(messages)}"
            if not is_group(SessionId(session)):
                yield from self._numbered(session, messages)
            for uid in () if is_group(SessionId(session)) else session.split(":")[1:]:
                if (uid, session) not in self.counters:
                    yield f"{session}: not on {uid}'s list of sessions"

    def _numbered(self, session: str, messages: Mapping[int, tuple[str, str]]) -> Iterator[str]:
        """The numbers of each of the two people have no gap; notes have only one person's."""
        first, second = session.split(":")[1:]
        said = Counter[str]()
        for seq in sorted(messages):
            expected = (said[first], said[second] if first != second else 0)
            if self.numbers[session][seq] != expected:
                yield f"{session}: before {seq} there are {expected}, it says {self.numbers[session][seq]}"
            said[messages[seq][0]] += seq not in self.quiet[session]
        for uid in {first, second}:
            row = self.counters.get((uid, session), {})
            if row.get("pending"):
                yield f"{session}: {row['pending']} are pending of {uid} at rest"

    def acks(self) -> Iterator[str]:
        """Acked messages are in their place; messages in an outbox were never acked."""
        for person in self.people:
            for msg_id, (session, seq) in person.log.acked.items():
                if self.sessions.get(session, {}).get(seq) != (person.uid, msg_id):
                    yield f"{msg_id} was acked at {session} {seq}, where history has something else"

    def devices(self) -> Iterator[str]:
        """Every device is done, and has all messages that it can know of."""
        for person in self.people:
            yield from person.log.surprises
            if not person.may_be_refused:
                yield from (f"{msg_id} was refused: {code}" for msg_id, code in person.log.refused.items())
            yield from (f"a page gave a message twice: {twice}" for twice in person.log.paged_twice)
            if person.is_due:
                yield f"{person.name} has something left to do"
            for session, talk in person.store.talks.items():
                yield from (f"{person.name}: {session}: {conflict}" for conflict in talk.conflicts)
                gone = talk.gone - self.removed.get(session, set())
                if gone and not is_group(SessionId(session)):
                    yield f"{person.name}: {session}: was told that {sorted(gone)} are gone from history"
                for seq, message in talk.messages.items():
                    if self.sessions.get(session, {}).get(seq) != (message["from"], message["msgId"]):
                        yield f"{person.name}: holds {message['msgId']} at {session} {seq}, history does not"

    # ---------------------------------------------------------------- invariants 1, 3: the offline store

    def of_others(self, uid: str, session: str) -> set[int]:
        """The seqs of messages that the other person has written."""
        return {seq for seq, (sender, _) in self.sessions.get(session, {}).items() if sender != uid}

    def stored(self, uid: str, session: str) -> set[int]:
        """Those of them that must have been in this account's offline store."""
        said = self.sessions.get(session, {})
        return {seq for seq in self.of_others(uid, session) if self.flags.get(said[seq], 1) == 1}

    def inbox(self) -> Iterator[str]:
        """The inbox has exactly the messages that the account has not acked; devices that have caught up have acked
        all."""
        waiting: dict[tuple[str, str], set[int]] = {}
        for row in self.rows["Inbox"]:
            session, _, seq = row["key"]["S"].rpartition("#")
            waiting.setdefault((row["uid"]["S"], session), set()).add(int(seq))
        for uid, devices in self._accounts():
            for session in self.sessions:
                if uid not in session.split(":")[1:]:
                    continue
                there = waiting.get((uid, session), set())
                named = set().union(*(device.log.named.get(session, set()) for device in devices))
                stored = self.stored(uid, session)
                held = set.intersection(*({*device.store.talk(session).messages} for device in devices))
                # What was told by a later message, and only then sent again, may be stored when all devices have it:
                # the next page brings it once more, and it is acked then. So does what was stored without ackFlg.
                again = {seq for seq in held if self.attempts.get(self.sessions[session][seq], 1) > 1}
                if (there & named) - again:
                    yield f"{uid} has named {sorted(there & named)} of {session}: still in the offline store"
                left = stored - named - there - self.removed.get(session, set())
                if left:
                    yield f"{sorted(left)} of {session} left {uid}'s offline store unnamed"
                if there - self.of_others(uid, session):
                    yield f"{sorted(there)} of {session} are in {uid}'s offline store for no reason"
                offered = set().union(*(device.log.offered.get(session, set()) for device in devices))
                wait = ((there & stored) - named) & (offered | (there - again))
                if wait:
                    yield f"{sorted(wait)} of {session} wait for {uid}, who believes to have caught up"

    # ---------------------------------------------------------------- invariant 2: counts

    def counts(self) -> Iterator[str]:
        """Counts are exact for one device. Of several devices none adds too much, and one of them adds each number."""
        for uid, devices in self._accounts():
            for session in self.sessions:
                if uid in session.split(":")[1:]:
                    yield from self._counts_of(uid, session, devices)

    def _counts_of(self, uid: str, session: str, devices: Sequence[Person]) -> Iterator[str]:
        came, removed = self.of_others(uid, session) - self.quiet[session], self.removed.get(session, set())
        row = self.counters.get((uid, session), {})
        received, cleared = number_in(row, "received"), number_in(row, "cleared")
        if received != len(came):
            yield f"{uid}: {session}: received is {received}, {len(came)} were sent"
        if cleared != received:
            yield f"{uid}: {session}: cleared is {cleared} of {received} at rest"
        recalled = {number for number, seq in enumerate(sorted(came), 1) if seq in self.recalled[session]}
        kept = set(range(1 + len(came & removed), received + 1)) - recalled
        covered: set[int] = set().union(*(device.store.talk(session).added for device in devices))
        for device in devices:
            added = device.store.talk(session).added
            if not added <= set(range(1, received + 1)) - recalled or (len(devices) == 1 and not added >= kept):
                yield f"{device.name}: {session}: added {sorted(added)} of {received}"
        if not covered >= kept:
            yield f"{uid}: {session}: of {received} numbers only {sorted(covered)} were added by a device"

    def _accounts(self) -> Iterator[tuple[str, list[Person]]]:
        for uid in sorted({person.uid for person in self.people}):
            yield uid, [person for person in self.people if person.uid == uid]
