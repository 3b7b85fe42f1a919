"""Requests: an envelope and its caller become the arguments of a use case. Raises InvalidRequest and its kinds."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from catchup.domain.group import group_session
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import ChatType, Draft
from catchup.domain.page import Bounds, PageRequest
from catchup.errors import InvalidRequest, NotYours
from catchup.settings import (
    DEFAULT_MEMBERS_PAGE,
    DEFAULT_PULL_PAGE,
    DEFAULT_SESSIONS_PAGE,
    MAX_ACK_SEQS,
    MAX_CLEAR_SESSIONS,
    MAX_MESSAGE_BYTES,
    MAX_NAMED_UIDS,
    MAX_PAGE,
)
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules
from catchup.wire.codec import dump
from catchup.wire.json_form import to_json
from catchup.wire.messages import VERSION, draft_to_wire, sender_of

if TYPE_CHECKING:  # only the sync function has it
    from catchup.usecases.catching_up.acknowledge import SessionAck


def check_header(envelope: pb.Envelope, caller: Uid) -> None:
    """The uid, if given, is the token's."""
    if envelope.HasField("uid") and envelope.uid != caller:
        raise NotYours("uid", "must be the uid of the token", "send your own uid, or none")


def chat(envelope: pb.Envelope, caller: Uid) -> tuple[Draft, bytes]:
    """A message to send, and the digest of what a retry must repeat: content, receiver and ackFlg, but not its time."""
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
        content=rules.content(body.msg, "body.msg"),
        chat_type=ChatType(body.chat_type),
        at=_mentioned(body),
        at_all=body.at_all,
    )
    _check_size(draft)
    # In a group ackFlg makes no difference; whom it mentions does.
    says = [" ".join(draft.at), str(draft.at_all)] if in_group else [str(body.ack_flg)]
    parts = [recipient.encode(), *(text.encode() for text in says), draft.content]
    return draft, sha256(b"\0".join(parts)).digest()


def _mentioned(body: pb.Message) -> tuple[Uid, ...]:
    if body.chat_type == ChatType.PRIVATE:
        if body.at or body.at_all:
            raise InvalidRequest("body.at" if body.at else "body.atAll", "only in groups", "leave it out")
        return ()
    rules.at_most(len(body.at), MAX_NAMED_UIDS, "body.at", "uids", "mention fewer, or all with atAll")
    uids = [rules.uid(uid, f"body.at[{index}]", "the uid of a member") for index, uid in enumerate(body.at)]
    return tuple(dict.fromkeys(uids))


def _check_kind(body: pb.Message) -> None:
    if body.v not in (0, VERSION):
        raise InvalidRequest("body.v", f"{VERSION}, the version of this protocol", f"send {VERSION}, or none")
    if body.chat_type not in list(ChatType):
        raise InvalidRequest("body.chatType", "1 (private) or 2 (group)", "send 1 for a private chat")
    if body.ack_flg not in (0, 1):
        raise InvalidRequest("body.ackFlg", "0 or 1", "send 1 if the receiver must ack the message")


def _check_size(draft: Draft) -> None:
    wire = draft_to_wire(draft)
    size = max(wire.ByteSize(), len(dump(to_json(wire)).encode()))
    if size > MAX_MESSAGE_BYTES:
        raise InvalidRequest(
            "body.msg",
            f"a message has at most {MAX_MESSAGE_BYTES} bytes in either encoding; this one has {size}",
            "send less, or a link to where the rest is",
        )


class CountersAsked(NamedTuple):
    """Either named sessions, or (`following`) the frame after a cursor."""

    following: bool
    after: SessionId | None = None
    sessions: Sequence[SessionId] = ()


def counters(envelope: pb.Envelope) -> CountersAsked:
    """Which counters are asked for."""
    body = envelope.counters
    if body.next:
        return CountersAsked(True, after=_cursor(body.next))
    if not body.session_ids:
        raise InvalidRequest("body.sessionIds", "required, unless next is given", "name the sessions")
    rules.at_most(len(body.session_ids), MAX_CLEAR_SESSIONS, "body.sessionIds", "sessions")
    named = [rules.session_id(text, f"body.sessionIds[{index}]") for index, text in enumerate(body.session_ids)]
    return CountersAsked(False, sessions=list(dict.fromkeys(named)))


