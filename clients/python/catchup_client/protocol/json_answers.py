"""Reads the JSON form of the server's frames (docs/protocol.md, sections 2 to 5)."""

from dataclasses import replace

from catchup_client.errors import ProtocolViolation
from catchup_client.names import MsgId, Number, Seq, SessionId, Uid
from catchup_client.protocol.blocks import BlockedReply, BlockReply
from catchup_client.protocol.codes import Code, EndReason, Fault
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.groups import (
    Announcement,
    AskPush,
    Description,
    GroupSummary,
    Head,
    JoinRequest,
    Member,
    MembersReply,
    OwnBelow,
    RequestsReply,
    Role,
)
from catchup_client.protocol.hidden import HiddenReply, HidePush
from catchup_client.protocol.json_media import media_reply, upload_reply
from catchup_client.protocol.json_settings import settings_in, settings_reply
from catchup_client.protocol.model import (
    Answer,
    Body,
    ChatAck,
    Counter,
    CountersReply,
    Message,
    Page,
    Pong,
    Push,
    Ref,
    Result,
    ResultsReply,
    SessionsReply,
    SessionSummary,
)
from catchup_client.protocol.reading import NOTHING_READ, ReadPosition, ReadPush
from catchup_client.protocol.receipts import NOT_CHOSEN, ReadersReply, ReadToPush, ReceiptsChoice, ReceiptsPush
from catchup_client.protocol.signals import OnlineReply, OnlineStatus, SignalPush, SignalReply

_CHANGES = frozenset({"create", "join", "leave", "add", "remove", "role", "describe", "mute", "dissolve", "approve"})
"""Commands that change a group. They are answered like a `chat`, because each becomes a message of the group."""


def decode_push(frame: Fields) -> Push:
    """Read a push: a `chat` without a `code`."""
    return Push(_message(frame.object("body")))


def decode_head(frame: Fields) -> Head:
    """Read a `head`."""
    body = frame.object("body")
    return Head(SessionId(body.some_text("sessionId")), Seq(body.number("seq")), Number(body.number("number")))


def decode_ask(frame: Fields) -> AskPush:
    """Read an `ask` that was pushed."""
    body = frame.object("body")
    return AskPush(body.some_text("groupId"), Uid(frame.some_text("uid")), body.text("note"))


def decode_read(frame: Fields) -> ReadPush:
    """Read a `read` that was pushed."""
    sessions = frame.object("body").entries("sessions")
    return ReadPush({SessionId(name): _position(position) for name, position in sessions})


def decode_read_to(frame: Fields) -> ReadToPush:
    """Read a `readTo` that was pushed."""
    sessions = frame.object("body").entries("sessions")
    return ReadToPush(
        Uid(frame.some_text("uid")), {SessionId(name): _position(position) for name, position in sessions}
    )


def decode_receipts(frame: Fields) -> ReceiptsPush:
    """Read a `receipts` that was pushed."""
    return ReceiptsPush(_receipts(frame.object("body")))


def _receipts(body: Fields) -> ReceiptsChoice:
    return ReceiptsChoice(body.flag("on"), body.number("changedAt"), body.flag("offForAll"))


def decode_hide(frame: Fields) -> HidePush:
    """Read a `hide` that was pushed."""
    hidden = _hidden(frame.object("body"))
    return HidePush(hidden.session_id, hidden.seqs, hidden.version)


def _hidden(body: Fields) -> HiddenReply:
    seqs = tuple(map(Seq, body.numbers("seqs")))
    return HiddenReply(SessionId(body.some_text("sessionId")), seqs, body.number("version"), body.flag("end"))


def _position(position: Fields) -> ReadPosition:
    return ReadPosition(Number(position.number("received")), Seq(position.number("seq")))


def _read(body: Fields) -> ReadPosition | None:
    return _position(body.object("read")) if "read" in body else None


def decode_signal(frame: Fields) -> SignalPush:
    """Read a `signal` that was pushed."""
    body = frame.object("body")
    return SignalPush(
        SessionId(body.some_text("sessionId")),
        Uid(frame.some_text("uid")),
        body.some_text("kind"),
        body.text("data"),
        frame.number("time"),
    )


def decode_answer(frame: Fields) -> Answer:
    """Read an answer: a frame with a `code`. If its body can't be read, `body` is None, and `fault.rule` says why."""
    cmd, code = frame.text("cmd"), Code.of_name(frame.enum_name("code"))
    error = frame.object("error")
    fault = Fault(error.text("field"), error.text("rule"), error.text("fix"), error.number("retryAfter"))
    body: Body | None = None
    if code is Code.OK:
        try:
            body = _body(cmd, frame.object("body"))
        except ProtocolViolation as violation:
            fault = Fault(rule=violation.detail)
    if isinstance(body, CountersReply):
        body = replace(body, time_ms=frame.number("time"))
    return Answer(cmd, frame.text("reqId") or None, code, fault, body, frame.number("time"))


