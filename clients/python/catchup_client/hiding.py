"""The call that hides messages; `Client` inherits it."""

from collections.abc import Sequence

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import Seq, SessionId, is_session


class HidingCalls:
    """Messages that the person hides from themselves, on all their devices."""

    _engine: Engine

    async def hide(self, session_id: str, seqs: Sequence[int]) -> None:
        """Hide messages for good, whoever wrote them; nobody else notices.

        Their content is removed from the local database at once, also offline. The call then waits until the server
        has been told; if it ends before (a timeout, a crash), that is still done. The messages stay in `messages`, with
        `hidden` and without content, and `unread` does not change.

        Raises InvalidInput before anything is hidden, and RequestRefused if the server refuses: then they are hidden on
        this device only.
        """
        if not is_session(session_id):
            raise InvalidInput("session_id", "must be p:<uid>:<uid> or g:<groupId>")
        if not seqs or not all(isinstance(seq, int) and seq >= 1 for seq in seqs):
            raise InvalidInput("seqs", "must be whole numbers from 1 on, at least one")
        name, hidden = SessionId(session_id), tuple(map(Seq, seqs))
        self._engine.hides.put(name, hidden)
        await self._engine.or_stop(self._engine.hides.outcome(name, hidden))
