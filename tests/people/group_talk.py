"""A device's store for a group, and the rules of docs/protocol.md, section 7, for groups. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.people.device import Talk, WireMessage


@dataclass
class GroupTalk(Talk):
    """A group on a device. `must_clear`: this device must clear, so that the server knows that it has the counter, even
    if no number changes.

    `paged_from`, `before`: the begin and the position of a paging. `joined`, `left`: the membership that is counted.
    """

    must_clear: bool = False
    paged_from: int | None = None
    before: int | None = None
    joined: int = 0
    left: int = 0

    def add_counter(self, counter: Mapping[str, Any]) -> None:
        """Adds a counter without own messages: those in its list, and as many as its count says."""
        cleared, received, joined = counter["cleared"], counter["received"], counter["joined"]
        base, below = max(cleared, self.known), counter.get("ownBelow", {"to": 0, "count": 0})
        if cleared < base < below["to"]:
            self.must_clear = self.must_ask = True
            return
        if joined > self.joined:
            self.joined = joined
            self.added = {number for number in self.added if number > counter["joinedNumber"]}
        left = counter.get("left", 0)
        if left > self.joined:
            self._go(left)
            # Messages after this account had left are not counted.
            self.known = self.confirmed = received
        else:
            new = [number for number in range(base + 1, received + 1) if number not in counter["own"]]
            self._add(new[below["count"] if below["to"] > base else 0 :])
            self.known = max(self.known, received, cleared)
        self.must_ask, self.must_clear = False, counter["count"] == 0
        self.told(received)
        self.top = max(self.top, counter["lastSeq"])
        self.behind = self.behind or counter["count"] > 0 or counter["lastSeq"] > self.held_up_to
        for message in counter["lastMsg"]:
            self.save(message)

    def take_push(self, message: WireMessage) -> None:
        """Takes a pushed message, from others or from another device of this account."""
        self.told(message["number"])
        if message["seq"] > max(self.messages, default=0) + 1:
            self.behind = True
        self.save(message)
        said = message["msg"] if message.get("type") == "system" else {}
        if self.me in said.get("uids", ()) and message["seq"] > self.joined:
            if said["event"] == "remove":
                self._go(message["seq"])
            elif self.joined <= self.left:
                # Where the count begins is in the counter.
                self.must_ask = True

    def count(self, message: WireMessage) -> None:
        """Counts a message, unless it is quiet; a higher number shows that some are missing."""
        if not message.get("quiet"):
            self.count_number(message["number"], is_own=message["from"] == self.me)
        elif message["number"] > self.known:
            self.must_ask = True

    def moved(self, cmd: str, ack: Mapping[str, Any]) -> None:
        """Handles this account's own join or leave."""
        if cmd in ("create", "join") and ack["seq"] > self.joined:
            self.joined = ack["seq"]
            self.added = {number for number in self.added if number > ack["number"]}
        elif cmd == "leave" and ack["seq"] > self.joined:
            self._go(ack["seq"])

    def _go(self, seq: int) -> None:
        """Ends a membership, after which nothing is unread."""
        self.left = max(self.left, seq)
        self.added = set()

    def shut(self) -> None:
        """Notes that this account was never a member, so there are no messages for it."""
        self.behind = self.must_ask = False
        self.gone |= set(range(1, self.top + 1)) - self.messages.keys()

    def take_head(self, seq: int, number: int) -> None:
        """Takes a pushed head of the group."""
        self.told(number)
        self.must_ask = self.must_ask or number > self.known
        self.behind = self.behind or seq > self.held_up_to

    @property
    def held_up_to(self) -> int:
        """The end of the contiguous messages; up to here nothing must be pulled."""
        seq = 0
        while seq + 1 in self.messages or seq + 1 in self.gone:
            seq += 1
        return seq

    def take_page(self, page: Mapping[str, Any]) -> None:
        """Takes a page, newest first. At the end of the paging, seqs that did not come are gone."""
        for message in page["messages"]:
            self.save(message)
        seqs = [message["seq"] for message in page["messages"]]
        if self.paged_from is None:
            self.paged_from = max(seqs, default=0)
        self.behind = not page["end"]
        self.before = min(seqs, default=self.before) if self.behind else None
        if not self.behind:
            self.gone |= set(range(1, self.paged_from + 1)) - self.messages.keys()
            self.paged_from = None
