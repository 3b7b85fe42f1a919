"""Requests to recall and to edit messages, and their answer. Requests raise InvalidRequest and its kinds."""

from dataclasses import replace
from hashlib import sha256

from catchup.domain.group import group_id_of, is_group
from catchup.domain.ids import MsgId, Seq, SessionId, Uid, other_of
from catchup.domain.message import ChatType, Draft, Message, RevisionKind
from catchup.errors import InvalidRequest
from catchup.usecases.revising.request import RevisionRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire import content_types, rules
from catchup.wire.sending import chat_ack, check_size, mentioned


def revision_request(envelope: pb.Envelope, caller: Uid) -> RevisionRequest:
    """Returns the recall or edit that is asked for."""
    kind = RevisionKind(envelope.WhichOneof("body"))
    body = envelope.recall if kind is RevisionKind.RECALL else envelope.edit
    msg_id = MsgId(rules.identifier(body.msg_id, "body.msgId", f"an id of your own for this {kind.value}"))
    session = rules.own_session(body.session_id, caller, "body.sessionId", kind.value)
    seq = Seq(rules.number(body.seq, "body.seq", 1))
    draft = Draft(
        msg_id=msg_id,
        sender=caller,
        recipient=_recipient(session, caller),
        wants_ack=not is_group(session),
        sent_at_ms=rules.number(envelope.time, "time", 0),
        content=b"",
        chat_type=ChatType.GROUP if is_group(session) else ChatType.PRIVATE,
    )
    if isinstance(body, pb.EditRequest):
        draft = _edited(draft, body)
    said = [kind.value, session, str(seq), " ".join(draft.at), str(draft.at_all)]
    digest = sha256(b"\0".join([*(text.encode() for text in said), draft.content])).digest()
    return RevisionRequest(kind, session, seq, draft, digest)


def _recipient(session: SessionId, caller: Uid) -> Uid:
    """A notice's `to`: the groupId, or the other person."""
    return Uid(group_id_of(session)) if is_group(session) else other_of(session, caller)


def _edited(draft: Draft, body: pb.EditRequest) -> Draft:
    if not body.HasField("msg"):
        raise InvalidRequest("body.msg", "required, an object", 'send the new content, such as {"message": "hello"}')
    at = mentioned(body, draft.chat_type)
    edited = replace(draft, content=content_types.content(body.msg, "body.msg"), at=at, at_all=body.at_all)
    check_size(edited)
    return edited


def revision_ack(notice: Message, asked: RevisionRequest) -> pb.Envelope:
    """The answer, with the content if it is not the one that was sent. A retry of an edit that another one has
    followed does not know any more what was stored."""
    return chat_ack(notice, asked.edited if notice.draft.content else notice.draft)
