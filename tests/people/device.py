"""A device's store, and the rules of docs/protocol.md, section 7, that change it. No I/O.

Each method is one local transaction: after a crash it is either done or not begun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

WireMessage = Mapping[str, Any]


@dataclass
class Talk:
    """One session on one device.

    `unread` never goes down here: it is the sum of everything added. `confirmed`: the `known` that the server has
    accepted. `behind`: the offline store may hold more. `counted_seq`: the highest seq counted by number. `gone`: seqs
    that history has no more. `added`: the ranges of numbers that were added to `unread`.
    """

    me: str
    messages: dict[int, WireMessage] = field(default_factory=dict)
    unread: int = 0
    known: int = 0
    counted_seq: int = 0
    confirmed: int = 0
    behind: bool = False
    must_ask: bool = False
    top: int = 0
    to_ack: set[int] = field(default_factory=set)
    by_push: set[int] = field(default_factory=set)
    by_number: set[int] = field(default_factory=set)
    taken_live: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    added: list[tuple[int, int]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def add_counter(self, counter: Mapping[str, Any]) -> None:
        """Adds a counter. Adding it again adds nothing."""
        base = max(counter["cleared"], self.known)
        if counter["received"] > base:
            self.unread += counter["received"] - base
            self.added.append((base + 1, counter["received"]))
            self.behind = True
        self.known = max(self.known, counter["received"])
        self.counted_seq = max(self.counted_seq, counter["lastSeq"])
        self.behind = self.behind or counter["count"] > 0
        self.must_ask = False
        self.top = max(self.top, counter["lastSeq"])
        self.save_waiting(counter["lastMsg"])

    def take_push(self, message: WireMessage) -> None:
        """Takes a push."""
        seq, number = message["seq"], message.get("received")
        if message["from"] != self.me:
            if number is None:
                self._count_by_push(seq)
            else:
                self._count_number(number, seq)
                self._see_number(seq)
                self.to_ack.add(seq)
        elif number is not None:
            self.conflicts.append(f"the push of its own message {seq} carries a number of the other side")
        if seq > max(self.messages, default=0) + 1:
            self.behind = True
        self.save(message)

    def moved(self, cmd: str, seq: int) -> None:
        """Does nothing: only groups can be joined and left."""

    def take_head(self, seq: int) -> None:
        """Does nothing: only groups push heads."""
        self.conflicts.append(f"a hint of {seq} in a session of two")

    def _count_by_push(self, seq: int) -> None:
        if seq not in self.messages:
            self.unread += 1
            self.by_push.add(seq)
            self.taken_live.add(seq)

    def _count_number(self, number: int, seq: int) -> None:
        """Counts a push's number. Only the newest message has its own number; a repeated one comes with a newer
        number."""
        if number == self.known + 1 and seq > self.counted_seq:
            self.counted_seq = seq
            self.unread += 1
            self.known = number
            self.added.append((number, number))
        elif number > self.known:
            self.must_ask = True

    def _see_number(self, seq: int) -> None:
        """Takes back, once, what the push without a number has added, since the message was counted by number."""
        if seq in self.by_push:
            self.by_push.discard(seq)
            self.unread -= 1
        self.by_number.add(seq)

    def save_waiting(self, messages: Iterable[WireMessage]) -> None:
        """Saves `lastMsg` or a page of the offline store, and notes that it must be acked."""
        for message in messages:
            if message["from"] != self.me:
                self._see_number(message["seq"])
            self.to_ack.add(message["seq"])
            self.save(message)

    def save(self, message: WireMessage) -> None:
        """Saves a message by its seq. A seq always means the same message."""
        held = self.messages.setdefault(message["seq"], message)
        if (held["from"], held["msgId"]) != (message["from"], message["msgId"]):
            self.conflicts.append(f"seq {message['seq']} was {held['msgId']} and is {message['msgId']}")
        self.top = max(self.top, message["seq"])

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


@dataclass
class Outgoing:
    """A request that waits for its chatAck. `body` is the same at every attempt."""

    session: str
    body: Mapping[str, Any]
    cmd: str = "chat"


@dataclass
class Store:
    """A device's database: it survives every crash."""

    me: str
    talks: dict[str, Talk] = field(default_factory=dict)
    outbox: dict[str, Outgoing] = field(default_factory=dict)

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
        talk.save({**outgoing.body, **masked, "from": self.me, "seq": ack["seq"]})
        talk.moved(outgoing.cmd, ack["seq"])


def _of_group(me: str) -> Talk:
    from tests.people.group_talk import GroupTalk

    return GroupTalk(me)
