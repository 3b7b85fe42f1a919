"""The ports of screening. The rules of `usecases.sending.ports` apply."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.message import Draft
from catchup.domain.screening import Picture, Verdict

# Judges one text, or several that are `texts.together`: one verdict on all, in which MASK has the spans of each. Raises
# Unavailable.
Judge = Callable[[str, Uid, SessionId], Verdict]

# Judges a picture. Raises Unavailable.
JudgeOfPictures = Callable[[Picture, Uid, SessionId], Verdict]

# The picture that a content names; None if it names none.
PictureOf = Callable[[bytes], Picture | None]

# Changes the texts of a content, by a function that gets all of them, in these members or, with none, in all.
Rewrite = Callable[[bytes, Callable[[Sequence[str]], Sequence[str]], Collection[str]], bytes]


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for review, as its sender sent it. `sources`: the lists that held it, `<list>@<version>`."""

    draft: Draft
    session_id: SessionId
    digest: bytes
    held_at_ms: int
    sources: tuple[str, ...] = ()


class HeldMessages(Protocol):
    """The messages that wait for review, by sender and msgId. Each write is safe to repeat."""

    def keep(self, held: HeldMessage) -> HeldMessage:
        """Stores the message unless one with this sender and msgId exists; returns the stored one."""

    def get(self, sender: Uid, msg_id: MsgId) -> HeldMessage | None:
        """Returns the held message; consistent."""

    def remove(self, sender: Uid, msg_id: MsgId) -> None:
        """Removes the message. Does nothing if it is not there."""

    def page(
        self, after: tuple[Uid, MsgId] | None, limit: int
    ) -> tuple[Sequence[HeldMessage], tuple[Uid, MsgId] | None]:
        """Some held messages, in no order, and the one after which to continue; None at the end."""
