"""Checks a change of a group before it gets a place: who may make it, and whether the group allows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catchup import errors
from catchup.commands import rule_of
from catchup.domain.authorization import MANAGE_AN_ADMIN, includes
from catchup.domain.group import MAX_MEMBERS, Group, GroupChange
from catchup.domain.ids import Uid
from catchup.domain.membership import Membership, Role
from catchup.domain.message import Draft, Place
from catchup.domain.standing import Standing
from catchup.usecases.groups.ports import Groups
from catchup.usecases.people.ports import BlockBook

# The kinds whose targets' roles decide too.
ABOUT_MEMBERS = ("role", "remove", "mute")


class ChangeRequest(NamedTuple):
    """A requested change. `draft` is its system message; `digest` identifies both. `new`: the group to create, for a
    `create`. `approves`: it adds people who have asked for it; with `refuses`, their
    requests are refused instead."""

    draft: Draft
    change: GroupChange
    digest: bytes
    new: Group | None = None
    approves: bool = False
    refuses: bool = False

    def may_stand(self, standing: Standing, place: Place, now_ms: int) -> None:
        """Checks the change by the group's messages before this place, for somebody who asks for it now. Raises Denied,
        Refused."""
        kind, actor = self.change.kind, standing.of(self.draft.sender)
        if kind == "create":
            return
        check_goes_on(actor)
        if kind == "join":
            # A group exists from its first message on.
            _check_join(standing.group, actor, exists=place.seq > 1)
            return
        if actor is None or not actor.is_member:
            raise errors.NotAMember
        if kind != "leave":
            check_may_speak(standing.group, actor, now_ms)
        _check_role(kind, actor, standing.group)
        if self.approves:
            _check_asked(standing, self.change.uids)
        if kind in ABOUT_MEMBERS:
            for uid in self.change.uids:
                _check_target(kind, actor, uid, standing.of(uid))

    @property
    def judged_by(self) -> tuple[Uid, ...]:
        """The people whose rows decide whether the change may be made."""
        if self.change.kind == "create":
            return ()
        targets = self.change.uids if self.approves or self.change.kind in ABOUT_MEMBERS else ()
        return self.draft.sender, *(uid for uid in targets if uid != self.draft.sender)


@dataclass(eq=False, repr=False, slots=True)
class Preconditions:
    """Checks a change that has no place yet for everything except its members' rights."""

    groups: Groups
    blocks: BlockBook

    def __call__(self, asked: ChangeRequest, group: Group) -> None:
        """Checks the change, and creates a new group's row. Raises BlockedBySome, BlockedAsking, GroupFull,
        GroupExists, Unavailable."""
        change = asked.change
        if change.kind in ("join", "add") and group.members + max(1, len(change.uids)) > MAX_MEMBERS:
            raise errors.GroupFull
        if asked.approves:
            # They want to come, so their own block lists don't matter.
            blocked = self.blocks.blocked_among((asked.draft.sender, group.owner), change.uids)
            if blocked:
                raise errors.BlockedAsking(blocked)
        elif change.kind in ("create", "add"):
            blockers = self.blocks.blockers(asked.draft.sender, change.uids)
            if blockers:
                raise errors.BlockedBySome(blockers)
        if asked.new is not None and not self.groups.found(asked.new):
            raise errors.GroupExists


def check_goes_on(membership: Membership | None) -> None:
    """Checks that the group has not ended while this person was a member. Raises GroupDissolved. Others learn no more
    of it than of any other group."""
    if membership is not None and membership.over:
        raise errors.GroupDissolved


def check_may_speak(group: Group, membership: Membership, now_ms: int) -> None:
    """Checks that this member is not muted now, by the server's clock. Raises Muted."""
    until_ms = group.muted_until(membership)
    if now_ms < until_ms:
        raise errors.Muted(until_ms)


def _check_join(group: Group, actor: Membership | None, *, exists: bool) -> None:
    if not rule_of("join").allows_in_group(actor):
        raise errors.AlreadyAMember
    if not group.is_open or not exists:
        raise errors.GroupClosed
    if group.dissolved:
        raise errors.GroupDissolved


def _check_role(kind: str, actor: Membership, group: Group) -> None:
    if kind == "leave" and actor.role is Role.OWNER and group.members > 1:
        raise errors.OwnerCantLeave
    if kind == "dissolve" and not rule_of("dissolve").allows_in_group(actor):
        raise errors.OnlyOwnerDissolves
    if kind == "role" and not rule_of("role").allows_in_group(actor):
        raise errors.OnlyOwnerGivesRoles
    if not rule_of(kind).allows_in_group(actor):
        raise errors.NotAManager


def _check_asked(standing: Standing, uids: Sequence[Uid]) -> None:
    rows = {uid: standing.of(uid) for uid in uids}
    missing = [uid for uid, row in rows.items() if row is None or not (row.is_member or row.asked_at_ms)]
    if missing:
        raise errors.NotAsking(missing)


def _check_target(kind: str, actor: Membership, uid: Uid, target: Membership | None) -> None:
    if kind in ("role", "mute"):
        if target is None or not target.is_member or uid == actor.uid:
            raise errors.NotAnotherMember
        if kind == "mute" and (target.role is Role.OWNER or not _is_above(actor, target)):
            raise errors.OnlyOwnerMutesAdmins
    elif target is not None and target.is_member:
        if target.role is Role.OWNER or uid == actor.uid:
            raise errors.CantBeRemoved(uid)
        if not _is_above(actor, target):
            raise errors.OnlyOwnerRemovesAdmins


def _is_above(actor: Membership, target: Membership) -> bool:
    return target.role is not Role.ADMIN or includes(MANAGE_AN_ADMIN, actor)
