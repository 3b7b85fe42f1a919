"""The Roster table: who is online in groups with many members."""

from collections.abc import Mapping
from typing import Any

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.domain.ids import ConnectionId, DeviceId, Seq, SessionId, Uid
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.settings import CONNECTION_LIFETIME_MS
from catchup.storage.dynamo import Dynamo, Item
from catchup.storage.reading import PoisonReport, Reader
from catchup.storage.tables import RosterRow
from catchup.usecases.group.ports import RosterPage

# Some 100 bytes each: a page is a few read units, and as many posts as a function does in its time.
ROWS_PER_PAGE = 1_000


class DynamoRoster:
    """Rows are written at login and void after two hours: no connection lives longer."""

    def __init__(
        self, dynamo: Dynamo, *, table: str, clock: Clock, concurrency: Concurrency, report: PoisonReport
    ) -> None:
        self._dynamo = dynamo
        self._table = table
        self._clock = clock
        self._concurrency = concurrency
        self._reader = Reader(table, ("sessionId", "device"), report)

    def enter(self, endpoint: Endpoint, joined: Mapping[SessionId, Seq]) -> None:
        """One put a group, side by side; never over the entry of a later connection of the device."""
        self._concurrency.run(
            *(lambda session=session, seq=seq: self._put(endpoint, session, seq) for session, seq in joined.items())
        )

    def _put(self, endpoint: Endpoint, session: SessionId, joined: Seq) -> None:
        connection = endpoint.connection
        row = RosterRow(
            session_id=session,
            device=_device(endpoint),
            connection_id=connection.connection_id,
            encoding=connection.encoding.value,
            since=connection.since_ms,
            joined=joined,
            ttl=(self._clock() + CONNECTION_LIFETIME_MS) // 1_000,
        )
        earlier = RosterRow.since.does_not_exist() | (RosterRow.since <= connection.since_ms)
        self._dynamo.put(self._table, row, earlier)

    def leave(self, endpoint: Endpoint, session: SessionId) -> None:
        """SET ttl to the past, on condition that it is still this connection."""
        self._dynamo.update(
            self._table,
            {"sessionId": {"S": session}, "device": {"S": _device(endpoint)}},
            [RosterRow.ttl.set(0)],
            RosterRow.connection_id == str(endpoint.connection.connection_id),
        )

    def page(self, session: SessionId, start: str, seq: Seq) -> RosterPage:
        """One query. Entries that can't be read, or can't be open any more, are left out."""
        where = RosterRow.session_id == session
        if start:
            where &= RosterRow.device > start
        items, more = self._dynamo.query(self._table, where, limit=ROWS_PER_PAGE, forward=True, consistent=True)
        oldest = self._clock() - CONNECTION_LIFETIME_MS
        endpoints = [
            endpoint
            for endpoint in self._reader.readable([item for item in items if _may_be_told(item, seq)], _endpoint)
            if endpoint.connection.since_ms > oldest
        ]
        return RosterPage(endpoints, items[-1]["device"]["S"] if more is not None else "")


def _device(endpoint: Endpoint) -> str:
    return f"{endpoint.uid}#{endpoint.device_id}"


def _may_be_told(item: Item, seq: Seq) -> bool:
    return item.get("ttl") != {"N": "0"} and int(item.get("joined", {}).get("N", "0")) <= seq


def _endpoint(item: Item) -> Any:
    uid, _, device = item["device"]["S"].partition("#")
    connection = Connection(
        connection_id=ConnectionId(item["connectionId"]["S"]),
        encoding=Encoding(item["encoding"]["S"]),
        since_ms=int(item["since"]["N"]),
    )
    return Endpoint(Uid(uid), DeviceId(device), connection)
