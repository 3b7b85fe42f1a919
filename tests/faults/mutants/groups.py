"""Groups with one thing broken on purpose. Each is caught by a race or a scenario of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Place
from catchup.domain.page import Bounds
from catchup.domain.unread import Unread
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.group_book import DynamoGroups
from catchup.storage.member_book import DynamoMembers
from catchup.storage.roster import DynamoRoster
from catchup.storage.tables import SessionRow
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.login import LogIn
from catchup.usecases.catching_up.ports import ClearResult
from catchup.usecases.catching_up.retention import Retention
from catchup.usecases.groups.applying import Applying
from catchup.usecases.groups.fan_out import FanOut
from catchup.usecases.groups.ports import Job
from catchup.usecases.groups.send import Delivery


def own_messages_are_not_noted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DynamoMembers, "note_own", lambda *_: None)


def a_retry_takes_a_head_for_a_note(patch: pytest.MonkeyPatch) -> None:
    original = Delivery.__call__

    def deliver(self: Delivery, caller: Any, message: Any, group: Group, *rest: Any) -> None:
        if group.head >= message.seq:
            patch.setattr(Delivery, "_note_own", lambda *_: None)
        original(self, caller, message, group, *rest)

    patch.setattr(Delivery, "__call__", deliver)


def the_head_is_raised_before_own_is_noted(patch: pytest.MonkeyPatch) -> None:
    original = Delivery._note_own

    def note_own(self: Delivery, message: Any, group: Group) -> None:
        self.groups.raise_head(message.session_id, message.following, message.accepted_at_ms)
        original(self, message, group)

    patch.setattr(Delivery, "_note_own", note_own)


def the_fan_out_is_queued_before_the_head_is_raised(patch: pytest.MonkeyPatch) -> None:
    original = DynamoGroups.raise_head
    waiting: list[Callable[[], None]] = []

    def raise_head(self: DynamoGroups, session: SessionId, head: Place, at_ms: int) -> None:
        waiting.append(lambda: original(self, session, head, at_ms))

    def deliver(self: Delivery, *arguments: Any, **named: Any) -> None:
        waiting.clear()
        whole(self, *arguments, **named)
        for late in waiting:
            late()

    whole = Delivery.__call__
    patch.setattr(DynamoGroups, "raise_head", raise_head)
    patch.setattr(Delivery, "__call__", deliver)


def heads_are_read_after_counters_at_login(patch: pytest.MonkeyPatch) -> None:
    original = LogIn.__call__

    def log_in(self: LogIn, caller: Any, budget: Any) -> Any:
        # The rows as they were before the heads.
        rows = self.counters.all(caller.uid)
        patch.setattr(DynamoCounters, "all", lambda *_, **__: rows)
        try:
            return original(self, caller, budget)
        finally:
            patch.setattr(DynamoCounters, "all", all_of)

    all_of = DynamoCounters.all
    patch.setattr(LogIn, "__call__", log_in)


def login_reads_heads_before_it_registers(patch: pytest.MonkeyPatch) -> None:
    original = LogIn.__call__

    def log_in(self: LogIn, caller: Any, budget: Any) -> Any:
        sessions = [row.session_id for row in self.counters.all(caller.uid) if isinstance(row, Membership)]
        heads = self.groups.many(sessions) if sessions else {}
        patch.setattr(DynamoGroups, "many", lambda *_: heads)
        try:
            return original(self, caller, budget)
        finally:
            patch.setattr(DynamoGroups, "many", many)

    many = DynamoGroups.many
    patch.setattr(LogIn, "__call__", log_in)


def a_group_is_cleared_beyond_its_head(patch: pytest.MonkeyPatch) -> None:
    original = Clear.group

    def clear(self: Clear, member: Membership | None, group: Group | None, number: int | None) -> ClearResult:
        return original(self, member, None if group is None else replace(group, number=1 << 40), number)

    patch.setattr(Clear, "group", clear)


def retention_clears_all_of_a_group(patch: pytest.MonkeyPatch) -> None:
    original = Retention.group

    class NothingKept:
        def first(self, _session: SessionId) -> None:
            return None

    def group(self: Retention, member: Membership, found: Group) -> None:
        original(replace(self, messages=NothingKept()), member, found)

    patch.setattr(Retention, "group", group)


def a_clear_forgets_the_own_messages_that_are_left(patch: pytest.MonkeyPatch) -> None:
    original = DynamoMembers.clear

    def clear(self: DynamoMembers, found: Membership, number: int, _own_left: int) -> bool:
        return original(self, found, number, found.own_below)

    patch.setattr(DynamoMembers, "clear", clear)


def pages_ignore_the_join_point(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Membership, "sees", lambda _self, asked, _open: asked)


def pages_go_on_after_a_removal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Membership,
        "sees",
        lambda self, asked, _open: Bounds(asked.before, max(asked.after or 0, self.joined - 1) or None),
    )


def the_roster_is_entered_after_heads_are_read(patch: pytest.MonkeyPatch) -> None:
    original = LogIn._groups
    enter = DynamoRoster.enter

    def groups(self: LogIn, caller: Any, memberships: Sequence[Membership]) -> Mapping[Any, Any]:
        entered: list[tuple[Any, ...]] = []
        patch.setattr(DynamoRoster, "enter", lambda *arguments: entered.append(arguments))
        try:
            found: Mapping[Any, Any] = original(self, caller, memberships)
        finally:
            patch.setattr(DynamoRoster, "enter", enter)
        for arguments in entered:
            enter(*arguments)
        return found

    patch.setattr(LogIn, "_groups", groups)


def who_is_removed_stays_in_the_roster(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DynamoRoster, "expel", lambda *_: None)


def a_fan_out_forgets_when_people_joined(patch: pytest.MonkeyPatch) -> None:
    original = FanOut._page

    def page(self: FanOut, job: Job, is_first: bool) -> Any:
        return original(self, job._replace(seq=Seq(1 << 40)), is_first)

    patch.setattr(FanOut, "_page", page)


def members_are_counted_as_often_as_a_change_is_sent(patch: pytest.MonkeyPatch) -> None:
    def count(self: DynamoGroups, session: SessionId, _seq: Seq, change: int) -> None:
        self._update(session, [SessionRow.members.add(change)], SessionRow.session_id.exists())

    patch.setattr(DynamoGroups, "count_members", count)


def an_older_hand_over_takes_a_group_back(patch: pytest.MonkeyPatch) -> None:
    def hand_over(self: DynamoGroups, session: SessionId, seq: Seq, to: Uid) -> None:
        actions = [SessionRow.owner.set(to), SessionRow.owner_seq.set(seq)]
        self._update(session, actions, SessionRow.session_id.exists())

    patch.setattr(DynamoGroups, "hand_over", hand_over)


def rows_of_members_say_who_owns_a_group(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Group, "role_of", lambda _self, _uid, role: role)


def settled_own_messages_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = Membership.with_floor

    def with_floor(self: Membership, floor: int, group: Group) -> Membership:
        settled = original(self, floor, group)
        return replace(settled, own_below=settled.own_below - self.own_below)

    patch.setattr(Membership, "with_floor", with_floor)


def changes_of_membership_are_counted(patch: pytest.MonkeyPatch) -> None:
    original = Place.following
    patch.setattr(
        Place,
        "following",
        lambda self, session, author, is_change, is_quiet=False: original(
            self, session, author, is_change, is_quiet
        )._replace(before=self.before.raised(session, author)),
    )


def own_messages_that_are_passed_are_not_noted(patch: pytest.MonkeyPatch) -> None:
    """Whoever raises a head past another's message applies changes alone."""
    original = Applying.up_to
    note = DynamoMembers.note_own

    def up_to(self: Applying, *arguments: Any) -> Any:
        patch.setattr(DynamoMembers, "note_own", lambda *_: None)
        try:
            return original(self, *arguments)
        finally:
            patch.setattr(DynamoMembers, "note_own", note)

    patch.setattr(Applying, "up_to", up_to)


def whoever_is_added_is_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Unread, "is_news", property(lambda self: self.count > 0))
