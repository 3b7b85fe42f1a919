"""Reports: what a catch-up has done, and how much time and traffic it took."""

from dataclasses import dataclass, field

from catchup_client.events import LoginReport
from catchup_client.names import SessionId
from catchup_client.protocol.codes import EndReason


@dataclass(frozen=True, slots=True)
class PageReport:
    """One page, pulled or of history."""

    seconds: float
    """The time from the request to its answer."""
    bytes: int
    """The size of the answer's frame."""
    messages: int


@dataclass(slots=True)
class SessionReport:
    """One session's catch-up."""

    session_id: SessionId
    end_reason: EndReason = EndReason.NOT_END
    """Why pulling has ended: CAUGHT_UP, RETENTION or JOIN_POINT; NOT_END while it hasn't."""
    saved: int = 0
    """How many pulled messages are new to this device."""
    filled: int = 0
    """How many messages of history are new to this device: own ones, and those that another device had pulled."""
    duplicates: int = 0
    """How many messages came again and were dropped."""
    unreadable: int = 0
    """How many seqs history has left out twice; they stay missing."""
    uncounted: bool = False
    """Whether messages came that are not counted yet: the catch-up then asks for the counter before it ends."""
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
        """How many messages are new to this device, from pulls and history."""
        return sum(report.saved + report.filled for report in self.sessions.values())

    @property
    def duplicates(self) -> int:
        """How many messages came again and were dropped."""
        return sum(report.duplicates for report in self.sessions.values())

    @property
    def bytes(self) -> int:
        """The size of the frames of all pages."""
        return sum(page.bytes for page in self.pages)

    def page_seconds(self, quantile: float) -> float:
        """Return a quantile, such as 0.5 or 0.99, of the seconds that pages took; 0.0 if there are no pages."""
        times = sorted(page.seconds for page in self.pages)
        return times[min(len(times) - 1, int(quantile * len(times)))] if times else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a catch-up has got."""

    session_id: SessionId
    """The session of the page that has just been saved."""
    saved: int
    """How many messages are saved so far, in all sessions."""
    expected: int
    """How many messages there are to save, an estimate; never less than `saved`."""
    pages: int
    sessions_done: int
    sessions: int
