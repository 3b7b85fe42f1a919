"""Pushes a group's message to the members online. Nothing depends on it: clients find missed messages by seq.

In groups of up to twenty members it reads the presence of each, by page of the list of members. In larger groups
devices enter a roster at login, and only the roster is read. A roster is used from two hours after it was begun: then
no connection is older than the roster.

If time runs out, another job goes on where this one ended. So no push is left out for lack of time, and only pushes
that were in progress at the end may be made twice.

In a busy group messages are not pushed one by one. At most once a second, a hint tells the group's head instead
(docs/adr/0013-hot-groups.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from catchup.clock import Clock, deadline, must_end_by
from catchup.concurrency import Concurrency
from catchup.domain.group import ROSTER_FROM
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.presence import Endpoint, Presence
from catchup.errors import Unavailable, courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.groups.ports import Groups, Job, Jobs, Members, Roster
from catchup.usecases.people.ports import PresenceBook, Push, PushResult

MEMBERS_PER_PAGE = 100
# Above this number online, bursts become hints; below half of it, they become messages again.
HOT_FROM = 300
# The index of members may lag behind a change, so its people get the push once more, after the index has caught up.
LAG_SECONDS = 5
# Four posts for each thread, so that a slow connection holds up only a few.
TASKS = 100
# Time for the next page, which usually takes half a second (`storage.roster`).
PAGE_MS = 2_000
# Posts end this long before the deadline, to leave time for queueing the rest, with retries.
HAND_ON_MS = 1_500


class Due(NamedTuple):
    """A device to push to. `start`: the start of a job that still has to push to it."""

    endpoint: Endpoint
    start: str


class Page(NamedTuple):
    """The devices online in a page, and where the next one starts; "" if this is the last. `recalled`: messages that
    were recalled, as far as the job's first page says so."""

    due: Sequence[Due]
    next: str
    recalled: frozenset[Seq] = frozenset()


class Reached(NamedTuple):
    """How many devices were online as far as this job came, and whether it came to the end."""

    online: int
    everyone: bool


