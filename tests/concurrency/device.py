"""A device that keeps the client's duties (docs/protocol.md, section 7), to see what its person is told."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.support.world import Phone


@dataclass
class Device:
    """What one device of a person keeps of one session. `added`: every number that it has counted, in its order."""

    phone: Phone
    session: str
    known: int = 0
    added: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    _pushes_seen: int = 0

    def add(self, counter: dict[str, Any]) -> None:
        """A counter: what is above `cleared` and `known` is new."""
        base = max(counter["cleared"], self.known)
        self.added += range(base + 1, counter["received"] + 1)
        self.known = max(self.known, counter["received"], counter["cleared"])

    def log_in(self) -> None:
        """Counters first; the first page comes along."""
        counters = self.phone.ok("login")["counters"]
        if self.session in counters:
            self.add(counters[self.session])
        self._pushes_seen = 0

    def ask_counter(self) -> None:
        self.add(self.phone.ok("counters", sessionIds=[self.session])["counters"][self.session])

    def clear(self) -> None:
        if self.known:
            result = self.phone.ok("clear", sessions={self.session: self.known})
            assert result["sessions"][self.session]["code"] == "OK"

    def read_pushes(self) -> list[int]:
        """Takes in what was pushed since the last time; returns the seqs to ack."""
        saved = []
        frames = self.phone.pushes[self._pushes_seen :]
        self._pushes_seen += len(frames)
        for frame in frames:
            message = frame["body"]
            if message["from"] == self.phone.uid:
                continue
            number = message["number"]
            if number == self.known + 1:
                self.added.append(number)
                self.known = number
            elif number > self.known + 1:
                self.ask_counter()
            saved.append(self.save(message))
        return saved

    def save(self, message: dict[str, Any]) -> int:
        seq: int = message["seq"]
        self.messages.append(seq)
        return seq

    def pull(self, limit: int, ack: list[int]) -> tuple[list[int], bool]:
        """A page, saved, and whether it is the last."""
        page = self.phone.ok("pull", sessionId=self.session, limit=limit, ack=ack)
        return [self.save(message) for message in page["messages"]], page["end"]

    def catch_up(self, limit: int) -> None:
        """Counts, clears, and pulls until the end."""
        self.ask_counter()
        self.clear()
        page, end = self.pull(limit, [])
        while not end:
            page, end = self.pull(limit, page)
        self.phone.ok("ack", sessions={self.session: {"seqs": page, "received": self.known}})

    def ack_pushes(self) -> None:
        """Takes in what was pushed, and acks it."""
        seqs = self.read_pushes()
        if seqs:
            self.phone.ok("ack", sessions={self.session: {"seqs": seqs, "received": self.known}})

    def reconnect(self, notice: bool) -> None:
        """A new connection, with or without a farewell of the old one."""
        self.phone.drop(notice)
        self.phone.connect()
        self.log_in()

    def live(self, chance: random.Random) -> None:
        """One of the things that a device does."""
        match chance.randrange(5):
            case 0:
                self.reconnect(notice=chance.random() < 0.5)
            case 1:
                self.catch_up(6)
            case 2:
                self.ask_counter()
            case _:
                self.ack_pushes()
