"""What screening needs of the world. The rules of `usecases.sending.ports` hold."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.message import Draft
from catchup.domain.moderation import Verdict


class Judge(Protocol):
    """Judges one text, or several that are `texts.together`."""

    def __call__(self, text: str, sender: Uid, session: SessionId, /) -> Verdict:
        """Raises Unavailable if it can't. One verdict on all; of several texts, MASK names its spans."""


class Rewrite(Protocol):
    """Changes the texts of a content."""

    def __call__(
        self, content: bytes, change: Callable[[Sequence[str]], Sequence[str]], fields: Collection[str] = ()
    ) -> bytes:
        """`change` gets all texts that are not empty. `fields`: only texts in these members are changed; if empty, all
        texts."""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for review, as its sender sent it. `sources`: who asked for it, `<list>@<version>`."""

    draft: Draft
    session_id: SessionId
    digest: bytes
    held_at_ms: int
    sources: tuple[str, ...] = ()


class HeldMessages(Protocol):
    """What waits for review, by sender and msgId. Every write is safe to repeat."""

    def keep(self, held: HeldMessage) -> HeldMessage:
        """Puts it if there is none of this sender and msgId; returns what is there now."""

    def get(self, sender: Uid, msg_id: MsgId) -> HeldMessage | None:
        """Consistent."""

    def remove(self, sender: Uid, msg_id: MsgId) -> None:
        """Nothing if it is not there."""

    def page(
        self, after: tuple[Uid, MsgId] | None, limit: int
    ) -> tuple[Sequence[HeldMessage], tuple[Uid, MsgId] | None]:
        """Some of them, in no order, and after which to go on; None if these are all."""
