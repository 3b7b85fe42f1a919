"""Catching up with a group: pulls all missing messages, the newest first. Messages of groups need no acks."""

from collections.abc import Callable

from catchup_client.arrivals import Arrivals
from catchup_client.errors import ProtocolViolation
from catchup_client.events import Source
from catchup_client.link import Link
from catchup_client.names import Seq
from catchup_client.protocol.codes import EndReason
from catchup_client.protocol.gaps import GapFill
from catchup_client.protocol.ranges import Range
from catchup_client.reports import PageReport, SessionReport
from catchup_client.settings import Settings
from catchup_client.store import Store
from catchup_client.timing import Timing


class GroupPull:
    """One catch-up of one group."""

    def __init__(self, store: Store, arrivals: Arrivals, link: Link, settings: Settings, timing: Timing) -> None:
        self._store = store
        self._arrivals = arrivals
        self._link = link
        self._settings = settings
        self._timing = timing

    async def run(self, report: SessionReport, on_page: Callable[[SessionReport], None], *, tail: bool) -> None:
        """Pull the missing messages.

        If it is interrupted, its pages are saved, and the next catch-up asks only for what is still missing.

        Args:
            report: names the session, and gets the results.
            on_page: called after each page is saved.
            tail: also ask for messages that are newer than the newest announced one.

        """
        missing = self._missing(report, tail=tail)
        if not missing:
            report.end_reason = EndReason.CAUGHT_UP
        looked = False
        while missing:
            if looked:
                await self._timing.sleep(self._settings.second_look_after)
            for index, gap in enumerate(reversed(missing)):  # the newest first: the person sees them first
                open_top = tail and not looked and index == 0
                fill = GapFill(report.session_id, gap, self._settings.page_limit, by_pull=True, open_top=open_top)
                await self._fill(fill, report, on_page, looked=looked)
            looked = True
            missing = self._missing(report, tail=False)

    def _missing(self, report: SessionReport, *, tail: bool) -> list[Range]:
        """Return the ranges to ask for, ascending; with `tail` also the end of the session, as an empty range."""
        gaps = self._store.gaps(report.session_id)
        last = self._store.session(report.session_id).last_seq
        if tail and not (gaps and gaps[-1].high == last):
            gaps.append(Range(Seq(last + 1), last))
        return gaps

    async def _fill(
        self, fill: GapFill, report: SessionReport, on_page: Callable[[SessionReport], None], *, looked: bool
    ) -> None:
        while not fill.done:
            reply = await self._link.request(fill.request())
            page = reply.body
            if page.session_id != report.session_id:
                raise ProtocolViolation(f"asked for a page of {report.session_id}, got one of {page.session_id}")
            learned = fill.receive(page)
            if looked:
                report.unreadable += sum(map(len, learned.unreadable))
            saved = self._arrivals.save_history(report.session_id, page.messages, learned, source=Source.PULL)
            report.uncounted |= saved.uncounted
            if page.end and not looked:  # in a second look, `end` is about one gap, not about the session
                report.end_reason = page.end_reason
            report.saved += len(saved.new)
            report.duplicates += saved.duplicates
            report.pulled.append(PageReport(reply.seconds, reply.bytes, len(page.messages)))
            on_page(report)
