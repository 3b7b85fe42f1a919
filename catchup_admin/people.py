"""A person as operators see them: counters, waiting messages, and connections."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.group import is_group
from catchup.domain.ids import ConnectionId, DeviceId, Seq, SessionId, Uid
from catchup.domain.membership import Membership, Role
from catchup.usecases.catching_up.ports import Counters, InSession
from catchup.usecases.groups.ports import Groups
from catchup.usecases.people.ports import PresenceBook
from catchup_admin.stored import Backlog, OfflineStore


@dataclass(frozen=True, slots=True)
class InGroup:
    """The fields that only groups have. `name` and `members` are None if the group's row is missing or unreadable."""

    name: str | None
    members: int | None
    role: Role
    joined: Seq
    left: Seq
    own: Sequence[int]
    own_floor: int
    own_below: int
    mentions: Sequence[Seq]


@dataclass(frozen=True, slots=True)
class InSessionNow:
    """A counter. `head`: the last seq of the session, according to its hint. `unread` is None for a group with an
    unreadable row. In private sessions, `sent` is how many messages the person had written before the other person's
    last counted one, and `pending` are seqs of the other person that may not be in the offline store."""

    session_id: SessionId
    unread: int | None
    received: int
    cleared: int
    head: Seq
    timestamp_ms: int
    sent: int = 0
    pending: Sequence[Seq] = ()
    group: InGroup | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A connection. `since_ms`: the time when it was opened."""

    device_id: DeviceId
    connection_id: ConnectionId
    encoding: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `waiting`: sessions with messages in the offline store, which has none of groups."""

    uid: Uid
    sessions: Sequence[InSessionNow]
    waiting: Sequence[Backlog]
    devices: Sequence[Device]

    @property
    def is_known(self) -> bool:
        """Whether any row is stored for this uid."""
        return bool(self.sessions or self.waiting or self.devices)


@dataclass(frozen=True, slots=True)
class People:
    """Reads persons; it changes nothing."""

    counters: Counters
    groups: Groups
    presence: PresenceBook
    offline: OfflineStore

    def person(self, uid: Uid, backlog_limit: int) -> Person:
        """Reads a person. `backlog_limit`: how many waiting messages of a session are counted at most."""
        rows = self.counters.all(uid)
        groups = self.groups.many([row.session_id for row in rows if is_group(row.session_id)])
        heads = self.counters.heads([row.session_id for row in rows if not is_group(row.session_id)])
        # Groups are read before the rows, as in a login, so that the unread numbers are exact.
        rows = self.counters.all(uid) if groups else rows
        # A person's choice about receipts is in the row of their notes, of which there may be none.
        rows = [row for row in rows if isinstance(row, Membership) or row.is_listed]

        def view(row: InSession) -> InSessionNow:
            if not isinstance(row, Membership):
                return InSessionNow(
                    session_id=row.session_id,
                    unread=row.unread,
                    received=row.received,
                    cleared=row.cleared,
                    head=heads.get(row.session_id, Seq(0)),
                    timestamp_ms=row.timestamp_ms,
                    sent=row.sent,
                    pending=sorted(row.pending),
                )
            group = groups.get(row.session_id)
            told = None if group is None else group.seen_as(row).unread(group)
            return InSessionNow(
                session_id=row.session_id,
                unread=None if told is None else told.count,
                received=0 if told is None else told.received,
                cleared=row.cleared,
                head=Seq(0) if group is None else group.head,
                timestamp_ms=row.timestamp_ms if told is None else told.timestamp_ms,
                group=InGroup(
                    name=None if group is None else group.name,
                    members=None if group is None else group.members,
                    role=row.role if group is None else group.seen_as(row).role,
                    joined=row.joined,
                    left=row.left,
                    own=sorted(row.own),
                    own_floor=row.own_floor,
                    own_below=row.own_below,
                    mentions=sorted(each.seq for each in row.mentions) if told is None else told.mentions,
                ),
            )

        devices = [
            Device(end.device_id, end.connection.connection_id, end.connection.encoding.value, end.connection.since_ms)
            for end in self.presence.online([uid])[uid]
        ]
        return Person(uid, [view(row) for row in rows], list(self.offline.backlogs(uid, backlog_limit)), devices)
