"""Who may do what to which session: the words of the rules. Each command has its rule in `catchup.commands`.

`wire` asks about the one private session of a request, whose members stand in its name. The use cases ask about each
session of a request that names several, and about groups, with the person as they are at the message's place
(`usecases.groups.rights`). What a group's state forbids whoever asks (an owner leaves, the last place is taken) is not
a matter of who: it stands in `usecases.groups.preconditions`.
"""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from catchup.domain.group import Membership, Role
from catchup.domain.ids import SessionId, Uid, private_members


class Who(Enum):
    """Whom a command allows in a session, in words."""

    NOBODY = "nobody: the command is not for such sessions"
    ANYONE = "whoever has a token"
    ONE_OF_TWO = "one of the two of a private session"
    NOT_BLOCKED = "one of the two of a private session, if the other has not blocked them"
    WAS_MEMBER = "who is or was a member of the group"
    MEMBER = "who is a member of the group now"
    MANAGER = "its owner and admins"
    OWNER = "its owner"
    NO_MEMBER = "who is no member of the group now"


class Rule(NamedTuple):
    """Whom a command allows, by kind of session. Neither given: the command is about the caller alone."""

    private: Who = Who.NOBODY
    group: Who = Who.NOBODY

    def allows_in_private(self, caller: Uid, session: SessionId) -> bool:
        """Whether the command is for private sessions, and the caller is one of the two of this one.

        >>> READS.allows_in_private(Uid("alice"), SessionId("p:alice:bob"))
        True
        >>> READS.allows_in_private(Uid("carol"), SessionId("p:alice:bob"))
        False
        """
        is_for_such = self.private in (Who.ONE_OF_TWO, Who.NOT_BLOCKED)
        return is_for_such and caller in (private_members(session) or ())

    def allows_in_spite_of(self, blocked_by: Collection[Uid], other: Uid) -> bool:
        """Whether it allows the caller in a private session with `other` though these of the two have blocked."""
        return self.private is not Who.NOT_BLOCKED or other not in blocked_by

    def allows_in_group(self, membership: Membership | None) -> bool:
        """Whether the command is for someone with this row in the group; None: they were never in it."""
        return includes(self.group, membership)


READS = Rule(private=Who.ONE_OF_TWO, group=Who.WAS_MEMBER)
CALLER_ALONE = Rule()
# What a command does only for some of those whom it allows.
MENTION_ALL = Who.MANAGER
REMOVE_AN_ADMIN = Who.OWNER


def includes(who: Who, membership: Membership | None) -> bool:
    """Whether someone with this row in a group is one of these."""
    match who:
        case Who.ANYONE:
            return True
        case Who.NO_MEMBER:
            return membership is None or not membership.is_member
        case Who.WAS_MEMBER:
            return membership is not None and membership.was_member
        case Who.MEMBER:
            return membership is not None and membership.is_member
        case Who.MANAGER:
            return membership is not None and membership.may_manage
        case Who.OWNER:
            return membership is not None and membership.is_member and membership.role is Role.OWNER
        case _:
            return False
