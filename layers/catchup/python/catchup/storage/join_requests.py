"""Who asks to join a group: the Counter table's rows of these people in it.

A request stands in the row that a membership would have. So a person has one in a group, members can't have any, and
whatever makes somebody a member removes their request with the same update.
"""

from collections.abc import Sequence
from typing import Any

from catchup.domain.group import JoinRequest, group_id_of
from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.storage.dynamo import Item, WrongType
from catchup.storage.member_book import BY_LIST, counter_key, manages
from catchup.storage.reading import Storage
from catchup.storage.tables import MembershipRow

_ENDS = (MembershipRow.listed.remove(), MembershipRow.asked.remove(), MembershipRow.note.remove())
_IS_THERE = MembershipRow.asked.exists() & MembershipRow.group_id.does_not_exist()


class DynamoJoinRequests:
    """The requests, in an index that has nobody but those who ask, and the owner and admins, who are told."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._reader = of.dynamo, of.reader("counter")
        self._table = self._reader.table

    def ask(self, session: SessionId, request: JoinRequest) -> JoinRequest | None:
        """SET listed, note, and asked unless it is there, if the person is no member."""
        actions = [
            MembershipRow.listed.set(asks(session)),
            MembershipRow.note.set(request.note),
            MembershipRow.asked.set(MembershipRow.asked | request.at_ms),
        ]
        key = counter_key(request.uid, session)
        try:
            done, row = self._dynamo.update(
                self._table, key, actions, MembershipRow.group_id.does_not_exist(), returns="ALL_NEW"
            )
        except WrongType as error:
            self._reader.report(key, error)
            return None
        return _request_of_row(row) if done and row is not None else None

    def forget(self, uid: Uid, session: SessionId) -> None:
        """REMOVE listed, asked and note, if there is a request."""
        self._dynamo.update(self._table, counter_key(uid, session), _ENDS, _IS_THERE)

    def refuse(self, uid: Uid, session: SessionId, caller: Uid, msg_id: MsgId) -> None:
        """As `forget`, and SET refusedBy, unless it has this value."""
        by = f"{caller} {msg_id}"
        is_new = MembershipRow.refused_by.does_not_exist() | (MembershipRow.refused_by != by)
        actions = [*_ENDS, MembershipRow.refused_by.set(by)]
        self._dynamo.update(self._table, counter_key(uid, session), actions, _IS_THERE & is_new)

    def page(self, session: SessionId, after: Uid | None, limit: int) -> tuple[Sequence[JoinRequest], Uid | None]:
        """One query of the index. Asks for one more, since an exactly full page has a cursor too."""
        items, more = self._listed(asks(session), after, limit)
        return list(self._reader.readable(items, _request_of_row)), Uid(items[-1]["uid"]["S"]) if more else None

    def managers(self, session: SessionId, limit: int) -> Sequence[Uid]:
        """One query of the index."""
        items, _ = self._listed(manages(session), None, limit)
        return [Uid(item["uid"]["S"]) for item in items]

    def _listed(self, name: str, after: Uid | None, limit: int) -> tuple[Sequence[Item], bool]:
        where = MembershipRow.listed == name
        if after is not None:
            where &= MembershipRow.uid > after
        items, start = self._dynamo.query(self._table, where, limit=limit + 1, consistent=False, index=BY_LIST)
        return items[:limit], len(items) > limit or start is not None


def asks(session: SessionId) -> str:
    """The list of those who ask to join a group."""
    return f"asks:{group_id_of(session)}"


def _request_of_row(item: Any) -> JoinRequest:
    return JoinRequest(Uid(item["uid"]["S"]), item["note"]["S"], int(item["asked"]["N"]))
