"""Finds who is online in a group, for signals.

    the group has a roster, two hours old ── one query of it
    otherwise                             ── the list of members, and the presence of each

What was found is used again for some seconds, as long as the group's members are the same. So whoever types for a
while pays for it once (docs/adr/0039-signals-and-who-is-online.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from catchup.clock import Clock
from catchup.domain.group import Group
from catchup.domain.ids import Seq, SessionId
from catchup.domain.presence import Endpoint
from catchup.domain.signal import MAX_SIGNAL_MEMBERS
from catchup.usecases.groups.ports import Members, Roster
from catchup.usecases.people.ports import PresenceBook

# Whoever comes online sees signals after so long at the latest.
KEPT_MS = 15_000
# The list of members may lag behind a change. What is read first after one is used for less long.
KEPT_AFTER_A_CHANGE_MS = 5_000
# Groups that one process remembers; beyond that, it forgets those that were read first.
REMEMBERED_GROUPS = 1_000


class Found(NamedTuple):
    """Who was online after this change of members, as read at `at_ms`, and until when it is used."""

    last_change: Seq
    at_ms: int
    until_ms: int
    endpoints: Sequence[Endpoint]


@dataclass(eq=False, repr=False, slots=True)
class Audience:
    """The devices online in groups of up to a hundred members."""

    members: Members
    roster: Roster
    presence: PresenceBook
    clock: Clock
    connection_lifetime_ms: int
    _known: dict[SessionId, Found] = field(default_factory=dict)

    def of(self, group: Group) -> Sequence[Endpoint]:
        """The devices online. `group`: as it was just read. Raises Unavailable."""
        now = self.clock()
        known = self._known.pop(group.session_id, None)
        if known is None or known.last_change != group.last_change:
            known = self._read(group, now, KEPT_AFTER_A_CHANGE_MS)
        elif not known.at_ms <= now < known.until_ms:
            known = self._read(group, now, KEPT_MS)
        self._known[group.session_id] = known
        if len(self._known) > REMEMBERED_GROUPS:
            del self._known[next(iter(self._known))]
        return known.endpoints

    def _read(self, group: Group, now: int, kept_ms: int) -> Found:
        return Found(group.last_change, now, now + kept_ms, self._online(group, now))

    def _online(self, group: Group, now: int) -> Sequence[Endpoint]:
        # No connection is older than the roster, so everyone online is in it.
        if 0 < group.roster_since_ms < now - self.connection_lifetime_ms:
            page = self.roster.page(group.session_id, "", consistent=False)
            return [entry.endpoint for entry in page.entries]
        entries, _ = self.members.page(group.session_id, None, MAX_SIGNAL_MEMBERS)
        online = self.presence.online([entry.uid for entry in entries], consistent=False) if entries else {}
        return [endpoint for devices in online.values() for endpoint in devices]
