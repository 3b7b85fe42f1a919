"""A device's connection: requests that may get no answer, and pushes that may not be read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catchup.commands import COMMANDS
from catchup.entrypoint.failures import is_foreseen
from tests.people.device import Choice, Store
from tests.support.http import HttpClient
from tests.support.world import Context, Phone, World, from_pb

GROUP_REQUESTS = {cmd for cmd, command in COMMANDS.items() if command.parser == "change_request"}
REFUSALS = {"PERMISSION_DENIED", "FAILED_PRECONDITION"}
SENDS = {"chat", "recall", "edit"}
REVISES = {"recall", "edit"}
AGAIN = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL"}
VERDICTS = {"HELD", "REJECTED"}
STATE = {
    "store",
    "log",
    "read",
    "logged_in",
    "deaf",
    "written",
    "page",
    "due",
    "decided",
    "over_http",
    "must_list_sessions",
}

Answer = dict[str, Any]
# A test that checks pages gets each pulled page here, with the seqs that its request named.
Inspect = Callable[[Any, Answer, Collection[int]], None]


class NoAnswer(BaseException):
    """The function died, so the answer never comes. It is a BaseException, so that no handler catches it."""


@dataclass
class Log:
    """Records about a device that only the test needs.

    `frames`: every request, once. `named`: seqs that left the offline store, or should. `offered`: seqs of messages
    that came by a push or a page, and are to be acked. `attempts`: how often each message was sent.
    `written`: bodies by
    msgId. `acked`: where each message was said to be. `refused`: by msgId, changes and messages of groups that
    were not allowed, with the code; and messages to someone who takes none. `judged`: what moderation has said of
    messages. `passed_before`: messages that had their place before the lists had
    their words; `reserved_before`: that had a reservation and no place. `blocks`: whom this
    person blocks, as the last answer said. `unwanted`: what was written when the receiver's block was confirmed.
    `choices`: all settings of sessions that were chosen here.
    `asks`: by group, whether this person asks to join, as the last answer said, None before it; `approvals`: msgIds;
    `decided`: on whose requests this person has decided.
    `heard`: sender and session of each signal that was pushed. `hiding`: seqs that this person has hidden here;
    `hidden`: those of them of which an answer said so. `receipts`: all that was chosen here about receipts; `closed`:
    how far the person had read each session when receipts were off, as far as an answer said so.
    """

    frames: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    named: dict[str, set[int]] = field(default_factory=dict)
    offered: dict[str, set[int]] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    acked: dict[str, tuple[str, int]] = field(default_factory=dict)
    paged_twice: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    judged: dict[str, set[str]] = field(default_factory=dict)
    passed_before: set[str] = field(default_factory=set)
    reserved_before: set[str] = field(default_factory=set)
    blocks: dict[str, bool] = field(default_factory=dict)
    unwanted: set[str] = field(default_factory=set)
    choices: list[Choice] = field(default_factory=list)
    asks: dict[str, bool | None] = field(default_factory=dict)
    approvals: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    heard: list[tuple[str, str]] = field(default_factory=list)
    hiding: dict[str, set[int]] = field(default_factory=dict)
    hidden: dict[str, set[int]] = field(default_factory=dict)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    closed: dict[str, tuple[int, int]] | None = None


class Line:
    """One device of one person. `store` survives a crash; the connection and its pushes do not.

    `over_http`: it has no connection and gets no pushes; it asks for the counters anew instead.
    """

    def __init__(self, world: World, uid: str, device: str = "phone", context: Callable[[], Context] = Context) -> None:
        self.world = world
        self.uid = uid
        self.name = f"{uid}/{device}"
        self.phone = Phone(world, uid, device)
        self.store = Store(uid)
        self.log = Log()
        self.read = 0
        self.logged_in = False
        self.deaf = False
        self.over_http = False
        self.must_list_sessions = False
        self.answered_at = 0
        self._context = context
        self.page = 20
        self.inspect: Inspect = lambda *_: None
        self.written = 0

    @property
    def state(self) -> dict[str, Any]:
        """All state that can change, by name. A test keeps it to return to this moment."""
        own = {name: value for name, value in vars(self).items() if name in STATE}
        return {**own, "connection": self.phone.connection, "connected_at": self.phone.connected_at}

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            setattr(self if name in STATE else self.phone, name, value)

    # ---------------------------------------------------------------- the connection

    def connect(self) -> None:
        """Opens a new connection. The old one, if there is one, ends unnoticed."""
        self.world.gateway.open.discard(self.phone.connection)
        if not self.over_http:
            self.phone.connect()
        self.read = 0
        self.logged_in = False

    def crash(self) -> None:
        """Crashes the device: its unread pushes are lost, and there is no `$disconnect`."""
        self.world.gateway.open.discard(self.phone.connection)
        self.read = len(self.phone.pushes)
        self.logged_in = False

    def leave(self) -> None:
        """Ends the connection, with `$disconnect` if the function lives."""
        self.crash()
        self.disconnected()

    def disconnected(self, event: Mapping[str, Any] | None = None) -> None:
        """Sends `$disconnect` for this connection, or an older one, since it may come late."""
        try:
            self.world.handlers["connection"](event or self.phone.event("DISCONNECT", "$disconnect"), self._context())
        except NoAnswer:
            return
        except Exception as error:  # noqa: BLE001 - nobody waits for this answer, so the handler may fail
            self.log.surprises += [f"{self.name}: $disconnect raised {error!r}"] if not is_foreseen(error) else []

    @property
    def connected(self) -> bool:
        """Whether the connection is open."""
        return self.phone.connection in self.world.gateway.open

    # ---------------------------------------------------------------- requests

    def ask(self, cmd: str, **body: Any) -> Answer | None:
        """Sends a request and returns the answer's body; None without an answer, or if it must be sent again. While
        `deaf`, answers are lost."""
        self._note(cmd, body)
        if cmd in SENDS:
            self.log.attempts[body["msgId"]] = self.log.attempts.get(body["msgId"], 0) + 1
        try:
            answer = self._answer_to(cmd, body)
        except NoAnswer:
            return None
        self.answered_at = answer.get("time", 0)
        if self.deaf:
            return None
        if answer["code"] == "OK":
            result: Answer = answer["body"]
            return result
        refusals = {*REFUSALS, "NOT_FOUND"} if cmd in REVISES else REFUSALS
        if answer["code"] in refusals and body.get("msgId") in self.store.outbox:
            self._refused(cmd, body, answer["code"])
        elif answer["code"] in REFUSALS and (cmd == "ask" or body.get("refuse")):
            self.turned_down(body, answer["code"])
        elif answer["code"] in REFUSALS and body.get("sessionId", "").startswith("g:"):
            self.shut_out(body["sessionId"], answer["code"])
        elif answer["code"] in VERDICTS and cmd in SENDS:
            self._judged(body["msgId"], answer["code"])
        elif answer["code"] == "ABORTED" and cmd == "login":
            self.world.gateway.open.discard(self.phone.connection)
        elif answer["code"] not in AGAIN - {"INTERNAL"}:
            self.log.surprises.append(f"{self.name}: {cmd} {body} → {answer['code']} {answer.get('error')}")
        return None

    def _answer_to(self, cmd: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if not self.over_http:
            return self.phone.ask(cmd, self._context(), **body)
        client = HttpClient(self.world, self.uid, headers={"x-device-id": self.phone.device})
        # Of a login, counters remain.
        return client.ask("counters" if cmd == "login" else cmd, self._context(), **body)

    def turned_down(self, body: Mapping[str, Any], code: str) -> None:
        """Handles the refusal of a request about joining."""
        raise NotImplementedError

    def shut_out(self, session: str, code: str) -> None:
        """Handles the refusal of a group's page."""
        raise NotImplementedError

    def _refused(self, cmd: str, body: dict[str, Any], code: str) -> None:
        """Removes a refused request from the outbox, so that it is not sent again."""
        del self.store.outbox[body["msgId"]]
        self.log.refused[body["msgId"]] = code
        self.log.frames.remove((cmd, body))

    def _judged(self, msg_id: str, code: str) -> None:
        """Removes a judged message from the outbox; it may come later, as a push."""
        self.store.outbox.pop(msg_id, None)
        self.log.judged.setdefault(msg_id, set()).add(code)
        if msg_id in self.log.acked:
            self.log.surprises.append(f"{msg_id} was acked, and then {code}")

    def _note(self, cmd: str, body: dict[str, Any]) -> None:
        # When a device asks is no part of what it asks for.
        frame = (cmd, {name: value for name, value in body.items() if name != "since"})
        if frame not in self.log.frames:
            self.log.frames.append(frame)
        named = {body["sessionId"]: body["ack"]} if cmd == "pull" else {}
        if cmd == "hide":
            named = {body["sessionId"]: body["seqs"]}
        if cmd == "ack":
            named = {session: item["seqs"] for session, item in body["sessions"].items()}
        for session, seqs in named.items():
            self.log.named.setdefault(session, set()).update(seqs)

    def read_pushes(self) -> None:
        """Everything pushed to this connection since the last time."""
        new = self.phone.pushes[self.read :] if self.connected else []
        self.read += len(new)
        for frame in new:
            self.take(from_pb(frame["pb"]) if "pb" in frame else frame)

    def take(self, frame: Mapping[str, Any]) -> None:
        """Takes one push."""
        if frame["cmd"] == "read":
            self.take_reads(frame["body"]["sessions"])
            return
        if frame["cmd"] == "readTo":
            self.take_read_to(frame["uid"], frame["body"]["sessions"])
            return
        if frame["cmd"] == "receipts":
            self.take_receipts(frame["body"])
            return
        if frame["cmd"] == "settings":
            self.take_settings(frame["body"]["sessions"])
            return
        if frame["cmd"] == "ask":
            return
        if frame["cmd"] == "signal":
            self.log.heard.append((frame["uid"], frame["body"]["sessionId"]))
            return
        talk = self.store.talk(frame["body"]["sessionId"])
        if frame["cmd"] == "hide":
            talk.take_hidden(frame["body"]["seqs"], frame["body"]["version"])
        elif frame["cmd"] == "head":
            talk.take_head(frame["body"]["seq"], frame["body"]["number"])
        else:
            self._offer(frame["body"]["sessionId"], [frame["body"]])
            talk.take_push(frame["body"])

    def take_reads(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes how far the person has read."""
        raise NotImplementedError

    def take_read_to(self, reader: str, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes how far others have read."""
        raise NotImplementedError

    def take_receipts(self, told: Mapping[str, Any] | None) -> None:
        """Takes what the person has chosen about receipts."""
        raise NotImplementedError

    def take_settings(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes settings of sessions."""
        raise NotImplementedError

    def _offer(self, session: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Notes the messages that this device has got and must ack."""
        asked = {message["seq"] for message in messages if message["ackFlg"] and message["from"] != self.uid}
        self.log.offered.setdefault(session, set()).update(asked)
