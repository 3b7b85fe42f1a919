"""Rules of fields, checked before any AWS call. Each function returns the value in its domain type, or raises.

The numbers, each with where it comes from, stand in `settings`; the form of ids and the highest number in `domain.ids`.
Which field has which rule stands in the module of its capability; `codec` and `json_form` refuse wrong types. Both
encodings come here as one Envelope, so that what one refuses the other does (tests/handlers/test_limits.py).
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from catchup.commands import rule_of
from catchup.domain.group import is_group
from catchup.domain.ids import (
    ID_RULE,
    MAX_CONTENT_NUMBER,
    MAX_NUMBER,
    UID_RULE,
    Seq,
    SessionId,
    Uid,
    is_id,
    is_session_id,
    is_uid,
)
from catchup.errors import InvalidRequest, NotYours
from catchup.settings import MAX_NESTING
from catchup.wire import catchup_pb2 as pb


def check_header(envelope: pb.Envelope, caller: Uid) -> None:
    """Checks that the header's uid, if given, is the token's."""
    if envelope.HasField("uid") and envelope.uid != caller:
        raise NotYours("uid", "must be the uid of the token", "send your own uid, or none")


def uid(value: str, field: str, what: str) -> Uid:
    """A uid."""
    if not is_uid(value):
        raise InvalidRequest(field, f"must match {UID_RULE}", f"send {what}")
    return Uid(value)


def identifier(value: str, field: str, what: str) -> str:
    """A groupId or msgId."""
    if not is_id(value):
        raise InvalidRequest(field, f"must match {ID_RULE}", f"send {what}")
    return value


def number(value: int, field: str, low: int, high: int = MAX_NUMBER) -> int:
    """A number from `low` to `high`."""
    if not low <= value <= high:
        raise InvalidRequest(field, f"from {low} to {high}", "send a number in this range")
    return value


def optional_seq(message: Any, name: str) -> Seq | None:
    """An optional bound on seq of a request's body."""
    if not message.HasField(name):
        return None
    return Seq(number(getattr(message, name), f"body.{name}", 0))


def chosen_at(message: Any, field: str, latest_ms: int) -> int | None:
    """When a person made a choice, by the `changed_at` of this message; None: now. `latest_ms`: the latest time that a
    choice may have."""
    if not message.HasField("changed_at"):
        return None
    chosen_at_ms = number(message.changed_at, field, 1)
    if chosen_at_ms > latest_ms:
        raise InvalidRequest(
            field,
            "at most five minutes after the server's time",
            "correct the device's clock by the time of an answer",
        )
    return chosen_at_ms


def page_size(value: int, default: int, most: int) -> int:
    """A `limit`; 0 means the default."""
    return number(value, "body.limit", 0, most) or default


def seqs(values: Sequence[int], field: str) -> list[Seq]:
    """Seqs, each once, in ascending order."""
    return sorted({Seq(number(value, field, 1)) for value in values})


def at_most(count: int, most: int, field: str, what: str, fix: str = "send the rest in another request") -> None:
    """Checks how many items a request names."""
    if count > most:
        raise InvalidRequest(field, f"at most {most} {what} a request", fix)


def session_id(text: str, field: str) -> SessionId:
    """The id of any session, for requests that name several and answer for each one."""
    if not is_session_id(text):
        raise InvalidRequest(
            field,
            "must be p:<uid>:<uid>, the uids in ascending order, or g:<groupId>",
            "use the sessionId that the server sent",
        )
    return SessionId(text)


def own_session(text: str, caller: Uid, field: str, route: str) -> SessionId:
    """The id of the session that a request is about: of a private one of the caller, or of a group. Who is a
    member of a group is for the use case to find out."""
    session = session_id(text, field)
    if not is_group(session) and not rule_of(route).allows_in_private(caller, session):
        raise NotYours(field, "must be a session of yours", "use a session that you are a member of")
    return session


def content(struct: Any, field: str) -> bytes:
    """The content of a message as canonical bytes: equal contents have equal bytes in both encodings.

    Different spellings in JSON (1 and 1.0, escapes, the order of names) are one value here already, except -0.
    """
    _check_values(_members(struct, field), field, depth=1)
    return bytes(struct.SerializeToString(deterministic=True))


def _members(struct: Any, path: str) -> Iterable[tuple[str, Any]]:
    return ((f"{path}.{name}", value) for name, value in struct.fields.items())


def _check_values(values: Iterable[tuple[str, Any]], field: str, depth: int) -> None:
    """Checks values. `values`: each with its path, for errors; errors of the whole content name `field`."""
    if depth > MAX_NESTING:
        raise InvalidRequest(field, f"at most {MAX_NESTING} levels deep", "send flatter content")
    for path, value in values:
        match value.WhichOneof("kind"):
            case None:
                raise InvalidRequest(field, "each value has a kind", "set a kind, null_value for null")
            case "number_value":
                _check_number(value, path)
            case "struct_value":
                _check_values(_members(value.struct_value, path), field, depth + 1)
            case "list_value":
                items = value.list_value.values
                _check_values(((f"{path}[{index}]", item) for index, item in enumerate(items)), field, depth + 1)


def _check_number(value: Any, path: str) -> None:
    number = value.number_value
    if not math.isfinite(number):
        raise InvalidRequest(path, "must be a finite number", "send it as a string")
    if abs(number) > MAX_CONTENT_NUMBER:
        raise InvalidRequest(
            path, "must be from -2^53 to 2^53: others would receive a rounded number", "send it as a string"
        )
    if number == 0:
        # Every reader treats -0 as 0.
        value.number_value = 0.0
