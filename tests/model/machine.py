"""People whose devices do whatever hypothesis thinks of, beside the model.

Every answer that a device gets is compared with the model's (`Watched`), and after each step everything that the
service would tell anybody: counters, lists of sessions, pages with their end flags, history.
"""

import itertools
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.model.expected import DAY_MS, Expected, session_of
from tests.model.watched import Clock, Watched
from tests.people.invariants import check
from tests.people.person import come_to_rest
from tests.races.stage import Stage
from tests.support import world as worlds
from tests.support.world import Phone

T = TypeVar("T")

START_MS = 1_800_000_000_000
MINUTE_MS = 60_000
# No sum of these is the retention of anything, to the second.
PASSING_MS = (11 * MINUTE_MS, 187 * MINUTE_MS, 8 * DAY_MS + 7 * MINUTE_MS, 31 * DAY_MS + 13 * MINUTE_MS, 91 * DAY_MS)
SKEW_MS = 4_000
UIDS = ("alice", "bob", "carl")
DEVICES = (("alice", "phone"), ("bob", "phone"), ("bob", "tablet"), ("carl", "phone"))

device = st.integers(0, len(DEVICES) - 1)
# Who, and with whom: alice and bob have more to say to one another than to carl.
pair = st.sampled_from([(0, "bob"), (0, "bob"), (1, "alice"), (2, "alice"), (1, "carl"), (3, "alice"), (3, "bob")])
one_of_them = st.integers(0, 10_000)


