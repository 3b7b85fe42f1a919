"""The calls about signals and who is online; `Client` inherits them."""

from collections.abc import Iterable, Mapping

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.names import UID_RULE, Uid, is_uid
from catchup_client.protocol.requests import Online
from catchup_client.protocol.signalling import compose_signal
from catchup_client.protocol.signals import STOPPED, TYPING, OnlineStatus
from catchup_client.settings import MAX_ONLINE_UIDS


class SignalCalls:
    """What happens in a session now, and who is there. `to`: a uid, or a group's session, `g:<groupId>`.

    Signals are of their moment: without a connection none is sent, and none is sent again. At most one a second is
    sent; a later one of a session takes the place of one that waits. All raise InvalidInput before anything is sent.
    """

    _engine: Engine
    _uid: Uid

    def typing(self, to: str) -> None:
        """Tell those online in a session that the person types; call it at each change of the text.

        They hear of it at once, and then every four seconds while it goes on. `send` and `post` end it.
        """
        self._engine.signalling.typing(compose_signal(self._uid, to, TYPING))

    def stop_typing(self, to: str) -> None:
        """Tell them that the person types no more: the text was deleted, or the session was left."""
        self._engine.signalling.stopped(compose_signal(self._uid, to, STOPPED))

    async def signal(self, to: str, kind: str, data: str = "") -> bool:
        """Send a signal of your own to those online in a session.

        Args:
            to: a uid, or a group's session.
            kind: what happens, `[a-z-]{1,32}`, such as "recording".
            data: a text of at most 256 bytes.

        Returns whether the server has taken it; it doesn't tell whether anybody was online. False: there was no
        connection, or a later signal of the session came first. Raises RequestRefused.

        """
        return await self._engine.or_stop(self._engine.signalling.send(compose_signal(self._uid, to, kind, data)))

    async def online(self, uids: Iterable[str]) -> Mapping[Uid, OnlineStatus]:
        """Return who of these people is online.

        You see people with whom you have a private session; all others, and who has blocked you, seem to be offline.
        """
        asked = list(dict.fromkeys(map(_name, uids)))
        people: dict[Uid, OnlineStatus] = {}
        for start in range(0, len(asked), MAX_ONLINE_UIDS):
            request = Online(tuple(asked[start : start + MAX_ONLINE_UIDS]))
            people |= (await self._engine.or_stop(self._engine.link.request(request))).body.people
        return people


def _name(uid: str) -> Uid:
    if not is_uid(uid):
        raise InvalidInput("uids", f"must match {UID_RULE}")
    return Uid(uid)
