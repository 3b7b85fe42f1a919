"""Results as lines for people."""

from collections.abc import Iterator, Sequence

from catchup.usecases.screening.ports import HeldMessage
from catchup_admin.audit import Repair
from catchup_admin.closing import Closed
from catchup_admin.output import columns, printable, seqs, when
from catchup_admin.overview import Count, Overview
from catchup_admin.people import InSessionNow, Person
from catchup_admin.recount import Recount
from catchup_admin.redrive import DeadJob

_PRIVATE = ("session", "unread", "received", "cleared", "head", "pending", "newest")
_GROUP = ("session", "unread", "cleared", "head", "role", "joined", "left", "own", "own below", "mentions", "members")
_WAITING = ("session", "waiting", "first seq", "last seq", "oldest", "newest")
_DEVICES = ("device", "connection", "encoding", "since")


def overview_lines(overview: Overview) -> list[str]:
    """The overview, with a line for each kind of number."""
    lines = [
        f"people    {_count(overview.people, 'has', 'have')} sessions;"
        f" {_count(overview.people_online, 'is', 'are')} online, on {_count(overview.devices, 'device', 'devices')}",
        f"sessions  {_count(overview.private_sessions, 'private one', 'private ones')},"
        f" {_count(overview.groups, 'group', 'groups')}",
        f"backlog   {_count(overview.waiting, 'message waits', 'messages wait')}"
        f" for {_count(overview.waiting_people, 'person', 'people')}",
        f"held      {_count(overview.held, 'message waits', 'messages wait')} for review",
    ]
    for queue in overview.queues:
        dead = f"{queue.dead} dead" + (": see `redrive --dry-run`" if queue.dead else "")
        lines.append(f"queue     {queue.name}: {queue.waiting} waiting, {queue.working} under way, {dead}")
    if overview.alarms is None:
        lines.append("alarms    not asked: only a stack on AWS has them (--stack)")
    elif not overview.alarms:
        lines.append("alarms    all OK")
    else:
        lines += [f"alarm     {each.name}: {each.state} since {when(each.since_ms)}" for each in overview.alarms]
    return [printable(line) for line in lines]


def _count(count: Count, one: str, many: str) -> str:
    return f"{count.number:,}{'+' if count.more else ''} {one if (count.number, count.more) == (1, False) else many}"


def person_lines(person: Person) -> list[str]:
    """A person, with a table for each kind of row that exists."""
    private = [
        (
            each.session_id,
            each.unread,
            each.received,
            each.cleared,
            each.head,
            seqs(each.pending),
            when(each.timestamp_ms),
        )
        for each in person.sessions
        if each.group is None
    ]
    groups = [_group_row(each) for each in person.sessions if each.group is not None]
    waiting = [
        (
            each.session_id,
            f"{each.count}{'+' if each.more else ''}",
            each.oldest_seq,
            each.newest_seq,
            when(each.oldest_at_ms),
            when(each.newest_at_ms),
        )
        for each in person.waiting
    ]
    devices = [[each.device_id, each.connection_id, each.encoding, when(each.since_ms)] for each in person.devices]
    return [
        *_section("private sessions", _PRIVATE, private),
        "",
        *_section("groups", (*_GROUP, "name"), groups),
        "",
        *_section("offline store", _WAITING, waiting),
        "",
        *_section("connections", _DEVICES, devices),
    ]


def _group_row(each: InSessionNow) -> list[object]:
    group = each.group
    assert group is not None
    own_below = f"{group.own_below} up to {group.own_floor}" if group.own_floor else "-"
    return [
        each.session_id,
        "?" if each.unread is None else each.unread,
        each.cleared,
        each.head,
        group.role.name.lower() if group.joined > group.left else "gone",
        group.joined,
        group.left,
        seqs(group.own),
        own_below,
        seqs(group.mentions),
        "?" if group.members is None else group.members,
        group.name or "",
    ]


def recount_lines(recounts: Sequence[Recount], repairs: Sequence[Repair]) -> list[str]:
    """A line per session; below them the problems, the unfinished sends, and the repairs."""
    rows = [
        [each.session_id, each.number, each.stored, _range(each), each.unjudged, each.outcome.value.upper()]
        for each in recounts
    ]
    heads = ("session", "number", "stored", "recounted", "not judged", "outcome")
    return [*columns(heads, rows), *_notes(recounts), *_repaired(repairs)]


def _range(recount: Recount) -> str:
    return str(recount.least) if recount.least == recount.most else f"{recount.least} to {recount.most}"


def _notes(recounts: Sequence[Recount]) -> Iterator[str]:
    for each in recounts:
        for problem in each.problems:
            yield f"{each.session_id}: {problem}"
        if each.unfinished:
            yield f"{each.session_id}: unfinished, or under way: {seqs(each.unfinished)}"


def _repaired(repairs: Sequence[Repair]) -> Iterator[str]:
    for each in repairs:
        yield f"{each.session_id} #{each.seq}: {'finished' if each.done else 'left as it is'}: {each.text}"


def job_lines(jobs: Sequence[DeadJob], dry_run: bool) -> list[str]:
    """A line per job, and their number."""
    rows = [[job.kind, job.session_id, job.seq or "", when(job.sent_at_ms), job.message_id, job.reason] for job in jobs]
    count = f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}"
    return [
        *(columns(("kind", "session", "seq", "sent", "id", "why"), rows) if jobs else ()),
        f"{count} {'would go' if dry_run else 'went'} back to the queue",
    ]


def closed_lines(closed: Sequence[Closed]) -> list[str]:
    """A line per connection."""
    return [
        f"{'closed' if each.was_open else 'was gone already'}: {printable(each.connection_id)}"
        + (f" ({each.device_id})" if each.device_id else "")
        for each in closed
    ]


def held_lines(held: Sequence[HeldMessage], more: bool) -> list[str]:
    """A line per message, without its text."""
    if not held:
        return ["nothing is held"]
    rows = [
        [each.draft.sender, each.draft.msg_id, each.session_id, when(each.held_at_ms), " ".join(each.sources)]
        for each in held
    ]
    lines = columns(("sender", "msgId", "session", "held", "by"), rows)
    return [*lines, "there are more: raise --limit"] if more else lines


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    return [f"{title}: {len(rows) or 'none'}", *(columns(heads, rows) if rows else ())]
