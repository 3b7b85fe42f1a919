"""The Session table's rows of groups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.expressions.update import Action

from catchup.domain.group import Announcement, Group, group_id_of
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import MENTIONS_LIMIT, Membership, Mention
from catchup.domain.message import Place
from catchup.domain.unread import RECALLED_LIMIT
from catchup.errors import courtesy
from catchup.storage.attributes import always, number_in, numbers_in
from catchup.storage.dynamo import BATCH_GET_KEYS, Item, KeysOf, WrongType
from catchup.storage.member_book import counter_key, membership_of_row
from catchup.storage.mention_texts import mention_text, mentions_of, taken_back_too_long_ago
from catchup.storage.reading import Storage
from catchup.storage.tables import AnnouncementRow, SessionRow

ANNOUNCEMENT_PREFIX = "a:"
RECALLED_PREFIX = "r:"
# Recalled numbers that a group keeps beside its own row, 4 KB a thousand. Beyond that, the lowest thousand are
# forgotten.
MAX_RECALLED_KEPT = 5_000


class DynamoGroups:
    """One row per group, changed by conditional updates; under 2 KB. Its announcement and older recalled numbers have
    rows of their own."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._concurrency, self._clock = of.dynamo, of.concurrency, of.clock
        self._reader, self._members = of.reader("session"), of.reader("counter")
        self._table, self._counter_table = self._reader.table, self._members.table

    def found(self, group: Group) -> bool:
        """Put-if-absent; a row of the same founder is success."""
        row = SessionRow(
            session_id=group.session_id,
            name=group.name,
            founder=group.founder,
            owner=group.owner,
            owner_seq=group.owner_seq,
            is_open=group.is_open,
            by_asking=group.by_asking or None,
            open_history=group.open_history,
            members=0,
            timestamp=group.timestamp_ms,
        )
        there = self._dynamo.put(self._table, row, SessionRow.session_id.does_not_exist())
        return there is None or there.get("founder") == {"S": group.founder}

    def seen_by(self, uid: Uid, session: SessionId, consistent: bool = True) -> tuple[Group | None, Membership | None]:
        """One BatchGet over two tables."""
        group, membership, _ = self._seen(uid, session, [session_key(session)], consistent)
        return group, membership

    def described_to(self, uid: Uid, session: SessionId) -> tuple[Group | None, Membership | None, Announcement]:
        """One BatchGet over two tables."""
        keys = [session_key(session), session_key(_beside(ANNOUNCEMENT_PREFIX, session))]
        return self._seen(uid, session, keys)

    def _seen(
        self, uid: Uid, session: SessionId, keys: Sequence[Item], consistent: bool = True
    ) -> tuple[Group | None, Membership | None, Announcement]:
        members = KeysOf(self._counter_table, [counter_key(uid, session)], consistent)
        found = self._dynamo.get_many([KeysOf(self._table, keys, consistent), members])
        announcement = session_key(_beside(ANNOUNCEMENT_PREFIX, session))
        announced = [row for row in found[self._table] if row["sessionId"] == announcement["sessionId"]]
        groups = [row for row in found[self._table] if row not in announced]
        return (
            next(self._reader.readable(groups, group_of_row), None),
            next(self._members.readable(found[self._counter_table], membership_of_row), None),
            next(self._reader.readable(announced, _announcement_of_row), Announcement()),
        )

    def many(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        """One BatchGet per hundred groups, side by side, so that a login waits only as long as for one."""
        keys = [session_key(session) for session in sessions]
        chunks = [keys[start : start + BATCH_GET_KEYS] for start in range(0, len(keys), BATCH_GET_KEYS)]

        def read(chunk: Sequence[Item]) -> Sequence[Item]:
            return self._dynamo.get_many([KeysOf(self._table, chunk)])[self._table]

        found = self._concurrency.run(*(lambda chunk=chunk: read(chunk) for chunk in chunks))
        rows = [row for part in found for row in part]
        return {group.session_id: group for group in self._reader.readable(rows, group_of_row)}

    def recalled_in(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, frozenset[int]]:
        """One BatchGet per hundred groups, of the rows that `raise_head` moves numbers to."""
        names = {session: _beside(RECALLED_PREFIX, session) for session in sessions}
        rows = self._dynamo.get_many([KeysOf(self._table, [*map(session_key, names.values())])])[self._table]
        found = {row["sessionId"]["S"]: numbers_in(row, "recalled") for row in rows}
        return {session: found.get(name, frozenset()) for session, name in names.items()}

    def raise_head(
        self,
        session: SessionId,
        following: Place,
        at_ms: int | None,
        revised: Seq = Seq(0),
        recalled: Iterable[int] = (),
    ) -> None:
        """SET lastSeq, number, chg and timestamp, and what was revised, on condition that lastSeq is lower. Now and
        then the lowest recalled numbers move to a row of their own, which only those read who need them."""
        actions: list[Action] = [
            SessionRow.last_seq.set(following.seq - 1),
            SessionRow.number.set(following.before.first),
            SessionRow.last_change.set(following.last_change),
        ]
        if at_ms is not None:
            actions.append(SessionRow.timestamp.set(at_ms))
        if revised:
            actions += [SessionRow.revised.set(revised), SessionRow.revised_at.set(self._clock())]
        recalled = set(recalled)
        if recalled:
            actions.append(SessionRow.recalled.add(recalled))
        is_lower = SessionRow.last_seq.does_not_exist() | (SessionRow.last_seq < following.seq - 1)
        _, row = self._update(session, actions, is_lower, returns="ALL_NEW" if recalled else "NONE")
        listed = sorted(numbers_in(row, "recalled"))
        if recalled and len(listed) > RECALLED_LIMIT + RECALLED_LIMIT // 2:
            # If it fails, the next recall does it.
            with courtesy():
                self._set_apart(session, listed[:-RECALLED_LIMIT], number_in(row, "recalledFloor"))

    def _set_apart(self, session: SessionId, leaving: Sequence[int], floor: int) -> None:
        """They are in the other row before they leave this one. Whoever has not cleared up to the floor reads it.
        `floor`: as it is; late recalls of older messages leave it there."""
        apart, any_row = _beside(RECALLED_PREFIX, session), always(SessionRow.session_id)
        _, row = self._update(apart, [SessionRow.recalled.add(set(leaving))], any_row, returns="ALL_NEW")
        kept = sorted(numbers_in(row, "recalled"))
        if len(kept) > MAX_RECALLED_KEPT:
            self._update(apart, [SessionRow.recalled.delete(set(kept[: -MAX_RECALLED_KEPT + 1_000]))], any_row)
        raised, at = max(floor, leaving[-1]), SessionRow.recalled_floor
        actions: list[Action] = [SessionRow.recalled.delete(set(leaving)), at.set(raised)]
        self._update(session, actions, at.does_not_exist() | (at <= raised))

    def count_members(self, session: SessionId, seq: Seq, change: int) -> bool:
        """ADD members, SET countedTo on condition that it is lower."""
        _, there = self._update(
            session,
            [SessionRow.members.add(change), SessionRow.counted_to.set(seq)],
            SessionRow.counted_to.does_not_exist() | (SessionRow.counted_to < seq),
            returns="ALL_NEW",
        )
        members, counted_to = ((there or {}).get(name) for name in ("members", "countedTo"))
        return members == {"N": "0"} and counted_to == {"N": str(seq)}

    def hand_over(self, session: SessionId, seq: Seq, to: Uid) -> None:
        """SET owner and ownerSeq on condition that ownerSeq is lower."""
        actions = [SessionRow.owner.set(to), SessionRow.owner_seq.set(seq)]
        self._update(session, actions, SessionRow.owner_seq < seq)

    def rename(self, session: SessionId, seq: Seq, name: str) -> None:
        """SET name and nameSeq on condition that nameSeq is lower."""
        lower = SessionRow.name_seq.does_not_exist() | (SessionRow.name_seq < seq)
        self._update(session, [SessionRow.name.set(name), SessionRow.name_seq.set(seq)], lower)

    def announce(self, session: SessionId, seq: Seq, announcement: Announcement) -> None:
        """SET the row of the announcement on condition that its seq is lower."""
        actions = [
            AnnouncementRow.text.set(announcement.text),
            AnnouncementRow.author.set(announcement.author),
            AnnouncementRow.timestamp.set(announcement.at_ms),
            AnnouncementRow.seq.set(seq),
        ]
        lower = AnnouncementRow.seq.does_not_exist() | (AnnouncementRow.seq < seq)
        self._update(_beside(ANNOUNCEMENT_PREFIX, session), actions, lower)

    def mute_all(self, session: SessionId, seq: Seq, until_ms: int) -> None:
        """SET mutedUntil and mutedSeq on condition that mutedSeq is lower."""
        actions = [SessionRow.muted_until.set(until_ms), SessionRow.muted_seq.set(seq)]
        lower = SessionRow.muted_seq.does_not_exist() | (SessionRow.muted_seq < seq)
        self._update(session, actions, lower)

    def dissolve(self, session: SessionId, seq: Seq, number: int) -> None:
        """SET dissolved and dissolvedNumber, if they are not there."""
        actions = [SessionRow.dissolved.set(seq), SessionRow.dissolved_number.set(number)]
        self._update(session, actions, SessionRow.dissolved.does_not_exist())

    def mention_all(self, session: SessionId, mention: Mention) -> None:
        """ADD toAll {seq#number@tag}; now and then the oldest are removed."""
        text = mention_text(mention)
        is_new = ~SessionRow.to_all.contains(text) & ~SessionRow.not_to_all.contains(text)
        _, row = self._update(session, [SessionRow.to_all.add({text})], is_new, returns="ALL_NEW")
        listed = sorted(mentions_of((row or {}).get("toAll", {}).get("SS")))
        if len(listed) > MENTIONS_LIMIT + MENTIONS_LIMIT // 2:
            leaving = {mention_text(each) for each in listed[:-MENTIONS_LIMIT]}
            with courtesy():
                self._update(session, [SessionRow.to_all.delete(leaving)], SessionRow.session_id.exists())

    def unmention_all(self, session: SessionId, mention: Mention) -> None:
        """DELETE toAll {the text of the mention}, ADD notToAll {it}."""
        text, taken_back = mention_text(mention), SessionRow.not_to_all
        actions: list[Action] = [SessionRow.to_all.delete({text}), taken_back.add({text})]
        is_new = SessionRow.to_all.contains(text) | ~taken_back.contains(text)
        _, row = self._update(session, actions, is_new, returns="ALL_NEW")
        leaving = taken_back_too_long_ago((row or {}).get("notToAll", {}).get("SS", ()))
        if leaving:
            with courtesy():
                self._update(session, [taken_back.delete(leaving)], SessionRow.session_id.exists())

    def start_roster(self, session: SessionId, now_ms: int) -> None:
        """SET rosterSince, if there is none."""
        self._update(session, [SessionRow.roster_since.set(now_ms)], SessionRow.roster_since.does_not_exist())

    def set_hot(self, session: SessionId, hot: bool) -> None:
        """SET or REMOVE hot."""
        if hot:
            self._update(session, [SessionRow.hot.set(True)], SessionRow.hot.does_not_exist())
        else:
            self._update(session, [SessionRow.hot.remove()], SessionRow.hot.exists())

    def hinted(self, session: SessionId, seq: Seq) -> None:
        """SET hintedSeq on condition that it is lower."""
        lower = SessionRow.hinted_seq.does_not_exist() | (SessionRow.hinted_seq < seq)
        self._update(session, [SessionRow.hinted_seq.set(seq)], lower)

    def _update(
        self, session: SessionId, actions: Sequence[Action], condition: Any, returns: str = "NONE"
    ) -> tuple[bool, Item | None]:
        try:
            return self._dynamo.update(self._table, session_key(session), actions, condition, returns=returns)
        except WrongType as error:
            self._reader.report(session_key(session), error)
            return False, None


def session_key(session: SessionId) -> Item:
    """The key of a session."""
    return {"sessionId": {"S": session}}


def _beside(prefix: str, session: SessionId) -> SessionId:
    """The name of a row beside that of a group. No session's id begins with the prefix."""
    return SessionId(f"{prefix}{group_id_of(session)}")


def _announcement_of_row(item: Any) -> Announcement:
    row = AnnouncementRow.from_raw_data(item)
    return Announcement(row.text or "", Uid(row.author or ""), int(row.timestamp or 0))


def group_of_row(item: Any) -> Group:
    """A group. Raises ValueError for the row of a private session."""
    row = SessionRow.from_raw_data(item)
    if row.founder is None:
        raise ValueError("a group without a founder")
    return Group(
        session_id=SessionId(row.session_id),
        name=row.name or "",
        head=Seq(int(row.last_seq)),
        number=int(row.number or 0),
        last_change=Seq(int(row.last_change or 0)),
        timestamp_ms=int(row.timestamp or 0),
        members=int(row.members or 0),
        counted_to=Seq(int(row.counted_to or 0)),
        is_open=bool(row.is_open),
        by_asking=bool(row.by_asking),
        open_history=bool(row.open_history),
        founder=row.founder,
        owner=Uid(row.owner or ""),
        owner_seq=Seq(int(row.owner_seq or 0)),
        muted_until_ms=int(row.muted_until or 0),
        dissolved=Seq(int(row.dissolved or 0)),
        dissolved_number=int(row.dissolved_number or 0),
        roster_since_ms=int(row.roster_since or 0),
        hot=bool(row.hot),
        hinted=Seq(int(row.hinted_seq or 0)),
        to_all=mentions_of(row.to_all),
        revised=Seq(int(row.revised or 0)),
        revised_at_ms=int(row.revised_at or 0),
        recalled=frozenset(int(number) for number in row.recalled or ()),
        recalled_floor=int(row.recalled_floor or 0),
    )
