"""Codes of answers, and what to do about each (docs/protocol.md, section 6)."""

import enum
from dataclasses import dataclass


class Code(enum.IntEnum):
    """The codes of google.rpc.Code that Catchup uses; from 100 on, codes of Catchup's own."""

    OK = 0
    UNKNOWN = 2
    """Stands for every code that this version doesn't know; no server sends it."""
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
    """The message is held for review. If it is released, it comes as a push, like one from another own device."""

    @classmethod
    def of_name(cls, name: str) -> "Code":
        """Read the name of a code; an unknown one becomes UNKNOWN."""
        return cls.__members__.get(name, cls.UNKNOWN)


RETRYABLE = frozenset(
    {
        Code.ABORTED,  # of `chat`; `log_in` handles that of `login`
        Code.DEADLINE_EXCEEDED,
        Code.INTERNAL,
        Code.RESOURCE_EXHAUSTED,  # after `Settings.exhausted_pause`
        Code.UNAVAILABLE,
    }
)
"""Answers after which the same frame is sent again, with backoff."""


QUOTA_FIELD = "body.bytes"
"""RESOURCE_EXHAUSTED with this field: as much is uploaded as a person may in a day. It is not sent again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`error` of an answer: which field breaks which rule, and what to change."""

    field: str = ""
    rule: str = ""
    fix: str = ""
    retry_after: int = 0
    """Only over HTTP: for how many seconds to wait before the request is sent again."""


class EndReason(enum.IntEnum):
    """Why a page is the last one."""

    NOT_END = 0
    CAUGHT_UP = 1
    """Nothing is left."""
    RETENTION = 2
    """Older messages have been removed by retention."""
    JOIN_POINT = 3
    """Older messages are from before this account joined."""

    @classmethod
    def of_name(cls, name: str) -> "EndReason":
        """Read the name of a reason; an unknown one becomes NOT_END, and `end` still says that this is the end."""
        return cls.__members__.get(name, cls.NOT_END)
