"""Rights that are judged otherwise than by the log, and changes that are applied otherwise."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Message, Numbers, Place
from catchup.domain.standing import Changed
from catchup.storage.group_book import DynamoGroups
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import MembershipRow
from catchup.usecases.groups.applying import NOTHING_REVISED, Applying, Revised
from catchup.usecases.groups.rights import Rights
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Sent


def rights_are_judged_by_rows_alone(patch: pytest.MonkeyPatch) -> None:
    """What came between the rows and the place is not looked at."""
    patch.setattr(Rights, "_changes_before", lambda *_: ())


def rights_are_judged_once(patch: pytest.MonkeyPatch) -> None:
    """Where a message was to stand first, and not where it stands."""
    original = Rights.check
    judged: set[int] = set()

    def check(self: Rights, place: Place) -> None:
        if id(self) not in judged:
            original(self, place)
        judged.add(id(self))

    patch.setattr(Rights, "check", check)


def rows_are_read_before_the_head(patch: pytest.MonkeyPatch) -> None:
    """As they are found by the look-up: head and rows together, in no order, and perhaps stale."""
    original = DynamoSentLog.look_up_in_group
    found: list[Any] = []

    def look_up(self: DynamoSentLog, *arguments: Any) -> Any:
        found[:] = [original(self, *arguments)]
        return found[0]

    def read(_self: DynamoMembers, uids: Sequence[Uid], *_: Any) -> Mapping[Uid, Membership]:
        member = found[0].membership
        return {uid: member for uid in uids if member is not None and member.uid == uid}

    patch.setattr(DynamoSentLog, "look_up_in_group", look_up)
    patch.setattr(DynamoMembers, "read", read)


def a_head_is_raised_past_changes_that_are_not_applied(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Applying, "up_to", lambda *_: None)


def a_denial_does_not_ask_what_was_said_before(patch: pytest.MonkeyPatch) -> None:
    def unless_refused(_self: Placing, check: Callable[[], object], *_: Any) -> None:
        check()

    patch.setattr(Placing, "unless_refused", unless_refused)


def what_has_its_place_is_judged_again(patch: pytest.MonkeyPatch) -> None:
    original = Placing.place_again

    def place_again(self: Placing, sent: Any, *arguments: Any, judge: Any, **named: Any) -> Any:
        judge.check(arguments[3])
        return original(self, sent, *arguments, judge=judge, **named)

    patch.setattr(Placing, "place_again", place_again)


def a_candidate_forgets_the_last_change(patch: pytest.MonkeyPatch) -> None:
    """A retry that takes it to be where the head is now."""
    patch.setattr(Sent, "place", property(lambda sent: Place(sent.seq)))


def the_head_alone_is_raised(patch: pytest.MonkeyPatch) -> None:
    """Without the last change up to it."""
    original = DynamoGroups.raise_head

    def raise_head(self: DynamoGroups, session: SessionId, head: Place, at_ms: int) -> None:
        original(self, session, head._replace(last_change=Seq(0)), at_ms)

    patch.setattr(DynamoGroups, "raise_head", raise_head)


def a_message_is_judged_when_it_has_its_place(patch: pytest.MonkeyPatch) -> None:
    """And not before."""
    original = Placing.place

    def place(self: Placing, sent: Sent, draft: Any, session: Any, after_head: Place, judge: Any = None) -> Any:
        placed = original(self, sent, draft, session, after_head)
        if judge is not None:
            judge.check(placed[1].place)
        return placed

    patch.setattr(Placing, "place", place)


def a_move_keeps_the_last_change_of_the_candidate(patch: pytest.MonkeyPatch) -> None:
    original = DynamoSentLog.move

    def move(self: DynamoSentLog, sent: Sent, to: Place) -> Sent:
        return original(self, sent, to._replace(last_change=sent.place.last_change))

    patch.setattr(DynamoSentLog, "move", move)


# ---------------------------------------------------------------- changes are applied in the order of the log


def changes_that_are_passed_are_applied_backwards(patch: pytest.MonkeyPatch) -> None:
    original = DynamoMessageLog.between
    patch.setattr(DynamoMessageLog, "between", lambda *arguments: original(*arguments)[::-1])


def a_change_is_applied_before_those_before_it(patch: pytest.MonkeyPatch) -> None:
    def up_to(self: Applying, message: Message, group: Group) -> Revised:
        return NOTHING_REVISED if message.draft.is_system else passing(self, message, group)

    passing = Applying.up_to
    patch.setattr(Applying, "up_to", up_to)


def an_add_clears_nothing(patch: pytest.MonkeyPatch) -> None:
    """What was said before counts for whoever is added."""
    original = DynamoMembers.admit

    def admit(self: DynamoMembers, uid: Uid, session: SessionId, change: Changed, role: Any) -> bool:
        moved: bool = original(self, uid, session, change, role)
        self._update(uid, session, [MembershipRow.cleared.set(0)], MembershipRow.joined == change.seq)
        return moved

    patch.setattr(DynamoMembers, "admit", admit)


def former_members_count_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Membership, "last_number", lambda self, group: max(group.number, self.own_floor))


def the_head_has_the_number_before_it(patch: pytest.MonkeyPatch) -> None:
    original = DynamoGroups.raise_head

    def raise_head(self: DynamoGroups, session: SessionId, head: Place, at_ms: int) -> None:
        number = max(head.before.first - 1, 0)
        original(self, session, head._replace(before=Numbers(number)), at_ms)

    patch.setattr(DynamoGroups, "raise_head", raise_head)
