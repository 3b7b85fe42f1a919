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

    Each call keeps the choice in the local database at once, shows it, and waits until the server has it. If the call
    ends before (a timeout, a crash), the choice stays and is still sent. Of two choices the later one counts, on
    whichever device it was made.

    All raise InvalidInput before anything is kept, and RequestRefused if the server refuses: then the choice is undone.
    """

    _engine: Engine
    _store: Store

    async def mute(self, session_id: str, until_ms: int = FOR_EVER) -> None:
        """Mute a session until a time, in milliseconds since 1970; by default for ever. Messages count all the same."""
        if not 0 <= until_ms <= FOR_EVER:
            raise InvalidInput("until_ms", f"must be from 0 to {FOR_EVER}")
        await self._outcome(self._engine.choices.put(_name(session_id), muted_until_ms=until_ms))

    async def unmute(self, session_id: str) -> None:
        """End the mute of a session."""
        await self.mute(session_id, 0)

    async def pin(self, session_id: str, pinned: bool = True) -> None:
        """Pin a session to the top of `chat_list`, the newest pin first; or no longer."""
        await self._outcome(self._engine.choices.put(_name(session_id), pinned=pinned))

    async def hide(self, session_id: str, hidden: bool = True) -> None:
        """Hide a session from `chat_list` until something newer comes; or show it again. Its count stays."""
        await self._outcome(self._engine.choices.put(_name(session_id), hidden=hidden))

    async def mark_unread(self, session_id: str, marked: bool = True) -> None:
        """Mark a session as unread, a dot without a number, until `mark_read`; or take the mark away."""
        await self._outcome(self._engine.choices.put(_name(session_id), marked_unread=marked))

    def chat_list(self) -> list[SessionState]:
        """Return the sessions to show: without hidden ones, pinned ones first, then the newest message first."""
        shown = [state for state in self._store.sessions() if not state.hidden]
        return sorted(shown, key=lambda state: -state.settings.pinned_at_ms)

    def unread_total(self, *, include_muted: bool = False) -> int:
        """Return the number for a badge: what is unread in all sessions but hidden ones, and by default muted ones."""
        now_ms = self._engine.clock.now_ms()
        shown: Sequence[SessionState] = [state for state in self._store.sessions() if not state.hidden]
        return sum(state.unread for state in shown if include_muted or not state.settings.muted(now_ms))

    async def _outcome(self, position: int) -> None:
        await self._engine.or_stop(self._engine.choices.outcome(position))


def _name(session_id: str) -> SessionId:
    if not is_session(session_id):
        raise InvalidInput("session_id", "must be p:<uid>:<uid> or g:<groupId>")
    return SessionId(session_id)
