"""How many bytes one person may upload in a day, by the server's clock (UTC)."""

from dataclasses import dataclass

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.media import DAY_MS
from catchup.errors import Contended, TooManyBytes
from catchup.usecases.media.ports import QuotaBook, Spent

# Uploads of one person at the same moment: one of them succeeds in each round.
TRIES = 8


@dataclass(eq=False, repr=False, slots=True)
class UploadQuota:
    """The quota. Whoever asks for the same upload again, because an answer was lost, spends nothing; after another
    upload in between they do."""

    book: QuotaBook
    clock: Clock
    bytes_per_day: int

    def __call__(self, uid: Uid, key: str, size: int, spent: Spent) -> None:
        """Spends the bytes of an upload. `spent`: as it was just read. Raises TooManyBytes, Contended, Unavailable."""
        now_ms = self.clock()
        today = now_ms // DAY_MS
        for _ in range(TRIES):
            # A process whose clock is behind goes on with the later day.
            day = max(today, spent.day)
            used = spent.bytes if spent.day == day else 0
            if spent.day == day and spent.last == key:
                return
            if used + size > self.bytes_per_day:
                raise TooManyBytes(((day + 1) * DAY_MS - now_ms) // 1_000 + 1)
            found = self.book.spend(uid, spent, Spent(day, used + size, key))
            if found is None:
                return
            spent = found
        raise Contended
