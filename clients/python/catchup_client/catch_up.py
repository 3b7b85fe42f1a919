"""Catching up with a session: pulls all waiting messages, then reads from history what is still missing."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from catchup_client.acks import Acks
from catchup_client.arrivals import Arrivals
from catchup_client.connection import Reply
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.group_catch_up import GroupPull
from catchup_client.link import Link
from catchup_client.names import Seq, SessionId, is_group
from catchup_client.protocol.codes import Code, EndReason
from catchup_client.protocol.gaps import GapFill, Learned
from catchup_client.protocol.model import Message, Page
from catchup_client.protocol.paging import PullWalk, TailWalk
from catchup_client.protocol.requests import Counters, History, Sessions
from catchup_client.reports import PageReport, SessionReport
from catchup_client.settings import MAX_PAGE_MESSAGES, MAX_SESSIONS_PER_REQUEST, Settings
from catchup_client.store import Store
from catchup_client.store.results import Saved
from catchup_client.timing import Timing

OnPage = Callable[[SessionReport], None]


class CatchUps:
    """Brings sessions up to date, one catch-up at a time in each."""

    def __init__(
        self, store: Store, arrivals: Arrivals, link: Link, acks: Acks, settings: Settings, timing: Timing
    ) -> None:
        self._store = store
        self._arrivals = arrivals
        self._link = link
        self._acks = acks
        self._settings = settings
        self._timing = timing
        self._locks: defaultdict[SessionId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def discover(self) -> None:
        """Ask for all sessions and their newest seqs, because a login lists only sessions with something new."""
        next_, uncounted = "", list[SessionId]()
        while True:
            try:
                reply = await self._link.request(Sessions(limit=MAX_PAGE_MESSAGES, next=next_))
            except RequestRefused as error:
                if error.code is Code.UNIMPLEMENTED:
                    return  # an older server: sessions are known only from counters
                raise
            uncounted += self._arrivals.add_summaries(reply.body.sessions)
            next_ = reply.body.next
            if reply.body.end or not next_:
                break
        await self.ask_counters(uncounted)

    async def ask_counters(self, session_ids: Iterable[SessionId]) -> None:
        """Ask for the counters of sessions, and add them."""
        left = list(session_ids)
        while left:
            asked, left = left[:MAX_SESSIONS_PER_REQUEST], left[MAX_SESSIONS_PER_REQUEST:]
            reply = await self._link.request(Counters(tuple(asked)))
            self._arrivals.add_counters(reply.body.counters)

    async def clear(self, session_ids: Iterable[SessionId]) -> None:
        """Tell the server up to which number these sessions are counted, and wait for the answers."""
        for session_id in session_ids:
            await self._acks.flush(only=session_id)

    def behind(self) -> list[SessionId]:
        """Return the sessions in which this device may lack messages, the one with the newest message first."""
        return [
            state.session_id for state in self._store.sessions() if state.waiting or self._store.gaps(state.session_id)
        ]

    async def run(self, report: SessionReport, on_page: OnPage, *, tail: bool, whole: bool = True) -> None:
        """Bring a session up to date.

        Returns when all announced messages are saved and acked. If it is interrupted, the session still counts as
        waiting, and the next catch-up continues from what is saved.

        Args:
            report: names the session, and gets the results.
            on_page: called after each page is saved.
            tail: also ask for messages that are newer than the newest saved one, even if none was announced.
            whole: also fetch messages that are older than all saved ones.

        """
        session_id = report.session_id
        async with self._locks[session_id]:
            with self._acks.paused(session_id):
                while True:
                    mark = self._store.announced(session_id)
                    if is_group(session_id):
                        await self._pull_group(report, on_page, tail=tail)
                    else:
                        await self._pull(report, on_page)
                        if tail:
                            await self._read_tail(report, on_page)
                        await self._fill_gaps(report, on_page, whole=whole)
                    if report.uncounted:
                        report.uncounted = False
                        await self.ask_counters([session_id])
                    if self._store.finish_catch_up(session_id, mark):
                        break
            await self._acks.flush(only=session_id)

    async def _pull_group(self, report: SessionReport, on_page: OnPage, *, tail: bool) -> None:
        pull = GroupPull(self._store, self._arrivals, self._link, self._settings, self._timing)
        await pull.run(report, on_page, tail=tail)

    async def _pull(self, report: SessionReport, on_page: OnPage) -> None:
        walk = PullWalk(report.session_id, self._settings.page_limit)
        backoff = self._link.backoff()
        while not walk.done:
            due = [seq for _, seq in self._store.to_ack(only=report.session_id, at_most=walk.most_acks)]
            request = walk.request(due)
            reply = await self._link.request(request)
            page = _of(report, reply)
            acked = [seq for seq in request.ack if seq not in page.remaining]
            saved = self._arrivals.save_page(report.session_id, page.messages, acked)
            walk.receive(page, len(saved.new))
            report.uncounted |= saved.uncounted
            report.end_reason = walk.end_reason
            report.saved += len(saved.new)
            report.duplicates += saved.duplicates
            report.pulled.append(PageReport(reply.seconds, reply.bytes, len(page.messages)))
            on_page(report)
            if walk.fruitless_pages:
                await self._timing.sleep(backoff.next())

    async def _fill_gaps(self, report: SessionReport, on_page: OnPage, *, whole: bool) -> None:
        looked = False
        while gaps := self._store.gaps(report.session_id, whole=whole):
            if looked:
                await self._timing.sleep(self._settings.second_look_after)
            for gap in reversed(gaps):  # the newest first: the person sees them first
                fill = GapFill(report.session_id, gap, self._settings.page_limit)
                while not fill.done:
                    reply = await self._link.request(fill.request())
                    learned = fill.receive(_of(report, reply))
                    if looked:
                        report.unreadable += sum(map(len, learned.unreadable))
                    saved = self._arrivals.save_history(report.session_id, reply.body.messages, learned)
                    self._note_history(report, reply, saved, on_page)
            looked = True

    async def _read_tail(self, report: SessionReport, on_page: OnPage) -> None:
        span = self._store.bounds(report.session_id)
        if span is None and self._store.gaps(report.session_id):
            return  # its newest seq is known: `_fill_gaps` fetches all, from the newest message down
        walk = TailWalk(report.session_id, Seq(span.high if span else 0), self._settings.page_limit)
        while not walk.done:
            reply = await self._link.request(walk.request())
            saved = self._arrivals.save_history(report.session_id, _of(report, reply).messages)
            walk.receive(reply.body)
            self._note_history(report, reply, saved, on_page)

    async def renew(self, session_id: SessionId) -> None:
        """Ask for the new content of edited messages. What history has not got yet, the next login asks for again."""
        for seq in self._store.stale(session_id):
            bounds = {"after": Seq(seq - 1), "before": Seq(seq + 1)}
            reply = await self._link.request(History(session_id, 1, **bounds))
            self._arrivals.save_history(session_id, reply.body.messages)

    async def older(self, session_id: SessionId, limit: int) -> tuple[Message, ...]:
        """Fetch a page of history below all saved messages; return it newest first, empty if there is nothing."""
        if self._store.at_bottom(session_id):
            return ()
        span = self._store.bounds(session_id)
        reply = await self._link.request(History(session_id, limit, before=Seq(span.low) if span else None))
        page = reply.body
        below = Seq(span.low if span else self._store.session(session_id).last_seq + 1)
        floor = min((message.seq for message in page.messages), default=below)
        removed = page.end_reason is EndReason.RETENTION
        saved = self._arrivals.save_history(
            session_id, page.messages, Learned(floor=floor) if removed else None, bottom=page.end
        )
        if saved.uncounted:
            await self.ask_counters([session_id])
        return tuple(sorted(page.messages, key=lambda message: message.seq, reverse=True))

    @staticmethod
    def _note_history(report: SessionReport, reply: Reply[Page], saved: Saved, on_page: OnPage) -> None:
        report.uncounted |= saved.uncounted
        report.filled += len(saved.new)
        report.duplicates += saved.duplicates
        report.history.append(PageReport(reply.seconds, reply.bytes, len(reply.body.messages)))
        on_page(report)


def _of(report: SessionReport, reply: Reply[Page]) -> Page:
    if reply.body.session_id != report.session_id:
        raise ProtocolViolation(f"asked for a page of {report.session_id}, got one of {reply.body.session_id}")
    return reply.body
