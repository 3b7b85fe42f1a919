"""A device's store for a group, and the rules of docs/protocol.md, section 7, for groups. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.people.device import Talk, WireMessage


@dataclass
class GroupTalk(Talk):
    """A group on a device. `received` is the seq. `own`: seqs known to be this account's.

    `told_by_number`: ranges whose own messages were subtracted as a number, so nothing is taken back there.
    `too_high`: `known` was refused because it is above the account's removal; then the counter is right.
    `paged_from`, `before`: the begin and the position of a paging. `joined`, `left`: the membership that is counted.
    """

    own: set[int] = field(default_factory=set)
    told_by_number: list[tuple[int, int]] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)
    must_clear: bool = False
    too_high: bool = False
    paged_from: int | None = None
    before: int | None = None
    joined: int = 0
    left: int = 0

    def add_counter(self, counter: Mapping[str, Any]) -> None:
        """Adds a counter without own messages: those in its list, those in its number, and those already known."""
        cleared, received = counter["cleared"], counter["received"]
        base, below = max(cleared, self.known), counter.get("ownBelow")
        if below and cleared < base < below["to"]:
            self.must_clear = self.must_ask = True
            return
        self.must_clear = self.must_ask = False
        if counter["joined"] > self.joined:
            self._come(counter["joined"])
        if self.too_high and received < self.known:
            self.known = self.confirmed = received
            # Messages after this account had left are not counted.
            self.own = {seq for seq in self.own if seq <= received}
        self.too_high = False
        if received > base:
            by_number = below["to"] if below and base == cleared else base
            self.own |= set(counter["own"])
            listed = {seq for seq in self.own if by_number < seq <= received}
            self.unread += received - base - len(listed) - (below["count"] if by_number > base else 0)
            self.added.append((base + 1, received))
            if by_number > base:
                self.told_by_number.append((base + 1, by_number))
            self.behind = True
        if "left" in counter:
            self._go(counter["left"])
            self.behind = self.behind or received > self.held_up_to
        self.known = max(self.known, received)
        self._move_on()
        self.behind = self.behind or counter["count"] > 0
        self.top = max(self.top, received)
        for message in counter["lastMsg"]:
            self.save(message)

    def take_push(self, message: WireMessage) -> None:
        """Takes a pushed message, from others or from another device of this account."""
        seq, number = message["seq"], message.get("received")
        if number != seq:
            self.conflicts.append(f"the push of {seq} carries the number {number}")
        if message["from"] != self.me and seq == self.known + 1:
            is_in = self.joined > self.left
            if self._is_named(message, "create", "add") and not is_in:
                self._come(seq)
            self.unread += 1
            self.added.append((seq, seq))
            self.known = seq
            if self._is_named(message, "remove") and is_in:
                self._go(seq)
        elif seq > self.known + 1:
            self.must_ask = True
        if seq > max(self.messages, default=0) + 1:
            self.behind = True
        self.save(message)

    def _is_named(self, message: WireMessage, *events: str) -> bool:
        said = message["msg"] if message.get("type") == "system" else {}
        return said.get("event") in events and self.me in said.get("uids", ())

    def moved(self, cmd: str, seq: int) -> None:
        """Handles this account's own join or leave."""
        if cmd in ("create", "join") and seq > self.joined:
            self._come(seq)
        elif cmd == "leave" and seq > self.joined:
            self._go(seq)

    def _come(self, seq: int) -> None:
        """Begins a membership. Earlier counts belong to a previous one."""
        self.joined = seq
        self._count_nothing()

    def _go(self, seq: int) -> None:
        """Ends a membership, after which nothing is unread."""
        self.left = max(self.left, seq)
        self._count_nothing()

    def _count_nothing(self) -> None:
        self.unread = 0
        self.added, self.told_by_number = [], []

    def shut(self) -> None:
        """Notes that this account was never a member, so there are no messages for it."""
        self.behind = self.must_ask = False
        self.gone |= set(range(1, self.top + 1)) - self.messages.keys()

    def take_head(self, seq: int) -> None:
        """Takes a pushed head of the group."""
        if seq > self.known:
            self.must_ask = self.behind = True

    def save(self, message: WireMessage) -> None:
        """Saves a message, and learns from it whether it is an own one."""
        super().save(message)
        if message["from"] == self.me:
            self._learn_own(message["seq"])
        self._move_on()

    def _learn_own(self, seq: int) -> None:
        """Takes back, once, what was added for an own message."""
        if seq in self.own:
            return
        self.own.add(seq)
        if _within(seq, self.added) and not _within(seq, self.told_by_number):
            self.unread -= 1
            self.taken_back.append(seq)

    def _move_on(self) -> None:
        while self.known + 1 in self.own:
            self.known += 1

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


def _within(seq: int, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= seq <= high for low, high in ranges)
