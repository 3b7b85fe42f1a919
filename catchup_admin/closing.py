"""Closes connections. It is no ban: their devices may connect again at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from catchup.domain.ids import ConnectionId, DeviceId, Uid
from catchup.errors import courtesy
from catchup.usecases.people.ports import PresenceBook

_GONE = 410


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed connection. `was_open`: False if it was already gone. `device_id` is "" if it was given by its id."""

    connection_id: ConnectionId
    device_id: DeviceId
    was_open: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes connections of API Gateway; `$disconnect` then removes them from Presence."""

    make_client: Callable[[], Any]
    presence: PresenceBook

    def connection(self, connection: ConnectionId) -> Closed:
        """Closes the connection with this id."""
        return Closed(connection, DeviceId(""), self._close(connection))

    def person(self, uid: Uid, device: DeviceId | None) -> Sequence[Closed]:
        """Closes the connections of all of a person's devices, or of one, and removes entries of dead connections."""
        closed = []
        for endpoint in self.presence.online([uid])[uid]:
            if device in (None, endpoint.device_id):
                was_open = self._close(endpoint.connection.connection_id)
                if not was_open:
                    with courtesy():
                        self.presence.forget(endpoint)
                closed.append(Closed(endpoint.connection.connection_id, endpoint.device_id, was_open))
        return closed

    def _close(self, connection: ConnectionId) -> bool:
        try:
            self.make_client().delete_connection(ConnectionId=connection)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != _GONE:
                raise
            return False
        return True