class Talking(RuleBasedStateMachine):
    """`steps` counts over all runs."""

    stage: Stage
    clock: Clock
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.stage.empty()
        self.clock.begin(START_MS)
        worlds.CONNECTED_AT = self.clock  # type: ignore[assignment]
        self.world = self.stage.world
        self.model = Expected(START_MS)
        self.people = [Watched(self.world, self.model, uid, name) for uid, name in DEVICES]
        for person in self.people:
            person.connect()
        self.spoken: list[tuple[Watched, str]] = []
        self.nothing_has_expired = True

    # ---------------------------------------------------------------- comings and goings

    @rule(who=device)
    def connects_and_logs_in(self, who: int) -> None:
        self.people[who].connect()
        assert self.people[who].log_in()

    @rule(who=device)
    def logs_in_again(self, who: int) -> None:
        if self.people[who].connected:
            assert self.people[who].log_in()

    @rule(who=device)
    def crashes(self, who: int) -> None:
        self.people[who].crash()

    @precondition(lambda self: any(person.late for person in self.people))
    @rule(which=one_of_them)
    def a_disconnect_comes_late_and_perhaps_again(self, which: int) -> None:
        person, event = _one([(person, event) for person in self.people for event in person.late], which)
        person.disconnected(event)

    # ---------------------------------------------------------------- sending

    @rule(pair=pair, ack=st.sampled_from([1, 1, 0]))
    def sends(self, pair: tuple[int, str], ack: int) -> None:
        person = self.people[pair[0]]
        self.spoken.append((person, person.say(pair[1], ack)))

    @rule(pair=pair, calls=st.integers(0, 8))
    def sends_and_the_function_dies_and_sends_again(self, pair: tuple[int, str], calls: int) -> None:
        person = self.people[pair[0]]
        msg_id = person.write(pair[1])
        self.spoken.append((person, msg_id))
        self.stage.dynamodb.calls_left = calls
        sent = person.send(msg_id)
        self.stage.dynamodb.calls_left = None
        assert sent or person.send(msg_id)

    @precondition(lambda self: self.spoken)
    @rule(which=one_of_them)
    def sends_what_was_sent_before(self, which: int) -> None:
        person, msg_id = _one(self.spoken, which)
        person.send_again(msg_id)

    # ---------------------------------------------------------------- catching up

    @precondition(lambda self: any(person.has_pushes for person in self.people))
    @rule(which=one_of_them)
    def reads_pushes(self, which: int) -> None:
        _one([person for person in self.people if person.has_pushes], which).read_pushes()

    @precondition(lambda self: any(person.has_counted for person in self.people))
    @rule(which=one_of_them)
    def clears(self, which: int) -> None:
        _one([person for person in self.people if person.has_counted], which).clear()

    @precondition(lambda self: any(person.has_counted for person in self.people))
    @rule(which=one_of_them)
    def a_clear_is_overtaken_by_a_message_and_the_device_by_a_crash(self, which: int) -> None:
        person = _one([person for person in self.people if person.has_counted], which)
        person.crash()
        for other in self.people:
            if other.uid != person.uid and session_of(other.uid, person.uid) in person.store.talks:
                other.say(person.uid)
        person.clear()

    @precondition(lambda self: any(person.saved for person in self.people))
    @rule(which=one_of_them, part=st.integers(1, 3))
    def acks_a_part(self, which: int, part: int) -> None:
        person, session = _one([(person, session) for person in self.people for session in person.saved], which)
        talk = person.store.talk(session)
        seqs = sorted(talk.to_ack)[::part]
        person.ask("ack", sessions={session: {"seqs": seqs, "received": talk.known}})
        talk.to_ack -= set(seqs)

    @rule(pair=pair, limit=st.integers(1, 4))
    def pulls(self, pair: tuple[int, str], limit: int) -> None:
        person = self.people[pair[0]]
        person.page = limit
        person.pull(session_of(person.uid, pair[1]))

    @rule(pair=pair, limit=st.integers(1, 4), before=st.integers(0, 9))
    def pulls_below(self, pair: tuple[int, str], limit: int, before: int) -> None:
        person = self.people[pair[0]]
        person.ask("pull", sessionId=session_of(person.uid, pair[1]), limit=limit, ack=[], before=before)

    @rule(pair=pair, number=st.integers(0, 6), quiet=st.integers(0, 3))
    def reads(self, pair: tuple[int, str], number: int, quiet: int) -> None:
        person = self.people[pair[0]]
        session = session_of(person.uid, pair[1])
        if person.store.talk(session).messages:
            number = min(number, person.store.talk(session).known)
            at = (number, number + quiet)
            person.store.reads[session] = max(at, person.store.reads.get(session, at))
            person.tell_reads()

    @rule(who=device)
    def does_all_duties(self, who: int) -> None:
        self.people[who].finish()

    @rule(who=device, which=one_of_them)
    def repeats_any_frame(self, who: int, which: int) -> None:
        frames = self.people[who].log.frames
        if frames and self.people[who].connected:
            cmd, body = _one(frames, which)
            self.people[who].ask(cmd, **body)

    # ---------------------------------------------------------------- time

    @rule(passing_ms=st.sampled_from(PASSING_MS))
    def time_passes(self, passing_ms: int) -> None:
        self.clock.now_ms += passing_ms
        self.model.now_ms = self.clock.now_ms
        self.nothing_has_expired = self.nothing_has_expired and passing_ms < DAY_MS
        for person in self.people:
            if person.outlived(self.clock.now_ms):
                person.crash()

    @rule(skews_ms=st.lists(st.integers(-SKEW_MS, SKEW_MS), min_size=1, max_size=4))
    def clocks_differ(self, skews_ms: list[int]) -> None:
        self.clock.skews_ms = itertools.cycle(skews_ms)

    @rule()
    def expired_rows_are_deleted(self) -> None:
        self.model.sweep()
        for table, key in self.stage.platform.keys.items():
            for row in self.stage.dynamodb.scan(TableName=table)["Items"]:
                if int(row.get("ttl", {"N": "9" * 20})["N"]) * 1_000 <= self.clock.now_ms:
                    self.stage.dynamodb.delete_item(TableName=table, Key={name: row[name] for name in key})

    # ---------------------------------------------------------------- what must be true

    @invariant()
    def everybody_is_told_what_the_model_says(self) -> None:
        type(self).steps += 1
        for uid in UIDS:
            sessions = [session_of(uid, other) for other in UIDS if other != uid]
            phone = Phone(self.world, uid, "auditor", connection="auditor")
            told = phone.ok("counters", sessionIds=sessions)["counters"]
            for session in sessions:
                told[session].pop("timestamp")
                assert told[session] == {**self.model.counter(uid, session), "own": [], "lastMsg": []}, session
                page = phone.ok("pull", sessionId=session, limit=2)
                assert (_seqs(page), page["endReason"]) == self.model.pull(uid, session, 2)
                assert page["end"] == (page["endReason"] != "NOT_END")
            listed = phone.ok("sessions")["sessions"]
            for summary in listed:
                summary.pop("timestamp")
            assert listed == self.model.sessions(uid)
        for one, other in itertools.combinations(UIDS, 2):
            page = Phone(self.world, one, "auditor", connection="auditor").ok(
                "history", sessionId=session_of(one, other), limit=100
            )
            assert (_seqs(page), page["endReason"]) == self.model.everything(one, session_of(one, other))

    @invariant()
    def whoever_is_connected_can_be_found(self) -> None:
        found = {
            entry["M"]["connectionId"]["S"]
            for row in self.world.rows("Presence")
            for entry in row.values()
            if "M" in entry
        }
        logged_in = {connection for devices in self.model.online.values() for connection in devices.values()}
        assert logged_in & self.model.open <= found

    def teardown(self) -> None:
        come_to_rest(self.people)
        self.everybody_is_told_what_the_model_says()
        if self.nothing_has_expired:
            assert check(self.world, self.people) == []


def _seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["messages"]]


def _one(of: Sequence[T], which: int) -> T:
    return of[which % len(of)]
