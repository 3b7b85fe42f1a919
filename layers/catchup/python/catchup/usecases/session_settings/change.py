"""Changes the settings of sessions, and tells the person's other devices.

    change ────── look ────── push ────── answer
    (Counter,     (Presence)
     one update
     a session)

The look comes after the changes, as a login registers before it reads counters: a device that logs in at the same time
is told by one or the other. A push that is lost is made up for at the next login, whose answer has the sum of the
versions of all settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from catchup.clock import MAX_AHEAD_MS, Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import SessionId
from catchup.domain.presence import Caller, Endpoint
from catchup.domain.session_settings import SessionSettings, SettingsChange
from catchup.errors import Unavailable
from catchup.usecases.people.devices import OwnDevices
from catchup.usecases.people.ports import Push, PushResult
from catchup.usecases.session_settings.ports import SettingsBook, SettingsResult, Settled

# Sessions in one push: with the longest ids and numbers they fit into a frame of either encoding.
SESSIONS_A_PUSH = 40


@dataclass(eq=False, repr=False, slots=True)
class ChangeSettings:
    """Changes each session's settings with one conditional update, side by side."""

    settings: SettingsBook
    devices: OwnDevices
    push: Push
    concurrency: Concurrency
    clock: Clock

    @property
    def latest_ms(self) -> int:
        """The latest time that a choice may have."""
        return self.clock() + MAX_AHEAD_MS

    def __call__(self, caller: Caller, changes: Mapping[SessionId, SettingsChange]) -> Mapping[SessionId, Settled]:
        """Makes the choices that are later than what holds. A repeated request finds them made, or overtaken.

        Raises Unavailable if they are made, and it is not known whom to tell.
        """
        now_ms = self.clock()

        def settle(session: SessionId, change: SettingsChange) -> Settled:
            if not is_group(session) and not rule_of("settings").allows_in_private(caller.uid, session):
                return Settled(SettingsResult.NOT_YOURS)
            chosen_at_ms = now_ms if change.changed_at_ms is None else change.changed_at_ms
            try:
                return self.settings.change(caller.uid, session, change, chosen_at_ms)
            except Unavailable:
                return Settled(SettingsResult.TRY_AGAIN)

        settled = self.concurrency.run(*(partial(settle, *named) for named in changes.items()))
        results: dict[SessionId, Settled] = dict(zip(changes, settled, strict=True))
        self._tell(caller, {session: each.settings for session, each in results.items() if each.is_last})
        return results

    def _tell(self, caller: Caller, news: Mapping[SessionId, SessionSettings]) -> None:
        """Pushes to the person's other devices what holds where this request has the last word. A repeated request
        pushes again: its first attempt may have died before it came to that."""
        if not news:
            return
        sessions = list(news)
        parts = [
            {session: news[session] for session in sessions[start : start + SESSIONS_A_PUSH]}
            for start in range(0, len(sessions), SESSIONS_A_PUSH)
        ]

        def tell(to: Endpoint) -> PushResult:
            *others, last = [self.push.settings(to, part) for part in parts]
            return next((result for result in others if result is not PushResult.DELIVERED), last)

        self.devices(caller, tell)
