"""Who may do what to which session: one row a route, and a route without a row does not start.

`wire` asks about the one private session of a request, whose members stand in its name. The use cases ask about each
session of a request that names several, and about groups, with the person as they are at the message's place
(`usecases.group.rights`). What a group's state forbids whoever asks (an owner leaves, the last place is taken) is not a
matter of who: it stands in `usecases.group.admission`.

    route                          private session     group
    counters, clear, ack,          one of the two      is or was a member
    pull, history
    chat                           one of the two,     member; mentions all: owner or admin
                                   not blocked
    members, leave                 none                member
    add, remove                    none                owner or admin; removes an admin: owner
    role                           none                owner
    join                           none                no member
    create                         none                anyone
    login, sessions, ping,         names no session: it is about the caller alone
    block, unblock, blocked
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import NamedTuple

from catchup.domain.group import Membership, Role
from catchup.domain.ids import SessionId, Uid, private_members


class Who(Enum):
    """Whom a route admits to a session, in words."""

    NOBODY = "nobody: the route is not for such sessions"
    ANYONE = "whoever has a token"
    ONE_OF_TWO = "one of the two of a private session"
    NOT_BLOCKED = "one of the two of a private session, if the other has not blocked them"
    WAS_MEMBER = "who is or was a member of the group"
    MEMBER = "who is a member of the group now"
    MANAGER = "its owner and admins"
    OWNER = "its owner"
    NO_MEMBER = "who is no member of the group now"


class Rule(NamedTuple):
    """Whom a route admits, by kind of session. Neither given: the route is about the caller alone."""

    private: Who = Who.NOBODY
    group: Who = Who.NOBODY


_READS = Rule(private=Who.ONE_OF_TWO, group=Who.WAS_MEMBER)
_CALLER_ALONE = Rule()

RULES: Mapping[str, Rule] = {
    "login": _CALLER_ALONE,
    "sessions": _CALLER_ALONE,
    "ping": _CALLER_ALONE,
    "block": _CALLER_ALONE,
    "unblock": _CALLER_ALONE,
    "blocked": _CALLER_ALONE,
    "counters": _READS,
    "clear": _READS,
    "ack": _READS,
    "pull": _READS,
    "history": _READS,
    "chat": Rule(private=Who.NOT_BLOCKED, group=Who.MEMBER),
    "create": Rule(group=Who.ANYONE),
    "join": Rule(group=Who.NO_MEMBER),
    "leave": Rule(group=Who.MEMBER),
    "add": Rule(group=Who.MANAGER),
    "remove": Rule(group=Who.MANAGER),
    "role": Rule(group=Who.OWNER),
    "members": Rule(group=Who.MEMBER),
}
# What a route does only for some of those whom it admits.
MENTION_ALL = Who.MANAGER
REMOVE_AN_ADMIN = Who.OWNER


def rule_of(route: str) -> Rule:
    """Raises LookupError for a route about which nothing is said: nobody may use it."""
    try:
        return RULES[route]
    except KeyError:
        raise LookupError(f"domain/authorization.py has no rule for the route {route!r}") from None


def admits_to_private(route: str, caller: Uid, session: SessionId) -> bool:
    """Whether the route is for private sessions, and the caller is one of the two of this one.

    >>> admits_to_private("pull", Uid("alice"), SessionId("p:alice:bob"))
    True
    >>> admits_to_private("pull", Uid("carol"), SessionId("p:alice:bob"))
    False
    """
    is_for_such = rule_of(route).private in (Who.ONE_OF_TWO, Who.NOT_BLOCKED)
    return is_for_such and caller in (private_members(session) or ())


def admits_in_spite_of(blocked_by: Collection[Uid], route: str, other: Uid) -> bool:
    """Whether the route admits the caller to a private session with `other` though these of the two have blocked."""
    return rule_of(route).private is not Who.NOT_BLOCKED or other not in blocked_by


def admits_to_group(route: str, membership: Membership | None) -> bool:
    """Whether the route is for someone with this row in the group; None: they were never in it."""
    return includes(rule_of(route).group, membership)


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
