"""Who is online: the connections of a person's devices."""

from collections.abc import Mapping
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


class Caller(NamedTuple):
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

# A person whose last device went is still online for so long: networks change, and pages are loaded anew.
GRACE_MS = 10_000


class Sighting(NamedTuple):
    """What one person sees of another, or of themselves.

    `devices`: those online. `last_seen_ms`: when a device of theirs went last; 0: not known. `is_known`: the two have a
    session in which somebody has written. `blocks`: the other person has blocked the one who looks.
    """

    devices: tuple[Endpoint, ...] = ()
    last_seen_ms: int = 0
    is_known: bool = False
    blocks: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether the one who looks may learn anything of this."""
        return self.is_known and not self.blocks

    def is_online(self, now_ms: int) -> bool:
        """Whether a device is online, or was a moment ago.

        >>> Sighting(last_seen_ms=5_000).is_online(14_999), Sighting(last_seen_ms=5_000).is_online(15_000)
        (True, False)
        """
        return bool(self.devices) or now_ms - self.last_seen_ms < GRACE_MS


class Status(NamedTuple):
    """What is told of a person. `last_seen_ms`: 0 if it is not told."""

    is_online: bool
    last_seen_ms: int = 0
