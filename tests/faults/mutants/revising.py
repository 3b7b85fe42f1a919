"""Recalls and edits that leave a copy, count, or are told to nobody."""

from dataclasses import replace
from typing import Any

import pytest

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Draft, Message, Place
from catchup.domain.unread import Unread
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.group_book import DynamoGroups
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.usecases.groups.applying import NOTHING_REVISED, Applying, Revised
from catchup.usecases.revising.in_group import ReviseInGroup
from catchup.usecases.revising.request import Preconditions, RevisionRequest
from tests.faults.mutants.registry import mutant
from tests.people.revising import Revising

BACK = "recall of what waits, and somebody who comes back"
AWAY = "recall of what was read, and a device that was away"
PASSED = "a message that passes recall whose author died"


@mutant("the offline store keeps what was recalled", BACK, DynamoInbox, "revise")
def _(_original: Any, _self: DynamoInbox, _owner: Uid, _revised: Message) -> None:
    return None


@mutant("history keeps what was recalled", "recall", DynamoMessageLog, "revise")
def _(_original: Any, _self: DynamoMessageLog, _revised: Message) -> None:
    return None


@mutant("the notice of an edit keeps its text", "recall of what was edited", RevisionRequest, "notice")
def _(original: Any, self: RevisionRequest, target: Message | None) -> Draft:
    notice: Draft = original(self, target)
    return replace(notice, content=self.edited.content)


@mutant("a notice is counted", "edit", Place, "following")
def _(original: Any, self: Place, session: SessionId, author: Uid, is_change: bool, *_: Any) -> Place:
    following: Place = original(self, session, author, is_change)
    return following


@mutant("counters list nothing as recalled", "recall", DynamoCounters, "raise_to")
def _(original: Any, self: DynamoCounters, owner: Uid, message: Message, *found: Any, recalled: Any = ()) -> Any:
    return original(self, owner, message, *found[:2])


@mutant("a recall lowers the count", "recall", DynamoCounters, "raise_to")
def _(original: Any, self: DynamoCounters, owner: Uid, message: Message, *found: Any, **named: Any) -> Any:
    revision = message.draft.revision
    if revision is None or not revision.recalled:
        return original(self, owner, message, *found, **named)
    before = message.before
    return original(
        self, owner, replace(message, before=type(before)(*(max(0, n - 1) for n in before))), *found, **named
    )


@mutant("what a message passes is not recalled", PASSED, DynamoCounters, "raise_to")
def _(
    original: Any,
    self: DynamoCounters,
    owner: Uid,
    message: Message,
    found: Counter | None = None,
    skipped: frozenset[Seq] = frozenset(),
    recalled: frozenset[int] = frozenset(),
) -> Counter | None:
    raised: Counter | None = original(self, owner, message, found, skipped, recalled if found is None else frozenset())
    return raised


@mutant("logins tell only of what nobody has cleared", AWAY, Unread, "is_told")
def _(_original: Any, self: Unread, _since_ms: int | None) -> bool:
    return self.is_news


@mutant("what is too old is recalled", "recall and edit that come too late", Preconditions, "__call__")
def _(original: Any, self: Preconditions, asked: Any, target: Message | None, *rest: Any) -> None:
    now = None if target is None else replace(target, accepted_at_ms=self.clock())
    original(self, asked, now, *rest)


@mutant("anybody recalls", "recall and edit of what somebody else has written", Preconditions, "__call__")
def _(original: Any, self: Preconditions, asked: Any, target: Message | None, *rest: Any) -> None:
    original(self, asked, None if target is None else replace(target, draft=replace(target.draft, sender=asked.author)))


@mutant(
    "devices ask for an edit only once", "edit over HTTP, and a device without a connection", Revising, "note_stale"
)
def _(_original: Any, _self: Revising) -> None:
    """Not the service's fault, but its client's."""


def groups_list_nothing_as_recalled(patch: pytest.MonkeyPatch) -> None:
    original = DynamoGroups.raise_head

    def raise_head(
        self: DynamoGroups, session: SessionId, following: Any, at_ms: Any, revised: Seq = Seq(0), *_: Any
    ) -> None:
        original(self, session, following, at_ms, revised)

    patch.setattr(DynamoGroups, "raise_head", raise_head)


def what_a_groups_message_passes_is_not_recalled(patch: pytest.MonkeyPatch) -> None:
    original = Applying.up_to

    def up_to(self: Applying, *arguments: Any) -> Revised:
        original(self, *arguments)
        return NOTHING_REVISED

    patch.setattr(Applying, "up_to", up_to)


def what_an_edit_leaves_out_is_still_a_mention(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DynamoMembers, "unmention", lambda *_: None)


def what_an_edit_leaves_out_still_mentions_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DynamoGroups, "unmention_all", lambda *_: None)


def fan_outs_push_what_was_recalled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReviseInGroup, "_fan_outs_that_wait", lambda *_: [])


def members_recall_what_others_have_said(patch: pytest.MonkeyPatch) -> None:
    original = Preconditions.__call__

    def check(self: Preconditions, asked: Any, target: Message | None, may_recall_any: bool = False) -> None:
        original(self, asked, target, True)

    patch.setattr(Preconditions, "__call__", check)
