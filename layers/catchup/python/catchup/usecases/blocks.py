"""Whose private messages a person does not take. Every change may be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.ids import Uid
from catchup.errors import NotYours, Refused
from catchup.usecases.ports import BlockBook


@dataclass(eq=False, repr=False, slots=True)
class Blocks:
    """A person's block list."""

    book: BlockBook

    def block(self, owner: Uid, other: Uid) -> None:
        """From now on `other` can't write to `owner`. Raises Refused (the list is full), Unavailable."""
        if not self.book.block(owner, other):
            raise Refused("body.uid", "the list of whom you block is full", "unblock somebody first")

    def unblock(self, owner: Uid, other: Uid) -> None:
        """`other` may write again; nothing if they could. Raises Unavailable."""
        self.book.unblock(owner, other)

    def listed(self, owner: Uid) -> Sequence[Uid]:
        """Everybody who is blocked, in the order of their uids. Raises Unavailable."""
        return self.book.blocked(owner)


def check_none_blocks(book: BlockBook, actor: Uid, uids: Sequence[Uid]) -> None:
    """Whom somebody can't write to they don't reach over a group of theirs either. Raises NotYours, Unavailable."""
    blockers = book.blockers(actor, uids)
    if blockers:
        rule = f"must be people who take your messages; these do not: {', '.join(blockers)}"
        raise NotYours("body.uids", rule, "leave them out: they have blocked you")
