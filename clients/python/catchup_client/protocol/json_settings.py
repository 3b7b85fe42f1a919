"""Settings of sessions in the JSON form, in requests and in answers."""

from typing import Any

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.codes import Code
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.session_settings import (
    Position,
    SessionSettings,
    SettingsChange,
    SettingsPush,
    SettingsReply,
    SettingsResult,
)


def decode_settings_push(frame: Fields) -> SettingsPush:
    """Read a `settings` without a `code`."""
    told = frame.object("body").entries("sessions")
    return SettingsPush({SessionId(name): _settings(settings) for name, settings in told})


def settings_reply(body: Fields) -> SettingsReply:
    """Read the body of an answer of `settings`."""
    results = {
        SessionId(name): SettingsResult(Code.of_name(result.enum_name("code")), settings_in(result))
        for name, result in body.entries("sessions")
    }
    return SettingsReply(results)


def settings_in(fields: Fields) -> SessionSettings | None:
    """Read the `settings` of a counter, a session or a result; None if there are none."""
    return _settings(fields.object("settings")) if "settings" in fields else None


def encode_choice(choice: SettingsChange) -> dict[str, Any]:
    """Return one entry of a request."""
    chosen = {
        "mutedUntil": choice.muted_until_ms,
        "pinned": choice.pinned,
        "hidden": choice.hidden,
        "markedUnread": choice.marked_unread,
    }
    at = {"at": {"seq": choice.at.seq, "received": choice.at.number}} if choice.hidden or choice.marked_unread else {}
    given = {name: value for name, value in chosen.items() if value is not None}
    return {**given, **at, "changedAt": choice.changed_at_ms}


def _settings(settings: Fields) -> SessionSettings:
    return SessionSettings(
        muted_until_ms=settings.number("mutedUntil"),
        pinned_at_ms=settings.number("pinnedAt") if settings.flag("pinned") else 0,
        hidden_at=_position(settings, "hiddenAt") if settings.flag("hidden") else None,
        marked_at=_position(settings, "markedAt") if settings.flag("markedUnread") else None,
        changed_at_ms=settings.number("changedAt"),
        version=settings.number("version"),
    )


def _position(settings: Fields, name: str) -> Position:
    place = settings.object(name)
    return Position(Seq(place.number("seq")), Number(place.number("received")))
