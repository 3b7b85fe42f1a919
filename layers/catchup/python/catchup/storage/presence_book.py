"""The Presence table: one row per person, one map attribute per device, so that one BatchGet finds a hundred people."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from catchup.domain.ids import ConnectionId, DeviceId, Seq, SessionId, Uid
from catchup.domain.pace import Pace
from catchup.domain.presence import Connection, Encoding, Endpoint, Presence
from catchup.errors import courtesy
from catchup.settings import CONNECTION_LIFETIME_MS, DAY_SECONDS, LAST_SEEN, LAST_SEEN_DAYS, MAX_DEVICES
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.reading import Storage
from catchup.storage.tables import PresenceRow
from catchup.usecases.people.ports import OnlineAndRecalled, Registered

if TYPE_CHECKING:
    from catchup.domain.message import Message

DEVICE_PREFIX = "d#"
# Messages of one person that were recalled lately: enough that each is listed while its fan-out may still wait.
RECALLED_KEPT = 16
# If many requests renew a pace at once, one succeeds, and the others then add to it.
MARK_TRIES = 4


class DynamoPresenceBook:
    """Entries over two hours old are ignored: no connection lives longer."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._table = of.dynamo, of.clock, of.table("presence")
        tells_last_seen = getattr(of.settings, "online_status", "") == LAST_SEEN
        self._kept_ms = CONNECTION_LIFETIME_MS + LAST_SEEN_DAYS * DAY_SECONDS * 1_000 * tells_last_seen

    def register(self, endpoint: Endpoint) -> Registered:
        """One update. Beyond ten devices, it removes those that logged in first, with one more update each."""
        entry = endpoint.connection
        device = _device_path(endpoint.device_id)
        written, before = self._dynamo.update(
            self._table,
            presence_key(endpoint.uid),
            [
                device.set(_entry_of(entry)),
                PresenceRow.ttl.set((self._clock() + self._kept_ms) // 1_000),
            ],
            # An entry with a malformed `since` must not keep its device out for ever.
            ~_device_path(endpoint.device_id, "since").is_type("N")
            | (_device_path(endpoint.device_id, "since") <= entry.since_ms),
            # The old row tells which connection to close. It is lost if the SDK repeats the call; nothing depends on
            # it.
            returns="ALL_OLD",
        )
        if not written:
            return Registered(superseded=True)
        others = [known for known in _entries(before or {}) if known.connection.connection_id != entry.connection_id]
        same_device = [known for known in others if known.device_id == endpoint.device_id]
        crowd = sorted(
            (known for known in others if known.device_id != endpoint.device_id),
            key=lambda known: known.connection.since_ms,
            reverse=True,
        )[MAX_DEVICES - 1 :]
        for surplus in crowd:
            # The device is registered. The next login finds one too many.
            with courtesy():
                self.forget(surplus)
        return Registered(superseded=False, closing=[*same_device, *crowd])

    def forget(self, endpoint: Endpoint) -> None:
        """REMOVE, and SET lastSeen, on condition that it is still this connection."""
        self._dynamo.update(
            self._table,
            presence_key(endpoint.uid),
            [_device_path(endpoint.device_id).remove(), PresenceRow.last_seen.set(self._clock())],
            _device_path(endpoint.device_id, "connectionId") == str(endpoint.connection.connection_id),
        )

    def cool_down(self, uid: Uid, until_ms: int) -> None:
        """SET cooldownUntil on condition that it is lower."""
        self._dynamo.update(
            self._table,
            presence_key(uid),
            [PresenceRow.cooldown_until.set(until_ms), _kept_until(until_ms)],
            PresenceRow.cooldown_until.does_not_exist() | (PresenceRow.cooldown_until < until_ms),
        )

    def mark(self, uid: Uid, mark: int, found: Pace, renewed: Callable[[Pace], Pace]) -> Pace:
        """One update, as a rule; further ones if the pace was not as it was found."""
        for _ in range(MARK_TRIES):
            actions, condition = _marking(mark, found, renewed(found))
            written, row = self._dynamo.update(self._table, presence_key(uid), actions, condition, returns="ALL_NEW")
            found = _pace_of(row or {})
            if written or mark in found.marks:
                break
        return found

    def note_recalled(self, message: "Message") -> None:
        """ADD recalled; now and then the oldest are removed."""
        key, text = presence_key(message.draft.sender), f"{message.accepted_at_ms}#{message.session_id}#{message.seq}"
        _, row = self._dynamo.update(
            self._table,
            key,
            [PresenceRow.recalled.add({text}), _kept_until(self._clock())],
            ~PresenceRow.recalled.contains(text),
            returns="ALL_NEW",
        )
        listed = sorted((row or {}).get("recalled", {}).get("SS", ()))
        if len(listed) > 2 * RECALLED_KEPT:
            with courtesy():
                leaving = {*listed[:-RECALLED_KEPT]}
                self._dynamo.update(
                    self._table, key, [PresenceRow.recalled.delete(leaving)], PresenceRow.recalled.exists()
                )

    def online(self, people: Sequence[Uid], consistent: bool = True) -> Presence:
        """One BatchGet per hundred people."""
        return presence_of(people, self._rows_of(people, consistent), self._clock())

    def online_and_recalled(self, people: Sequence[Uid], author: Uid, session: SessionId) -> OnlineAndRecalled:
        """The same BatchGet."""
        rows = self._rows_of([*dict.fromkeys([*people, author])])
        online = presence_of(people, [row for row in rows if row["uid"]["S"] in people], self._clock())
        return OnlineAndRecalled(online, _recalled_in(session, rows, author))

    def _rows_of(self, people: Sequence[Uid], consistent: bool = True) -> Sequence[Item]:
        keys = [presence_key(person) for person in people]
        return self._dynamo.get_many([KeysOf(self._table, keys, consistent)])[self._table]


def presence_key(uid: Uid) -> Item:
    """The key of a person."""
    return {"uid": {"S": uid}}


def presence_of(people: Sequence[Uid], items: Sequence[Item], now_ms: int) -> Presence:
    """Returns all requested people, with the connections that may still be open."""
    online: dict[Uid, tuple[Endpoint, ...]] = dict.fromkeys(people, ())
    for item in items:
        online[Uid(item["uid"]["S"])] = tuple(
            entry for entry in _entries(item) if entry.connection.since_ms > now_ms - CONNECTION_LIFETIME_MS
        )
    return online


def last_seen_of(item: Item, now_ms: int) -> int:
    """When a device of a row went last; 0 if it is not known. A device whose end nobody noticed was there when it
    connected."""
    lapsed = (entry.connection.since_ms for entry in _entries(item))
    text = item.get("lastSeen", {}).get("N", "")
    times = [int(text) if text.isdigit() else 0, *lapsed]
    return min(max(times), now_ms)


def _recalled_in(session: SessionId, rows: Sequence[Item], author: Uid) -> frozenset[Seq]:
    texts = [text for row in rows if row["uid"]["S"] == author for text in row.get("recalled", {}).get("SS", ())]
    parts = [text.split("#") for text in texts]
    return frozenset(Seq(int(part[2])) for part in parts if part[1:2] == [session] and part[-1].isdigit())


def pace_of_person(uid: Uid, items: Sequence[Item]) -> Pace:
    """Returns the person's pace; unreadable parts are left out."""
    return next((_pace_of(item) for item in items if item["uid"]["S"] == uid), Pace())


def _pace_of(item: Item) -> Pace:
    def number(name: str) -> int:
        text = item.get(name, {}).get("N", "")
        return int(text) if text.isdigit() else 0

    marks = item.get("paceMarks", {}).get("NS", ())
    since_ms = number("paceSince") if marks and all(mark.isdigit() for mark in marks) else 0
    if not since_ms:
        return Pace(cooldown_until_ms=number("cooldownUntil"))
    return Pace(since_ms, number("paceLevel"), frozenset(map(int, marks)), number("cooldownUntil"))


def _marking(mark: int, found: Pace, to: Pace) -> tuple[list[Action], Condition]:
    """The update by which a mark joins a pace, and when it holds."""
    if to == found:
        # A set holds a mark once, however often the SDK adds it.
        return [PresenceRow.pace_marks.add({mark})], PresenceRow.pace_since == found.since_ms
    actions = [
        PresenceRow.pace_since.set(to.since_ms),
        PresenceRow.pace_level.set(to.level),
        PresenceRow.pace_marks.set({mark}),
        _kept_until(to.since_ms),
    ]
    if found.since_ms:
        # No mark has come since: the level has them all. An update that the SDK repeats fails, and finds its own mark.
        count = size(PresenceRow.pace_marks)  # type: ignore[no-untyped-call]
        return actions, (PresenceRow.pace_since == found.since_ms) & (count == len(found.marks))
    # There is no pace, or none that can be read.
    unreadable = ~PresenceRow.pace_since.is_type() | ~PresenceRow.pace_marks.is_type()  # type: ignore[no-untyped-call]
    return actions, unreadable


def _kept_until(at_ms: int) -> Action:
    """Returns the expiry of a new row, for a person who sends without having logged in."""
    return PresenceRow.ttl.set(PresenceRow.ttl | (at_ms + CONNECTION_LIFETIME_MS) // 1_000)


def _entry_of(connection: Connection) -> Mapping[str, Any]:
    return {
        "connectionId": connection.connection_id,
        "encoding": connection.encoding.value,
        "since": connection.since_ms,
    }


def connection_of(entry: Any) -> Connection:
    """A device's connection, as Presence and rosters have it. Raises KeyError, TypeError or ValueError."""
    return Connection(
        ConnectionId(entry["connectionId"]["S"]), Encoding(entry["encoding"]["S"]), int(entry["since"]["N"])
    )


def _device_path(device: DeviceId, *inner: str) -> Path:
    return Path([f"{DEVICE_PREFIX}{device}", *inner])


def _entries(item: Item) -> Sequence[Endpoint]:
    found = (_entry(item["uid"]["S"], name, value) for name, value in item.items() if name.startswith(DEVICE_PREFIX))
    return [endpoint for endpoint in found if endpoint is not None]


def _entry(uid: str, name: str, value: Any) -> Endpoint | None:
    """A device's entry; None if newer code wrote it in a way that can't be read: then that device isn't pushed to."""
    try:
        connection = connection_of(value["M"])
    except (KeyError, TypeError, ValueError):
        return None
    return Endpoint(Uid(uid), DeviceId(name.removeprefix(DEVICE_PREFIX)), connection)
