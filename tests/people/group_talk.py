"""A device's store for a group, and the rules of docs/protocol.md, section 7, for groups. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.people.device import Talk, WireMessage


class Unlisted(NamedTuple):
    """`count` own numbers up to `to`. A counter has told how many they are, but not which."""

    to: int
    count: int


NONE_UNLISTED = Unlisted(0, 0)


@dataclass
class GroupTalk(Talk):
    """A group on one device.

    `unlisted`: so many of `added` are own messages. `paged_from`, `before`: the begin and the position of a paging.
    `joined`, `left`: the membership that is counted.
    """

    unlisted: Unlisted = NONE_UNLISTED
    paged_from: int | None = None
    before: int | None = None
    joined: int = 0
    left: int = 0

    def add_counter(self, counter: Mapping[str, Any]) -> None:
        """Adds a counter without own messages: those in its list, and as many as its count says."""
        cleared, received = counter["cleared"], counter["received"]
        self.uncount(counter.get("recalled", ()), counter["own"])
        base, below = max(cleared, self.known), counter.get("ownBelow", {"to": 0, "count": 0})
        if cleared < base < below["to"]:
            self.must_clear = self.must_ask = True
            return
        self.must_ask, self.must_clear = False, self.must_clear or counter["count"] == 0
        if "left" in counter:
            self._end(counter["left"], received)
        else:
            self.joined = max(self.joined, counter["joined"])
            self._forget(counter["joinedNumber"])
            self._add(number for number in range(base + 1, received + 1) if number not in counter["own"])
            self.known = max(base, received)
            if below["to"] > base:
                self.unlisted = Unlisted(below["to"], self.unlisted.count + below["count"])
        self.told(received)
        self.top = max(self.top, counter["lastSeq"])
        self.behind = self.behind or counter["count"] > 0 or counter["lastSeq"] > self.held_up_to
        for message in counter["lastMsg"]:
            self.save(message)
        self._recount()

    def _end(self, left: int, received: int) -> None:
        """A counter says that the membership has ended."""
        self.left = max(self.left, left)
        if self.joined > left:
            self._go_by(received)
            return
        # What was pushed from after the end is not counted any more; or it was of a stay that is not heard of yet.
        self.must_ask = self.known > received
        self.added, self.unlisted = set(), NONE_UNLISTED
        self.known = self.confirmed = received

    def _go_by(self, number: int) -> None:
        """Nothing up to here is unread any more."""
        self._forget(number)
        self.known = max(self.known, number)

    def _forget(self, number: int) -> None:
        self.added = {other for other in self.added if other > number}
        if self.unlisted.to <= number:
            self.unlisted = NONE_UNLISTED

    def _recount(self) -> None:
        """Once all messages are here, they say which are own ones."""
        if self.unlisted.count and not self.missing:
            others = (each for each in self.messages.values() if each["from"] != self.me and not each.get("quiet"))
            self.added &= {message["number"] for message in others}
            self.unlisted = NONE_UNLISTED

    @property
    def unread(self) -> int:
        """The red dot."""
        return len(self.added) - self.unlisted.count

    def counts_here(self, author: str) -> bool:
        """All authors share one row of numbers."""
        return True

    def left_out(self, number: int, *, is_own: bool) -> None:
        """An own message that was counted is one less to be left out."""
        if is_own and number <= self.unlisted.to:
            self.unlisted = self.unlisted._replace(count=self.unlisted.count - 1)

    def save(self, message: WireMessage) -> None:
        """Comings and goings of this account are noticed wherever they are seen."""
        said = message["msg"] if message.get("type") == "system" else {}
        event, is_own = said.get("event", ""), message["from"] == self.me
        is_named = self.me in said.get("uids", ())
        if (event == "remove" and is_named) or (event == "leave" and is_own) or event == "dissolve":
            self._leave(message["seq"], message["number"])
        elif (event in ("create", "add") and is_named) or (event in ("create", "join") and is_own):
            self.joined = max(self.joined, message["seq"] if self.joined <= self.left else 0)
        super().save(message)
        self._recount()

    def _leave(self, seq: int, number: int) -> None:
        self.left = max(self.left, seq)
        self._go_by(number)

    def moved(self, cmd: str, ack: Mapping[str, Any]) -> None:
        """Handles this account's own join or leave, or the end of the group that it has dissolved."""
        if cmd in ("create", "join"):
            self.joined = max(self.joined, ack["seq"])
            self._go_by(ack["number"])
        elif cmd in ("leave", "dissolve"):
            self._leave(ack["seq"], ack["number"])

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
        self._recount()

    def fill(self, low: int, high: int, page: Mapping[str, Any]) -> None:
        """Takes history's answer for the seqs from `low` to `high`."""
        super().fill(low, high, page)
        self._recount()
