"""Checks of a message before it goes into the outbox (docs/protocol.md, sections 3 and 9).

The server checks again. The checks here also find content that would change on the way (integers that a double can't
hold), or that could never be sent (the platform closes the connection at each frame over its limit).
"""

import math
from collections.abc import Sequence
from typing import Any

from catchup_client.errors import InvalidInput
from catchup_client.names import (
    NAME_RULE,
    UID_RULE,
    MsgId,
    Seq,
    SessionId,
    Uid,
    group_session,
    is_group,
    is_name,
    is_uid,
    private_session,
)
from catchup_client.protocol import envelope
from catchup_client.protocol.frames import dump
from catchup_client.protocol.json_requests import encode_message
from catchup_client.protocol.model import GROUP, PRIVATE, Content, Outgoing
from catchup_client.settings import MAX_EXACT_INTEGER, MAX_MESSAGE_BYTES, MAX_NESTING, MAX_UIDS_PER_REQUEST


def compose(
    me: Uid,
    to: str,
    content: Content,
    *,
    wants_ack: bool,
    msg_id: MsgId,
    time_ms: int,
    at: Sequence[str] = (),
    at_all: bool = False,
    source: tuple[SessionId, Seq] | None = None,
) -> Outgoing:
    """Return the message to send, or raise InvalidInput; `to` is a uid, or `g:<groupId>`.

    `source`: of a forward, the message whose file it names.
    """
    in_group = is_group(to)
    recipient = to.removeprefix("g:") if in_group else to
    if not (is_name(recipient) if in_group else is_uid(recipient)):
        raise InvalidInput("to", f"must match {UID_RULE}, or g:{NAME_RULE} for a group")
    _check_mentions(at, at_all, in_group=in_group)
    if not is_name(msg_id):
        raise InvalidInput("msg_id", f"must match {NAME_RULE}")
    if not isinstance(content, dict):
        raise InvalidInput("msg", "must be a JSON object (a dict)")
    _check_value(content, 1)
    message = Outgoing(
        msg_id=msg_id,
        session_id=group_session(to) if in_group else private_session(me, Uid(to)),
        recipient=recipient,
        content=content,
        wants_ack=wants_ack,
        time_ms=time_ms,
        chat_type=GROUP if in_group else PRIVATE,
        at=tuple(map(Uid, at)),
        at_all=at_all,
        source=source,
    )
    try:
        encoded = encode_message(message)
        size = max(len(dump(encoded).encode()), envelope.message_size(encoded))
    except ValueError as error:  # NaN, infinities, or text that isn't Unicode
        raise InvalidInput("msg", f"can't be written as JSON: {error}") from error
    if size > MAX_MESSAGE_BYTES:
        raise InvalidInput("msg", f"makes the message {size} bytes long: at most {MAX_MESSAGE_BYTES} are allowed")
    return message


def _check_mentions(at: Sequence[str], at_all: bool, *, in_group: bool) -> None:
    if (at or at_all) and not in_group:
        raise InvalidInput("at", "is for groups only")
    if isinstance(at, str) or not all(map(is_uid, at)):
        raise InvalidInput("at", "must be a list of uids")
    if len(at) > MAX_UIDS_PER_REQUEST:
        raise InvalidInput("at", f"must have at most {MAX_UIDS_PER_REQUEST} uids, not {len(at)}")


def _check_value(value: Any, level: int) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise InvalidInput("msg", "must have strings as keys")
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    elif value is None or isinstance(value, bool | str):
        return
    elif isinstance(value, int | float):
        # Infinities are reported by `compose`, with a better text.
        if abs(value) > MAX_EXACT_INTEGER and not math.isinf(value):
            raise InvalidInput("msg", "must not have numbers beyond 2^53: send them as strings")
        return
    else:
        raise InvalidInput("msg", f"must have JSON values only, not {type(value).__name__}")
    if level > MAX_NESTING:
        raise InvalidInput("msg", f"must be at most {MAX_NESTING} levels deep")
    for child in children:
        _check_value(child, level + 1)
