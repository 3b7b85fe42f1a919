"""What fields must satisfy, before any AWS call. Each function returns the value in its domain type, or raises.

The numbers, each with where it comes from, stand in `settings`; the form of ids and the highest number in `domain.ids`.
Which field has which rule stands in `requests` and `changes`; `codec` and `json_form` refuse wrong types. Both
encodings come here as one Envelope, so that what one refuses the other does (tests/handlers/test_limits.py).
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from catchup.domain.authorization import admits_to_private
from catchup.domain.group import is_group
from catchup.domain.ids import ID_RULE, MAX_NUMBER, Seq, SessionId, Uid, is_id, is_session_id
from catchup.errors import InvalidRequest, NotYours
from catchup.settings import MAX_NESTING


def identifier(value: str, field: str, what: str) -> str:
    """A uid, groupId or msgId."""
    if not is_id(value):
        raise InvalidRequest(field, f"must match {ID_RULE}", f"send {what}")
    return value


def number(value: int, field: str, low: int, high: int = MAX_NUMBER) -> int:
    """A number from `low` to `high`."""
    if not low <= value <= high:
        raise InvalidRequest(field, f"from {low} to {high}", "send a number within these")
    return value


def optional_seq(message: Any, name: str) -> Seq | None:
    """An optional bound on seq of a request's body."""
    if not message.HasField(name):
        return None
    return Seq(number(getattr(message, name), f"body.{name}", 0))


def page_size(value: int, default: int, most: int) -> int:
    """A `limit`; 0 means the default."""
    return number(value, "body.limit", 0, most) or default


def seqs(values: Sequence[int], field: str) -> list[Seq]:
    """Seqs, each once, in ascending order."""
    return sorted({Seq(number(value, field, 1)) for value in values})


def at_most(count: int, most: int, field: str, what: str, fix: str = "send the rest in another frame") -> None:
    """A bound on how many of something a frame may name."""
    if count > most:
        raise InvalidRequest(field, f"at most {most} {what} a frame", fix)


def session_id(text: str, field: str) -> SessionId:
    """The id of a session, whosever it is: for a request that names several, of which each has an answer of its own."""
    if not is_session_id(text):
        raise InvalidRequest(
            field,
            "must be p:<uid>:<uid>, the uids in ascending order, or g:<groupId>",
            "use the sessionId that the server sent",
        )
    return SessionId(text)


def own_session(text: str, caller: Uid, field: str, route: str) -> SessionId:
    """The id of the session that a request is about: of a private one that admits the caller, or of a group. Who is a
    member of a group is for the use case to find out."""
    session = session_id(text, field)
    if not is_group(session) and not admits_to_private(route, caller, session):
        raise NotYours(field, "must be a session of yours", "use a session that you are a member of")
    return session


def content(struct: Any, field: str) -> bytes:
    """The content of a message as canonical bytes: equal contents have equal bytes in both encodings."""
    _check_values(struct.fields.values(), field, depth=1)
    return bytes(struct.SerializeToString(deterministic=True))


def _check_values(values: Iterable[Any], field: str, depth: int) -> None:
    if depth > MAX_NESTING:
        raise InvalidRequest(field, f"at most {MAX_NESTING} levels deep", "send flatter content")
    for value in values:
        kind = value.WhichOneof("kind")
        if kind is None:
            raise InvalidRequest(field, "each value has a kind", "set a kind, null_value for null")
        if kind == "number_value" and not math.isfinite(value.number_value):
            raise InvalidRequest(field, "numbers are finite", "send NaN and infinities as strings")
        if kind == "struct_value":
            _check_values(value.struct_value.fields.values(), field, depth + 1)
        elif kind == "list_value":
            _check_values(value.list_value.values, field, depth + 1)
