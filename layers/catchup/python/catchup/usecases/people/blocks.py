"""Block lists: a blocked person can't send private messages to the owner of the list. Each change may be repeated."""

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
        """Blocks `other` from writing to `owner`. Raises BlockListFull, Unavailable."""
        if not self.book.block(owner, other):
            raise BlockListFull

    def unblock(self, owner: Uid, other: Uid) -> None:
        """Lets `other` write again. Does nothing if they are not blocked. Raises Unavailable."""
        self.book.unblock(owner, other)

    def listed(self, owner: Uid) -> Sequence[Uid]:
        """Returns all blocked people, in the order of their uids. Raises Unavailable."""
        return self.book.blocked(owner)


def check_none_blocks(book: BlockBook, actor: Uid, uids: Sequence[Uid]) -> None:
    """Raises BlockedBySome if one of these people blocks the caller: they can't be put into a group by the caller.
    Raises Unavailable."""
    blockers = book.blockers(actor, uids)
    if blockers:
        raise BlockedBySome(blockers)
