"""Codes of answers, and what to do about each (docs/protocol.md, section 6)."""

import enum


class Code(enum.IntEnum):
    """Names and numbers of google.rpc.Code, as far as Catchup uses them; from 100 on Catchup's own."""

    OK = 0
    UNKNOWN = 2
    """Not sent by any server of today: stands for every code that this version doesn't know."""
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16
    REJECTED = 100
    """The text is not allowed."""
    HELD = 101
    """Kept for review: if it is released, it comes as a push, as from another device of this account."""

    @classmethod
    def of_name(cls, name: str) -> "Code":
        """Read the name of a code; an unknown one becomes UNKNOWN."""
        return cls.__members__.get(name, cls.UNKNOWN)


RETRYABLE = frozenset(
    {
        Code.ABORTED,  # of `chat`; that of `login` is handled where the login is
        Code.DEADLINE_EXCEEDED,
        Code.INTERNAL,
        Code.RESOURCE_EXHAUSTED,  # after `Settings.exhausted_pause`
        Code.UNAVAILABLE,
    }
)
"""Answers after which the same frame is sent again, with backoff."""


class EndReason(enum.IntEnum):
    """Why a page is the last one."""

    NOT_END = 0
    CAUGHT_UP = 1
    """Nothing is left."""
    RETENTION = 2
    """What is older has been removed by retention."""
    JOIN_POINT = 3
    """What is older was said before this account joined."""

    @classmethod
    def of_name(cls, name: str) -> "EndReason":
        """Read the name of a reason; an unknown one says no more than `end` does."""
        return cls.__members__.get(name, cls.NOT_END)
