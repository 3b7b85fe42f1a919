"""The ports of receipts. The rules of `usecases.sending.ports` apply."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

from catchup.domain.ids import SessionId, Uid
from catchup.domain.presence import Caller, Endpoint
from catchup.domain.reading import Position
from catchup.domain.receipts import ReceiptsChoice, Side
from catchup.usecases.people.ports import PushResult

# A person in a private session.
InPrivate: TypeAlias = tuple[Uid, SessionId]


class ReceiptBook(Protocol):
    """Who has receipts, and the counters that they tell of."""

    def choose(self, uid: Uid, is_on: bool, chosen_at_ms: int) -> ReceiptsChoice:
        """Makes the choice if it is later than the one that holds. Returns the one that holds then."""

    def chosen(self, uid: Uid) -> ReceiptsChoice:
        """What holds for this person; consistent."""

    def sides(self, people: Iterable[InPrivate], *, consistent: bool) -> Mapping[InPrivate, Side]:
        """These people in these sessions. One call for up to fifty of them. Whoever has no counter there has one of
        zeros; those whose counters can't be read are left out."""


class ReceiptNotices(Protocol):
    """Tells the other devices of a person what they have chosen."""

    def receipts(self, caller: Caller, choice: ReceiptsChoice) -> None:
        """Queues pushes to the caller's devices but the one that asks."""


class ReceiptPush(Protocol):
    """Posts receipts to connections."""

    def read_to(self, to: Endpoint, reader: Uid, session: SessionId, position: Position) -> PushResult:
        """Pushes how far the other person of a private session has read."""
