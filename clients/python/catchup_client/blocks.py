"""Whose private messages an account doesn't take: `Client` inherits it."""

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import UID_RULE, Uid, is_uid
from catchup_client.protocol.requests import Block, Blocked, Unblock


class BlockCalls:
    """The block list. It is the server's, the same on all devices; each call is asked for until it is answered.

    All raise InvalidInput before anything is sent, and RequestRefused if the server won't do it.
    """

    _engine: Engine

    async def block(self, uid: str) -> None:
        """Take no more new private messages from somebody; in groups they are still heard.

        They are told that each is refused. What came before stays. At most 300 people.
        """
        await self._engine.or_stop(self._engine.link.request(Block(_name(uid))))

    async def unblock(self, uid: str) -> None:
        """Take them again; nothing if there was no block."""
        await self._engine.or_stop(self._engine.link.request(Unblock(_name(uid))))

    async def blocked(self) -> tuple[Uid, ...]:
        """Return everybody who is blocked, in the order of their uids."""
        return (await self._engine.or_stop(self._engine.link.request(Blocked()))).body.uids


def _name(uid: str) -> Uid:
    if not is_uid(uid):
        raise InvalidInput("uid", f"must match {UID_RULE}")
    return Uid(uid)
