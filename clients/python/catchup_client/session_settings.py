"""The calls about settings of sessions; `Client` inherits them."""

from collections.abc import Sequence

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import SessionId, is_session
from catchup_client.protocol.session_settings import FOR_EVER
from catchup_client.store import Store
from catchup_client.store.results import SessionState


class SettingsCalls:
    """How the person wants to see their sessions, the same on all their devices.

    A choice is in the local database and shown at once, and works offline. `set_settings` waits until the server has
    it; if the call ends before (a timeout, a crash), the choice stays and is still sent. Of two choices the later one
    counts, on whichever device it was made. It raises InvalidInput before anything is kept, and RequestRefused if the
    server refuses: then the choice is undone.
    """

    _engine: Engine
    _store: Store

    async def set_settings(
        self,
        session_id: str,
        *,
        muted_until_ms: int | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
        marked_unread: bool | None = None,
    ) -> None:
        """Choose how to see a session; what is None stays as it is.

        Args:
            session_id: of a session in the list.
            muted_until_ms: until when notifications are quiet, in milliseconds since 1970; 0 ends it, and `FOR_EVER`
                never does. Messages count all the same.
            pinned: at the top of `chat_list`, the newest pin first.
            hidden: out of `chat_list`, until something newer comes. The session keeps its count.
            marked_unread: a dot without a number, until `mark_read`.

        """
        position = self.choose(
            session_id, muted_until_ms=muted_until_ms, pinned=pinned, hidden=hidden, marked_unread=marked_unread
        )
        await self._engine.or_stop(self._engine.choices.outcome(position))

    def choose(
        self,
        session_id: str,
        *,
        muted_until_ms: int | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
        marked_unread: bool | None = None,
    ) -> int:
        """Choose as `set_settings` does, without waiting for the server; return the number of the choice."""
        if not is_session(session_id):
            raise InvalidInput("session_id", "must be p:<uid>:<uid> or g:<groupId>")
        if muted_until_ms is None and pinned is None and hidden is None and marked_unread is None:
            raise InvalidInput("settings", "must have at least one to choose")
        if muted_until_ms is not None and not 0 <= muted_until_ms <= FOR_EVER:
            raise InvalidInput("muted_until_ms", f"must be from 0 to {FOR_EVER}")
        return self._engine.choices.put(
            SessionId(session_id),
            muted_until_ms=muted_until_ms,
            pinned=pinned,
            hidden=hidden,
            marked_unread=marked_unread,
        )

    def chat_list(self) -> list[SessionState]:
        """Return the sessions to show: without hidden ones, pinned ones first, then the newest message first."""
        shown = [state for state in self._store.sessions() if not state.hidden]
        return sorted(shown, key=lambda state: -state.settings.pinned_at_ms)

    def unread_total(self, *, include_muted: bool = False) -> int:
        """Return the number for a badge: what is unread in all sessions but hidden ones, and by default muted ones."""
        now_ms = self.now_ms()
        shown: Sequence[SessionState] = [state for state in self._store.sessions() if not state.hidden]
        return sum(state.unread for state in shown if include_muted or not state.settings.muted(now_ms))

    def now_ms(self) -> int:
        """Return the server's time, as far as this device knows it: the end of a mute is compared with it."""
        return self._engine.clock.now_ms()
