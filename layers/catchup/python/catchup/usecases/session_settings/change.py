"""Changes the settings of sessions, and tells the person's other devices.

    one conditional update a session, side by side ── pushes to the person's other devices, queued ── answer
    (Counter)                                          (SQS)

Nothing is read: a failed condition returns the row. The function that pushes looks up who is online after the changes,
as a login registers before it reads counters: a device that logs in at the same time is told by one or the other. A
push that is lost is made up for at the next login, whose answer has the sum of the versions of all settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from catchup.clock import MAX_AHEAD_MS, Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import SessionId
from catchup.domain.presence import Caller
from catchup.domain.session_settings import SettingsChange
from catchup.errors import Unavailable, courtesy
from catchup.usecases.session_settings.ports import SettingsBook, SettingsNotices, SettingsResult, Settled


@dataclass(eq=False, repr=False, slots=True)
class ChangeSettings:
    """Changes each session's settings with one conditional update, side by side."""

    settings: SettingsBook
    notices: SettingsNotices
    concurrency: Concurrency
    clock: Clock

    @property
    def latest_ms(self) -> int:
        """The latest time that a choice may have."""
        return self.clock() + MAX_AHEAD_MS

    def __call__(self, caller: Caller, changes: Mapping[SessionId, SettingsChange]) -> Mapping[SessionId, Settled]:
        """Makes the choices that are later than what holds. A repeated request finds them made, or overtaken."""
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
        # What a repeated request has chosen is told again: its first attempt may have died here.
        told = {session: each.settings for session, each in results.items() if each.is_last}
        if told:
            with courtesy():
                self.notices.settings(caller, told)
        return results
