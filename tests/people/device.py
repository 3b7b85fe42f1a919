"""A device's store, and the rules of docs/protocol.md, section 7, that change it. No I/O.

This is the one model of a device in the tests. It knows nothing of the client library, so that the same error is not in
both. `line` exchanges its frames with the handlers; tests of the library itself step it (tests/client/stepping.py), or
run it on the handlers (tests/model/network.py), on a fake server, or on a local stack.

Each method is one local transaction: after a crash it is either done or not begun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.people.revised import Revised, WireMessage, newer

__all__ = ["Choice", "Outgoing", "Store", "Talk", "WireMessage"]


@dataclass
class Talk(Revised):
    """One session on one device.

    `confirmed`: the `known` that the server has accepted. `must_clear`: this device must clear, so that the server
    knows that it has the counter, even if no number changes. `waits`: the server's counter was below what this device
    has cleared. `behind`: the offline store may hold more. `gone`: seqs that history has no more. `to_hide`: hidden
    seqs whose `hide` is not answered; `hidden_version`: up to which version this device knows them, `hidden_told`: the
    highest that it was told of.
    """

    known: int = 0
    confirmed: int = 0
    must_clear: bool = False
    waits: bool = False
    behind: bool = False
    must_ask: bool = False
    top: int = 0
    to_ack: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    conflicts: list[str] = field(default_factory=list)
    to_hide: set[int] = field(default_factory=set)
    hidden_version: int = 0
    hidden_told: int = 0

    @property
    def unread(self) -> int:
        """The red dot."""
        return len(self.added)

    def add_counter(self, counter: Mapping[str, Any]) -> None:
        """Adds a counter. Adding it again adds nothing."""
        recalled, notices = (
            set(counter.get("recalled", ())),
            {each["seq"] for each in counter["lastMsg"] if "ref" in each},
        )
        self.must_clear = self.must_clear or bool(recalled - self.recalled or notices - self.messages.keys())
        self.uncount(recalled)
        self._add(range(max(counter["cleared"], self.known) + 1, counter["received"] + 1))
        self.known = max(self.known, counter["received"], counter["cleared"])
        self.must_ask = False
        self.told(counter["received"])
        self.behind = self.behind or counter["count"] > 0 or counter["lastSeq"] > self.top
        self.top = max(self.top, counter["lastSeq"])
        self.save_waiting(counter["lastMsg"])

    def hide(self, seqs: Iterable[int]) -> None:
        """Removes the content of these messages, and of what comes of them later."""
        self.hidden |= set(seqs)
        for seq in self.hidden:
            self.texts.pop(seq, None)
            if seq in self.messages:
                self.messages[seq] = _without_content(self.messages[seq])
        self.to_renew -= self.hidden

    def take_hidden(self, seqs: Iterable[int], version: int) -> None:
        """Takes a push `hide`, or the answer to one."""
        self.hide(seqs)
        if version == self.hidden_version + 1:
            self.hidden_version = version
        self.hidden_told = max(self.hidden_told, version)

    @property
    def lacks_hidden(self) -> bool:
        """Whether this device was told of more hidden messages than it knows."""
        return self.hidden_told > self.hidden_version

    def _add(self, numbers: Iterable[int]) -> None:
        for number in (number for number in numbers if number not in self.recalled):
            if number in self.added:
                self.conflicts.append(f"number {number} was added twice")
            self.added.add(number)
            self.behind = True

    def told(self, number: int) -> None:
        """Notes that the server has counted up to this number."""
        self.waits = self.waits and number < self.known

    def take_push(self, message: WireMessage) -> None:
        """Takes a push."""
        if self.is_numbered(message):
            self.told(message["number"])
        if message["from"] != self.me and message["ackFlg"] == 1:
            self.to_ack.add(message["seq"])
        if message["seq"] > max(self.messages, default=0) + 1:
            self.behind = True
        self.count(message)
        self.save(message)

    def is_numbered(self, message: WireMessage) -> bool:
        """Whether its number is one of those that are counted here. Own messages have numbers of their own."""
        return self.counts_here(message["from"])

    def count(self, message: WireMessage) -> None:
        """Counts a pushed message. Pages count nothing."""
        if self.is_numbered(message) and not message.get("quiet"):
            self.count_number(message["number"], is_own=message["from"] == self.me)

    def count_number(self, number: int, *, is_own: bool) -> None:
        """Counts the next number, and no other."""
        if number == self.known + 1:
            self.known = number
            if not is_own:
                self._add([number])

    def moved(self, cmd: str, ack: Mapping[str, Any]) -> None:
        """Does nothing: only groups can be joined and left."""

    def take_head(self, seq: int, _number: int) -> None:
        """Reports a conflict: only groups have heads."""
        self.conflicts.append(f"a hint of {seq} in a session of two")

    def save_waiting(self, messages: Iterable[WireMessage]) -> None:
        """Saves `lastMsg` or a page of the offline store, and notes that it must be acked."""
        for message in messages:
            self.to_ack.add(message["seq"])
            self.save(message)

    def save(self, message: WireMessage) -> None:
        """Saves a message by its seq. A seq always means the same message, with the same number; its content may be
        another one by now."""
        seq = message["seq"]
        if message.get("hidden"):
            self.hide([seq])
        kept = self.as_revised(message)
        kept = _without_content(kept) if seq in self.hidden else kept
        held = self.messages.setdefault(seq, kept)
        self.messages[seq] = newer(held, kept)
        if "ref" in message:
            self.learn(message)
        self.note_stale(message["ref"]["seq"] if "ref" in message else seq)
        if (held["from"], held["msgId"], held["number"]) != (message["from"], message["msgId"], message["number"]):
            self.conflicts.append(f"seq {seq} was {held['msgId']} and is {message['msgId']}")
        self.top = max(self.top, seq)
        # Whatever shows a number above says that some are missing.
        if self.is_numbered(message) and message["number"] > self.known:
            self.must_ask = True

    def take_own_notice(self, kind: str, asked: WireMessage, ack: WireMessage) -> None:
        """Takes the answer to an own recall or edit. If its message is not here, the notice comes from history."""
        target = self.messages.get(asked["seq"])
        self.top = max(self.top, ack["seq"])
        if target is not None:
            ref = {"seq": target["seq"], "number": target["number"], "uid": target["from"]}
            place = {"from": self.me, "seq": ack["seq"], "number": ack["number"]}
            self.save({"msg": {}, **asked, **place, "quiet": True, "type": kind, "ref": ref})

    @property
    def missing(self) -> list[int]:
        """The seqs that this device knows to exist and does not have; it asks history for them."""
        return [seq for seq in range(1, self.top + 1) if seq not in self.messages and seq not in self.gone]

    def fill(self, low: int, high: int, page: Mapping[str, Any]) -> None:
        """Takes history's answer for the seqs from `low` to `high`. If it has an end flag, missing seqs are gone."""
        for message in page["messages"]:
            self.save(message)
        if page["end"]:
            self.gone |= set(range(low, high + 1)) - self.messages.keys()


