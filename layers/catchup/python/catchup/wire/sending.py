"""A message that is sent, and its answer. Requests raise InvalidRequest and its kinds."""

from hashlib import sha256

from catchup.domain.ids import MsgId, Seq, Uid
from catchup.domain.message import ChatType, Draft, Message, Source
from catchup.errors import InvalidRequest, NotYours
from catchup.settings import (
    MAX_MESSAGE_BYTES,
    MAX_NAMED_UIDS,
)
from catchup.wire import catchup_pb2 as pb
from catchup.wire import content_types, rules
from catchup.wire.codec import dump
from catchup.wire.json_form import to_json
from catchup.wire.messages import VERSION, draft_to_wire, sender_of


def chat_request(envelope: pb.Envelope, caller: Uid) -> tuple[Draft, bytes]:
    """Returns the message to send, and the digest of what a retry must repeat: content, receiver and ackFlg, not the
    time."""
    body = envelope.chat
    _check_kind(body)
    msg_id = rules.identifier(body.msg_id, "body.msgId", "an id of your own for this message, such as a UUID")
    sender = sender_of(body)
    if sender and sender != caller:
        raise NotYours("body.from", "must be the uid of the token", "send your own uid, or none")
    in_group = body.chat_type == ChatType.GROUP
    if in_group:
        recipient = Uid(rules.identifier(body.to, "body.to", "the groupId"))
    else:
        recipient = rules.uid(body.to, "body.to", "the uid of the recipient")
    if not body.HasField("msg"):
        raise InvalidRequest("body.msg", "required, an object", 'send the content, such as {"message": "hello"}')
    draft = Draft(
        msg_id=MsgId(msg_id),
        sender=caller,
        recipient=recipient,
        wants_ack=bool(body.ack_flg),
        sent_at_ms=rules.number(body.time, "body.time", 0),
        content=content_types.content(body.msg, "body.msg"),
        chat_type=ChatType(body.chat_type),
        at=mentioned(body, ChatType(body.chat_type)),
        at_all=body.at_all,
        source=_source(body, caller),
    )
    check_size(draft)
    return draft, digest_of(draft)


def digest_of(draft: Draft) -> bytes:
    """The digest of what a retry must repeat."""
    # In a group ackFlg makes no difference, but the mentions do.
    in_group = draft.chat_type == ChatType.GROUP
    says = [" ".join(draft.at), str(draft.at_all)] if in_group else [str(int(draft.wants_ack))]
    parts = [draft.recipient.encode(), *(text.encode() for text in says), draft.content]
    return sha256(b"\0".join(parts)).digest()


def mentioned(body: pb.Message | pb.EditRequest, chat_type: ChatType) -> tuple[Uid, ...]:
    """Whom a request mentions, each once."""
    if chat_type is ChatType.PRIVATE:
        if body.at or body.at_all:
            raise InvalidRequest("body.at" if body.at else "body.atAll", "only in groups", "leave it out")
        return ()
    rules.at_most(len(body.at), MAX_NAMED_UIDS, "body.at", "uids", "mention fewer, or all with atAll")
    uids = [rules.uid(uid, f"body.at[{index}]", "the uid of a member") for index, uid in enumerate(body.at)]
    return tuple(dict.fromkeys(uids))


def _source(body: pb.Message, caller: Uid) -> Source | None:
    if not body.HasField("source"):
        return None
    session = rules.own_session(body.source.session_id, caller, "body.source.sessionId", "history")
    return Source(session, Seq(rules.number(body.source.seq, "body.source.seq", 1)))


def _check_kind(body: pb.Message) -> None:
    if body.v not in (0, VERSION):
        raise InvalidRequest("body.v", f"{VERSION}, the version of this protocol", f"send {VERSION}, or none")
    if body.chat_type not in list(ChatType):
        raise InvalidRequest("body.chatType", "1 (private) or 2 (group)", "send 1 for a private chat")
    if body.ack_flg not in (0, 1):
        raise InvalidRequest("body.ackFlg", "0 or 1", "send 1 if the receiver must ack the message")


def check_size(draft: Draft) -> None:
    """Checks the size of a message."""
    wire = draft_to_wire(draft)
    size = max(wire.ByteSize(), len(dump(to_json(wire)).encode()))
    if size > MAX_MESSAGE_BYTES:
        raise InvalidRequest(
            "body.msg",
            f"a message has at most {MAX_MESSAGE_BYTES} bytes in either encoding; this one has {size}",
            "send less, or send a link",
        )


def chat_ack(message: Message, sent: Draft) -> pb.Envelope:
    """The answer to a stored message. If the stored content differs from the sent one, the answer has it."""
    ack = pb.ChatAck(
        msg_id=message.draft.msg_id,
        session_id=message.session_id,
        seq=message.seq,
        time=message.accepted_at_ms,
        number=message.number,
    )
    if message.draft.content != sent.content:
        ack.msg.ParseFromString(message.draft.content)
    return pb.Envelope(chat_ack=ack)
