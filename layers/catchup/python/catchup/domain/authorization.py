"""Authorization rules: who may do what to which session. Each command has its rule in `catchup.commands`.

`wire` checks the one private session of a request; the session's name has its members. The use cases check each session
of a request that names several, and groups, with the person's rights at the message's place (`usecases.groups.rights`).
What the state of a group forbids to everybody (the owner leaves, the group is full) is in
`usecases.groups.preconditions`.
"""

from enum import Enum
from typing import NamedTuple

from catchup.domain.ids import SessionId, Uid, private_members
from catchup.domain.membership import Membership, Role


class Who(Enum):
    """Who may use a command on a session."""

    NOBODY = "nobody: the command is not for such sessions"
    ANYONE = "anyone with a token"
    ONE_OF_TWO = "one of the two of a private session"
    NOT_BLOCKED = "one of the two of a private session, if the other has not blocked them"
    WAS_MEMBER = "members and former members of the group"
    MEMBER = "members of the group"
    MANAGER = "its owner and admins"
    OWNER = "its owner"
    NO_MEMBER = "people who are not members of the group"


class Rule(NamedTuple):
    """Who may use a command, by kind of session. With neither given, the command is only about the caller."""

    private: Who = Who.NOBODY
    group: Who = Who.NOBODY

    def allows_in_private(self, caller: Uid, session: SessionId) -> bool:
        """Whether the command is for private sessions, and the caller is a member of this one.

        >>> READS.allows_in_private(Uid("alice"), SessionId("p:alice:bob"))
        True
        >>> READS.allows_in_private(Uid("carol"), SessionId("p:alice:bob"))
        False
        """
        is_for_such = self.private in (Who.ONE_OF_TWO, Who.NOT_BLOCKED)
        return is_for_such and caller in (private_members(session) or ())

    def allows_in_spite_of(self, is_blocked: bool) -> bool:
        """Whether the caller may use it on a private session, although the other person may have blocked them."""
        return not (is_blocked and self.private is Who.NOT_BLOCKED)

    def allows_in_group(self, membership: Membership | None) -> bool:
        """Whether someone with this row may use the command on the group. None: they were never in it."""
        return includes(self.group, membership)


READS = Rule(private=Who.ONE_OF_TWO, group=Who.WAS_MEMBER)
CALLER_ALONE = Rule()
# Parts of a command that only some of its users may use.
MENTION_ALL = Who.MANAGER
MANAGE_AN_ADMIN = Who.OWNER
RECALL_ANY = Who.MANAGER


def includes(who: Who, membership: Membership | None) -> bool:
    """Whether someone with this row in a group is one of these people."""
    role = membership.role if membership is not None and membership.is_member else None
    match who:
        case Who.ANYONE:
            return True
        case Who.NO_MEMBER:
            return role is None
        case Who.WAS_MEMBER:
            return membership is not None and membership.was_member
        case Who.MEMBER:
            return role is not None
        case Who.MANAGER:
            return role in (Role.ADMIN, Role.OWNER)
        case Who.OWNER:
            return role is Role.OWNER
        case _:
            return False
