"""People whose devices do exactly the client's duties of docs/protocol.md, section 7, whatever fails.

Each method makes one attempt. Unfinished work stays due, and `finish` repeats it until nothing is due.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.people.asking import Asking
from tests.people.device import Outgoing, Talk
from tests.people.group_talk import GroupTalk
from tests.people.hiding import Hiding
from tests.people.line import AGAIN, Answer, Log, NoAnswer
from tests.people.receipts import Receipts
from tests.people.revising import Revising, ranges
from tests.people.signalling import Signalling

__all__ = ["Log", "NoAnswer", "Person", "come_to_rest"]

# More rounds than any fault of a suite needs. If they are not enough, the clients can never finish.
MAX_ROUNDS = 12
MAX_SEQS = 100


class Person(Asking, Revising, Signalling, Hiding, Receipts):
    """One device of one person, and its duties."""

    # ---------------------------------------------------------------- logging in

    def log_in(self) -> bool:
        """Logs in, and follows `next` to the last frame."""
        since = {} if self.store.since is None else {"since": self.store.since}
        answer, settings_sum = self.ask("login", **since), 0
        answered_at = self.answered_at
        while answer is not None:
            self.logged_in = True
            self._add(answer["counters"])
            settings_sum = answer.get("settingsSum", settings_sum)
            self.note_versions(answer)
            self.take_receipts(answer.get("receipts"))
            if not answer["next"]:
                self.store.since = answered_at or None
                self.note_stale()
                self.compare_sum(settings_sum)
                return True
            answer = self.ask("counters", next=answer["next"], **since)
        self.logged_in = False
        return False

    def _add(self, counters: Mapping[str, Any]) -> None:
        for session, counter in counters.items():
            self.store.talk(session).add_counter(counter)
        self.take_reads_of(counters)
        self.take_settings({session: counter.get("settings", {}) for session, counter in counters.items()})

    # ---------------------------------------------------------------- sending

    def write(self, to: str, ack: int = 1, text: str = "") -> str:
        """Puts a message into the outbox and returns its msgId."""
        msg_id = self._new_msg_id()
        body = {
            "msgId": msg_id,
            "chatType": 1,
            "ackFlg": ack,
            "to": to,
            "msg": {"message": text or self.text_of(msg_id)},
        }
        self.log.written[msg_id] = body
        self.store.outbox[msg_id] = Outgoing("p:" + ":".join(sorted([self.uid, to])), body)
        return msg_id

    def flush(self) -> bool:
        """Sends the outbox in order. If a request fails, the others of its session wait."""
        stuck: set[str] = set()
        for msg_id, outgoing in list(self.store.outbox.items()):
            if outgoing.session not in stuck and not self.send(msg_id):
                stuck.add(outgoing.session)
        return not stuck

    def send(self, msg_id: str) -> bool:
        """Makes one attempt for a request in the outbox. True: it was acked or refused, and has left the outbox."""
        outgoing = self.store.outbox[msg_id]
        ack = self.ask(outgoing.cmd, **outgoing.body)
        if ack is None:
            return msg_id not in self.store.outbox
        if "blocked" in ack:
            del self.store.outbox[msg_id]
            self.log.blocks[ack["uid"]] = ack["blocked"]
            return True
        if self.settled_aside(msg_id, ack):
            return True
        place = (ack["sessionId"], ack["seq"])
        if self.log.acked.setdefault(msg_id, place) != place:
            self.log.surprises.append(f"{msg_id} was acked at {self.log.acked[msg_id]} and at {place}")
        self.store.sent(outgoing, ack)
        return True

    def send_again(self, msg_id: str) -> None:
        """Sends the same frame once more, as a network may deliver one late."""
        self.ask("chat", **self.log.written[msg_id])

    def say(self, to: str, ack: int = 1, text: str = "") -> str:
        """Writes a message and makes one attempt to send it."""
        msg_id = self.write(to, ack, text)
        self.flush()
        return msg_id

    def plan_block(self, cmd: str, uid: str) -> str:
        """Puts `block` or `unblock` into the outbox and returns its key there."""
        self.written += 1
        name = f"{cmd} {self.written}"
        self.store.outbox[name] = Outgoing("blocks", {"uid": uid}, cmd)
        return name

    def block(self, uid: str) -> None:
        """In one attempt."""
        self.plan_block("block", uid)
        self.flush()

    def unblock(self, uid: str) -> None:
        """In one attempt."""
        self.plan_block("unblock", uid)
        self.flush()

    # ---------------------------------------------------------------- catching up

    def ask_counters(self) -> bool:
        """Asks for counters where a push has shown that numbers are missing."""
        sessions = [session for session, talk in self.store.talks.items() if talk.must_ask]
        answer = self.ask("counters", sessionIds=sessions) if sessions else {"counters": {}}
        self._add(answer["counters"] if answer else {})
        return answer is not None

    def clear(self) -> bool:
        """Clears everything counted and not yet confirmed."""
        known = {session: talk.known for session, talk in self.store.talks.items() if self._must_clear(talk)}
        return not known or self._settle("clear", known, known)

    def _must_clear(self, talk: Talk) -> bool:
        return not talk.waits and (talk.must_clear or (not self.keeps and talk.known > talk.confirmed))

    def ack(self) -> bool:
        """Acks everything saved and not yet acked, up to a frame's limit, with the counts."""
        due = [(session, seq) for session, talk in self.store.talks.items() for seq in sorted(talk.to_ack)][:MAX_SEQS]
        known = {session: self.store.talk(session).known for session, _ in due}
        acks = {
            session: {"seqs": [seq for its, seq in due if its == session], "received": known[session]}
            for session in known
        }
        return not acks or self._settle("ack", acks, known)

    def _settle(self, cmd: str, sessions: Mapping[str, Any], known: Mapping[str, int]) -> bool:
        answer = self.ask(cmd, sessions=dict(sessions))
        if answer is None:
            return False
        for session, result in answer["sessions"].items():
            talk = self.store.talk(session)
            if cmd == "ack":
                talk.to_ack -= set(sessions[session]["seqs"]) - set(result["remaining"])
            if result["code"] not in AGAIN:
                talk.must_clear = False
            if result["code"] == "OK":
                talk.confirmed = max(talk.confirmed, known[session])
            elif result["code"] == "OUT_OF_RANGE":
                talk.waits = talk.must_ask = True
            elif result["code"] not in AGAIN:
                self.log.surprises.append(f"{self.name}: {cmd} {session} to {known[session]} → {result['code']}")
        return all(item["code"] == "OK" and not item["remaining"] for item in answer["sessions"].values())

    def pull(self, session: str) -> Answer | None:
        """Pulls one page; the request names the messages that were saved before."""
        talk = self.store.talk(session)
        if isinstance(talk, GroupTalk):
            return self.pull_group(session)
        named = sorted(talk.to_ack, reverse=True)[:MAX_SEQS]
        page = self.ask("pull", sessionId=session, limit=self.page, ack=named)
        if page is None:
            return None
        self.inspect(self, page, named)
        talk.to_ack -= set(named) - set(page["remaining"])
        self._offer(session, page["messages"])
        talk.save_waiting(page["messages"])
        talk.behind = not page["end"]
        return page

    def catch_up(self, session: str) -> bool:
        """Pulls pages until the end flag. Without disturbance each message comes once."""
        seen: set[int] = set()
        while self.store.talk(session).behind:
            page = self.pull(session)
            if page is None:
                return False
            seqs = {message["seq"] for message in page["messages"]}
            if seqs & seen:
                self.log.paged_twice.append(f"{self.name}: {session} {sorted(seqs & seen)}")
            seen |= seqs
        return True

    def fill_gaps(self, session: str) -> bool:
        """Reads history for every missing range."""
        talk = self.store.talk(session)
        for low, high in ranges(talk.missing):
            page = self.ask("history", sessionId=session, limit=MAX_SEQS, after=low - 1, before=high + 1)
            if page is None:
                return False
            talk.fill(low, high, page)
        return not talk.missing

    # ---------------------------------------------------------------- coming to rest

    @property
    def is_due(self) -> bool:
        """Whether anything is left to do."""
        store, hiding = self.store, self.must_settle_hidden
        waits = (
            not self.logged_in or hiding or bool(store.outbox or store.choices or store.must_list or self.untold_reads)
        )
        waits = waits or store.must_tell_receipts
        return waits or any(map(self._is_due, store.talks.values()))

    def _is_due(self, talk: Talk) -> bool:
        waits = talk.behind or talk.must_ask or talk.to_ack or talk.missing or talk.to_renew
        return bool(waits or self._must_clear(talk))

    def work(self) -> None:
        """Makes one attempt for everything that is due, and reconnects if the connection is gone."""
        if not self.connected:
            self.connect()
        if not self.logged_in and not self.log_in():
            return
        self.read_pushes()
        self.ask_counters()
        self.clear()
        self.tell_reads()
        self.settle_hidden()
        self.flush()
        self.send_choices()
        self.send_receipts()
        if self.store.must_list:
            self.list_sessions()
        for session in list(self.store.talks):
            if self.catch_up(session):
                self.fill_gaps(session)
            self.renew(session)
        self.ack()
        self.read_pushes()

    def finish(self) -> None:
        """Works until nothing is due."""
        for _ in range(MAX_ROUNDS):
            if not self.is_due:
                return
            self.work()
        self.log.surprises.append(f"{self.name} never comes to rest")


def come_to_rest(people: Iterable[Person]) -> None:
    """Lets all people work until nothing is due, then reconnects them, and lets them finish again."""
    people = list(people)
    for person in people:
        person.finish()
    for person in people:
        person.connect()
        person.finish()
    for person in people:
        person.read_pushes()
        person.finish()
