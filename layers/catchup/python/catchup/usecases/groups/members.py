"""Lists the members of a group."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.domain.ids import SessionId, Uid
from catchup.errors import NotAMember
from catchup.usecases.groups.ports import Groups, MemberEntry, Members


@dataclass(eq=False, repr=False, slots=True)
class ListMembers:
    """Lists members by page, for members only."""

    groups: Groups
    members: Members

    def __call__(
        self, uid: Uid, session: SessionId, limit: int, after: Uid | None
    ) -> tuple[Sequence[MemberEntry], Uid | None]:
        """Returns at most `limit` members after this uid, and the uid after which to continue; None at the end. Raises
        NotAMember, Unavailable."""
        group, membership = self.groups.seen_by(uid, session)
        if group is None or not rule_of("members").allows_in_group(membership):
            raise NotAMember
        entries, last = self.members.page(session, after, limit)
        return [each._replace(role=group.role_of(each.uid, each.role)) for each in entries], last
