"""Who is online: the connections of a person's devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from catchup.domain.ids import ConnectionId, DeviceId, Uid


class Encoding(StrEnum):
    """The encoding of a connection's pushes, agreed at connect."""

    JSON = "json"
    PB = "pb"


class Connection(NamedTuple):
    """One device's connection. `since_ms` is when API Gateway opened it."""

    connection_id: ConnectionId
    encoding: Encoding
    since_ms: int


# Of somebody who asks over HTTP: no device has it, so no push leaves a device out.
NO_CONNECTION = Connection(ConnectionId(""), Encoding.JSON, 0)


class Endpoint(NamedTuple):
    """A device that is online, according to Presence."""

    uid: Uid
    device_id: DeviceId
    connection: Connection


@dataclass(frozen=True, slots=True, repr=False)
class Caller:
    """The sender of a request and their connection, from the token and the platform, never from the frame. Over HTTP
    there is no connection, and `device_id` may be ""."""

    uid: Uid
    device_id: DeviceId
    connection: Connection

    @property
    def endpoint(self) -> Endpoint:
        """The caller as a place to push to."""
        return Endpoint(self.uid, self.device_id, self.connection)


Presence = Mapping[Uid, tuple[Endpoint, ...]]
