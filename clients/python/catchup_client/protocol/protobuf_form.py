"""The protobuf form of frames: a serialised catchup.v1.Envelope, in base64 (section 2)."""

import base64
import binascii
from typing import Any

from google.protobuf.json_format import MessageToDict, SerializeToJsonError
from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct

from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.errors import ProtocolViolation
from catchup_client.names import MsgId, Received, Seq, SessionId, Uid
from catchup_client.protocol import protobuf_groups
from catchup_client.protocol.codes import Code, EndReason
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
    Frame,
    Message,
    Outgoing,
    Page,
    Pong,
    Push,
    Result,
    ResultsReply,
    SessionsReply,
    SessionSummary,
    Unknown,
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
    Sessions,
    Unblock,
)


def encode(request: Request[Any], req_id: str, time_ms: int) -> str:
    """Return the base64 of a request's Envelope."""
    envelope = pb.Envelope(cmd=request.cmd, req_id=req_id, time=time_ms)
    match request:
        case Login():
            envelope.login.SetInParent()
        case Ping():
            envelope.ping.SetInParent()
        case Counters(session_ids, next_):
            envelope.counters.CopyFrom(pb.CountersRequest(session_ids=session_ids, next=next_))
        case Clear(sessions):
            plain: dict[str, int] = {name: number for name, number in sessions.items()}  # noqa: C416 - sheds NewTypes
            envelope.clear.CopyFrom(pb.ClearRequest(sessions=plain))
        case Chat(message):
            envelope.chat.CopyFrom(encode_message(message))
        case Ack(acks):
            envelope.ack.SetInParent()
            for session_id, ack in acks.items():
                envelope.ack.sessions[session_id].CopyFrom(pb.SessionAck(seqs=ack.seqs, received=ack.received))
        case Pull(session_id, limit, ack_seqs, before, after):
            envelope.pull.CopyFrom(
                pb.PullRequest(session_id=session_id, limit=limit, ack=ack_seqs, before=before, after=after)
            )
        case History(session_id, limit, before, after):
            envelope.history.CopyFrom(pb.HistoryRequest(session_id=session_id, limit=limit, before=before, after=after))
        case Sessions(limit, next_):
            envelope.sessions.CopyFrom(pb.SessionsRequest(limit=limit, next=next_))
        case Block(uid):
            envelope.block.uid = uid
        case Unblock(uid):
            envelope.unblock.uid = uid
        case Blocked():
            envelope.blocked.SetInParent()
        case Change():
            protobuf_groups.encode_change(request, envelope)
        case Members():
            protobuf_groups.encode_members(request, envelope)
        case _:
            raise TypeError(f"{type(request).__name__} is no request of this protocol")
    return base64.b64encode(envelope.SerializeToString()).decode("ascii")


def encode_message(message: Outgoing) -> pb.Message:
    """Return a message as its sender writes it."""
    encoded = pb.Message(
        v=1,
        msg_id=message.msg_id,
        chat_type=message.chat_type,
        ack_flg=int(message.wants_ack),
        to=message.recipient,
        time=message.time_ms,
        at=message.at,
        at_all=message.at_all or None,
    )
    encoded.msg.SetInParent()  # an empty content is there nevertheless
    encoded.msg.update(message.content)
    return encoded


def decode(text: str) -> Frame:
    """Read the base64 of an Envelope from the server."""
    try:
        envelope = pb.Envelope.FromString(base64.b64decode(text, validate=True))
    except (binascii.Error, DecodeError) as error:
        raise ProtocolViolation(f"pb is not the base64 of an Envelope: {error}") from error
    if envelope.HasField("code"):
        return _answer(envelope)
    if envelope.cmd == "chat":
        return Push(_message(envelope.chat))
    if envelope.cmd == "head":
        return protobuf_groups.decode_head(envelope.head)
    return Unknown(envelope.cmd)


def _answer(envelope: pb.Envelope) -> Answer:
    code = Code.of_number(envelope.code)
    fault = Fault(envelope.error.field, envelope.error.rule, envelope.error.fix)
    body: Body | None = None
    if code is Code.OK:
        try:
            body = _body(envelope)
        except ProtocolViolation as violation:
            fault = Fault(rule=violation.detail)
    return Answer(envelope.cmd, envelope.req_id or None, code, fault, body)


