"""A message of a group is pushed to those online. Nothing depends on it: who misses a push sees by seq what they lack.

Up to a hundred members, presence is asked for each of them, by page of the list of members. With more, those online
have entered a roster at login, and only the roster is read. A roster counts from two hours after it was begun: by then
no connection is older.

In a busy group messages are not pushed one by one: a hint says how far the group has come, at most once a second
(docs/adr/0013-hot-groups.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catchup.clock import Clock, Deadline
from catchup.concurrency import Concurrency
from catchup.domain.group import ROSTER_FROM
from catchup.domain.ids import SessionId, Uid
from catchup.domain.presence import Endpoint
from catchup.metrics import Metric
from catchup.usecases.group.ports import Groups, Job, Jobs, Members, Roster
from catchup.usecases.ports import Meter, PresenceBook, Push, PushResult

MEMBERS_PER_PAGE = 100
# With more online, bursts become hints; with less than half of it, no more.
HOT_FROM = 300
# The index of members may lag behind a change: whom the change is about is told once more, when it has surely come.
LAG_SECONDS = 5
# Time that the next page may need.
PAGE_MS = 4_000


@dataclass(eq=False, repr=False, slots=True)
class FanOut:
    """Pushes what a job says, to everyone who is online."""

    groups: Groups
    members: Members
    roster: Roster
    presence: PresenceBook
    push: Push
    jobs: Jobs
    concurrency: Concurrency
    clock: Clock
    meter: Meter

    def __call__(self, job: Job, deadline: Deadline) -> None:
        """Safe to repeat: a client knows a push by its seq. What there is no time for becomes another job.

        Raises Unavailable; the job then comes again.
        """
        if job.only:
            self._tell_again(job, deadline)
            return
        if job.queued_at_ms and not job.start:
            self.meter.duration(Metric.FAN_OUT_LAG, max(0, self.clock() - job.queued_at_ms))
        online, told, start = 0, job.also if not job.start else (), job.start
        while True:
            endpoints, start = self._page(job, start, told, deadline)
            online += len(endpoints)
            told = ()
            self._push_all(job, endpoints, deadline)
            if not start:
                break
            if not deadline.allows(PAGE_MS):
                self.jobs.put(replace(job, start=start, also=()))
                break
        if job.from_roster and online > HOT_FROM:
            self.groups.set_hot(job.session_id, True)
        if job.also and not job.start:
            self.jobs.put(Job(job.session_id, job.seq, also=job.also, only=True), delay_seconds=LAG_SECONDS)

    def hint(self, session: SessionId, deadline: Deadline) -> None:
        """Tells everyone online how far the group has come."""
        group = self.groups.many([session], deadline).get(session)
        if group is None:
            return None
        job = Job(session, group.head, from_roster=True)
        start, online = "", 0
        while True:
            endpoints, start = self._page(job, start, (), deadline)
            online += len(endpoints)
            self._push_all(job, endpoints, deadline)
            if not start:
                break
            if not deadline.allows(PAGE_MS):
                return self.jobs.put(replace(job, start=start))
        if online < HOT_FROM // 2:
            self.groups.set_hot(session, False)
        return None

    def hint_again(self, session: SessionId) -> None:
        """A hint that could not be given now is due once more, unless one of this second is due already."""
        self.jobs.put_hint(session, self.clock())

    def _tell_again(self, job: Job, deadline: Deadline) -> None:
        group = self.groups.many([job.session_id], deadline).get(job.session_id)
        if group is None:
            return
        online = self.presence.online(job.also, deadline)
        # Whoever comes online from here on finds their row at login.
        for uid, devices in online.items():
            if not devices:
                continue
            _, membership = self.groups.seen_by(uid, job.session_id, deadline)
            if membership is not None and membership.was_member:
                self._push_all(replace(job, seq=membership.end(group.head)), devices, deadline)

    def _page(self, job: Job, start: str, told: Sequence[Uid], deadline: Deadline) -> tuple[Sequence[Endpoint], str]:
        """Those online of one page, and where the next begins."""
        if job.from_roster:
            page = self.roster.page(job.session_id, start)
            listed = [entry.endpoint for entry in page.entries if entry.joined <= job.seq]
            start = page.next
            uids = [uid for uid in told if uid not in {endpoint.uid for endpoint in listed}]
        else:
            entries, last = self.members.page(job.session_id, Uid(start) if start else None, MEMBERS_PER_PAGE)
            listed = []
            # Whoever joined after the message does not see it.
            uids = list(dict.fromkeys([*(entry.uid for entry in entries if entry.joined <= job.seq), *told]))
            # On the first page alone: a condition that fails costs a write unit, too.
            if not start and last is not None and len(entries) >= ROSTER_FROM:
                self.groups.start_roster(job.session_id, self.clock())
            start = last or ""
        online = self.presence.online(uids, deadline) if uids else {}
        return [*listed, *(endpoint for devices in online.values() for endpoint in devices)], start

    def _push_all(self, job: Job, endpoints: Sequence[Endpoint], deadline: Deadline) -> None:
        wanted = [each for each in endpoints if each.connection.connection_id != job.except_for]
        results = self.concurrency.run(*(lambda to=to: self._push_one(job, to, deadline) for to in wanted))
        self.meter.count(Metric.FANNED_OUT, sum(result is PushResult.DELIVERED for result in results))

    def _push_one(self, job: Job, to: Endpoint, deadline: Deadline) -> PushResult:
        if job.message is None:
            result = self.push.head(to, job.session_id, job.seq, deadline)
        else:
            result = self.push.message(to, job.message, job.seq, deadline)
        if result is PushResult.GONE:
            self.meter.count(Metric.GONE_CONNECTIONS)
            if job.from_roster:
                self.roster.leave(to, job.session_id)
            else:
                self.presence.forget(to)
        return result