def _body(cmd: str, body: Fields) -> Body | None:
    match cmd:
        case "login" | "counters":
            counters = {SessionId(name): _counter(counter) for name, counter in body.entries("counters")}
            return CountersReply(
                counters,
                body.text("next"),
                body.optional_text("epoch"),
                settings_sum=body.optional_number("settingsSum"),
                hidden_sum=body.number("hiddenSum"),
                receipts=_receipts(body.object("receipts")) if "receipts" in body else NOT_CHOSEN,
            )
        case "clear" | "ack" | "read":
            return ResultsReply({SessionId(name): _result(result) for name, result in body.entries("sessions")})
        case _ if cmd in {"chatAck", "recall", "edit"} or cmd in _CHANGES:
            return _chat_ack(body)
        case "members":
            return _members(body)
        case "ask" | "requests":
            return _requests(body)
        case "pull" | "history":
            return _page(body)
        case "sessions":
            summaries = tuple(_summary(summary) for summary in body.objects("sessions"))
            return SessionsReply(summaries, body.text("next"), body.flag("end"))
        case "settings":
            return settings_reply(body)
        case "receipts":
            return _receipts(body)
        case "readers":
            session_id, seq = SessionId(body.some_text("sessionId")), Seq(body.number("seq"))
            return ReadersReply(session_id, seq, tuple(map(Uid, body.texts("uids"))))
        case "hide" | "hidden":
            return _hidden(body)
        case "upload":
            return upload_reply(body)
        case "media":
            return media_reply(body)
        case "block" | "unblock":
            return BlockReply(Uid(body.some_text("uid")), body.flag("blocked"))
        case "blocked":
            return BlockedReply(tuple(map(Uid, body.texts("uids"))))
        case "signal":
            return SignalReply()
        case "online":
            return OnlineReply({Uid(uid): _status(status) for uid, status in body.entries("people")})
        case "pong":
            return Pong()
        case _:
            return None


def _status(status: Fields) -> OnlineStatus:
    return OnlineStatus(status.flag("online"), status.optional_number("lastSeen"))


def _chat_ack(body: Fields) -> ChatAck:
    return ChatAck(
        MsgId(body.some_text("msgId")),
        SessionId(body.some_text("sessionId")),
        Seq(body.number("seq")),
        Number(body.number("number")),
        body.number("time"),
        body.object("msg").raw() if "msg" in body else None,
    )


def _counter(counter: Fields) -> Counter:
    return Counter(
        received=Number(counter.number("received")),
        cleared=Number(counter.number("cleared")),
        last_seq=Seq(counter.number("lastSeq")),
        timestamp_ms=counter.number("timestamp"),
        last_messages=tuple(_message(message) for message in counter.objects("lastMsg")),
        own=tuple(map(Number, counter.numbers("own"))),
        own_below=_own_below(counter),
        mentions=tuple(map(Seq, counter.numbers("mentions"))),
        joined=Seq(counter.number("joined")),
        joined_number=Number(counter.number("joinedNumber")),
        left=_optional_seq(counter, "left"),
        recalled=tuple(map(Number, counter.numbers("recalled"))),
        settings=settings_in(counter),
        read=_read(counter),
        hidden_version=counter.number("hiddenVersion"),
    )


def _result(result: Fields) -> Result:
    return Result(Code.of_name(result.enum_name("code")), tuple(map(Seq, result.numbers("remaining"))))


def _page(body: Fields) -> Page:
    return Page(
        session_id=SessionId(body.some_text("sessionId")),
        messages=tuple(_message(message) for message in body.objects("messages")),
        end=body.flag("end"),
        end_reason=EndReason.of_name(body.enum_name("endReason")),
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
        received=Number(summary.number("received")),
        cleared=Number(summary.number("cleared")),
        last_seq=Seq(summary.number("lastSeq")),
        timestamp_ms=summary.number("timestamp"),
        group=_group(summary),
        recalled=tuple(map(Number, summary.numbers("recalled"))),
        settings=settings_in(summary),
        read=_read(summary),
        read_to=_position(summary.object("readTo")) if "readTo" in summary else NOTHING_READ,
        hidden_version=summary.number("hiddenVersion"),
    )


def _message(message: Fields) -> Message:
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
        number=Number(message.number("number")),
        quiet=message.flag("quiet"),
        version=message.number("v") or 1,
        at=tuple(map(Uid, message.texts("at"))),
        at_all=message.flag("atAll"),
        kind=message.text("type"),
        ref=_ref(message),
        recalled=message.flag("recalled"),
        revised=Seq(message.number("revised")),
        hidden=message.flag("hidden"),
    )


def _ref(message: Fields) -> Ref | None:
    if "ref" not in message:
        return None
    ref = message.object("ref")
    return Ref(Seq(ref.number("seq")), Number(ref.number("number")), Uid(ref.text("uid")))


def _members(body: Fields) -> MembersReply:
    members = tuple(
        Member(Uid(member.some_text("uid")), Role.of_name(member.enum_name("role")), Seq(member.number("joined")))
        for member in body.objects("members")
    )
    return MembersReply(members, body.text("next"), body.flag("end"), _description(body))


def _description(body: Fields) -> Description | None:
    group = _group(body)
    if group is None:
        return None
    said = body.object("announcement")
    announced = Announcement(said.text("text"), Uid(said.text("uid")), said.number("time"))
    return Description(group, announced if announced.text else None)


def _requests(body: Fields) -> RequestsReply:
    requests = tuple(
        JoinRequest(Uid(each.some_text("uid")), each.text("note"), each.number("time"))
        for each in body.objects("requests")
    )
    return RequestsReply(requests, body.text("next"), body.flag("end"))


def _own_below(counter: Fields) -> OwnBelow | None:
    if "ownBelow" not in counter:
        return None
    below = counter.object("ownBelow")
    return OwnBelow(Number(below.number("to")), below.number("count"))


def _group(summary: Fields) -> GroupSummary | None:
    if "group" not in summary:
        return None
    group = summary.object("group")
    return GroupSummary(
        name=group.text("name"),
        role=Role.of_name(group.enum_name("role")),
        members=group.number("members"),
        joined=Seq(group.number("joined")),
        left=_optional_seq(group, "left"),
        muted_until_ms=group.number("mutedUntil"),
        all_muted_until_ms=group.number("allMutedUntil"),
        dissolved=group.flag("dissolved"),
    )
