"""The Counter table's rows of persons in groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.clearing import cleared
from catchup.domain.group import group_id_of, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import MENTIONS_LIMIT, Membership, Mention, Role
from catchup.domain.standing import Changed
from catchup.domain.unread import RECALLED_LIMIT
from catchup.errors import courtesy
from catchup.storage.attributes import number_in, numbers_in
from catchup.storage.dynamo import Item, KeysOf, WrongType
from catchup.storage.mention_texts import mention_text, mentions_of, taken_back_too_long_ago
from catchup.storage.position_rows import position_of, read_as_in
from catchup.storage.reading import Storage
from catchup.storage.session_settings_rows import settings_of_row
from catchup.storage.tables import MembershipRow
from catchup.usecases.groups.ports import MemberEntry

BY_GROUP = "byGroup"
BY_LIST = "byList"


class DynamoMembers:
    """One row per person and group, changed by conditional updates of one write unit each."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._reader = of.dynamo, of.reader("counter")
        self._table = self._reader.table

    def read(self, uids: Sequence[Uid], session: SessionId) -> Mapping[Uid, Membership]:
        """One BatchGet per hundred people."""
        keys = [counter_key(uid, session) for uid in uids]
        found = self._dynamo.get_many([KeysOf(self._table, keys)])[self._table]
        return {row.uid: row for row in self._reader.readable(found, membership_of_row)}

    def admit(self, uid: Uid, session: SessionId, change: Changed, role: Role) -> bool:
        """SET on condition that the person is not a member, and that no later message changed their membership. Also
        clears up to this message, because nothing before it is unread."""
        actions: list[Action] = [
            MembershipRow.group_id.set(group_id_of(session)),
            MembershipRow.role.set(role),
            MembershipRow.role_at.set(change.seq),
            MembershipRow.joined.set(change.seq),
            MembershipRow.joined_number.set(change.number),
            MembershipRow.cleared.set(change.number),
            MembershipRow.timestamp.set(change.at_ms),
            MembershipRow.own.remove(),
            MembershipRow.own_floor.remove(),
            MembershipRow.own_below.remove(),
            MembershipRow.own_recalled.remove(),
            MembershipRow.mentions.remove(),
            MembershipRow.news_at.remove(),
            MembershipRow.unmentioned.remove(),
            MembershipRow.read.remove(),
            MembershipRow.read_seq.remove(),
            # Whoever comes in asks no more.
            MembershipRow.asked.remove(),
            MembershipRow.note.remove(),
            _listed(session, role),
            MembershipRow.hidden_mentions.remove(),
        ]
        is_out = MembershipRow.group_id.does_not_exist()
        is_out &= MembershipRow.left.does_not_exist() | (MembershipRow.left < change.seq)
        moved, there = self._update(uid, session, actions, is_out)
        return moved or (there or {}).get("joined") == {"N": str(change.seq)}

    def dismiss(self, uid: Uid, session: SessionId, change: Changed) -> bool:
        """SET on condition that the person is a member since an earlier message than this."""
        actions: list[Action] = [
            MembershipRow.group_id.remove(),
            MembershipRow.listed.remove(),
            MembershipRow.left.set(change.seq),
            MembershipRow.left_number.set(change.number),
            MembershipRow.news_at.set(change.at_ms),
        ]
        is_in = MembershipRow.group_id.exists() & (MembershipRow.joined < change.seq)
        moved, there = self._update(uid, session, actions, is_in)
        return moved or (there or {}).get("left") == {"N": str(change.seq)}

    def set_role(self, uid: Uid, session: SessionId, seq: Seq, role: Role) -> bool:
        """SET on condition that no later message has set it. If a later one has, this change was applied before."""
        condition = MembershipRow.group_id.exists() & (MembershipRow.role_at < seq)
        actions: list[Action] = [
            MembershipRow.role.set(role),
            MembershipRow.role_at.set(seq),
            _listed(session, role),
        ]
        moved, there = self._update(uid, session, actions, condition)
        role_at, joined = number_in(there, "roleAt"), number_in(there, "joined")
        return moved or ("groupId" in (there or {}) and joined < seq <= role_at)

    def mute(self, uid: Uid, session: SessionId, seq: Seq, until_ms: int) -> None:
        """SET mutedUntil and mutedSeq, if the person is a member and mutedSeq is lower."""
        lower = MembershipRow.muted_seq.does_not_exist() | (MembershipRow.muted_seq < seq)
        is_in = MembershipRow.group_id.exists() & (MembershipRow.joined < seq)
        self._update(
            uid, session, [MembershipRow.muted_until.set(until_ms), MembershipRow.muted_seq.set(seq)], is_in & lower
        )

    def note_own(self, uid: Uid, session: SessionId, number: int) -> Membership | None:
        """ADD own {number}, if it is not cleared. All numbers from an earlier membership are: joining clears them."""
        is_new = MembershipRow.joined.exists() & (MembershipRow.cleared < number)
        is_new &= MembershipRow.own_floor.does_not_exist() | (MembershipRow.own_floor < number)
        _, there = self._update(uid, session, [MembershipRow.own.add({number})], is_new, returns="ALL_NEW")
        return None if there is None else self._reader.one(there, membership_of_row)

    def note_recalled(self, uid: Uid, session: SessionId, number: int, floor: int) -> None:
        """ADD ownRecalled {number}, if it is not cleared; now and then cleared numbers up to the floor are removed."""
        is_new = MembershipRow.joined.exists() & (MembershipRow.cleared < number)
        actions = [MembershipRow.own_recalled.add({number})]
        _, there = self._update(uid, session, actions, is_new, returns="ALL_NEW")
        listed = numbers_in(there, "ownRecalled")
        leaving = {each for each in listed if each <= min(floor, number_in(there, "cleared"))}
        if len(listed) > 2 * RECALLED_LIMIT and leaving:
            # The next recall does it instead.
            with courtesy():
                self._update(uid, session, [MembershipRow.own_recalled.delete(leaving)], MembershipRow.uid.exists())

    def settle_own(self, found: Membership, settled: Membership) -> None:
        """SET ownFloor and ownBelow; what is only counted leaves `own`, and what is listed again joins it."""
        floor, below = settled.own_floor, settled.own_below
        actions: list[Action] = [MembershipRow.own_floor.set(floor), MembershipRow.own_below.set(below)]
        leaving, coming = found.own - settled.own, settled.own - found.own
        if leaving:
            actions.append(MembershipRow.own.delete(set(leaving)))
        if coming:
            actions.append(MembershipRow.own.add(set(coming)))
        self._update(found.uid, found.session_id, actions, _unchanged(found))

    def mention(self, uid: Uid, session: SessionId, mention: Mention) -> None:
        """ADD mentions {seq#number}, if the person is a member; now and then the oldest are removed."""
        inside = MembershipRow.group_id.exists() & (MembershipRow.joined <= mention.seq)
        text = mention_text(mention)
        inside &= (MembershipRow.cleared < mention.number) & ~MembershipRow.unmentioned.contains(text)
        actions = [MembershipRow.mentions.add({text})]
        _, there = self._update(uid, session, actions, inside, returns="ALL_NEW")
        listed = sorted(mentions_of((there or {}).get("mentions", {}).get("SS")))
        if len(listed) > MENTIONS_LIMIT + MENTIONS_LIMIT // 2:
            leaving = {mention_text(each) for each in listed[:-MENTIONS_LIMIT]}
            # The next mention trims the list instead.
            with courtesy():
                self._update(uid, session, [MembershipRow.mentions.delete(leaving)], MembershipRow.uid.exists())

    def unmention(self, uid: Uid, session: SessionId, mention: Mention) -> None:
        """DELETE mentions {the text of the mention}, ADD unmentioned {it}, if it is there or may still come."""
        text, taken_back = mention_text(mention), MembershipRow.unmentioned
        may_come = MembershipRow.group_id.exists() & (MembershipRow.joined <= mention.seq)
        may_come &= (MembershipRow.cleared < mention.number) & ~taken_back.contains(text)
        actions: list[Action] = [MembershipRow.mentions.delete({text}), taken_back.add({text})]
        is_there = MembershipRow.mentions.contains(text)
        _, there = self._update(uid, session, actions, is_there | may_come, returns="ALL_NEW")
        leaving = taken_back_too_long_ago((there or {}).get("unmentioned", {}).get("SS", ()))
        if leaving:
            # The next one does it instead.
            with courtesy():
                self._update(uid, session, [taken_back.delete(leaving)], MembershipRow.uid.exists())

    def clear(self, found: Membership, number: int, own_left: int, seen: Seq | None = None) -> bool:
        """SET cleared and seen, and remove from the lists what is neither above `cleared` nor unread."""
        after = cleared(found, max(number, found.cleared), own_left)
        knows = after.seen if seen is None else seen
        actions: list[Action] = [MembershipRow.seen.set(knows)]
        condition = _unchanged(found, but_cleared=True)
        if after.cleared > found.cleared:
            actions.append(MembershipRow.cleared.set(after.cleared))
            condition &= MembershipRow.cleared < after.cleared
            own, mentions = {*found.own - after.own}, {mention_text(each) for each in found.mentions - after.mentions}
            actions += [MembershipRow.own.delete(own)] if own else []
            recalled = {each for each in found.own_recalled if each <= min(number, after.read_number)}
            actions += [MembershipRow.own_recalled.delete(recalled)] if recalled else []
            actions += [MembershipRow.mentions.delete(mentions)] if mentions else []
            hidden = {mention_text(each) for each in found.hidden_mentions - after.hidden_mentions}
            actions += [MembershipRow.hidden_mentions.delete(hidden)] if hidden else []
            if after.own_floor:
                actions.append(MembershipRow.own_below.set(after.own_below))
            elif found.own_floor:
                actions += [MembershipRow.own_floor.remove(), MembershipRow.own_below.remove()]
        if after.read != found.read:
            actions.append(MembershipRow.read.set(after.read.number))
            condition &= read_as_in(found.read)
        moved, there = self._update(found.uid, found.session_id, actions, condition)
        is_at, seen_at = number_in(there, "cleared"), number_in(there, "seen")
        return moved or (is_at >= number and seen_at >= knows)

    def roster_noted(self, uid: Uid, session: SessionId) -> None:
        """SET inRoster, if the person is a member."""
        self._update(uid, session, [MembershipRow.in_roster.set(True)], MembershipRow.group_id.exists())

    def page(self, session: SessionId, after: Uid | None, limit: int) -> tuple[Sequence[MemberEntry], Uid | None]:
        """One query of the index. Asks for one more, since an exactly full page has a cursor too."""
        where = MembershipRow.group_id == group_id_of(session)
        if after is not None:
            where &= MembershipRow.uid > after
        items, start = self._dynamo.query(self._table, where, limit=limit + 1, consistent=False, index=BY_GROUP)
        page = items[:limit]
        more = len(items) > limit or start is not None
        entries = list(self._reader.readable(page, _entry_of_row))
        return entries, Uid(page[-1]["uid"]["S"]) if more else None

    def _update(
        self, uid: Uid, session: SessionId, actions: Sequence[Action], condition: Condition, returns: str = "NONE"
    ) -> tuple[bool, Item | None]:
        key = counter_key(uid, session)
        try:
            return self._dynamo.update(self._table, key, actions, condition, returns=returns)
        except WrongType as error:
            # A corrupt row must not stop other people from sending.
            self._reader.report(key, error)
            return False, None


