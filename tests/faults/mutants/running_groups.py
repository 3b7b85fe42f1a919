"""Groups whose mutes, end, name and requests to join are not registers of their log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership, Role
from catchup.domain.standing import Changed, Standing
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.dynamo import KeysOf
from catchup.storage.group_book import DynamoGroups
from catchup.storage.join_requests import DynamoJoinRequests
from catchup.storage.member_book import DynamoMembers, counter_key
from catchup.storage.tables import MembershipRow, SessionRow
from catchup.usecases.groups import preconditions


def a_late_mute_silences_again(patch: pytest.MonkeyPatch) -> None:
    def mute(self: DynamoMembers, uid: Uid, session: SessionId, seq: Seq, until_ms: int) -> None:
        actions = [MembershipRow.muted_until.set(until_ms), MembershipRow.muted_seq.set(seq)]
        self._update(uid, session, actions, MembershipRow.group_id.exists())

    patch.setattr(DynamoMembers, "mute", mute)


def mutes_that_are_not_applied_are_ignored(patch: pytest.MonkeyPatch) -> None:
    _not_followed(patch, lambda change: change.change.kind == "mute")


def an_end_that_is_not_applied_is_ignored(patch: pytest.MonkeyPatch) -> None:
    _not_followed(patch, lambda change: change.is_end)


def _not_followed(patch: pytest.MonkeyPatch, is_ignored: Callable[[Changed], bool]) -> None:
    original = Standing.after

    def after(self: Standing, change: Changed) -> Standing:
        return self if is_ignored(change) else original(self, change)

    patch.setattr(Standing, "after", after)


def mutes_of_all_hold_for_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Group, "muted_until", lambda _, member: 0 if member.role is Role.OWNER else member.muted_until_ms)


def members_outlive_their_group(patch: pytest.MonkeyPatch) -> None:
    def seen_as(self: Group, membership: Membership) -> Membership:
        return replace(membership, role=self.role_of(membership.uid, membership.role))

    patch.setattr(Group, "seen_as", seen_as)


def a_group_outlives_its_last_member(patch: pytest.MonkeyPatch) -> None:
    original = DynamoGroups.count_members

    def count(self: DynamoGroups, session: SessionId, seq: Seq, change: int) -> bool:
        original(self, session, seq, change)
        return False

    patch.setattr(DynamoGroups, "count_members", count)


def a_late_name_replaces_a_newer_one(patch: pytest.MonkeyPatch) -> None:
    def rename(self: DynamoGroups, session: SessionId, seq: Seq, name: str) -> None:
        actions = [SessionRow.name.set(name), SessionRow.name_seq.set(seq)]
        self._update(session, actions, SessionRow.session_id.exists())

    patch.setattr(DynamoGroups, "rename", rename)


def whoever_is_added_asks_on(patch: pytest.MonkeyPatch) -> None:
    original = DynamoMembers.admit

    def admit(self: DynamoMembers, uid: Uid, session: SessionId, change: Changed, role: Role) -> bool:
        asked = self.read([uid], session).get(uid, Membership(uid, session)).asked_at_ms
        moved = original(self, uid, session, change, role)
        if asked:
            self._update(uid, session, [MembershipRow.asked.set(asked)], MembershipRow.uid.exists())
        return moved

    patch.setattr(DynamoMembers, "admit", admit)


def a_refusal_concerns_members_too(patch: pytest.MonkeyPatch) -> None:
    def refuse(self: DynamoJoinRequests, uid: Uid, session: SessionId, *_: str) -> None:
        actions = [MembershipRow.listed.remove(), MembershipRow.asked.remove(), MembershipRow.note.remove()]
        self._dynamo.update(self._table, counter_key(uid, session), actions, MembershipRow.uid.exists())

    patch.setattr(DynamoJoinRequests, "refuse", refuse)


def an_approval_ignores_who_is_blocked(patch: pytest.MonkeyPatch) -> None:
    def nobody(_self: DynamoBlocks, *_: Sequence[Uid]) -> Sequence[Uid]:
        return ()

    patch.setattr(DynamoBlocks, "blocked_among", nobody)


def an_approval_may_miss_a_new_block(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("catchup.storage.block_book.KeysOf", partial(KeysOf, consistent=False))


def an_approval_admits_anybody(patch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> None:
        return None

    patch.setattr(preconditions, "_check_asked", asked)
