"""The ports of hiding. The rules of `usecases.sending.ports` apply."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Mention
from catchup.domain.presence import Caller


class HiddenPage(NamedTuple):
    """Hidden seqs of a session, ascending. `more`: there are higher ones."""

    seqs: Sequence[Seq]
    more: bool


class Hiding(Protocol):
    """What people have hidden from themselves. Nothing is ever shown again, so each change may be repeated."""

    def mark(self, owner: Uid, session: SessionId, seq: Seq) -> Uid | None:
        """Marks a message of a private session as hidden by this person, so that history knows it without another look.
        Returns its author ("" if that can't be read); None if there is no such message."""

    def add(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> None:
        """Adds these seqs to what is hidden."""

    def raise_version(self, owner: Uid, session: SessionId, seqs: Sequence[Seq], mentions: Sequence[Mention]) -> int:
        """Raises the version of what is hidden in the session after `add` of these seqs, and returns it: a device that
        has seen the version must find all of it. `mentions`: hidden ones, which a group's counter no longer lists."""

    def page(self, owner: Uid, session: SessionId, after: Seq) -> HiddenPage:
        """The hidden seqs above this one, as many as an answer holds; consistent."""


class HideNotices(Protocol):
    """Tells the other devices of a person what they have hidden."""

    def hide(self, caller: Caller, session: SessionId, seqs: Sequence[Seq], version: int) -> None:
        """Queues pushes to the caller's devices but the one that asks. Nothing is looked up here."""
