"""Settings of sessions on the wire. Requests raise InvalidRequest and its kinds."""

from collections.abc import Mapping
from typing import Any

from catchup.domain.ids import Seq, SessionId
from catchup.domain.page import Budget, fitting
from catchup.domain.session_settings import Position, SettingsChange
from catchup.errors import InvalidRequest
from catchup.settings import MAX_CLEAR_SESSIONS
from catchup.usecases.session_settings.ports import SettingsResult, Settled
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules
from catchup.wire.messages import settings_to_wire

# Beside the settings, an entry of the answer has its code and these names and signs.
RESULT_BYTES = 64
_CODES: Mapping[SettingsResult, pb.Code.ValueType] = {
    SettingsResult.SETTLED: pb.OK,
    SettingsResult.TOO_HIGH: pb.OUT_OF_RANGE,
    SettingsResult.UNKNOWN_SESSION: pb.NOT_FOUND,
    SettingsResult.NOT_YOURS: pb.PERMISSION_DENIED,
    SettingsResult.UNREADABLE: pb.DATA_LOSS,
    SettingsResult.TRY_AGAIN: pb.UNAVAILABLE,
}


def settings_request(envelope: pb.Envelope, latest_ms: int) -> Mapping[SessionId, SettingsChange]:
    """Returns what the person chooses, by session. `latest_ms`: the latest time that a choice may have."""
    named = envelope.settings.sessions
    if not named:
        raise InvalidRequest("body.sessions", "required", "name the sessions, each with what to change")
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    return {
        rules.session_id(text, f"body.sessions.{text}"): _change(change, f"body.sessions.{text}", latest_ms)
        for text, change in named.items()
    }


def _change(change: Any, field: str, latest_ms: int) -> SettingsChange:
    if not any(change.HasField(name) for name in ("muted_until", "pinned", "hidden", "marked_unread")):
        raise InvalidRequest(field, "mutedUntil, pinned, hidden or markedUnread", "send at least one of these")
    return SettingsChange(
        muted_until_ms=_number(change, "muted_until", f"{field}.mutedUntil"),
        is_pinned=change.pinned if change.HasField("pinned") else None,
        is_hidden=change.hidden if change.HasField("hidden") else None,
        is_marked=change.marked_unread if change.HasField("marked_unread") else None,
        at=_position(change.at, f"{field}.at") if change.HasField("at") else None,
        changed_at_ms=rules.chosen_at(change, f"{field}.changedAt", latest_ms),
    )


def _number(change: Any, name: str, field: str) -> int | None:
    return rules.number(getattr(change, name), field, 0) if change.HasField(name) else None


def _position(at: pb.Position, field: str) -> Position:
    seq = rules.number(at.seq, f"{field}.seq", 0)
    return Position(Seq(seq), rules.number(at.received, f"{field}.received", 0))


def settings_reply(results: Mapping[SessionId, Settled], budget: Budget) -> pb.Envelope:
    """The result for each session, and what holds there now: for as many as fit into the answer."""
    room = budget.room - sum(budget.id_bytes(session) + RESULT_BYTES for session in results)
    told = [(session, each.settings) for session, each in results.items() if each.settings.version]
    fit, _ = fitting(told, lambda each: budget.settings_bytes(each[1]), room)
    shown = {session: settings_to_wire(settings) for session, settings in fit}
    return pb.Envelope(
        settings_reply=pb.SettingsReply(
            sessions={
                session: pb.SettingsResult(code=_CODES[each.result], settings=shown.get(session))
                for session, each in results.items()
            }
        )
    )
