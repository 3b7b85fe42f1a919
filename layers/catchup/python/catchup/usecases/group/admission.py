"""Who may make which change of a group: what is asked before a change gets a place."""

from dataclasses import dataclass

from catchup.clock import Deadline
from catchup.domain.authorization import REMOVE_AN_ADMIN, admits_to_group, includes
from catchup.domain.group import MAX_MEMBERS, Event, Group, Membership, Role
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Draft
from catchup.errors import GroupExists, NotYours, Refused, not_a_member
from catchup.usecases.blocks import check_none_blocks
from catchup.usecases.group.ownership import Ownership
from catchup.usecases.group.ports import Groups
from catchup.usecases.ports import BlockBook


@dataclass(frozen=True, slots=True)
class Change:
    """`draft` is the system message that says what `event` says; `digest` identifies both. `new`: the group to make,
    for a `create`."""

    draft: Draft
    event: Event
    digest: bytes
    new: Group | None = None


@dataclass(eq=False, repr=False, slots=True)
class Admission:
    """Finds the group of a change that its author may make."""

    groups: Groups
    ownership: Ownership
    blocks: BlockBook

    def __call__(self, change: Change, group: Group | None, membership: Membership | None, deadline: Deadline) -> Group:
        """A new group is founded by this. `membership`: the author's.

        Raises NotYours, Refused, GroupExists, Unavailable.
        """
        event, new = change.event, change.new
        if new is not None:
            check_none_blocks(self.blocks, change.draft.sender, event.uids, deadline)
            if not self.groups.found(new):
                raise GroupExists("body.groupId", "a group with this id exists", "choose a new groupId")
            return new
        if event.kind == "join":
            if not admits_to_group("join", membership):
                raise Refused("body.groupId", "you are a member already", "go on: nothing is left to do")
            if group is None or not group.is_open:
                raise NotYours("body.groupId", "must be an open group", "have yourself added")
        elif group is None or membership is None or not membership.is_member:
            raise not_a_member("body.groupId")
        else:
            self._check_role(event, membership, group, deadline)
        if event.kind in ("join", "add") and group.members + max(1, len(event.uids)) > MAX_MEMBERS:
            raise Refused("body.groupId", f"a group has at most {MAX_MEMBERS} members", "make another group")
        if event.kind == "add":
            check_none_blocks(self.blocks, change.draft.sender, event.uids, deadline)
        return group

    def _check_role(self, event: Event, actor: Membership, group: Group, deadline: Deadline) -> None:
        if event.kind == "leave":
            if actor.role is Role.OWNER:
                raise Refused("body.groupId", "an owner does not leave", "hand the group over first, with role")
            return
        if event.kind == "role":
            takes = event.role is Role.OWNER and not admits_to_group("role", actor)
            if not (self.ownership.may_take(actor, group, deadline) if takes else admits_to_group("role", actor)):
                raise NotYours("body.role", "only the owner gives roles", "ask the owner")
        elif not admits_to_group(event.kind, actor):
            raise NotYours("body.groupId", "only the owner and admins may do this", "ask one of them")
        if event.kind == "add":
            return
        for uid in event.uids:
            self._check_target(event, actor, uid, group.session_id, deadline)

    def _check_target(self, event: Event, actor: Membership, uid: Uid, session: SessionId, deadline: Deadline) -> None:
        group, target = self.groups.seen_by(uid, session, deadline)
        target = target if group is None or target is None else group.seen_as(target)
        if event.kind == "role":
            # Oneself: only who takes a group that nobody owns.
            if target is None or not target.is_member or (uid == actor.uid and actor.role is Role.OWNER):
                raise Refused("body.uid", "must be another member", "send the uid of a member")
        elif target is not None and target.is_member:
            if target.role is Role.OWNER or uid == actor.uid:
                raise Refused("body.uids", f"{uid} can't be removed", "leave with leave, or hand the group over")
            if target.role is Role.ADMIN and not includes(REMOVE_AN_ADMIN, actor):
                raise NotYours("body.uids", "only the owner removes admins", "ask the owner")
