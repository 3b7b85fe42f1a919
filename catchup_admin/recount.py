"""Calculates from history what a counter should be. These are pure rules; `audit` reads the rows and applies them.

Each message carries how many messages are before it. So if history has the message at which a counter is, the counter
is proven right or wrong. If retention has removed this message, or it was not read, the messages around it give a
range.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchup.domain.counter import Counter
from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup_admin.stored import Past

# How many seqs a problem lists.
_SHOWN = 10


class Exactness(StrEnum):
    """The result of a recount."""

    EXACT = "exact"
    # No contradiction was found, but part of history is gone, or was not read.
    POSSIBLE = "possible"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Recount:
    """A recount. `number`: the recalculated number, `received` of private sessions and `unread` of groups. `stored`:
    the number in the rows. `unfinished`: messages whose send was interrupted or is in progress; a retry of their
    sender, or the next message, counts them. `unjudged`: how many numbers history can't judge. `problems`: other
    contradictions."""

    session_id: SessionId
    number: str
    stored: int
    least: int
    most: int
    unjudged: int
    unfinished: Sequence[Seq]
    problems: Sequence[str]
    outcome: Exactness


def recount_private(owner: Uid, counter: Counter, past: Past) -> Recount:
    """Recounts a private session. `received` is how many counted messages the other person wrote up to `lastSeq`."""
    session, other, last = counter.session_id, counter.other(owner), counter.last_seq
    least, most = past.numbers_at(last, lambda numbers: numbers.of(session, other))
    problems = [
        *_listed("has pending seqs that are not the other's", (s for s in counter.pending if past.author(s) == owner)),
        *_listed("has pending seqs above its last one", (s for s in counter.pending if s > last)),
        *_holes(past),
    ]
    if counter.cleared > counter.received:
        problems.append(f"cleared is {counter.cleared}, more than was received")
    beyond = {seq for seq, entry in past.entries.items() if seq > last and entry.author == other != owner}
    unfinished = sorted(beyond | counter.pending)
    return _judged(session, "received", counter.received, (least, most), most - least, unfinished, problems)


def recount_group(owner: Uid, membership: Membership, group: Group, past: Past) -> Recount:
    """Recounts a group. `unread` is the number of messages between `cleared` and the head, without the person's own
    and those that were recalled."""
    membership = group.seen_as(membership)
    told = membership.unread(group)
    end, start = told.received, told.cleared
    between = {entry.number: entry for entry in past.entries.values() if entry.counts and start < entry.number <= end}
    own = {number for number, entry in between.items() if entry.author == owner}
    unjudged = end - start - len(between)
    # Numbers that the group's row lists no more are still in the count.
    recalled = {number for number in told.recalled if start < number <= end} - own
    most = end - start - len(own) - len(recalled)
    unnoted = {
        seq for seq, entry in past.entries.items() if entry.number in own and not membership.has_noted(entry.number)
    }
    beyond = {seq for seq in past.entries if seq > group.head}
    strange = (number for number in told.own if number in between and number not in own)
    lowest, highest = past.numbers_at(group.head, lambda numbers: numbers.first)
    problems = [*_listed("treats numbers of others as own ones", strange), *_holes(past)]
    if not lowest <= group.number <= highest:
        problems.append(f"the group's number is {group.number}, and not {lowest}")
    unfinished = sorted(beyond | (unnoted if membership.is_member else set()))
    return _judged(membership.session_id, "unread", told.count, (most - unjudged, most), unjudged, unfinished, problems)


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
        outcome = Exactness.DRIFT
    else:
        outcome = Exactness.EXACT if least == most else Exactness.POSSIBLE
    return Recount(session, number, stored, least, most, unjudged, unfinished, problems, outcome)


def _holes(past: Past) -> list[str]:
    """Missing seqs, and messages whose numbers do not follow those before them. Seqs are dense, so none may be missing
    above a message that has not expired."""
    lasting = [seq for seq, entry in past.entries.items() if not entry.expired]
    missing = set(range(min(lasting), past.head)) - past.entries.keys() if lasting else set()
    wrong = (
        seq
        for seq, entry in past.entries.items()
        if (before := past.entries.get(Seq(seq - 1))) is not None and before.following != entry.before
    )
    return [
        *_listed("has no message at seqs that should still be kept", missing),
        *_listed("has messages whose numbers do not follow those before them", wrong),
    ]


def _listed(what: str, seqs: Iterable[int]) -> list[str]:
    found = sorted(seqs)
    if not found:
        return []
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [f"{what}: {', '.join(map(str, found[:_SHOWN]))}{more}"]
