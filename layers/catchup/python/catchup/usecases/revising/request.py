"""A request to recall or edit a message, and who may make it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from catchup.clock import Clock
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Draft, Message, Revision, RevisionKind
from catchup.errors import (
    AlreadyRecalled,
    CantAddMentions,
    ContentRejected,
    MediaCantChange,
    NoSuchMessage,
    NotRevisable,
    OnlyItsAuthor,
    TooLate,
)
from catchup.usecases.media.attaching import MediaOf


class RevisionRequest(NamedTuple):
    """A recall or an edit of the message at `seq`. `edited`: the new content and mentions, in a draft of the notice;
    `digest` identifies all of it."""

    kind: RevisionKind
    session_id: SessionId
    seq: Seq
    edited: Draft
    digest: bytes

    @property
    def author(self) -> Uid:
        """Who asks for it."""
        return self.edited.sender

    @property
    def msg_id(self) -> MsgId:
        """The msgId of the notice."""
        return self.edited.msg_id

    def notice(self, target: Message | None) -> Draft:
        """The notice. It has no content: so what is recalled later has no other copy."""
        number, author = (0, self.author) if target is None else (target.number, target.draft.sender)
        revision = Revision(self.kind, self.seq, number, author)
        return replace(self.edited, content=b"", at=(), at_all=False, revision=revision)

    def shown(self, notice: Message, target: Message | None) -> Message:
        """The notice as it is pushed and answered: an edit with the content that the message has by it."""
        if self.kind is RevisionKind.RECALL or target is None or target.revised != notice.seq:
            return notice
        now = target.draft
        return replace(notice, draft=replace(notice.draft, content=now.content, at=now.at, at_all=now.at_all))

    def applied_to(self, target: Message, by: Seq, judged: Callable[[], Draft], media_of: MediaOf) -> Message:
        """The message after this. `by`: the seq of the notice. `judged` returns the content as it may be stored. A
        later edit stays; it does not keep a recall away. If the text is refused, which only a retry of what has its
        place can meet, the message keeps its own by this edit: so devices that have met the notice need not wait for
        another one."""
        if target.is_recalled:
            return target
        if self.kind is RevisionKind.RECALL:
            media = media_of(target.draft.content)
            is_own = media is not None and media.is_upload_for(target.draft.sender, target.draft.msg_id)
            return target.recalled(by, media.key if media is not None and is_own else "")
        if target.revised >= by:
            return target
        try:
            edited = judged()
        except ContentRejected:
            edited = target.draft
        return target.edited(by, edited.content, edited.at, edited.at_all)


@dataclass(eq=False, repr=False, slots=True)
class Preconditions:
    """Checks a request by the message that it is about, with the server's clock. `recall_seconds`, `edit_seconds`: how
    long an author may do so; 0: never."""

    recall_seconds: int
    edit_seconds: int
    clock: Clock
    media_of: MediaOf

    def __call__(self, asked: RevisionRequest, target: Message | None, may_recall_any: bool = False) -> None:
        """Raises NoSuchMessage, NotRevisable, AlreadyRecalled, OnlyItsAuthor, TooLate, CantAddMentions,
        MediaCantChange."""
        is_recall = asked.kind is RevisionKind.RECALL
        if target is None:
            raise NoSuchMessage
        if target.draft.is_quiet:
            raise NotRevisable
        if target.draft.sender != asked.author and not (is_recall and may_recall_any):
            raise OnlyItsAuthor
        if target.is_recalled:
            raise AlreadyRecalled
        if not (is_recall and may_recall_any):
            limit = self.recall_seconds if is_recall else self.edit_seconds
            if limit == 0 or self.clock() - target.accepted_at_ms > limit * 1_000:
                raise TooLate(limit)
        if {*asked.edited.at} - {*target.draft.at} or (asked.edited.at_all and not target.draft.at_all):
            raise CantAddMentions
        if not is_recall and self.media_of(asked.edited.content) != self.media_of(target.draft.content):
            raise MediaCantChange
