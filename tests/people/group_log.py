"""Derives a group's members from its messages: the truth for comparing rows and devices."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catchup.clock import system_clock
from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Numbers, Place
from catchup.storage.reading import expired
from catchup.storage.tables import pair_of
from catchup.wire.messages import decode_payload

Row = Mapping[str, Any]
FOREVER = 1 << 53


@dataclass(frozen=True)
class Said:
    """One message of a group. `event`: "" for ordinary messages. `role`: the role that it gives. `removed`: expired."""

    seq: int
    sender: str
    msg_id: str
    event: str
    about: tuple[str, ...]
    at: tuple[str, ...]
    at_all: bool
    role: str = ""
    removed: bool = False
    number: int = 0


@dataclass
class Stay:
    """A membership: the seqs of the messages that began and ended it."""

    joined: int
    left: int = FOREVER

    def __contains__(self, seq: int) -> bool:
        return self.joined <= seq <= self.left


@dataclass
class GroupLog:
    """A group's messages in order, and the facts that follow from them."""

    said: Sequence[Said]
    stays: dict[str, list[Stay]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for message in self.said:
            for uid in _comings(message):
                if not self.is_member(uid):
                    self.stays.setdefault(uid, []).append(Stay(message.seq))
            for uid in _goings(message):
                if self.is_member(uid):
                    self.stays[uid][-1].left = message.seq

    @property
    def head(self) -> int:
        """The last seq."""
        return len(self.said)

    @property
    def floor(self) -> int:
        """The lowest seq that retention has left."""
        return 1 + max((message.seq for message in self.said if message.removed), default=0)

    def is_member(self, uid: str) -> bool:
        """Whether the last change of this person's membership made them a member."""
        return bool(self.stays.get(uid)) and self.stays[uid][-1].left == FOREVER

    def number_at(self, seq: int) -> int:
        """The number of the message at this seq, 0 if there is none."""
        return self.said[seq - 1].number if 0 < seq <= self.head else 0

    def unread(self, uid: str, above: int, up_to: int) -> set[int]:
        """The numbers in this range of messages of others, sent while this person was a member."""
        return {message.number for message in self._unread(uid, above, up_to)}

    def mentions(self, uid: str, above: int, up_to: int) -> list[int]:
        """The seqs of the unread messages that mention this person, or everyone."""
        return [message.seq for message in self._unread(uid, above, up_to) if message.at_all or uid in message.at]

    def _unread(self, uid: str, above: int, up_to: int) -> Iterator[Said]:
        stays = self.stays.get(uid, [])
        for message in self.said:
            is_in_range = not message.event and above < message.number <= up_to
            if is_in_range and message.sender != uid and any(message.seq in stay for stay in stays):
                yield message

    def misnumbered(self) -> list[int]:
        """The seqs whose number is not how many counted messages there are up to them."""
        talk = itertools.accumulate(not message.event for message in self.said)
        return [message.seq for message, number in zip(self.said, talk, strict=True) if message.number != number]


def logs_of(rows: Sequence[Row]) -> Mapping[str, GroupLog]:
    """The logs by session. `rows`: the rows of the Message table."""
    by_session: dict[str, list[Said]] = {}
    for row in rows:
        if row["sessionId"]["S"].startswith("g:"):
            by_session.setdefault(row["sessionId"]["S"], []).append(_said(row))
    return {session: GroupLog(sorted(said, key=lambda each: each.seq)) for session, said in by_session.items()}


def _said(row: Row) -> Said:
    session, seq = SessionId(row["sessionId"]["S"]), Seq(int(row["seq"]["N"]))
    before = Numbers(*pair_of(row["before"]["S"]))
    message = decode_payload(row["payload"]["B"], session, Place(seq, before))
    about: tuple[str, ...] = ()
    event = role = ""
    if message.draft.is_system:
        from google.protobuf.struct_pb2 import Struct

        content = Struct.FromString(message.draft.content)
        event = str(content["event"])
        about = tuple(content["uids"]) if "uids" in content else ()
        if event == "role":
            about, role = (str(content["uid"]),), str(content["role"])
    draft = message.draft
    removed = expired(row, system_clock())
    return Said(
        seq, draft.sender, draft.msg_id, event, about, tuple(draft.at), draft.at_all, role, removed, message.number
    )


def _comings(message: Said) -> Iterator[str]:
    if message.event in ("create", "join"):
        yield message.sender
    if message.event in ("create", "add"):
        yield from message.about


def _goings(message: Said) -> Iterator[str]:
    if message.event == "leave":
        yield message.sender
    if message.event == "remove":
        yield from message.about
