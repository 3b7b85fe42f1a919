"""Lists the members of a group, and what the group says about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catchup.commands import rule_of
from catchup.domain.group import Announcement, Group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership
from catchup.errors import NotAMember
from catchup.usecases.groups.ports import Groups, MemberEntry, Members
from catchup.usecases.groups.preconditions import check_goes_on


class MembersPage(NamedTuple):
    """A page of members. `last`: the uid after which to continue; None at the end. `group`, `caller`, `announcement`:
    on the first page, the group as its caller sees it."""

    entries: Sequence[MemberEntry]
    last: Uid | None
    group: Group | None = None
    caller: Membership | None = None
    announcement: Announcement = Announcement()


@dataclass(eq=False, repr=False, slots=True)
class ListMembers:
    """Lists members by page, for members only."""

    groups: Groups
    members: Members

    def __call__(self, uid: Uid, session: SessionId, limit: int, after: Uid | None) -> MembersPage:
        """Returns at most `limit` members after this uid. Raises NotAMember, GroupDissolved, Unavailable."""
        announcement = Announcement()
        if after is None:
            group, membership, announcement = self.groups.described_to(uid, session)
        else:
            group, membership = self.groups.seen_by(uid, session)
        caller = None if group is None or membership is None else group.seen_as(membership)
        check_goes_on(caller)
        if group is None or not rule_of("members").allows_in_group(caller):
            raise NotAMember
        entries, last = self.members.page(session, after, limit)
        entries = [each._replace(role=group.role_of(each.uid, each.role)) for each in entries]
        if after is not None:
            return MembersPage(entries, last)
        return MembersPage(entries, last, group, caller, announcement)
