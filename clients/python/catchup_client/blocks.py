"""The calls about the block list; `Client` inherits them."""

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import UID_RULE, Uid, is_uid
from catchup_client.protocol.requests import Block, Blocked, Unblock


class BlockCalls:
    """The block list, which the server keeps, one per account. Each request is sent again until it is answered.

    All raise InvalidInput before anything is sent, and RequestRefused if the server refuses.
    """

    _engine: Engine

    async def block(self, uid: str) -> None:
        """Refuse new private messages from a person. Earlier ones stay. In groups the person mentions nobody who has
        blocked them.

        The person is told with each message that it is refused. At most 200 people can be blocked.
        """
        await self._engine.or_stop(self._engine.link.request(Block(_name(uid))))
        self._engine.store.note_blocked([Uid(uid)])

    async def unblock(self, uid: str) -> None:
        """Accept private messages from a person again; does nothing if the person isn't blocked."""
        await self._engine.or_stop(self._engine.link.request(Unblock(_name(uid))))
        self._engine.store.note_unblocked(Uid(uid))

    async def blocked(self) -> tuple[Uid, ...]:
        """Return the uids of all blocked people, in order. This device learns of blocks that others have made by it."""
        uids = (await self._engine.or_stop(self._engine.link.request(Blocked()))).body.uids
        self._engine.store.note_blocked(uids, is_all=True)
        return uids


def _name(uid: str) -> Uid:
    if not is_uid(uid):
        raise InvalidInput("uid", f"must match {UID_RULE}")
    return Uid(uid)
