"""The calls about the block list; `Client` inherits them."""

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import UID_RULE, Uid, is_uid
from catchup_client.protocol.requests import Block, Blocked, Unblock


class BlockCalls:
    """The block list. It lies on the server, one per account; each request is sent again until it is answered.

    All raise InvalidInput before anything is sent, and RequestRefused if the server refuses.
    """

    _engine: Engine

    async def block(self, uid: str) -> None:
        """Refuse new private messages of somebody. Earlier ones stay, and in groups nothing changes.

        The sender is told that each message is refused. At most 300 people can be blocked.
        """
        await self._engine.or_stop(self._engine.link.request(Block(_name(uid))))

    async def unblock(self, uid: str) -> None:
        """Accept private messages of somebody again; without a block nothing changes."""
        await self._engine.or_stop(self._engine.link.request(Unblock(_name(uid))))

    async def blocked(self) -> tuple[Uid, ...]:
        """Return everybody who is blocked, in the order of their uids."""
        return (await self._engine.or_stop(self._engine.link.request(Blocked()))).body.uids


def _name(uid: str) -> Uid:
    if not is_uid(uid):
        raise InvalidInput("uid", f"must match {UID_RULE}")
    return Uid(uid)
