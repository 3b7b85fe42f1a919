"""Test values for fields of requests: valid ones, refused ones, and ones of a wrong type."""

import json
from dataclasses import dataclass
from typing import Any

from catchup.domain.ids import MAX_NUMBER
from catchup.settings import MAX_ACK_SEQS, MAX_NAMED_UIDS, MAX_PAGE

SESSION = "p:alice:bob"
CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "hi"}}


def deep(levels: int) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for _ in range(levels - 1):
        content = {"a": content}
    return content


def content_of(total_bytes: int) -> dict[str, Any]:
    """A content that gives the message CHAT this many bytes in the JSON form, which is the larger form."""
    empty = {**CHAT, "v": 1, "from": "alice", "msg": {"message": ""}, "sessionId": "", "seq": 0, "serverTime": 0}
    empty["number"] = 0
    return {"message": "x" * (total_bytes - len(json.dumps(empty, separators=(",", ":"))))}


@dataclass(frozen=True)
class Field:
    """A field. `taken` and `refused` are values; `wrong` have another type. `at`: its place in error messages."""

    taken: tuple[Any, ...]
    refused: tuple[Any, ...] = ()
    wrong: tuple[Any, ...] = ()
    required: bool = False
    at: str = ""
    beside: tuple[tuple[str, Any], ...] = ()


Values = tuple[Any, ...]
Kinds = tuple[Values, Values, Values]
IDS: Kinds = ("x", "x" * 64, "A-z_0"), ("", "x" * 65, "a b", "ä", "a:b", "a\n"), (7, True, ["x"], {})
NUMBERS: Kinds = (0, MAX_NUMBER), (-1, MAX_NUMBER + 1, 2**63 - 1), ("x", 1.5, 2**64, 10**400, True, [], {})
LIMITS: Kinds = (0, 1, MAX_PAGE), (-1, MAX_PAGE + 1, 2**31 - 1), ("x", 1.5, 2**31, [], True)
FLAGS: Kinds = (True, False), (), (1, "true", [])
SESSION_ID: Kinds = (
    (SESSION, "g:room"),
    ("", "alice", "p:bob:alice", "p:alice:b b", "p:alice:bob:c", "g:", "g:a b"),
    (7, []),
)


def uids(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


def sessions(count: int, value: Any) -> dict[str, Any]:
    return {f"p:alice:b{number}": value for number in range(count)}


def seqs_of(count: int) -> list[int]:
    return list(range(1, count + 1))


IDENTIFIER = Field(*IDS, required=True)
SEQ = Field((1, MAX_NUMBER), (0, -1, MAX_NUMBER + 1), ("x", 1.5, 2**64, [], {}), required=True)
SEQS: Kinds = (
    ([], seqs_of(MAX_ACK_SEQS), [MAX_NUMBER]),
    (seqs_of(MAX_ACK_SEQS + 1), [0], [-1], [MAX_NUMBER + 1]),
    (1, ["x"], [1.5], [2**70], [None]),
)
CHANGE_FIELDS = {"msgId": IDENTIFIER, "groupId": IDENTIFIER}
# An error names the place of a list's item, if the place is known.
ANYWHERE = "?"
NAMED: Kinds = (uids(1), uids(MAX_NAMED_UIDS)), (uids(MAX_NAMED_UIDS + 1), ["a b"], ["alice"]), ("bob", 7, [7], [None])
CURSOR: Kinds = ("", "after:", "after:p:a:b"), ("7", "after:x", "after:p:b:a"), (7, [])
