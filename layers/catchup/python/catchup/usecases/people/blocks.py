"""Whose private messages a person does not take. Every change may be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.ids import Uid
from catchup.errors import BlockedBySome, BlockListFull
from catchup.usecases.people.ports import BlockBook


@dataclass(eq=False, repr=False, slots=True)
class Blocks:
    """A person's block list."""

    book: BlockBook

    def block(self, owner: Uid, other: Uid) -> None:
        """From now on `other` can't write to `owner`. Raises BlockListFull, Unavailable."""
        if not self.book.block(owner, other):
            raise BlockListFull

    def unblock(self, owner: Uid, other: Uid) -> None:
        """`other` may write again; nothing if they could. Raises Unavailable."""
        self.book.unblock(owner, other)

    def listed(self, owner: Uid) -> Sequence[Uid]:
        """Everybody who is blocked, in the order of their uids. Raises Unavailable."""
        return self.book.blocked(owner)


def check_none_blocks(book: BlockBook, actor: Uid, uids: Sequence[Uid]) -> None:
    """Nobody puts people who block them into a group. Raises BlockedBySome, Unavailable."""
    blockers = book.blockers(actor, uids)
    if blockers:
        raise BlockedBySome(blockers)
