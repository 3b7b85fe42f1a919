"""The Roster table: who is online in groups with many members."""

from collections.abc import Mapping
from functools import partial

from catchup.domain.group import POSTS_PER_SECOND
from catchup.domain.ids import DeviceId, Seq, SessionId, Uid
from catchup.domain.presence import Endpoint
from catchup.settings import CONNECTION_LIFETIME_MS, JOB_LIFETIME_MS
from catchup.storage.attributes import number_in
from catchup.storage.dynamo import Item
from catchup.storage.presence_book import connection_of
from catchup.storage.reading import Storage, expired
from catchup.storage.tables import RosterRow
from catchup.usecases.groups.ports import RosterEntry, RosterPage

# Half a second's posts. Some 100 bytes each: a page is some 25 read units.
ROWS_PER_PAGE = POSTS_PER_SECOND // 2
# No uid begins with a space, and every uid comes after it.
RECALLED_PREFIX = " #"


class DynamoRoster:
    """Rosters. Rows are written at login and ignored after two hours: no connection lives longer."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._concurrency = of.dynamo, of.clock, of.concurrency
        self._reader = of.reader("roster")
        self._table = self._reader.table

    def enter(self, endpoint: Endpoint, joined: Mapping[SessionId, Seq]) -> None:
        """One put per group, side by side; it never replaces the entry of a later connection of the device."""
        self._concurrency.run(*(partial(self._put, endpoint, session, seq) for session, seq in joined.items()))

    def _put(self, endpoint: Endpoint, session: SessionId, joined: Seq) -> None:
        connection = endpoint.connection
        row = RosterRow(
            session_id=session,
            device=_device(endpoint),
            connection_id=connection.connection_id,
            encoding=connection.encoding.value,
            since=connection.since_ms,
            joined=joined,
            ttl=-(-(connection.since_ms + CONNECTION_LIFETIME_MS) // 1_000),
        )
        earlier = RosterRow.since.does_not_exist() | (RosterRow.since <= connection.since_ms)
        self._dynamo.put(self._table, row, earlier)

    def leave(self, endpoint: Endpoint, session: SessionId) -> None:
        """SET ttl to now, on condition that it is still this connection. Not to 0: DynamoDB never
        deletes rows that expired more than five years ago."""
        self._dynamo.update(
            self._table,
            {"sessionId": {"S": session}, "device": {"S": _device(endpoint)}},
            [RosterRow.ttl.set(self._clock() // 1_000)],
            RosterRow.connection_id == str(endpoint.connection.connection_id),
        )

    def expel(self, uid: Uid, session: SessionId, left: Seq) -> None:
        """One query, and an update for each device."""
        where = (RosterRow.session_id == session) & RosterRow.device.startswith(f"{uid}#")
        items, _ = self._dynamo.query(self._table, where, limit=ROWS_PER_PAGE)
        earlier = RosterRow.joined.does_not_exist() | (RosterRow.joined < left)
        for item in items:
            key = {"sessionId": item["sessionId"], "device": item["device"]}
            self._dynamo.update(
                self._table, key, [RosterRow.ttl.set(self._clock() // 1_000)], RosterRow.device.exists() & earlier
            )

    def note_recalled(self, session: SessionId, seq: Seq) -> None:
        """Puts the row if it is absent."""
        now = self._clock()
        row = RosterRow(
            session_id=session,
            device=f"{RECALLED_PREFIX}{seq}",
            connection_id="",
            encoding="",
            since=now,
            ttl=(now + JOB_LIFETIME_MS) // 1_000 + 1,
        )
        self._dynamo.put(self._table, row, RosterRow.session_id.does_not_exist())

    def recalled(self, session: SessionId) -> frozenset[Seq]:
        """One query."""
        where = (RosterRow.session_id == session) & RosterRow.device.startswith(RECALLED_PREFIX)
        items, _ = self._dynamo.query(self._table, where, limit=ROWS_PER_PAGE)
        return frozenset(self._reader.readable(items, _recalled_of))

    def page(self, session: SessionId, start: str, consistent: bool = True) -> RosterPage:
        """One query. Entries that can't be read, or can't be open any more, are left out."""
        where = RosterRow.session_id == session
        if start:
            where &= RosterRow.device > start
        items, more = self._dynamo.query(self._table, where, limit=ROWS_PER_PAGE, consistent=consistent)
        now = self._clock()
        open_since = now - CONNECTION_LIFETIME_MS
        notes = [item for item in items if item["device"]["S"].startswith(RECALLED_PREFIX)]
        there = [item for item in items[len(notes) :] if not expired(item, now)]
        entries = [
            entry for entry in self._reader.readable(there, _entry) if entry.endpoint.connection.since_ms > open_since
        ]
        following = items[-1]["device"]["S"] if more is not None else ""
        return RosterPage(entries, following, frozenset(self._reader.readable(notes, _recalled_of)))


def _recalled_of(item: Item) -> Seq:
    return Seq(int(item["device"]["S"].removeprefix(RECALLED_PREFIX)))


def _device(endpoint: Endpoint) -> str:
    return f"{endpoint.uid}#{endpoint.device_id}"


def _entry(item: Item) -> RosterEntry:
    uid, _, device = item["device"]["S"].partition("#")
    joined = Seq(number_in(item, "joined"))
    return RosterEntry(Endpoint(Uid(uid), DeviceId(device), connection_of(item)), joined, item["device"]["S"])
