"""What a session on one device knows of recalls and edits, and the rules of docs/protocol.md, section 7, "Recalls and
edits", that change it. No I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

WireMessage = Mapping[str, Any]


@dataclass
class Revised:
    """The messages of a session on one device.

    `added`: the numbers that this device has counted; reading takes none away here. `hidden`: seqs that the person has
    hidden. `recalled`: numbers that count no more; `recalled_seqs`: seqs that never have a content again. `edited`: by
    seq of a message, that of the last edit heard of; `texts`: edits that were pushed before their message has come;
    `to_renew`: messages whose new content history has.
    """

    me: str
    messages: dict[int, WireMessage] = field(default_factory=dict)
    added: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    recalled: set[int] = field(default_factory=set)
    recalled_seqs: set[int] = field(default_factory=set)
    edited: dict[int, int] = field(default_factory=dict)
    texts: dict[int, WireMessage] = field(default_factory=dict)
    to_renew: set[int] = field(default_factory=set)

    def counts_here(self, author: str) -> bool:
        """Whether this device counts the messages of an author. Own ones have numbers of their own."""
        return author != self.me

    def uncount(self, numbers: Collection[int], own: Collection[int] = ()) -> None:
        """These numbers were recalled: they leave the count, and join it no more. `own`: of own messages."""
        for number in set(numbers) - self.recalled:
            self.recalled.add(number)
            if number in self.added:
                self.added.remove(number)
                self.left_out(number, is_own=number in own)
        for seq, message in self.messages.items():
            if self._is_recalled_by_number(message):
                self.recall(seq, 0)

    def left_out(self, number: int, *, is_own: bool) -> None:
        """Takes note of a number that has left the count. Only groups may have counted own messages."""

    def as_revised(self, message: WireMessage) -> WireMessage:
        """The message as it is to be saved. A notice keeps no text."""
        seq = message["seq"]
        if "ref" in message:
            return {**message, "msg": {}, "at": [], "atAll": False}
        if message.get("recalled") or seq in self.recalled_seqs or self._is_recalled_by_number(message):
            self.recalled_seqs.add(seq)
            return without_text(message, 0)
        notice = self.texts.pop(seq, None)
        return message if notice is None else newer(message, edited_by(message, notice))

    def learn(self, notice: WireMessage) -> None:
        """Does what a notice says."""
        ref = notice["ref"]
        seq = ref["seq"]
        if notice["type"] == "recall":
            self.recall(seq, notice["seq"])
            if self.counts_here(ref["uid"]):
                self.uncount({ref["number"]}, own={ref["number"]} if ref["uid"] == self.me else ())
            return
        self.edited[seq] = max(self.edited.get(seq, 0), notice["seq"])
        if notice["msg"] and seq not in self.recalled_seqs | self.hidden:
            if seq in self.messages:
                self.messages[seq] = newer(self.messages[seq], edited_by(self.messages[seq], notice))
            elif notice["seq"] > self.texts.get(seq, {"seq": 0})["seq"]:
                self.texts[seq] = notice

    def recall(self, seq: int, by: int) -> None:
        """Removes the content of a message, and of its edits."""
        self.recalled_seqs.add(seq)
        self.texts.pop(seq, None)
        self.to_renew.discard(seq)
        if seq in self.messages:
            self.messages[seq] = without_text(self.messages[seq], by)

    def note_stale(self, seq: int) -> None:
        """If this message has another content by now, it must be asked for."""
        held = self.messages.get(seq)
        is_shown = held is not None and seq not in self.recalled_seqs | self.hidden
        if is_shown and held and held.get("revised", 0) < self.edited.get(seq, 0):
            self.to_renew.add(seq)

    def _is_recalled_by_number(self, message: WireMessage) -> bool:
        is_counted = not message.get("quiet") and self.counts_here(message["from"])
        return is_counted and message["number"] in self.recalled


def newer(held: WireMessage, other: WireMessage) -> WireMessage:
    """Of two contents of one message the one that stays."""
    if held.get("recalled") or other.get("recalled"):
        return without_text(held, other.get("revised", 0))
    return other if other.get("revised", 0) > held.get("revised", 0) else held


def edited_by(message: WireMessage, notice: WireMessage) -> WireMessage:
    """The message with the content of an edit."""
    said = {"msg": notice["msg"], "at": notice.get("at", []), "atAll": notice.get("atAll", False)}
    return {**message, **said, "revised": notice["seq"]}


def without_text(message: WireMessage, by: int) -> WireMessage:
    """What is left of a recalled message."""
    last = max(by, message.get("revised", 0))
    return {**message, "msg": {}, "at": [], "atAll": False, "recalled": True, "revised": last}
