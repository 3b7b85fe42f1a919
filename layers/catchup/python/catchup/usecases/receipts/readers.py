"""Lists who has read a message of a group. Nothing is written per message: a member's row says how far they have read.

group, membership (Session, Counter) ─┐
message           (Message)          ─┤── members ── their rows ── blocks and choices of those who have read
own choice        (Counter)          ─┤   (byGroup)  (Counter)     (Counter)
own block list    (Session)          ─┘
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid, private_session
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from catchup.errors import (
    AlreadyRecalled,
    NoReceipts,
    NoSuchMessage,
    NotAMember,
    NotItsAuthor,
    NotRevisable,
    ReceiptsOff,
    TooManyToTell,
)
from catchup.usecases.groups.ports import Groups, Members
from catchup.usecases.groups.preconditions import check_goes_on
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.receipts.ports import ReceiptBook
from catchup.usecases.sending.ports import MessageLog


@dataclass(eq=False, repr=False, slots=True)
class ListReaders:
    """Lists readers, for the author of the message alone. `offered`: whether the deployment has receipts."""

    receipts: ReceiptBook
    groups: Groups
    members: Members
    messages: MessageLog
    blocks: BlockBook
    concurrency: Concurrency
    offered: bool

    def __call__(self, uid: Uid, session: SessionId, seq: Seq) -> Sequence[Uid]:
        """Returns the members who could read the message, have read it, and exchange receipts with the caller.

        Raises NoReceipts, ReceiptsOff, NotAMember, GroupDissolved, TooManyToTell, NoSuchMessage, NotItsAuthor,
        NotRevisable, AlreadyRecalled, Unavailable.
        """
        if not self.offered:
            raise NoReceipts
        (group, membership), message, choice, blocked = self.concurrency.run(
            lambda: self.groups.seen_by(uid, session),
            lambda: self.messages.get(session, seq),
            lambda: self.receipts.chosen(uid),
            lambda: self.blocks.blocked(uid),
        )
        group = _checked_group(group, membership)
        message = _checked_message(message, uid)
        if not choice.is_on:
            raise ReceiptsOff
        entries, last = self.members.page(session, None, MAX_RECEIPT_MEMBERS)
        if last is not None:
            raise TooManyToTell
        others = [entry.uid for entry in entries if entry.uid != uid and entry.uid not in blocked]
        rows = self.members.read(others, session) if others else {}
        read = [other for other in others if other in rows and _has_read(rows[other], group, message)]
        return self._telling(uid, read)

    def _telling(self, uid: Uid, people: Sequence[Uid]) -> Sequence[Uid]:
        """Those of these people who have receipts, and have not blocked this person."""
        between = {other: (other, private_session(uid, other)) for other in people}
        found = self.receipts.sides(between.values(), consistent=True) if between else {}
        sides = {other: found.get(key) for other, key in between.items()}
        return [other for other, side in sides.items() if side is not None and side.is_on and not side.counter.blocked]


def _checked_group(group: Group | None, membership: Membership | None) -> Group:
    caller = None if group is None or membership is None else group.seen_as(membership)
    check_goes_on(caller)
    if group is None or not rule_of("readers").allows_in_group(caller):
        raise NotAMember
    if group.members > MAX_RECEIPT_MEMBERS:
        raise TooManyToTell
    return group


def _checked_message(message: Message | None, uid: Uid) -> Message:
    if message is None:
        raise NoSuchMessage
    if message.draft.sender != uid:
        raise NotItsAuthor
    if message.draft.is_quiet:
        raise NotRevisable
    if message.is_recalled:
        raise AlreadyRecalled
    return message


def _has_read(row: Membership, group: Group, message: Message) -> bool:
    """Whether this person is a member, could read the message when it came, and has read it. `group` was read before
    the row; a position above its head is cut."""
    seen = group.seen_as(row)
    if not seen.is_member or seen.joined > message.seq:
        return False
    return message.number <= min(seen.read.number, group.number)