@dataclass(eq=False, repr=False, slots=True)
class FanOut:
    """Works on a job: pushes to everyone who is online."""

    groups: Groups
    members: Members
    roster: Roster
    presence: PresenceBook
    push: Push
    jobs: Jobs
    concurrency: Concurrency
    clock: Clock
    telemetry: Telemetry

    def __call__(self, job: Job) -> None:
        """Runs the job. It is safe to repeat, since clients recognise a push by its seq. If time runs out, another job
        does the rest.

        Raises Unavailable before the first push; the job then comes again.
        """
        if job.only:
            self._tell_again(job)
            return
        if job.queued_at_ms and not job.start:
            self.telemetry.duration(Metric.FAN_OUT_LAG, max(0, self.clock() - job.queued_at_ms))
        if job.also and not job.start:
            # This is the first step: if it fails, the job is delivered again, and nobody has got a push yet.
            self.jobs.put(Job(job.session_id, job.seq, job.number, also=job.also, only=True), delay_seconds=LAG_SECONDS)
        reached = self._tell_everyone(job)
        if job.from_roster and reached.online > HOT_FROM:
            with courtesy():
                self.groups.set_hot(job.session_id, True)

    def hint(self, session: SessionId) -> None:
        """Pushes the group's head to everyone online, unless they already have it. While one hint is pushed, others may
        gather that say nothing new."""
        group = self.groups.many([session]).get(session)
        if group is None or group.hinted >= group.head:
            return
        reached = self._tell_everyone(Job(session, group.head, group.number, from_roster=True))
        with courtesy():
            self.groups.hinted(session, group.head)
        if reached.everyone and reached.online < HOT_FROM // 2:
            with courtesy():
                self.groups.set_hot(session, False)

    def hint_again(self, session: SessionId) -> None:
        """Queues a hint that failed once more, unless a hint for this second is already queued."""
        self.jobs.put_hint(session, self.clock())

    def _tell_again(self, job: Job) -> None:
        """Pushes the head to the people in `also`. If time runs out, another job tells the rest."""
        with must_end_by(deadline().earlier(HAND_ON_MS)):
            rest = self._tell_these(job) if deadline().allows() else job.also
        if rest:
            self.jobs.put(job._replace(also=rest))

    def _tell_these(self, job: Job) -> tuple[Uid, ...]:
        """Returns the people for whom there was no time."""
        group = self.groups.many([job.session_id]).get(job.session_id)
        if group is None:
            return ()
        # People who come online later find their row at login.
        online = {uid: devices for uid, devices in self.presence.online(job.also).items() if devices}
        for at, (uid, devices) in enumerate(online.items()):
            if not deadline().allows():
                return tuple(online)[at:]
            _, membership = self.groups.seen_by(uid, job.session_id)
            if membership is not None and membership.was_member:
                membership = group.seen_as(membership)
                seq, number = membership.end(group.head), membership.last_number(group)
                if PushResult.LATE in self._push_all(job._replace(seq=seq, number=number), devices):
                    return tuple(online)[at:]
        return ()

    def _tell_everyone(self, job: Job) -> Reached:
        """Pushes page by page from the job's start. Raises Unavailable if nobody got a push."""
        needed_ms, online, rest = 0, 0, job
        with must_end_by(deadline().earlier(HAND_ON_MS)):
            while deadline().allows(needed_ms):
                try:
                    page = self._page(rest, is_first=rest is job)
                except Unavailable:
                    if rest is job:
                        raise
                    break
                due, following = page.due, page.next
                rest = rest.without(page.recalled)
                online += len(due)
                due = [each for each in due if each.endpoint.connection.connection_id != job.except_for]
                results = self._push_all(rest, [each.endpoint for each in due])
                late = next(
                    (each for each, result in zip(due, results, strict=True) if result is PushResult.LATE), None
                )
                if late is None and not following:
                    return Reached(online, everyone=True)
                # The people in `also` get their pushes first, so a later start leaves them out.
                start = following if late is None else late.start
                rest = rest._replace(start=start, also=rest.also if not start else ())
                if late is not None:
                    break
                needed_ms = PAGE_MS
        self.jobs.put(rest)
        return Reached(online, everyone=False)

    def _page(self, job: Job, is_first: bool) -> Page:
        """The page at the job's start. What was recalled while the job waited must not be pushed: a recall notes it
        where the first page is read anyway."""
        told = job.also if not job.start else ()
        if job.from_roster:
            page = self.roster.page(job.session_id, job.start)
            starts = [job.start, *(entry.key for entry in page.entries)]
            listed = [
                Due(entry.endpoint, start)
                for entry, start in zip(page.entries, starts, strict=False)
                if entry.joined <= job.seq
            ]
            known = {each.endpoint.uid for each in listed}
            others = self._online({uid: "" for uid in told if uid not in known})
            recalled = self.roster.recalled(job.session_id) if is_first and job.start else page.recalled
            return Page([*others, *listed], page.next, recalled)
        entries, last = self.members.page(job.session_id, Uid(job.start) if job.start else None, MEMBERS_PER_PAGE)
        if not job.start and len(entries) + (last is not None) > ROSTER_FROM:
            # Only on the first page, because a failed condition also costs a write unit.
            with courtesy():
                self.groups.start_roster(job.session_id, self.clock())
        starts = [job.start, *(entry.uid for entry in entries)]
        # People who joined after the message do not see it.
        members = {entry.uid: start for entry, start in zip(entries, starts, strict=False) if entry.joined <= job.seq}
        starts_of = {**dict.fromkeys(told, ""), **members, **dict.fromkeys(told, "")}
        if not is_first or job.message is None:
            return Page(self._online(starts_of), last or "")
        # The author is nearly always one of them.
        found = self.presence.online_and_recalled([*starts_of], job.message.draft.sender, job.session_id)
        return Page(_due(found.online, starts_of), last or "", found.recalled)

    def _online(self, starts: Mapping[Uid, str]) -> Sequence[Due]:
        return _due(self.presence.online([*starts]) if starts else {}, starts)

    def _push_all(self, job: Job, endpoints: Sequence[Endpoint]) -> Sequence[PushResult]:
        """Pushes in order. A thread takes several devices, since handing over one costs as much as half a post."""
        size = max(1, len(endpoints) // TASKS)
        slices = [endpoints[at : at + size] for at in range(0, len(endpoints), size)]

        def push(some: Sequence[Endpoint]) -> Sequence[PushResult]:
            return [self._push_one(job, to) for to in some]

        parts = self.concurrency.run(*(partial(push, some) for some in slices))
        results = [result for part in parts for result in part]
        self.telemetry.count(Metric.FANNED_OUT, sum(result is PushResult.DELIVERED for result in results))
        return results

    def _push_one(self, job: Job, to: Endpoint) -> PushResult:
        if job.message is None:
            result = self.push.head(to, job.session_id, job.seq, job.number)
        else:
            result = self.push.message(to, job.message)
        if result is PushResult.GONE:
            self.telemetry.count(Metric.GONE_CONNECTIONS)
            with courtesy():
                if job.from_roster:
                    self.roster.leave(to, job.session_id)
                else:
                    self.presence.forget(to)
        return result


def _due(online: Presence, starts: Mapping[Uid, str]) -> Sequence[Due]:
    """The devices of these people, in this order."""
    return [Due(endpoint, starts[uid]) for uid, devices in online.items() for endpoint in devices]
