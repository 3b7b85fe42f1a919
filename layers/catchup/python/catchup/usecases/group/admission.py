"""Who may make which change of a group: what is asked before a change gets a place."""

from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.domain.authorization import REMOVE_AN_ADMIN, includes
from catchup.domain.group import MAX_MEMBERS, Event, Group, Membership, Role
from catchup.domain.ids import Uid
from catchup.domain.message import Draft, Place
from catchup.domain.standing import Standing
from catchup.errors import GroupExists, NotYours, Refused, not_a_member
from catchup.usecases.blocks import check_none_blocks
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

    def may_stand(self, standing: Standing, place: Place) -> None:
        """What the group's messages before this place say of it. Raises NotYours, Refused."""
        kind, actor = self.event.kind, standing.of(self.draft.sender)
        if kind == "create":
            return
        if kind == "join":
            if not rule_of("join").admits_to_group(actor):
                raise Refused("body.groupId", "you are a member already", "go on: nothing is left to do")
            # A group is there from its first message on.
            if not standing.group.is_open or place.seq == 1:
                raise not_open()
            return
        if actor is None or not actor.is_member:
            raise not_a_member("body.groupId")
        _check_role(kind, actor)
        if kind in ("role", "remove"):
            for uid in self.event.uids:
                _check_target(kind, actor, uid, standing.of(uid))

    @property
    def judged_by(self) -> tuple[Uid, ...]:
        """Whose rows decide whether it may be made."""
        if self.event.kind == "create":
            return ()
        targets = self.event.uids if self.event.kind in ("role", "remove") else ()
        return self.draft.sender, *(uid for uid in targets if uid != self.draft.sender)


@dataclass(eq=False, repr=False, slots=True)
class Admission:
    """What else but its members' rights may be in the way of a change that has no place yet."""

    groups: Groups
    blocks: BlockBook

    def __call__(self, change: Change, group: Group) -> None:
        """A new group is founded by this. Raises NotYours (blocked), Refused, GroupExists, Unavailable."""
        event = change.event
        if event.kind in ("join", "add") and group.members + max(1, len(event.uids)) > MAX_MEMBERS:
            raise Refused("body.groupId", f"a group has at most {MAX_MEMBERS} members", "make another group")
        if event.kind in ("create", "add"):
            check_none_blocks(self.blocks, change.draft.sender, event.uids)
        if change.new is not None and not self.groups.found(change.new):
            raise GroupExists("body.groupId", "a group with this id exists", "choose a new groupId")


def not_open() -> NotYours:
    """Says as much about a group that does not exist."""
    return NotYours("body.groupId", "must be an open group", "have yourself added")


def _check_role(kind: str, actor: Membership) -> None:
    if kind == "leave" and actor.role is Role.OWNER:
        raise Refused("body.groupId", "an owner does not leave", "hand the group over first, with role")
    if kind == "role" and not rule_of("role").admits_to_group(actor):
        raise NotYours("body.role", "only the owner gives roles", "ask the owner")
    if not rule_of(kind).admits_to_group(actor):
        raise NotYours("body.groupId", "only the owner and admins may do this", "ask one of them")


def _check_target(kind: str, actor: Membership, uid: Uid, target: Membership | None) -> None:
    if kind == "role":
        if target is None or not target.is_member or uid == actor.uid:
            raise Refused("body.uid", "must be another member", "send the uid of a member")
    elif target is not None and target.is_member:
        if target.role is Role.OWNER or uid == actor.uid:
            raise Refused("body.uids", f"{uid} can't be removed", "leave with leave, or hand the group over")
        if target.role is Role.ADMIN and not includes(REMOVE_AN_ADMIN, actor):
            raise NotYours("body.uids", "only the owner removes admins", "ask the owner")
