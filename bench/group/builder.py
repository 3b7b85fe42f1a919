"""Writes groups quickly, with the same rows that `create`, `add` and `login` would have written, as equality.py checks.

A group of 100,000 through requests of 50 members each would be 2,000 requests and 100,000 updates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bench.backlog import SENT_AT_MS, TEXT, peer
from bench.gathering import GatheringClient
from bench.repositories import storage
from catchup.clock import Clock
from catchup.concurrency import Threads
from catchup.domain.group import group_id_of, group_session
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Role
from catchup.domain.message import ChatType, Draft, Message, Numbers
from catchup.domain.presence import Endpoint
from catchup.settings import Settings
from catchup.storage.dynamo import Item
from catchup.storage.member_book import manages
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.roster import DynamoRoster
from catchup.storage.tables import MembershipRow, SessionRow
from catchup.wire import catchup_pb2 as pb
from catchup.wire.sending import chat_request

# How many rows are gathered before they are written: some megabytes.
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class BuiltGroup:
    """A group. All members came with its first message, and the first of them is the owner.

    `head`: the last seq. `roster_since_ms`: 0 if it has no roster.
    """

    number: int
    members: int
    head: int = 1
    roster_since_ms: int = 0
    at_ms: int = 0

    @property
    def group_id(self) -> str:
        """A UUID, the same in each run."""
        return str(uuid5(NAMESPACE_URL, f"group/{self.number}"))

    @property
    def session(self) -> SessionId:
        """The group's session."""
        return group_session(self.group_id)

    @property
    def name(self) -> str:
        """A name of usual length."""
        return f"Group number {self.number:04}"

    def msg_id(self, seq: int) -> str:
        """A UUID, the same in each run; seq 1 is the `create`."""
        return str(uuid5(NAMESPACE_URL, f"{self.group_id}/{seq}"))

    def draft(self, seq: int) -> tuple[Draft, bytes]:
        """A message of the owner, and its digest."""
        body = pb.Message(msg_id=self.msg_id(seq), chat_type=ChatType.GROUP, to=self.group_id, time=SENT_AT_MS)
        body.msg.update({"message": TEXT})
        return chat_request(pb.Envelope(chat=body), peer(0))

    def uids(self) -> Sequence[Uid]:
        """The uids of all members."""
        return [peer(number) for number in range(self.members)]


class GroupBuilder:
    """Writes groups, memberships, messages and entries of rosters."""

    def __init__(self, client: Any, settings: Settings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._threads = Threads()
        self._gathered = GatheringClient()
        of = storage(self._gathered, settings, clock, self._threads)
        self._roster, self._messages = DynamoRoster(of), DynamoMessageLog(of)

    def write_group(self, group: BuiltGroup) -> None:
        """Writes the group's row, and one for each member."""
        self._gathered.put_item(self._settings.session_table, group_row(group))
        owner, *others = group.uids()
        self._put_member(membership_row(owner, group, Role.OWNER))
        for number, uid in enumerate(others, 1):
            self._put_member(membership_row(uid, group))
            if number % CHUNK == 0:
                self._flush()
        self._flush()

    def write_memberships(self, rows: Iterable[Item]) -> None:
        """Writes the members' rows (`membership_row`)."""
        for row in rows:
            self._put_member(row)
        self._flush()

    def write_messages(self, group: BuiltGroup, newest: int) -> None:
        """Writes the newest messages up to the head, all by the owner."""
        for seq in range(max(1, group.head - newest + 1), group.head + 1):
            draft, _ = group.draft(seq)
            # The first message is the change that created the group.
            before, last_change = Numbers(max(0, seq - 2)), Seq(1 if seq > 1 else 0)
            self._messages.allocate(Message(draft, group.session, Seq(seq), group.at_ms, before, last_change))
        self._flush()

    def enter_roster(self, group: BuiltGroup, endpoints: Iterable[Endpoint]) -> None:
        """Writes the roster entries that logins of these devices would write."""
        for endpoint in endpoints:
            self._roster.enter(endpoint, {group.session: Seq(1)})
        self._flush()

    def _put_member(self, row: Item) -> None:
        self._gathered.put_item(self._settings.counter_table, row)

    def _flush(self) -> None:
        self._gathered.write(self._client, self._threads)


def group_row(group: BuiltGroup) -> Item:
    """A row of the Session table."""
    row: Item = SessionRow(
        session_id=group.session,
        last_seq=group.head,
        number=group.head - 1,
        last_change=1,
        timestamp=group.at_ms,
        name=group.name,
        founder=f"{group.uids()[0]}#{group.msg_id(1)}",
        owner=group.uids()[0],
        owner_seq=0,
        is_open=False,
        open_history=False,
        members=group.members,
        counted_to=1,
        roster_since=group.roster_since_ms or None,
    ).to_dynamodb_dict()
    return row


def membership_row(
    uid: Uid, group: BuiltGroup, role: Role = Role.MEMBER, cleared: int = 0, seen: int = 0, in_roster: bool = False
) -> Item:
    """A row of the Counter table, without attributes that no update has set: PynamoDB would write their defaults."""
    row: Item = MembershipRow(
        uid=uid,
        session_id=group.session,
        group_id=group_id_of(group.session),
        role=role,
        role_at=1,
        joined=1,
        seen=seen,
        cleared=cleared,
        timestamp=group.at_ms,
        in_roster=in_roster or None,
        listed=manages(group.session) if role >= Role.ADMIN else None,
    ).to_dynamodb_dict()
    unset = ("left", "leftNumber", "ownFloor", "ownBelow", *([] if seen else ["seen"]))
    return {name: value for name, value in row.items() if name not in unset}
