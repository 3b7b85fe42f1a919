"""Measures the login of a person in 200 groups."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.group.builder import BuiltGroup, GroupBuilder, group_row, membership_row
from bench.group.figures import Figures, cost_figures
from bench.group.sizes import ROSTER_AGE_MS
from bench.stage import Measured, Stage, expect
from catchup.clock import system_clock
from catchup.domain.ids import Uid
from tests.support.world import Phone

GROUPS = 200
UNREAD = 150
ROSTERS = 10
# The head of all groups. Page zero shows the newest five messages, and reads one more.
HEAD = 40
MESSAGES = 6
GROUP_MS = 10_000
# The number of members in the groups' rows.
MEMBERS = 1_000


class Logins:
    """People in the same 200 groups, and a person in none."""

    def __init__(self, endpoint: str, builder_client: Any) -> None:
        self._stage = Stage(endpoint)
        self._client = builder_client
        self._builder = GroupBuilder(builder_client, self._stage.world.settings, system_clock)
        now_ms = system_clock()
        self._without = [self._group(number, now_ms) for number in range(GROUPS)]
        self._with = [self._group(GROUPS + number, now_ms, roster=True) for number in range(GROUPS)]

    def build(self) -> None:
        """Writes the groups and their newest messages."""
        for group in (*self._without, *self._with):
            self._client.put_item(TableName=self._stage.world.settings.session_table, Item=group_row(group))
            self._builder.write_messages(group, MESSAGES)

    def figures(self) -> Iterator[Figures]:
        """The figures without rosters, then with ten: for the first login after their start, and for later ones."""
        yield self._login(Uid("69212694"), "no group has a roster", self._without, 0)
        mixed = [*self._without[:-ROSTERS], *self._with[:ROSTERS]]
        yield self._login(Uid("69212695"), "ten rosters, begun since the last login", mixed, ROSTERS)
        yield self._login(Uid("69212695"), "ten rosters", [], ROSTERS)

    def idle(self) -> Iterator[Figures]:
        """The cost of each of 200 groups in which nothing is unread."""
        for owner, roster, groups in ((Uid("69212696"), False, self._without), (Uid("69212697"), True, self._with)):
            phone = self._stage.phone(owner)
            without = self._stage.ask(phone, "login").cost
            self._join(owner, groups, unread=0, in_roster=roster)
            having = self._stage.ask(phone, "login").cost
            yield {
                "roster": roster,
                "groups": GROUPS,
                "ru": (having.read_units - without.read_units) / GROUPS,
                "wu": (having.write_units - without.write_units) / GROUPS,
            }

    def _login(self, owner: Uid, case: str, groups: Sequence[BuiltGroup], rosters: int) -> Figures:
        self._join(owner, groups, UNREAD)
        phone = self._stage.phone(owner)
        login = self._stage.ask(phone, "login")
        told = login.body["counters"]
        newest = sorted(told, key=lambda session: -int(told[session]["timestamp"]))
        previewed = {session for session in told if told[session]["lastMsg"]}
        expect(previewed == set(newest[: len(previewed)]) != set(), "the newest come with their last messages")
        frames, rest = self._frames(phone, login)
        expect(len({*told, *rest}) == UNREAD, "all groups with something unread are told")
        return {
            "case": case,
            "groups": GROUPS,
            "unread_groups": UNREAD,
            "roster_groups": rosters,
            **cost_figures(login.cost),
            "bytes": len(login.answer.encode()),
            "bytes_pb": self._stage.login_bytes_in_pb(owner),
            "told": len(told),
            "previewed": len(previewed),
            "frames": frames,
        }

    def _frames(self, phone: Phone, login: Measured) -> tuple[int, Mapping[str, Any]]:
        frames, counters, following = 1, dict[str, Any](), login.body["next"]
        while following:
            body = json.loads(json.dumps(phone.ok("counters", next=following)))
            counters |= body["counters"]
            following, frames = body["next"], frames + 1
        return frames, counters

    def _join(self, owner: Uid, groups: Sequence[BuiltGroup], unread: int, *, in_roster: bool = False) -> None:
        first_unread = len(groups) - unread
        self._builder.write_memberships(
            membership_row(
                owner,
                group,
                # The first message of the group, which created it, is not counted.
                cleared=HEAD - 2 - number % 30 if number >= first_unread else HEAD - 1,
                seen=1,
                in_roster=in_roster,
            )
            for number, group in enumerate(groups)
        )

    @staticmethod
    def _group(number: int, now_ms: int, *, roster: bool = False) -> BuiltGroup:
        at_ms = now_ms - (2 * GROUPS - number) * GROUP_MS
        return BuiltGroup(number, MEMBERS, HEAD, now_ms - ROSTER_AGE_MS if roster else 0, at_ms)
