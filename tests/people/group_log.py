"""Derives a group's members from its messages: the truth for comparing rows and devices."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catchup.clock import system_clock
from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Numbers, Place, Revision
from catchup.storage.reading import expired
from catchup.storage.tables import pair_of
from catchup.wire.messages import decode_payload

Row = Mapping[str, Any]
FOREVER = 1 << 53


@dataclass(frozen=True)
class Said:
    """One message of a group. `event`: "" for ordinary messages. `role`: the role that it gives. `removed`: expired.
    `until_ms`: of a mute. `name`, `announcement`: what it sets; None if it does not. `at_ms`: when it was accepted.
    `revision`: what a recall or an edit, which are events too, is about.
    """

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
    until_ms: int = 0
    name: str | None = None
    announcement: str | None = None
    at_ms: int = 0
    revision: Revision | None = None


@dataclass
class Stay:
    """A membership: the seqs of the messages that began and ended it."""

    joined: int
    left: int = FOREVER

    def __contains__(self, seq: int) -> bool:
        return self.joined <= seq <= self.left


@dataclass
class GroupLog:
    """A group's messages in order, and the facts that follow from them. `ended`: the message that ended the group, or
    None. `recalled`: seqs."""

    said: Sequence[Said]
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    ended: Said | None = None
    recalled: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for message in self.said:
            if message.revision is not None and message.event == "recall":
                self.recalled.add(message.revision.seq)
            for uid in _comings(message):
                if not self.is_member(uid):
                    self.stays.setdefault(uid, []).append(Stay(message.seq))
            for uid in _goings(message):
                if self.is_member(uid):
                    self.stays[uid][-1].left = message.seq
            members = [uid for uid in self.stays if self.is_member(uid)]
            if self.ended is None and (message.event == "dissolve" or not members):
                # The last one to leave was its owner.
                self.ended = message
                for uid in members:
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

    def has_row_of_member(self, uid: str) -> bool:
        """Whether this person is a member, or was one when the group was dissolved, which writes no member's row."""
        stays = self.stays.get(uid, [])
        was_there = self.ended is not None and self.ended.event == "dissolve" and stays
        return self.is_member(uid) or bool(was_there and self.ended and stays[-1].left == self.ended.seq)

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
            is_in_range = is_in_range and message.seq not in self.recalled
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
    draft, removed = message.draft, expired(row, system_clock())
    place = (seq, draft.sender, draft.msg_id)
    rest = (tuple(draft.at), draft.at_all)
    if not draft.is_system:
        return Said(
            *place,
            draft.revision.kind.value if draft.revision is not None else "",
            (),
            *rest,
            removed=removed,
            number=message.number,
            at_ms=message.accepted_at_ms,
            revision=draft.revision,
        )
    from google.protobuf.struct_pb2 import Struct

    content = dict(Struct.FromString(draft.content))
    about = tuple(content.get("uids", ())) + ((str(content["uid"]),) if "uid" in content else ())
    return Said(
        *place,
        str(content["event"]),
        about,
        *rest,
        role=content.get("role", ""),
        removed=removed,
        number=message.number,
        until_ms=int(content.get("until", 0)),
        name=content.get("name"),
        announcement=content.get("announcement"),
        at_ms=message.accepted_at_ms,
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