def _unchanged(found: Membership, but_cleared: bool = False) -> Condition:
    """The condition that the numbers of own messages are unchanged."""
    floor = MembershipRow.own_floor
    unchanged: Condition = floor == found.own_floor if found.own_floor else floor.does_not_exist()
    unchanged &= MembershipRow.joined == found.joined
    left = MembershipRow.left
    unchanged &= left == found.left if found.left else left.does_not_exist()
    if not but_cleared:
        unchanged &= MembershipRow.cleared == found.cleared
    return unchanged


def manages(session: SessionId) -> str:
    """The list of a group's owner and admins."""
    return f"manages:{group_id_of(session)}"


def _listed(session: SessionId, role: Role) -> Action:
    """Enters a member in the list of their role, if it has one."""
    return MembershipRow.listed.set(manages(session)) if role >= Role.ADMIN else MembershipRow.listed.remove()


def counter_key(owner: Uid, session: SessionId) -> Item:
    """The key of a person in a session, private or a group."""
    return {"uid": {"S": owner}, "sessionId": {"S": session}}


def is_membership(item: Item) -> bool:
    """Whether a row of the Counter table is of a group."""
    return is_group(SessionId(item["sessionId"]["S"]))


def membership_of_row(item: Any) -> Membership:
    """A person in a group. Raises ValueError or the like for a corrupt row."""
    if any("NULL" in value for value in item.values()):
        raise ValueError("a null in a membership")
    row = MembershipRow.from_raw_data(item)
    return Membership(
        uid=Uid(row.uid),
        session_id=SessionId(row.session_id),
        role=Role(int(row.role)),
        joined=Seq(int(row.joined)),
        joined_number=int(row.joined_number),
        left=Seq(int(row.left)),
        left_number=int(row.left_number),
        news_at_ms=int(row.news_at or 0),
        seen=Seq(int(row.seen)),
        cleared=int(row.cleared),
        timestamp_ms=int(row.timestamp),
        own=frozenset(int(number) for number in row.own or ()),
        own_floor=int(row.own_floor),
        own_below=int(row.own_below),
        own_recalled=frozenset(int(number) for number in row.own_recalled or ()),
        mentions=mentions_of(row.mentions),
        muted_until_ms=int(row.muted_until or 0),
        asked_at_ms=int(row.asked or 0),
        hidden_version=int(row.hidden_version or 0),
        hidden_mentions=mentions_of(row.hidden_mentions),
        in_roster=bool(row.in_roster),
        read=position_of(row),
        settings=settings_of_row(item),
    )


def _entry_of_row(item: Any) -> MemberEntry:
    return MemberEntry(Uid(item["uid"]["S"]), Role(int(item["role"]["N"])), Seq(int(item["joined"]["N"])))