def _cursor(text: str) -> SessionId | None:
    from catchup.usecases.catching_up.counters import parse_cursor

    try:
        return parse_cursor(text)
    except ValueError as error:
        raise InvalidRequest("body.next", "a next that the server sent", "send it unchanged, or none") from error


def clear(envelope: pb.Envelope) -> Mapping[SessionId, int]:
    """What the client has counted, by session."""
    named = envelope.clear.sessions
    if not named:
        raise InvalidRequest("body.sessions", "required", "name the sessions and up to where each is counted")
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    return {
        rules.session_id(text, f"body.sessions.{text}"): rules.number(seen, f"body.sessions.{text}", 0)
        for text, seen in named.items()
    }


def ack(envelope: pb.Envelope) -> "Mapping[SessionId, SessionAck]":
    """What the client has saved, by session."""
    from catchup.usecases.catching_up.acknowledge import SessionAck

    named = envelope.ack.sessions
    if not named:
        raise InvalidRequest("body.sessions", "required", "name the sessions and their seqs")
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    rules.at_most(sum(len(item.seqs) for item in named.values()), MAX_ACK_SEQS, "body.sessions", "seqs")
    return {
        rules.session_id(text, f"body.sessions.{text}"): SessionAck(
            rules.seqs(item.seqs, f"body.sessions.{text}.seqs"),
            rules.number(item.received, f"body.sessions.{text}.received", 0) if item.HasField("received") else None,
        )
        for text, item in named.items()
    }


def pull(envelope: pb.Envelope, caller: Uid) -> PageRequest:
    """The next page of the offline store, and what leaves it."""
    rules.at_most(len(envelope.pull.ack), MAX_ACK_SEQS, "body.ack", "seqs")
    acked = rules.seqs(envelope.pull.ack, "body.ack")
    return _page(envelope.pull, "pull", caller, acked)


def history(envelope: pb.Envelope, caller: Uid) -> PageRequest:
    """A page of history."""
    return _page(envelope.history, "history", caller, ())


def _page(body: pb.PullRequest | pb.HistoryRequest, route: str, caller: Uid, acked: Sequence[Seq]) -> PageRequest:
    return PageRequest(
        session_id=rules.own_session(body.session_id, caller, "body.sessionId", route),
        limit=rules.page_size(body.limit, DEFAULT_PULL_PAGE, MAX_PAGE),
        bounds=Bounds(before=rules.optional_seq(body, "before"), after=rules.optional_seq(body, "after")),
        acked=acked,
    )


def blocking(envelope: pb.Envelope, caller: Uid) -> Uid:
    """Whom a `block` or `unblock` is about."""
    body = envelope.block if envelope.HasField("block") else envelope.unblock
    uid = rules.uid(body.uid, "body.uid", "the uid of a person")
    if uid == caller:
        raise InvalidRequest("body.uid", "must be someone else", "send the uid of somebody who writes to you")
    return uid


def members(envelope: pb.Envelope) -> tuple[SessionId, int, Uid | None]:
    """Which group, how many of its members, and after whom."""
    body = envelope.members
    group_id = rules.identifier(body.group_id, "body.groupId", "the id of the group")
    limit = rules.page_size(body.limit, DEFAULT_MEMBERS_PAGE, MAX_PAGE)
    after = rules.uid(body.next, "body.next", "the next of the answer before, or none") if body.next else None
    return group_session(group_id), limit, after


def sessions(envelope: pb.Envelope) -> tuple[int, SessionId | None]:
    """How many sessions, and after which."""
    body = envelope.sessions
    limit = rules.page_size(body.limit, DEFAULT_SESSIONS_PAGE, MAX_PAGE)
    return limit, _cursor(body.next) if body.next else None
