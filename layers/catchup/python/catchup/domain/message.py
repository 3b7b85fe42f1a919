"""Chat messages and their places in a session."""

from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import NamedTuple

from catchup.domain.ids import MsgId, Seq, SessionId, Uid, private_members


class ChatType(IntEnum):
    """The kind of a chat: `chatType` on the wire."""

    PRIVATE = 1
    GROUP = 2


class RevisionKind(Enum):
    """What becomes of a message that a notice is about; the value is the `type` of the notice on the wire. OPENED:
    somebody has opened the red packet; the message stays as it is."""

    RECALL = "recall"
    EDIT = "edit"
    OPENED = "opened"


class Revision(NamedTuple):
    """What a notice is about: the message at `seq`, its `number`, and its author."""

    kind: RevisionKind
    seq: Seq
    number: int
    author: Uid

    @property
    def recalled(self) -> frozenset[int]:
        """The number, if this is a recall: it counts no more."""
        return frozenset({self.number} if self.kind is RevisionKind.RECALL else ())


class Source(NamedTuple):
    """A message that another one has its media from."""

    session_id: SessionId
    seq: Seq


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A message as its sender made it, validated, with no place in the session yet.

    `content` is a serialised google.protobuf.Struct, opaque here; equal contents have equal bytes.
    `sent_at_ms` is the sender's clock. In a group `recipient` is the groupId.
    """

    msg_id: MsgId
    sender: Uid
    recipient: Uid
    wants_ack: bool
    sent_at_ms: int
    content: bytes
    chat_type: ChatType = ChatType.PRIVATE
    # Groups: who is mentioned, and whether everyone is.
    at: tuple[Uid, ...] = ()
    at_all: bool = False
    # A change of the group, written by the server for a request of the sender. It is quiet: it counts for nobody.
    is_system: bool = False
    # The notice about another message, written by the server for a request of the sender. It is quiet too.
    revision: Revision | None = None
    # A forward of media: the message that its sender has read them in. It is neither stored nor delivered.
    source: Source | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether it counts for nobody."""
        return self.is_system or self.revision is not None


class Numbers(NamedTuple):
    """How many counted messages there are up to some place.

    In a private session, each person's messages are numbered separately: `first` is for the person whom the session's
    id names first. In a group `first` is for all authors together, in notes for their only author; the other number is
    not used.
    """

    first: int = 0
    second: int = 0

    def of(self, session: SessionId, author: Uid) -> int:
        """How many of them have the author's numbering."""
        return self[_row_of(session, author)]

    def raised(self, session: SessionId, author: Uid) -> "Numbers":
        """These numbers after one more message of the author."""
        theirs = _row_of(session, author)
        return Numbers(*(number + (row == theirs) for row, number in enumerate(self)))


NONE = Numbers()


class Place(NamedTuple):
    """A candidate place of a message in its session, with what the put writes beside it.

    `before`: how many counted messages there are before it. `last_change`: groups: the seq of the last change of
    membership before it, 0 if there is none; so a place leads to the whole chain of changes before it
    (docs/adr/0029-rights-are-judged-by-the-log.md). `quiets`: private sessions: how many quiet messages each of the two
    has written before it. Nobody else sees these numbers; by them a counter notices that it passes a quiet message.
    """

    seq: Seq
    before: Numbers = NONE
    last_change: Seq = Seq(0)
    quiets: Numbers = NONE

    def following(self, session: SessionId, author: Uid, is_change: bool, is_quiet: bool = False) -> "Place":
        """The place after the author's message at this one. A change of membership, or another quiet message, is not
        counted, so it raises no number."""
        seq = Seq(self.seq + 1)
        if is_change:
            return self._replace(seq=seq, last_change=self.seq)
        if is_quiet:
            is_private = private_members(session) is not None
            return self._replace(seq=seq, quiets=self.quiets.raised(session, author) if is_private else self.quiets)
        return self._replace(seq=seq, before=self.before.raised(session, author))


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message in its place. `accepted_at_ms` is the server's clock when it was accepted.

    `before`, `last_change` and `quiets` are those of its `Place`. Only the log has the last two; they are not
    delivered. `revised`: the seq of the recall or edit that its content is from; 0: it is as it was sent.
    `is_recalled`: the content is gone; `media_key`: the key of the media that were uploaded for it. `hidden_by`:
    private sessions: who of the two has hidden it from themselves. `is_hidden`: the reader has, and it has no content.
    """

    draft: Draft
    session_id: SessionId
    seq: Seq
    accepted_at_ms: int
    before: Numbers = NONE
    last_change: Seq = Seq(0)
    quiets: Numbers = NONE
    revised: Seq = Seq(0)
    is_recalled: bool = False
    media_key: str = ""
    hidden_by: frozenset[Uid] = field(default_factory=frozenset)
    is_hidden: bool = False

    @property
    def place(self) -> Place:
        """Its place in the session."""
        return Place(self.seq, self.before, self.last_change, self.quiets)

    @property
    def number(self) -> int:
        """Its position among the counted messages: of its author in a private session, of all members in a group."""
        return self.following.before.of(self.session_id, self.draft.sender)

    @property
    def following(self) -> Place:
        """The place after it."""
        draft = self.draft
        return self.place.following(self.session_id, draft.sender, draft.is_system, draft.is_quiet)

    def recalled(self, by: Seq, media_key: str = "") -> "Message":
        """The message without its content, after the recall at this seq. An edit that has passed it changes nothing."""
        draft, last = replace(self.draft, content=b"", at=(), at_all=False), Seq(max(by, self.revised))
        return replace(self, draft=draft, revised=last, is_recalled=True, media_key=media_key)

    def edited(self, by: Seq, content: bytes, at: tuple[Uid, ...], at_all: bool) -> "Message":
        """The message with the content of the edit at this seq."""
        return replace(self, draft=replace(self.draft, content=content, at=at, at_all=at_all), revised=by)

    def hidden(self) -> "Message":
        """What is left of it for somebody who has hidden it: its place, its number and its author, so that seqs have no
        hole and counts stay. A change of membership keeps its content, without which a device would not know who is in
        the group."""
        if self.draft.is_system:
            return replace(self, is_hidden=True)
        return replace(self, draft=replace(self.draft, content=b"", at=(), at_all=False), is_hidden=True)

    def seen_by(self, reader: Uid) -> "Message":
        """The message as this person of a private session sees it."""
        return self.hidden() if reader in self.hidden_by else self


def _row_of(session: SessionId, author: Uid) -> int:
    people = private_members(session) or ()
    return people.index(author) if author in people else 0
