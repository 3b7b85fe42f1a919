"""The JSON form of frames: proto3 JSON with int64 as numbers and the oneof under the name `body` (section 2)."""

from typing import Any

from catchup_client.errors import ProtocolViolation
from catchup_client.names import MsgId, Received, Seq, SessionId, Uid
from catchup_client.protocol import json_groups
from catchup_client.protocol.codes import Code, EndReason
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.membership import Change, Members
from catchup_client.protocol.model import (
    Answer,
    BlockedReply,
    BlockReply,
    Body,
    ChatAck,
    Counter,
    CountersReply,
    Fault,
    Message,
    Outgoing,
    Page,
    Pong,
    Push,
    Result,
    ResultsReply,
    SessionsReply,
    SessionSummary,
)
from catchup_client.protocol.requests import (
    Ack,
    Block,
    Blocked,
    Chat,
    Clear,
    Counters,
    History,
    Login,
    Ping,
    Pull,
    Request,
    SessionAck,
    Sessions,
    Unblock,
)


def encode_body(request: Request[Any]) -> dict[str, Any]:
    """Return the `body` of a request."""
    match request:
        case Login() | Ping() | Blocked():
            return {}
        case Counters(session_ids, next_):
            return {"next": next_} if next_ else {"sessionIds": list(session_ids)}
        case Clear(sessions):
            return {"sessions": dict(sessions)}
        case Chat(message):
            return encode_message(message)
        case Ack(acks):
            return {"sessions": {session_id: _encode_ack(ack) for session_id, ack in acks.items()}}
        case Pull(session_id, limit, ack, before, after):
            return {"sessionId": session_id, "limit": limit, "ack": list(ack), **_bounds(before, after)}
        case History(session_id, limit, before, after):
            return {"sessionId": session_id, "limit": limit, **_bounds(before, after)}
        case Sessions(limit, next_):
            return {"limit": limit, "next": next_}
        case Block(uid) | Unblock(uid):
            return {"uid": uid}
        case Change():
            return json_groups.encode_change(request)
        case Members():
            return json_groups.encode_members(request)
        case _:
            raise TypeError(f"{type(request).__name__} is no request of this protocol")


def encode_message(message: Outgoing) -> dict[str, Any]:
    """Return a message as its sender writes it."""
    return {
        "v": 1,
        "msgId": message.msg_id,
        "chatType": message.chat_type,
        "ackFlg": int(message.wants_ack),
        "to": message.recipient,
        "time": message.time_ms,
        "msg": message.content,
        **({"at": list(message.at)} if message.at else {}),
        **({"atAll": True} if message.at_all else {}),
    }


def _encode_ack(ack: SessionAck) -> dict[str, Any]:
    received = {} if ack.received is None else {"received": ack.received}
    return {"seqs": list(ack.seqs), **received}


def _bounds(before: Seq | None, after: Seq | None) -> dict[str, int]:
    return {name: seq for name, seq in (("before", before), ("after", after)) if seq is not None}


def decode_push(frame: Fields) -> Push:
    """Read a `chat` without a `code`."""
    return Push(_message(frame.object("body")))


def decode_answer(frame: Fields) -> Answer:
    """Read a frame with a `code`."""
    cmd, code = frame.text("cmd"), Code.of_name(frame.text("code"))
    error = frame.object("error")
    fault = Fault(error.text("field"), error.text("rule"), error.text("fix"))
    body: Body | None = None
    if code is Code.OK:
        try:
            body = _body(cmd, frame.object("body"))
        except ProtocolViolation as violation:
            fault = Fault(rule=violation.detail)
    return Answer(cmd, frame.text("reqId") or None, code, fault, body)


def _body(cmd: str, body: Fields) -> Body | None:
    match cmd:
        case "login" | "counters":
            counters = {SessionId(name): _counter(counter) for name, counter in body.entries("counters")}
            return CountersReply(counters, body.text("next"), body.optional_text("epoch"))
        case "clear" | "ack":
            return ResultsReply({SessionId(name): _result(result) for name, result in body.entries("sessions")})
        case _ if cmd == "chatAck" or cmd in json_groups.CHANGES:
            return _chat_ack(body)
        case "members":
            return json_groups.decode_members(body)
        case "pull" | "history":
            return _page(body)
        case "sessions":
            summaries = tuple(_summary(summary) for summary in body.objects("sessions"))
            return SessionsReply(summaries, body.text("next"), body.flag("end"))
        case "block" | "unblock":
            return BlockReply(Uid(body.some_text("uid")), body.flag("blocked"))
        case "blocked":
            return BlockedReply(tuple(map(Uid, body.texts("uids"))))
        case "pong":
            return Pong()
        case _:
            return None


def _chat_ack(body: Fields) -> ChatAck:
    return ChatAck(
        MsgId(body.some_text("msgId")),
        SessionId(body.some_text("sessionId")),
        Seq(body.number("seq")),
        body.number("time"),
        body.object("msg").raw() if "msg" in body else None,
    )


def _counter(counter: Fields) -> Counter:
    return Counter(
        received=Received(counter.number("received")),
        cleared=Received(counter.number("cleared")),
        last_seq=Seq(counter.number("lastSeq")),
        timestamp_ms=counter.number("timestamp"),
        last_messages=tuple(_message(message) for message in counter.objects("lastMsg")),
        own=tuple(map(Seq, counter.numbers("own"))),
        own_below=json_groups.decode_own_below(counter),
        mentions=tuple(map(Seq, counter.numbers("mentions"))),
        joined=Seq(counter.number("joined")),
        left=Seq(counter.number("left")) if "left" in counter else None,
    )


def _result(result: Fields) -> Result:
    return Result(Code.of_name(result.text("code")), tuple(map(Seq, result.numbers("remaining"))))


def _page(body: Fields) -> Page:
    return Page(
        session_id=SessionId(body.some_text("sessionId")),
        messages=tuple(_message(message) for message in body.objects("messages")),
        end=body.flag("end"),
        end_reason=EndReason.of_name(body.text("endReason")),
        remaining=tuple(map(Seq, body.numbers("remaining"))),
        resume_before=_optional_seq(body, "resumeBefore"),
        resume_after=_optional_seq(body, "resumeAfter"),
    )


def _optional_seq(body: Fields, name: str) -> Seq | None:
    number = body.optional_number(name)
    return None if number is None else Seq(number)


def _summary(summary: Fields) -> SessionSummary:
    return SessionSummary(
        session_id=SessionId(summary.some_text("sessionId")),
        received=Received(summary.number("received")),
        cleared=Received(summary.number("cleared")),
        last_seq=Seq(summary.number("lastSeq")),
        timestamp_ms=summary.number("timestamp"),
        group=json_groups.decode_summary(summary),
    )


def _message(message: Fields) -> Message:
    received = message.optional_number("received")
    return Message(
        session_id=SessionId(message.some_text("sessionId")),
        seq=Seq(message.number("seq")),
        msg_id=MsgId(message.some_text("msgId")),
        sender=Uid(message.some_text("from")),
        recipient=message.text("to"),
        content=message.object("msg").raw(),
        chat_type=message.number("chatType"),
        wants_ack=message.number("ackFlg") == 1,
        time_ms=message.number("time"),
        server_time_ms=message.number("serverTime"),
        received=None if received is None else Received(received),
        version=message.number("v") or 1,
        at=tuple(map(Uid, message.texts("at"))),
        at_all=message.flag("atAll"),
        kind=message.text("type"),
    )