def _body(envelope: pb.Envelope) -> Body | None:
    match envelope.WhichOneof("body"):
        case "counters_reply":
            reply = envelope.counters_reply
            counters = {SessionId(name): _counter(counter) for name, counter in reply.counters.items()}
            return CountersReply(counters, reply.next, reply.epoch or None)
        case "results_reply":
            results = envelope.results_reply.sessions.items()
            return ResultsReply(
                {
                    SessionId(name): Result(Code.of_number(result.code), tuple(map(Seq, result.remaining)))
                    for name, result in results
                }
            )
        case "chat_ack":
            ack = envelope.chat_ack
            content = _content(ack.msg) if ack.HasField("msg") else None
            return ChatAck(MsgId(ack.msg_id), SessionId(ack.session_id), Seq(ack.seq), ack.time, content)
        case "page_reply":
            return _page(envelope.page_reply)
        case "sessions_reply":
            listed = envelope.sessions_reply
            return SessionsReply(tuple(map(_summary, listed.sessions)), listed.next, listed.end)
        case "members_reply":
            return protobuf_groups.decode_members(envelope.members_reply)
        case "block_reply":
            return BlockReply(Uid(envelope.block_reply.uid), envelope.block_reply.blocked)
        case "blocked_reply":
            return BlockedReply(tuple(map(Uid, envelope.blocked_reply.uids)))
        case "pong":
            return Pong()
        case _:
            return None


def _counter(counter: pb.Counter) -> Counter:
    return Counter(
        received=Received(counter.received),
        cleared=Received(counter.cleared),
        last_seq=Seq(counter.last_seq),
        timestamp_ms=counter.timestamp,
        last_messages=tuple(map(_message, counter.last_msg)),
        own=tuple(map(Seq, counter.own)),
        own_below=protobuf_groups.decode_own_below(counter),
        mentions=tuple(map(Seq, counter.mentions)),
        joined=Seq(counter.joined),
        left=Seq(counter.left) if counter.HasField("left") else None,
    )


def _page(page: pb.PageReply) -> Page:
    return Page(
        session_id=SessionId(page.session_id),
        messages=tuple(map(_message, page.messages)),
        end=page.end,
        end_reason=EndReason.of_number(page.end_reason),
        remaining=tuple(map(Seq, page.remaining)),
        resume_before=Seq(page.resume_before) if page.HasField("resume_before") else None,
        resume_after=Seq(page.resume_after) if page.HasField("resume_after") else None,
    )


def _summary(summary: pb.SessionSummary) -> SessionSummary:
    return SessionSummary(
        session_id=SessionId(summary.session_id),
        received=Received(summary.received),
        cleared=Received(summary.cleared),
        last_seq=Seq(summary.last_seq),
        timestamp_ms=summary.timestamp,
        group=protobuf_groups.decode_summary(summary),
    )


def _content(struct: Struct) -> dict[str, Any]:
    try:
        content: dict[str, Any] = MessageToDict(struct)
    except SerializeToJsonError as error:  # NaN or an infinity
        raise ProtocolViolation(f"msg is not JSON: {error}") from error
    return content


def _message(message: pb.Message) -> Message:
    if not (message.session_id and message.msg_id and getattr(message, "from")):
        raise ProtocolViolation("a delivered message lacks its session_id, msg_id or from")
    return Message(
        session_id=SessionId(message.session_id),
        seq=Seq(message.seq),
        msg_id=MsgId(message.msg_id),
        sender=Uid(getattr(message, "from")),
        recipient=message.to,
        content=_content(message.msg),
        chat_type=message.chat_type,
        wants_ack=message.ack_flg == 1,
        time_ms=message.time,
        server_time_ms=message.server_time,
        received=Received(message.received) if message.HasField("received") else None,
        version=message.v or 1,
        at=tuple(map(Uid, message.at)),
        at_all=message.at_all,
        kind=message.type,
    )
