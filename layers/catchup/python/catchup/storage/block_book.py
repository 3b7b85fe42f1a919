"""Who has blocked whom.

    Session  b:<uid>                 blocked: {uid, …}   whom this person has blocked: for `blocked`, and the limit
    Counter  <uid>, p:<uid>:<uid>    blocked: true       whether this person has blocked the other: for each send

A send reads the counters of the two anyway, so checking for a block takes no further call or read unit. One transaction
changes both rows, so every blocked person is in the list.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from catchup.domain.ids import SessionId, Uid, private_session
from catchup.errors import BlockListFull
from catchup.settings import MAX_BLOCKED
from catchup.storage.dynamo import Item, KeysOf, Write
from catchup.storage.group_book import session_key
from catchup.storage.member_book import counter_key
from catchup.storage.reading import Storage
from catchup.storage.tables import BlockListRow, CounterRow

# No session's id begins with this.
LIST_PREFIX = "b:"


class DynamoBlocks:
    """Blocks; each is written in two rows."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._table, self._counter_table = of.dynamo, of.table("session"), of.table("counter")

    def block(self, owner: Uid, other: Uid) -> None:
        """ADD to the list and SET blocked, on condition that the list has room, or this person in it."""
        has_room = BlockListRow.blocked.does_not_exist() | (size(BlockListRow.blocked) < MAX_BLOCKED)  # type: ignore[no-untyped-call]
        listed = Write(
            self._table,
            _list_key(owner),
            [BlockListRow.blocked.add({other})],
            has_room | BlockListRow.blocked.contains(other),
        )
        if not self._dynamo.update_together([listed, self._flag(owner, other, CounterRow.blocked.set(True))]):
            raise BlockListFull

    def unblock(self, owner: Uid, other: Uid) -> None:
        """DELETE from the list and REMOVE blocked, on condition that the list has this person."""
        listed = Write(
            self._table,
            _list_key(owner),
            [BlockListRow.blocked.delete({other})],
            BlockListRow.blocked.contains(other),
        )
        self._dynamo.update_together([listed, self._flag(owner, other, CounterRow.blocked.remove())])

    def blocked(self, owner: Uid) -> Sequence[Uid]:
        """One row, of at most 20 KB."""
        found = self._dynamo.get_many([KeysOf(self._table, [_list_key(owner)])])
        return [Uid(uid) for item in found[self._table] for uid in sorted(item.get("blocked", {}).get("SS", ()))]

    def blockers(self, uid: Uid, among: Sequence[Uid]) -> Sequence[Uid]:
        """One BatchGet of these people's counters in their sessions with this person."""
        keys = [counter_key(other, private_session(uid, other)) for other in among]
        found = self._dynamo.get_many([KeysOf(self._counter_table, keys, consistent=False)]) if keys else {}
        blocking = {item["uid"]["S"] for item in found.get(self._counter_table, ()) if "blocked" in item}
        return [other for other in among if other in blocking]

    def blocked_among(self, owners: Sequence[Uid], among: Sequence[Uid]) -> Sequence[Uid]:
        """One BatchGet of the owners' counters in their sessions with these people; consistent."""
        pairs = [(owner, other) for owner in dict.fromkeys(owners) for other in among if owner != other]
        sessions = {(owner, private_session(owner, other)): other for owner, other in pairs}
        keys = [counter_key(owner, session) for owner, session in sessions]
        found = self._dynamo.get_many([KeysOf(self._counter_table, keys)]) if keys else {}
        rows = (item for item in found.get(self._counter_table, ()) if "blocked" in item)
        blocked = {sessions[Uid(item["uid"]["S"]), SessionId(item["sessionId"]["S"])] for item in rows}
        return [other for other in among if other in blocked]

    def _flag(self, owner: Uid, other: Uid, action: Action) -> Write:
        return Write(self._counter_table, counter_key(owner, private_session(owner, other)), [action])


def _list_key(owner: Uid) -> Item:
    return session_key(SessionId(f"{LIST_PREFIX}{owner}"))
