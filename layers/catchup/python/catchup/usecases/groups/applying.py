"""Applies changes of membership to the members' rows, in the order of the session.

    change r:  all before it applied? ── rows ── number of members ── rosters ── head raised to r, or past it
                (head ≥ the last          (Counter)   (Session)       (Roster)    (Session)
                 change before r)

A request may raise the head past messages whose own requests have died or are slow. It first finishes their work: it
applies a change, and notes any other message as its author's own. So the rows have everything up to the head. Each step
may be repeated, by any request, however late, because the rows say what they already have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from catchup.concurrency import Concurrency
from catchup.domain.group import Announcement, Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message, Revision
from catchup.domain.standing import Changed
from catchup.usecases.groups.ports import Groups, Members, Roster
from catchup.usecases.people.ports import PresenceBook
from catchup.usecases.sending.ports import MessageLog


class Revised(NamedTuple):
    """The last notice of some messages, 0 if there is none, and the numbers that they recall."""

    last: Seq
    recalled: frozenset[int]


NOTHING_REVISED = Revised(Seq(0), frozenset())


@dataclass(eq=False, repr=False, slots=True)
class Applying:
    """Brings the rows up to date with the session."""

    groups: Groups
    members: Members
    presence: PresenceBook
    roster: Roster
    messages: MessageLog
    concurrency: Concurrency

    def up_to(self, message: Message, group: Group) -> Revised:
        """Finishes the work of the messages between the head and this one. Usually there are none, and nothing is read.
        `group`: from an earlier read, which may be old. Returns what the raise of the head must tell of them."""
        session = group.session_id
        if group.head >= message.seq - 1:
            return NOTHING_REVISED
        now = self.groups.many([session]).get(session, group)
        revised = NOTHING_REVISED
        for passed in self.messages.between(session, now.head, message.seq):
            if passed.changed is not None:
                self(passed.changed, now)
            elif passed.revision is not None:
                self.note(passed.revision, now)
                revised = Revised(passed.place.seq, revised.recalled | passed.revision.recalled)
            elif passed.author and passed.counts:
                self.members.note_own(passed.author, session, passed.number)
        return revised

    def note(self, revision: Revision, group: Group) -> None:
        """Notes a recall in the row of the message's author, before the group's row lists it."""
        for number in revision.recalled:
            self.members.note_recalled(revision.author, group.session_id, number, group.recalled_floor)

    def __call__(self, change: Changed, group: Group) -> tuple[Uid, ...]:
        """Applies one change; all earlier ones must be applied. Returns the people whose rows it changed, now or
        before."""
        session = group.session_id
        updates = self._updates(change, session)
        applied = self.concurrency.run(*(update for _, update in updates))
        moved = tuple(uid for (uid, _), done in zip(updates, applied, strict=True) if done)
        if change.heir is not None:
            self.groups.hand_over(session, change.seq, change.heir)
        self.concurrency.run(*self._registers(change, session))
        if moved and (change.comings or change.goings):
            is_empty = self.groups.count_members(session, change.seq, len(moved) if change.comings else -len(moved))
            if is_empty:
                # The last member was its owner. Nobody could manage it, so nobody may join it either.
                self.groups.dissolve(session, change.seq, change.number)
        if change.comings and group.roster_since_ms:
            self._enter_those_online(moved, session, change.seq)
        if change.goings:
            self.concurrency.run(*(partial(self.roster.expel, uid, session, change.seq) for uid in moved))
        return moved

    def _updates(self, change: Changed, session: SessionId) -> list[tuple[Uid, Callable[[], bool]]]:
        """One row for each person."""
        admit, dismiss, give = self.members.admit, self.members.dismiss, self.members.set_role
        return [
            *((uid, partial(admit, uid, session, change, role)) for uid, role in change.comings.items()),
            *((uid, partial(dismiss, uid, session, change)) for uid in change.goings),
            *((uid, partial(give, uid, session, change.seq, role)) for uid, role in change.given.items()),
        ]

    def _registers(self, change: Changed, session: SessionId) -> list[Callable[[], None]]:
        """What it says of the group as a whole, and who may speak: each is a register, which is set to its seq."""
        said, groups, seq = change.change, self.groups, change.seq
        updates: list[Callable[[], None]] = [
            partial(self.members.mute, uid, session, seq, said.until_ms) for uid in change.muted
        ]
        if change.mutes_all:
            updates.append(partial(groups.mute_all, session, seq, said.until_ms))
        if change.renamed is not None:
            updates.append(partial(groups.rename, session, seq, change.renamed))
        if said.announcement is not None:
            announcement = Announcement(said.announcement, change.by, change.at_ms)
            updates.append(partial(groups.announce, session, seq, announcement))
        if change.is_end:
            updates.append(partial(groups.dissolve, session, seq, change.number))
        return updates

    def _enter_those_online(self, uids: tuple[Uid, ...], session: SessionId, joined: Seq) -> None:
        """Enters new members who are online into the roster, because their login was before they joined. If this is a
        late repetition, people who have left since then are removed again."""
        online = self.presence.online(uids)
        present = [uid for uid in uids if online[uid]]
        self.concurrency.run(
            *(partial(self.roster.enter, endpoint, {session: joined}) for uid in present for endpoint in online[uid])
        )
        for uid in present:
            _, membership = self.groups.seen_by(uid, session)
            if membership is not None and not membership.is_member:
                self.roster.expel(uid, session, membership.ended)
