"""What a counter should say, reckoned from history. Rules only; `audit` reads and asks them.

History forgets (retention), and of a message that was sent live nothing tells later whether it was counted. So what
can be reckoned is a range: outside of it something is wrong for certain; where it is one number, it is proven right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchup.domain.counter import Counter
from catchup.domain.group import Group, Membership
from catchup.domain.ids import Seq, SessionId, Uid
from catchup_admin.stored import Past

# Seqs that a problem names.
_SHOWN = 10


class Verdict(StrEnum):
    """What a recount has shown."""

    EXACT = "exact"
    # Nothing speaks against it, but part of history is gone, was not read, or does not tell.
    POSSIBLE = "possible"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Recount:
    """`number`: what was reckoned anew, `received` of private sessions and `unread` of groups. `stored`: what the rows
    say. `unfinished`: messages whose send died half-way, or is under way: they count when their sender tries again.
    `unjudged`: seqs of which history tells nothing. `problems`: what else does not fit."""

    session_id: SessionId
    number: str
    stored: int
    least: int
    most: int
    unjudged: int
    unfinished: Sequence[Seq]
    problems: Sequence[str]
    verdict: Verdict


def recount_private(owner: Uid, counter: Counter, past: Past, head: Seq) -> Recount:
    """Received is the number of messages that are counted: those in `recent`, and of those up to the floor all of
    others that are not in `uncounted`. `head`: as the session's row has it."""
    remembered, floor = counter.recent | counter.uncounted, counter.floor
    of_others = {seq: entry for seq, entry in past.entries.items() if entry.sender != owner}
    below = {seq: entry for seq, entry in of_others.items() if seq <= floor and seq not in remembered}
    certain = sum(not entry.live for entry in below.values())
    known = {seq for seq in (*past.entries, *remembered) if seq <= floor}
    unjudged = floor - len(known)
    least = len(counter.recent) + certain
    most = least + (len(below) - certain) + unjudged
    end = max(head, past.head)
    own = past.entries.keys() - of_others.keys()
    problems = [
        *_listed("counts own seqs of this person", counter.recent & own),
        *_listed("counts seqs that nobody has sent", (s for s in counter.recent if s > end)),
        *_holes(past),
    ]
    if counter.cleared > counter.received:
        problems.append(f"cleared is {counter.cleared}, more than was received")
    # A live message that no device took is to be counted from when it is noted as not counted.
    due = (seq for seq, entry in of_others.items() if not entry.live or seq in counter.uncounted)
    unfinished = sorted(seq for seq in due if not counter.has_counted(seq))
    return _judged(counter.session_id, "received", counter.received, (least, most), unjudged, unfinished, problems)


def recount_group(owner: Uid, membership: Membership, group: Group, past: Past) -> Recount:
    """Unread is what lies between `cleared` and the head, without the person's own."""
    told = membership.unread(group)
    end, start = told.received, max(membership.cleared, 0)
    between = {seq: entry for seq, entry in past.entries.items() if start < seq <= end}
    own = {seq for seq, entry in between.items() if entry.sender == owner}
    unjudged = end - start - len(between)
    most = end - start - len(own)
    unnoted = sorted(seq for seq in own if not membership.has_noted(seq))
    beyond = sorted(seq for seq in past.entries if seq > group.head)
    strange = (seq for seq in membership.own if start < seq <= end and seq in between and seq not in own)
    problems = [*_listed("treats seqs of others as own ones", strange), *_holes(past)]
    return _judged(
        membership.session_id,
        "unread",
        told.count,
        (most - unjudged, most),
        unjudged,
        sorted({*unnoted, *beyond}),
        problems,
    )


def _judged(
    session: SessionId,
    number: str,
    stored: int,
    bounds: tuple[int, int],
    unjudged: int,
    unfinished: Sequence[Seq],
    problems: Sequence[str],
) -> Recount:
    least, most = bounds
    if not least <= stored <= most or problems:
        verdict = Verdict.DRIFT
    else:
        verdict = Verdict.EXACT if least == most else Verdict.POSSIBLE
    return Recount(session, number, stored, least, most, unjudged, unfinished, problems, verdict)


def _holes(past: Past) -> list[str]:
    """Seqs are dense: above a message that is not over age none is missing."""
    lasting = [seq for seq, entry in past.entries.items() if not entry.expired]
    missing = set(range(min(lasting), past.head)) - past.entries.keys() if lasting else set()
    return _listed("has no message at seqs that should still be kept", missing)


def _listed(what: str, seqs: Iterable[int]) -> list[str]:
    found = sorted(seqs)
    if not found:
        return []
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [f"{what}: {', '.join(map(str, found[:_SHOWN]))}{more}"]
