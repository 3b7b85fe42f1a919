"""The calls about receipts; `Client` inherits them."""

from collections.abc import Sequence

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import Seq, SessionId, Uid, is_group
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.store import Store


class ReceiptCalls:
    """Whether others learn how far the person has read, and the person how far they have."""

    _engine: Engine
    _store: Store

    @property
    def receipts(self) -> ReceiptsChoice:
        """What the person has chosen about receipts, as far as this device knows."""
        return self._store.receipts()

    async def set_receipts(self, on: bool) -> None:
        """Turn receipts on or off on all devices, for both ways: how far the person has read, and the others.

        It is kept at once, also offline. The call then waits until the server has been told; if it ends before, that is
        still done. Raises RequestRefused if the deployment has no receipts.
        """
        await self._engine.or_stop(self._engine.receipts.choose(on))

    async def readers(self, session_id: str, seq: int) -> Sequence[Uid]:
        """Return who has read a message of this account in a group of at most 100 members.

        In a private session `SessionState.read_to` tells it. Raises RequestRefused, also if receipts are off.
        """
        if not is_group(session_id):
            raise InvalidInput("session_id", "must be g:<groupId>")
        return await self._engine.or_stop(self._engine.receipts.readers(SessionId(session_id), Seq(seq)))
