"""What a catch-up has done, and how much time and traffic it took."""

from dataclasses import dataclass, field

from catchup_client.events import LoginReport
from catchup_client.names import SessionId
from catchup_client.protocol.codes import EndReason


@dataclass(frozen=True, slots=True)
class PageReport:
    """One page, pulled or of history."""

    seconds: float
    """From the request to its answer."""
    bytes: int
    """Of the answer's frame."""
    messages: int


@dataclass(slots=True)
class SessionReport:
    """One session's catch-up."""

    session_id: SessionId
    end_reason: EndReason = EndReason.NOT_END
    """Why pulling has ended: CAUGHT_UP, RETENTION or JOIN_POINT; NOT_END while it hasn't."""
    saved: int = 0
    """Messages that were pulled, new to this device."""
    filled: int = 0
    """Messages that came from history, new to this device: own ones, and those that another device had taken."""
    duplicates: int = 0
    """Messages that came again and were dropped."""
    unreadable: int = 0
    """Seqs that history left out: they stay missing."""
    uncounted: bool = False
    """Messages came that are not counted yet: the counter is asked for before the end."""
    pulled: list[PageReport] = field(default_factory=list)
    history: list[PageReport] = field(default_factory=list)


@dataclass(slots=True)
class CatchUpReport:
    """A whole catch-up."""

    sessions: dict[SessionId, SessionReport] = field(default_factory=dict)
    login: LoginReport | None = None
    """The last login before the end."""
    seconds: float = 0.0

    @property
    def pages(self) -> list[PageReport]:
        """All pages of all sessions."""
        return [page for report in self.sessions.values() for page in (*report.pulled, *report.history)]

    @property
    def saved(self) -> int:
        """Messages that are new to this device, from pulls and history."""
        return sum(report.saved + report.filled for report in self.sessions.values())

    @property
    def duplicates(self) -> int:
        """Messages that came again and were dropped."""
        return sum(report.duplicates for report in self.sessions.values())

    @property
    def bytes(self) -> int:
        """Of all pages' frames."""
        return sum(page.bytes for page in self.pages)

    def page_seconds(self, quantile: float) -> float:
        """Return a quantile, such as 0.5 or 0.99, of the times that pages took; 0.0 without pages."""
        times = sorted(page.seconds for page in self.pages)
        return times[min(len(times) - 1, int(quantile * len(times)))] if times else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a catch-up has got."""

    session_id: SessionId
    """Of the page that has just been saved."""
    saved: int
    """Messages so far, in all sessions."""
    expected: int
    """Messages in all, estimated from counters: never less than `saved`."""
    pages: int
    sessions_done: int
    sessions: int
