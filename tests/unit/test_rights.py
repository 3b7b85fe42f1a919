"""How rights are looked up: the chain of changes, and when it is left for a new look at head and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from catchup.domain.group import Group, GroupChange, group_session
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Place
from catchup.domain.standing import Changed, Standing
from catchup.errors import NotAMember
from catchup.usecases.groups.rights import MOST_FOLLOWED, Rights
from catchup.usecases.sending.ports import Link

ROOM = group_session("room")
ALICE, BOB = Uid("alice"), Uid("bob")
IN = Membership(BOB, ROOM, joined=Seq(1))
OUT = replace(IN, left=Seq(2))


@dataclass
class Log:
    """A group of which everything is known, and what is asked of it. `links`: changes, by seq."""

    group: Group = Group(ROOM, "", head=Seq(1), last_change=Seq(1), owner=ALICE)  # noqa: RUF009 - it is frozen
    rows: Mapping[Uid, Membership] = field(default_factory=lambda: {BOB: IN})
    links: dict[Seq, Link] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def changes(self, *events: GroupChange) -> None:
        """Of Alice's, one after the other, above the head."""
        for number, event in enumerate(events, self.group.head + 1):
            seq, before = Seq(number), Seq(number - 1)
            place = Place(seq, last_change=before)
            self.links[seq] = Link(ROOM, place, ALICE, is_change=True, changed=Changed(seq, ALICE, event))

    def link(self, _: SessionId, seq: Seq) -> Link | None:
        self.asked.append(f"message {seq}")
        return self.links.get(seq)

    def read(self, _: Sequence[Uid], __: SessionId) -> Mapping[Uid, Membership]:
        self.asked.append("rows")
        return self.rows

    def many(self, _: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        self.asked.append("head")
        return {ROOM: self.group}


def rights(log: Any, group: Group | None = None) -> Rights:
    def may(standing: Standing, _: Place) -> None:
        bob = standing.of(BOB)
        if bob is None or not bob.is_member:
            raise NotAMember

    return Rights(group or log.group, [BOB], may, log, log, log)


def adds(number: int) -> list[GroupChange]:
    return [GroupChange("add", (Uid(f"u{each}"),)) for each in range(number)]


REMOVE, ADD = GroupChange("remove", (BOB,)), GroupChange("add", (BOB,))


def test_right_behind_the_head_rows_say_everything() -> None:
    log = Log()
    rights(log).check(Place(Seq(2), last_change=Seq(1)))
    assert log.asked == ["rows"]


@pytest.mark.parametrize(("events", "allowed"), [([REMOVE], False), ([REMOVE, ADD], True), ([*adds(2)], True)])
def test_changes_above_the_head_are_followed_from_the_last_on(events: list[GroupChange], allowed: bool) -> None:
    log = Log()
    log.changes(*events)
    last = 1 + len(events)
    place = Place(Seq(last + 1), last_change=Seq(last))
    if allowed:
        rights(log).check(place)
    else:
        with pytest.raises(NotAMember):
            rights(log).check(place)
    followed = [f"message {seq}" for seq in range(last, 1, -1)]
    assert log.asked == ["rows", *followed] + ([] if allowed else ["head"])


def test_what_was_met_is_not_read_again() -> None:
    log = Log()
    log.changes(*adds(2))
    judge = rights(log)
    judge.passed(log.links[Seq(2)])
    judge.passed(log.links[Seq(3)])
    judge.check(Place(Seq(4), last_change=Seq(3)))
    judge.check(Place(Seq(5), last_change=Seq(3)))
    assert log.asked == ["rows"]


@pytest.mark.parametrize("gap", [False, True])
def test_a_chain_that_is_long_or_has_a_gap_is_left_for_a_new_look(gap: bool) -> None:
    log = Log()
    old = log.group
    log.changes(*adds(MOST_FOLLOWED + 1))
    last = Seq(max(log.links))
    if gap:
        del log.links[Seq(last - 1)]
    log.group = replace(old, head=last, last_change=last)
    rights(log, old).check(Place(Seq(last + 1), last_change=last))
    assert log.asked[-2:] == ["head", "rows"]
    assert len(log.asked) <= 2 + MOST_FOLLOWED + 2


def test_what_retention_has_removed_changes_nothing_any_more() -> None:
    log = Log()
    rights(log).check(Place(Seq(9), last_change=Seq(5)))
    assert log.asked == ["rows", "message 5", "head", "rows", "message 5"]


def test_nobody_is_denied_because_of_an_old_head() -> None:
    log = Log(rows={BOB: OUT})
    old, judge = log.group, rights(log)
    log.group = replace(old, head=Seq(3), last_change=Seq(3))
    judge.read()
    log.rows = {BOB: replace(OUT, joined=Seq(3))}
    judge.check(Place(Seq(2), last_change=Seq(1)))
    assert log.asked == ["rows", "head", "rows"]


def test_a_change_that_cant_be_read_is_passed() -> None:
    log = Log()
    log.changes(REMOVE, *adds(1))
    log.links[Seq(3)] = replace_changed(log.links[Seq(3)])
    with pytest.raises(NotAMember):
        rights(log).check(Place(Seq(4), last_change=Seq(3)))


def replace_changed(link: Link) -> Link:
    return link._replace(changed=None)