def _without_content(message: WireMessage) -> WireMessage:
    """What is left of a hidden message; who is in a group is no content."""
    is_change = message.get("type") == "system"
    return message if is_change else {**message, "msg": {}, "at": [], "atAll": False, "hidden": True}


@dataclass
class Outgoing:
    """A request that waits for its chatAck. `body` is the same at every attempt."""

    session: str
    body: Mapping[str, Any]
    cmd: str = "chat"


@dataclass
class Choice:
    """Settings of a session, as the person chose them here."""

    session: str
    body: Mapping[str, Any]


@dataclass
class Store:
    """A device's database: it survives every crash.

    `settings`: the newest that were told, by session. `choices`: those that no answer has settled. `must_list`: the
    last login has told that some are missing here. `reads`: how far the person has read, a number and a seq by session;
    `told_reads`: how much of that the server knows. `since`: the server's time at the last login. `read_to`: how far
    the other person of a private session has read. `receipts`: whether the person has receipts, and since when, None
    if they never chose; `must_tell_receipts`: no answer has settled that.
    """

    me: str
    talks: dict[str, Talk] = field(default_factory=dict)
    outbox: dict[str, Outgoing] = field(default_factory=dict)
    settings: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    must_list: bool = False
    reads: dict[str, tuple[int, int]] = field(default_factory=dict)
    told_reads: dict[str, tuple[int, int]] = field(default_factory=dict)
    since: int | None = None
    read_to: dict[str, tuple[int, int]] = field(default_factory=dict)
    receipts: dict[str, Any] | None = None
    must_tell_receipts: bool = False

    def talk(self, session: str) -> Talk:
        """The kept state of a session."""
        if session not in self.talks:
            self.talks[session] = _of_group(self.me) if session.startswith("g:") else Talk(self.me)
        return self.talks[session]

    def sent(self, outgoing: Outgoing, ack: Mapping[str, Any]) -> None:
        """Handles a chatAck with OK: moves the message from the outbox to its place."""
        self.outbox.pop(ack["msgId"], None)
        masked = {"msg": ack["msg"]} if "msg" in ack else {}
        talk = self.talk(ack["sessionId"])
        if outgoing.cmd in ("recall", "edit"):
            talk.take_own_notice(outgoing.cmd, {**outgoing.body, **masked}, ack)
            return
        quiet = {} if outgoing.cmd == "chat" else {"quiet": True}
        number = {"seq": ack["seq"], "number": ack["number"]}
        own = {**outgoing.body, **masked, **quiet, **number, "from": self.me}
        talk.moved(outgoing.cmd, ack)
        talk.count(own)
        talk.save(own)


def _of_group(me: str) -> Talk:
    from tests.people.group_talk import GroupTalk

    return GroupTalk(me)
