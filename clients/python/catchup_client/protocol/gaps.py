"""Gaps: seqs that a device lacks, and how it fetches them (docs/protocol.md, section 7, "Gaps")."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup_client.errors import ProtocolViolation
from catchup_client.names import Seq, SessionId
from catchup_client.protocol.codes import EndReason
from catchup_client.protocol.model import Page
from catchup_client.protocol.ranges import Range, left_out
from catchup_client.protocol.requests import History, Pull


@dataclass(frozen=True, slots=True)
class Learned:
    """What a page tells about the seqs that it doesn't contain."""

    unreadable: Sequence[Range] = ()
    """Seqs that the page leaves out, because the server can't read them."""
    floor: Seq | None = None
    """Messages below this seq were removed by retention, or are not for this account."""


class GapFill:
    """Fetches one gap page by page, newest first: from `history`, or in a group with `pull`.

    >>> fill = GapFill(SessionId("p:a:b"), Range(41, 60), limit=50)
    >>> fill.request()
    History(session_id='p:a:b', limit=50, before=61, after=40)
    """

    def __init__(
        self, session_id: SessionId, gap: Range, limit: int, *, by_pull: bool = False, open_top: bool = False
    ) -> None:
        """Prepare; `open_top`: also ask for all messages above the gap. The gap itself may then be empty."""
        self.session_id = session_id
        self._after = Seq(gap.low - 1)
        self._before = Seq(gap.high + 1)
        self._limit = limit
        self._by_pull = by_pull
        self._open_top = open_top
        self.done = False

    def request(self) -> History | Pull:
        """Return the request of the next page."""
        before = None if self._open_top else self._before
        if self._by_pull:
            return Pull(self.session_id, self._limit, before=before, after=self._after or None)
        return History(self.session_id, self._limit, before=before, after=self._after)

    def receive(self, page: Page) -> Learned:
        """Take the answer; send the next request unless `done`. Raises ProtocolViolation if it makes no progress."""
        seqs = [message.seq for message in page.messages]
        if self._open_top:
            self._before = Seq(max([self._before - 1, *seqs, page.resume_before or 0]) + 1)
            self._open_top = False
        lowest = min(seqs, default=self._before)
        asked_from = Seq(self._after + 1) if page.end else min(lowest, page.resume_before or lowest)
        if asked_from >= self._before and not page.end:
            raise ProtocolViolation(f"{self.session_id}: a page of history is neither the end nor shows where to go on")
        asked = Range(asked_from, Seq(self._before - 1))
        self.done, self._before = page.end, asked_from
        if page.end and page.end_reason in {EndReason.RETENTION, EndReason.JOIN_POINT}:
            return Learned(left_out(Range(lowest, asked.high), seqs), floor=lowest)
        return Learned(left_out(asked, seqs))
