"""Answers and pushes: what a use case returns becomes an envelope.

The use cases of login and paging are imported for their types alone: a cold start of the other functions goes without.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from catchup.domain.group import Group, Membership
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Draft, Message
from catchup.domain.page import EndReason, Page
from catchup.domain.unread import Unread
from catchup.usecases.catching_up.ports import ClearResult
from catchup.wire import catchup_pb2 as pb
from catchup.wire.messages import message_to_wire

if TYPE_CHECKING:
    from catchup.usecases.catching_up.acknowledge import Acknowledged
    from catchup.usecases.catching_up.counters import CountersFrame
    from catchup.usecases.catching_up.sessions import SessionSummary
    from catchup.usecases.groups.ports import MemberEntry

_CLEAR_CODES: Mapping[ClearResult, pb.Code.ValueType] = {
    ClearResult.CLEARED: pb.OK,
    ClearResult.TOO_HIGH: pb.OUT_OF_RANGE,
    ClearResult.UNKNOWN_SESSION: pb.NOT_FOUND,
    ClearResult.NOT_YOURS: pb.PERMISSION_DENIED,
    ClearResult.TRY_AGAIN: pb.UNAVAILABLE,
}


def chat_ack(message: Message, sent: Draft) -> pb.Envelope:
    """The message is durable. If its content is not the one that was sent, the client is told."""
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


def counter(value: Unread, last: Sequence[Message] = ()) -> pb.Counter:
    """One session's counter."""
    return pb.Counter(
        count=value.count,
        last_msg=[message_to_wire(message) for message in last],
        timestamp=value.timestamp_ms,
        received=value.received,
        cleared=value.cleared,
        last_seq=value.last_seq,
        own=value.own,
        mentions=value.mentions,
        own_below=pb.OwnBelow(to=value.own_below.to, count=value.own_below.count) if value.own_below else None,
        joined=value.joined or None,
        joined_number=value.joined_number if value.joined else None,
        left=value.left or None,
    )


def counters(frame: "CountersFrame") -> pb.Envelope:
    """The counters of one frame."""
    return pb.Envelope(
        counters_reply=pb.CountersReply(
            counters={
                item.session_id: counter(item, frame.previews.get(item.session_id, ())) for item in frame.counters
            },
            next=frame.next,
            epoch=frame.epoch,
        )
    )


def cleared(results: Mapping[SessionId, ClearResult]) -> pb.Envelope:
    """How clearing went, by session."""
    return pb.Envelope(
        results_reply=pb.ResultsReply(
            sessions={session: pb.SessionResult(code=_CLEAR_CODES[result]) for session, result in results.items()}
        )
    )


def acknowledged(results: "Mapping[SessionId, Acknowledged]") -> pb.Envelope:
    """What is left to name again, by session."""
    return pb.Envelope(
        results_reply=pb.ResultsReply(
            sessions={
                session: pb.SessionResult(code=_CLEAR_CODES[result.cleared], remaining=result.remaining)
                for session, result in results.items()
            }
        )
    )


def page(value: Page) -> pb.Envelope:
    """A page of the offline store, or of history."""
    return pb.Envelope(
        page_reply=pb.PageReply(
            session_id=value.session_id,
            messages=[message_to_wire(message) for message in value.messages],
            end=value.end_reason is not EndReason.NOT_END,
            end_reason=pb.EndReason.Name(value.end_reason),  # type: ignore[arg-type]
            remaining=value.remaining,
            resume_before=value.resume_before,
            resume_after=value.resume_after,
        )
    )


def sessions(summaries: "Sequence[SessionSummary]", last: SessionId | None) -> pb.Envelope:
    """A page of a person's sessions."""
    from catchup.usecases.catching_up.counters import cursor

    return pb.Envelope(
        sessions_reply=pb.SessionsReply(
            sessions=[
                pb.SessionSummary(
                    session_id=summary.session_id,
                    received=summary.received,
                    cleared=summary.cleared,
                    last_seq=summary.last_seq,
                    timestamp=summary.timestamp_ms,
                    group=_group(summary.group, summary.membership),
                )
                for summary in summaries
            ],
            next=cursor(last) if last is not None else "",
            end=last is None,
            end_reason=pb.CAUGHT_UP if last is None else pb.NOT_END,
        )
    )


def _group(group: Group | None, membership: Membership | None) -> pb.GroupSummary | None:
    if group is None or membership is None:
        return None
    return pb.GroupSummary(
        name=group.name,
        role=membership.role,  # type: ignore[arg-type]
        members=group.members,
        joined=membership.joined,
        left=None if membership.is_member else membership.left,
    )


def members(entries: "Sequence[MemberEntry]", last: Uid | None) -> pb.Envelope:
    """A page of a group's members."""
    return pb.Envelope(
        members_reply=pb.MembersReply(
            members=[
                pb.Member(uid=entry.uid, role=entry.role, joined=entry.joined)  # type: ignore[arg-type]
                for entry in entries
            ],
            next=last or "",
            end=last is None,
        )
    )


def blocking(uid: Uid, blocked: bool) -> pb.Envelope:
    """Whether somebody is blocked now."""
    return pb.Envelope(block_reply=pb.BlockReply(uid=uid, blocked=blocked))


def blocked(uids: Sequence[Uid]) -> pb.Envelope:
    """Whom a person has blocked."""
    return pb.Envelope(blocked_reply=pb.BlockedReply(uids=uids))


def head(session: SessionId, seq: Seq, number: int, now_ms: int) -> pb.Envelope:
    """How far a group has come, pushed to a connection."""
    return pb.Envelope(cmd="head", time=now_ms, head=pb.Head(session_id=session, seq=seq, number=number))


def push(message: Message, now_ms: int) -> pb.Envelope:
    """A message pushed to a connection."""
    return pb.Envelope(cmd="chat", time=now_ms, uid=message.draft.sender, chat=message_to_wire(message))
