"""Hides messages from one person, on all their devices.

    private:  mark ──────── empty ───┐
              (Message)     (Inbox)  ├─ list ────── version ── pushes to the person's other devices, queued ── answer
    group:    look up ───────────────┘  (Hidden)    (Counter)  (SQS)
              (Session, Counter)

The list comes before the version: a device that sees the version asks for the list, and must find all of it. If a
request dies in between, the next one, the same or another, raises the version over both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Mention
from catchup.domain.page import Bounds
from catchup.domain.presence import Caller
from catchup.errors import NotAMember, OutOfTime, courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.ports import Counters, Inbox
from catchup.usecases.groups.ports import Groups
from catchup.usecases.hiding.ports import HideNotices, Hiding


class Hidden(NamedTuple):
    """Hidden messages of a session. `version`: 0 if nothing is hidden. `more`: there are higher ones."""

    session_id: SessionId
    seqs: Sequence[Seq]
    version: int
    more: bool = False


@dataclass(eq=False, repr=False, slots=True)
class Hide:
    """Hides messages that the caller can see; others are left out. It is safe to repeat."""

    hiding: Hiding
    inbox: Inbox
    counters: Counters
    groups: Groups
    notices: HideNotices
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, caller: Caller, session: SessionId, seqs: Sequence[Seq]) -> Hidden:
        """Returns what is hidden now. Raises NotAMember (a group), Unavailable."""
        if is_group(session):
            there, mentions = self._in_group(caller.uid, session, seqs)
        else:
            there, mentions = self._in_private(caller.uid, session, seqs), ()
        if not there:
            return Hidden(session, (), 0)
        self.hiding.add(caller.uid, session, there)
        version = self.hiding.raise_version(caller.uid, session, there, mentions)
        # Pushed again if it is repeated: the request before may have died here.
        with courtesy():
            self.notices.hide(caller, session, there, version)
        self.telemetry.count(Metric.HIDDEN, len(there))
        return Hidden(session, there, version)

    def _in_group(self, uid: Uid, session: SessionId, seqs: Sequence[Seq]) -> tuple[Sequence[Seq], Sequence[Mention]]:
        """Those of these messages that the person may see, and those of them that mention the person."""
        group, membership = self.groups.seen_by(uid, session)
        if group is None or membership is None or not rule_of("hide").allows_in_group(membership):
            raise NotAMember
        seen = group.seen_as(membership)
        # Devices hold what the deployment may not keep readable: it can be hidden there.
        bounds = group.visible_to(seen, Bounds(before=Seq(group.head + 1)), keeps_history=True)
        there = [seq for seq in seqs if bounds.lowest <= seq <= bounds.highest]
        return there, [each for each in seen.mentioned_in(group) if each.seq in there]

    def _in_private(self, uid: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        """Those of these messages that are or were in the session, which are now marked and wait for nobody."""
        authors = self.concurrency.run(*(partial(self.hiding.mark, uid, session, seq) for seq in seqs))
        marked = {seq: author for seq, author in zip(seqs, authors, strict=True) if author is not None}
        last = self._last(session, seqs, marked)
        there = [seq for seq in seqs if seq <= last]
        # What the person does not want to see waits for none of their devices.
        if self.inbox.remove(uid, session, [seq for seq in there if marked.get(seq) != uid]):
            raise OutOfTime
        return there

    def _last(self, session: SessionId, seqs: Sequence[Seq], marked: Mapping[Seq, Uid]) -> Seq:
        """A seq up to which the session has come, and up to which all are counted as there: retention may have removed
        messages that devices still hold. The counters are only read if one of these messages was not found."""
        last = max(marked, default=Seq(0))
        return last if last == max(seqs) else max(last, self.counters.heads([session]).get(session, Seq(0)))
