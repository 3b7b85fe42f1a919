"""Signals: what happens in a session and is not kept, such as typing."""

from dataclasses import dataclass, field
from typing import NamedTuple

from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import ChatType

# In larger groups somebody types at any time, so that it says nothing; and each signal would be a hundred pushes.
MAX_SIGNAL_MEMBERS = 100
# A client repeats "typing" every four seconds.
SIGNALS_APART_MS = 1_000
# People that one process remembers; beyond that, it forgets those who have been silent for the longest.
REMEMBERED = 10_000


class Signal(NamedTuple):
    """A signal, validated. `to`: as in a message, a uid or a groupId. `data`: a short text of the application's own."""

    sender: Uid
    chat_type: ChatType
    to: Uid
    session_id: SessionId
    kind: str
    data: str


@dataclass(eq=False, repr=False, slots=True)
class SignalPace:
    """Lets one signal of a person through per second, as far as this process knows: nothing is written.

    >>> pace = SignalPace()
    >>> [pace.allows(Uid("alice"), at_ms) for at_ms in (5_000, 5_999, 6_000)]
    [True, False, True]
    """

    _last: dict[Uid, int] = field(default_factory=dict)

    def allows(self, uid: Uid, now_ms: int) -> bool:
        """Whether this signal may pass. One that may not does not delay the next."""
        last = self._last.pop(uid, now_ms - SIGNALS_APART_MS)
        passes = not 0 <= now_ms - last < SIGNALS_APART_MS
        # Put at the end: the first person has been silent for the longest.
        self._last[uid] = now_ms if passes else last
        if len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]
        return passes
