"""Who has blocked whom: rows of the Session table.

    b:<uid>            blocked: {uid, …}                whom this person has blocked: for `blocked`, and the limit
    p:<uid>:<uid>      lastSeq, blockedBy: {uid, …}     who of the two has blocked the other: for each send

A send reads its session's row anyway, so checking for a block takes no further call or read unit. One transaction
changes both rows, so every blocked person is in the list.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import size

from catchup.domain.ids import SessionId, Uid, private_session
from catchup.settings import MAX_BLOCKED
from catchup.storage.dynamo import Item, KeysOf, Write
from catchup.storage.group_book import session_key
from catchup.storage.reading import Storage
from catchup.storage.tables import BlockListRow, SessionRow

# No session's id begins with this.
LIST_PREFIX = "b:"


class DynamoBlocks:
    """Blocks: two rows each."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._table = of.dynamo, of.table("session")

    def block(self, owner: Uid, other: Uid) -> bool:
        """ADD to both sets, on condition that the list has room, or this person in it."""
        has_room = BlockListRow.blocked.does_not_exist() | (size(BlockListRow.blocked) < MAX_BLOCKED)  # type: ignore[no-untyped-call]
        listed = Write(
            self._table,
            _list_key(owner),
            [BlockListRow.blocked.add({other})],
            has_room | BlockListRow.blocked.contains(other),
        )
        # A session in which nothing was said has no row yet: its head is 0.
        head = SessionRow.last_seq.set(SessionRow.last_seq | 0)
        seen = Write(self._table, self._session(owner, other), [head, SessionRow.blocked_by.add({owner})])
        return self._dynamo.update_together([listed, seen])

    def unblock(self, owner: Uid, other: Uid) -> None:
        """DELETE from both sets, on condition that the list has this person."""
        listed = Write(
            self._table,
            _list_key(owner),
            [BlockListRow.blocked.delete({other})],
            BlockListRow.blocked.contains(other),
        )
        seen = Write(self._table, self._session(owner, other), [SessionRow.blocked_by.delete({owner})])
        self._dynamo.update_together([listed, seen])

    def blocked(self, owner: Uid) -> Sequence[Uid]:
        """One row, of at most 20 KB."""
        found = self._dynamo.get_many([KeysOf(self._table, [_list_key(owner)], consistent=True)])
        return [Uid(uid) for item in found[self._table] for uid in sorted(item.get("blocked", {}).get("SS", ()))]

    def blockers(self, uid: Uid, among: Sequence[Uid]) -> Sequence[Uid]:
        """One BatchGet of the sessions' rows."""
        keys = [self._session(uid, other) for other in among]
        found = self._dynamo.get_many([KeysOf(self._table, keys, consistent=False)]) if keys else {}
        # A pair's row may have blocks in both directions; only those of the other person count.
        blocking = {
            (item["sessionId"]["S"], blocker) for item in found.get(self._table, ()) for blocker in blockers_of([item])
        }
        return [other for other in among if (private_session(uid, other), other) in blocking]

    @staticmethod
    def _session(owner: Uid, other: Uid) -> Item:
        return session_key(private_session(owner, other))


def blockers_of(items: Sequence[Item]) -> frozenset[Uid]:
    """Returns who of the two people has blocked the other, from the session's row."""
    return frozenset(Uid(uid) for item in items for uid in item.get("blockedBy", {}).get("SS", ()))


def _list_key(owner: Uid) -> Item:
    return session_key(SessionId(f"{LIST_PREFIX}{owner}"))
