"""How a person wants to see a session: muted, pinned, hidden, marked as unread. The same on all their devices.

Each of the four is a register of its own: the choice that was made last stays, whichever comes first. `changed_at_ms`,
which the device sends along, says when a choice was made. So a request that is repeated, at once or a day later, finds
its own choice or a later one, and changes nothing.

None of them touches a count, and none needs an event when it ends: each has the place or the time up to which it holds,
and is compared where it is used.
"""

from typing import NamedTuple

from catchup.domain.ids import Seq


class Position(NamedTuple):
    """How far a session had come before a person's eyes: the seq, 0 if it is not known, and the number of counted
    messages (in a private session of the other person's)."""

    seq: Seq = Seq(0)
    number: int = 0


class SessionSettings(NamedTuple):
    """What a person has chosen for a session.

    `muted_until_ms`: 0 if it is not muted. `pinned_at_ms`: when it was pinned, 0 if it is not. `hidden_at`,
    `marked_at`: where the session was then; None if it is not. `changed_at_ms`: when one of them was changed last.
    `version`: how many changes were made; 0 if none ever was.
    """

    muted_until_ms: int = 0
    pinned_at_ms: int = 0
    hidden_at: Position | None = None
    marked_at: Position | None = None
    changed_at_ms: int = 0
    version: int = 0

    def is_hidden(self, received: int) -> bool:
        """Whether it stays out of the list when the session has come to this number.

        >>> hidden = SessionSettings(hidden_at=Position(Seq(9), 7))
        >>> hidden.is_hidden(7), hidden.is_hidden(8)
        (True, False)
        """
        return self.hidden_at is not None and received <= self.hidden_at.number

    def is_marked(self, read: int) -> bool:
        """Whether it is marked as unread when the person has read up to this number.

        >>> marked = SessionSettings(marked_at=Position(Seq(9), 7))
        >>> marked.is_marked(7), marked.is_marked(8)
        (True, False)
        """
        return self.marked_at is not None and read <= self.marked_at.number

    def is_muted(self, now_ms: int) -> bool:
        """Whether it is muted at this time.

        >>> SessionSettings(muted_until_ms=100).is_muted(99), SessionSettings(muted_until_ms=100).is_muted(100)
        (True, False)
        """
        return now_ms < self.muted_until_ms


NO_SETTINGS = SessionSettings()


class SettingsChange(NamedTuple):
    """What a person chooses for a session; None: it stays as it is.

    `at`: how far the session had come before their eyes; None: as far as their row knows. `changed_at_ms`: when they
    chose it.
    """

    muted_until_ms: int | None = None
    is_pinned: bool | None = None
    is_hidden: bool | None = None
    is_marked: bool | None = None
    at: Position | None = None
    changed_at_ms: int | None = None
