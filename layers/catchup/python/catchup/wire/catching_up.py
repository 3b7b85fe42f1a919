"""What people ask for when they catch up, and the answers. Requests raise InvalidRequest and its kinds."""

from collections.abc import Mapping, Sequence

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.page import Bounds, EndReason, Page, PageRequest
from catchup.domain.receipts import NOT_CHOSEN
from catchup.errors import InvalidRequest
from catchup.settings import (
    DEFAULT_PULL_PAGE,
    DEFAULT_SESSIONS_PAGE,
    MAX_CLEAR_SESSIONS,
)
from catchup.usecases.catching_up.acknowledge import Acknowledged, SessionAck
from catchup.usecases.catching_up.counters import (
    All,
    CountersAsked,
    CountersFrame,
    Following,
    Named,
    cursor,
    parse_cursor,
)
from catchup.usecases.catching_up.ports import ClearResult
from catchup.usecases.catching_up.sessions import SessionSummary
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules
from catchup.wire.groups import group_summary
from catchup.wire.messages import counter_to_wire, message_to_wire, shown_settings
from catchup.wire.reading import position_to_wire
from catchup.wire.receipts import choice_to_wire


def login_request(envelope: pb.Envelope) -> int | None:
    """Returns the time of the device's last login, None if it does not say."""
    return _since(envelope.login)


def _since(body: pb.LoginRequest | pb.CountersRequest) -> int | None:
    return rules.number(body.since, "body.since", 0) if body.HasField("since") else None


def counters_request(envelope: pb.Envelope) -> CountersAsked:
    """Returns which counters the request asks for."""
    body = envelope.counters
    since = _since(body)
    if body.next:
        return Following(_cursor(body.next), since)
    if not body.session_ids:
        return All(since)
    rules.at_most(len(body.session_ids), MAX_CLEAR_SESSIONS, "body.sessionIds", "sessions")
    named = [rules.session_id(text, f"body.sessionIds[{index}]") for index, text in enumerate(body.session_ids)]
    return Named(list(dict.fromkeys(named)))


def _cursor(text: str) -> SessionId | None:
    try:
        return parse_cursor(text)
    except ValueError as error:
        raise InvalidRequest(
            "body.next", "must be a next that the server sent", "send it unchanged, or none"
        ) from error


def clear_request(envelope: pb.Envelope) -> Mapping[SessionId, int]:
    """Returns what the client has counted, by session."""
    named = envelope.clear.sessions
    if not named:
        raise InvalidRequest(
            "body.sessions", "required", "name the sessions, each with the number that you have counted"
        )
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    return {
        rules.session_id(text, f"body.sessions.{text}"): rules.number(seen, f"body.sessions.{text}", 0)
        for text, seen in named.items()
    }


def ack_request(envelope: pb.Envelope, most: int) -> Mapping[SessionId, SessionAck]:
    """Returns what the client has saved, by session; at most so many messages."""
    named = envelope.ack.sessions
    if not named:
        raise InvalidRequest("body.sessions", "required", "name the sessions and their seqs")
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    rules.at_most(sum(len(item.seqs) for item in named.values()), most, "body.sessions", "seqs")
    return {
        rules.session_id(text, f"body.sessions.{text}"): SessionAck(
            rules.seqs(item.seqs, f"body.sessions.{text}.seqs"),
            rules.number(item.received, f"body.sessions.{text}.received", 0) if item.HasField("received") else None,
        )
        for text, item in named.items()
    }


def pull_request(envelope: pb.Envelope, caller: Uid, most: int) -> PageRequest:
    """Returns the request for the next page of the offline store, with the acked seqs; at most so many of each."""
    rules.at_most(len(envelope.pull.ack), most, "body.ack", "seqs")
    acked = rules.seqs(envelope.pull.ack, "body.ack")
    return _page(envelope.pull, "pull", caller, acked, most)


def history_request(envelope: pb.Envelope, caller: Uid, most: int) -> PageRequest:
    """A page of history of at most so many messages."""
    return _page(envelope.history, "history", caller, (), most)


def _page(
    body: pb.PullRequest | pb.HistoryRequest, route: str, caller: Uid, acked: Sequence[Seq], most: int
) -> PageRequest:
    return PageRequest(
        session_id=rules.own_session(body.session_id, caller, "body.sessionId", route),
        limit=rules.page_size(body.limit, DEFAULT_PULL_PAGE, most),
        bounds=Bounds(before=rules.optional_seq(body, "before"), after=rules.optional_seq(body, "after")),
        acked=acked,
    )


def sessions_request(envelope: pb.Envelope, most: int) -> tuple[int, SessionId | None]:
    """Returns the number of sessions to list, at most so many, and the session after which the list starts."""
    body = envelope.sessions
    limit = rules.page_size(body.limit, DEFAULT_SESSIONS_PAGE, most)
    return limit, _cursor(body.next) if body.next else None


_CLEAR_CODES: Mapping[ClearResult, pb.Code.ValueType] = {
    ClearResult.CLEARED: pb.OK,
    ClearResult.TOO_HIGH: pb.OUT_OF_RANGE,
    ClearResult.UNKNOWN_SESSION: pb.NOT_FOUND,
    ClearResult.NOT_YOURS: pb.PERMISSION_DENIED,
    ClearResult.TRY_AGAIN: pb.UNAVAILABLE,
}


def counters_reply(frame: CountersFrame) -> pb.Envelope:
    """The counters of one frame."""
    return pb.Envelope(
        counters_reply=pb.CountersReply(
            counters={
                item.session_id: counter_to_wire(item, frame.previews.get(item.session_id, ()))
                for item in frame.counters
            },
            next=frame.next,
            epoch=frame.epoch,
            settings_sum=frame.settings_sum,
            hidden_sum=frame.hidden_sum or None,
            receipts=choice_to_wire(frame.receipts) if frame.receipts != NOT_CHOSEN else None,
        )
    )


def cleared_reply(results: Mapping[SessionId, ClearResult]) -> pb.Envelope:
    """The result of a clear, by session."""
    return acknowledged_reply({session: Acknowledged((), result) for session, result in results.items()})


def acknowledged_reply(results: Mapping[SessionId, Acknowledged]) -> pb.Envelope:
    """The result of an ack, by session, with the seqs to name again."""
    return pb.Envelope(
        results_reply=pb.ResultsReply(
            sessions={
                session: pb.SessionResult(code=_CLEAR_CODES[result.cleared], remaining=result.remaining)
                for session, result in results.items()
            }
        )
    )


def page_reply(value: Page) -> pb.Envelope:
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


def sessions_reply(summaries: Sequence[SessionSummary], last: SessionId | None) -> pb.Envelope:
    """A page of a person's sessions."""
    return pb.Envelope(
        sessions_reply=pb.SessionsReply(
            sessions=[
                pb.SessionSummary(
                    session_id=summary.told.session_id,
                    received=summary.told.received,
                    cleared=summary.told.cleared,
                    last_seq=summary.told.last_seq,
                    timestamp=summary.told.timestamp_ms,
                    group=group_summary(summary.group, summary.membership),
                    recalled=summary.told.recalled,
                    read=position_to_wire(summary.told.read),
                    settings=shown_settings(summary.told),
                    hidden_version=summary.told.hidden_version or None,
                    read_to=position_to_wire(summary.read_to) if summary.read_to else None,
                )
                for summary in summaries
            ],
            next=cursor(last) if last is not None else "",
            end=last is None,
            end_reason=pb.CAUGHT_UP if last is None else pb.NOT_END,
        )
    )
