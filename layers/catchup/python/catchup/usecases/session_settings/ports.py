"""The ports of settings. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.ids import SessionId, Uid
from catchup.domain.presence import Caller
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings, SettingsChange


class SettingsResult(Enum):
    """The result of a change of one session's settings."""

    # Made now or earlier, or overtaken by a later choice.
    SETTLED = "settled"
    # It names a place that the session has not come to; nothing was changed.
    TOO_HIGH = "too high"
    # A private session without messages.
    UNKNOWN_SESSION = "unknown session"
    # A session of others, or a group that the person was never a member of.
    NOT_YOURS = "not yours"
    # Its row is corrupt. It is reported and kept.
    UNREADABLE = "unreadable"
    # The store did not answer.
    TRY_AGAIN = "try again"


class Settled(NamedTuple):
    """What has become of a change. `settings`: what holds now, if it is SETTLED. `is_last`: something of the change is
    the last choice, whether this attempt or an earlier one has made it."""

    result: SettingsResult
    settings: SessionSettings = NO_SETTINGS
    is_last: bool = False


class SettingsBook(Protocol):
    """The settings of persons' sessions."""

    def change(self, owner: Uid, session: SessionId, change: SettingsChange, chosen_at_ms: int) -> Settled:
        """Makes those of the choices that are later than what holds. One call, unless some are and others are not."""


class SettingsNotices(Protocol):
    """Tells the other devices of a person what they have chosen."""

    def settings(self, caller: Caller, settings: Mapping[SessionId, SessionSettings]) -> None:
        """Queues pushes to the caller's devices but the one that asks. Nothing is looked up here."""
