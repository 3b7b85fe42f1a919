"""Whose private messages a person does not take. Every change may be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.clock import Deadline
from catchup.domain.ids import Uid
from catchup.errors import Refused
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

    def listed(self, owner: Uid, deadline: Deadline) -> Sequence[Uid]:
        """Everybody who is blocked, in the order of their uids. Raises Unavailable."""
        return self.book.blocked(owner, deadline)
