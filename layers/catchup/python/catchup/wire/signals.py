"""Signals: what happens in a session and is not kept. Requests raise InvalidRequest and its kinds."""

import re

from catchup.domain.group import group_session
from catchup.domain.ids import Uid, private_session
from catchup.domain.message import ChatType
from catchup.domain.signal import Signal
from catchup.errors import InvalidRequest
from catchup.settings import MAX_SIGNAL_DATA_BYTES
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules

KIND_RULE = "[a-z-]{1,32}"
_KIND = re.compile(KIND_RULE)


def signal_request(envelope: pb.Envelope, caller: Uid) -> Signal:
    """Returns the signal to send."""
    body = envelope.signal
    if body.chat_type not in list(ChatType):
        raise InvalidRequest("body.chatType", "1 (private) or 2 (group)", "send 1 for a private chat")
    if not _KIND.fullmatch(body.kind):
        raise InvalidRequest("body.kind", f"must match {KIND_RULE}", 'send what happens, such as "typing"')
    if len(body.data.encode()) > MAX_SIGNAL_DATA_BYTES:
        raise InvalidRequest("body.data", f"at most {MAX_SIGNAL_DATA_BYTES} bytes", "send a message for what is longer")
    if body.chat_type == ChatType.GROUP:
        to = Uid(rules.identifier(body.to, "body.to", "the groupId"))
        session = group_session(to)
    else:
        to = rules.uid(body.to, "body.to", "the uid of the other person")
        if to == caller:
            raise InvalidRequest("body.to", "must be someone else", "send no signals to yourself")
        session = private_session(caller, to)
    return Signal(caller, ChatType(body.chat_type), to, session, body.kind, body.data)


def signal_reply() -> pb.Envelope:
    """The answer, which does not tell whether anybody was online."""
    return pb.Envelope(signal_reply=pb.SignalReply())
