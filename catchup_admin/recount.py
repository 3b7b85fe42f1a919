"""Calculates from history what a counter should be. These are pure rules; `audit` reads the rows and applies them.

Retention removes history, and for a message that was sent live nothing shows later whether it was counted. So the
result is a range. A counter outside of it is certainly wrong; if the range is one number, the counter is proven right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchup.domain.counter import Counter
from catchup.domain.group import Group, Membership
from catchup.domain.ids import Seq, SessionId, Uid
from catchup_admin.stored import Past

# How many seqs a problem lists.
_SHOWN = 10


class Verdict(StrEnum):
    """The result of a recount."""

    EXACT = "exact"
    # No contradiction was found, but part of history is gone, was not read, or is not conclusive.
    POSSIBLE = "possible"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Recount:
    """A recount. `number`: the recalculated number, `received` of private sessions and `unread` of groups. `stored`:
    the number in the rows. `unfinished`: messages whose send was interrupted or is in progress; they count when their
    sender tries again. `unjudged`: seqs that history can't judge. `problems`: other contradictions."""

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
    """Recounts a private session. `received` is the number of counted messages: those in `recent`, and up to the floor
    those of others that are not in `uncounted`. `head`: the head in the session's row."""
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
    # A live message that no device took must be counted once it is noted as not counted.
    due = (seq for seq, entry in of_others.items() if not entry.live or seq in counter.uncounted)
    unfinished = sorted(seq for seq in due if not counter.has_counted(seq))
    return _judged(counter.session_id, "received", counter.received, (least, most), unjudged, unfinished, problems)


def recount_group(owner: Uid, membership: Membership, group: Group, past: Past) -> Recount:
    """Recounts a group. `unread` is the number of messages between `cleared` and the head, without the person's own."""
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
    """The missing seqs. Seqs are dense, so none may be missing above a message that has not expired."""
    lasting = [seq for seq, entry in past.entries.items() if not entry.expired]
    missing = set(range(min(lasting), past.head)) - past.entries.keys() if lasting else set()
    return _listed("has no message at seqs that should still be kept", missing)


def _listed(what: str, seqs: Iterable[int]) -> list[str]:
    found = sorted(seqs)
    if not found:
        return []
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [f"{what}: {', '.join(map(str, found[:_SHOWN]))}{more}"]
