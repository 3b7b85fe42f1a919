"""Writes the waiting messages in bulk: the same rows that `create` and sends would have written, as a test checks.

A thousand sends would take a minute on a laptop, and show nothing.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from bench.backlog import Correspondence
from bench.builder import Builder
from bench.group.builder import BuiltGroup, GroupBuilder
from catchup.clock import system_clock
from catchup.domain.ids import Uid
from catchup.settings import VARIABLES, Settings, read
from demo.group_plan import GROUP, GroupPlan
from demo.plan import Plan
from local.aws import client
from local.stack import LocalStack

HOUR_MS = 3_600_000
# A roster is used from two hours after it was begun.
AGE_MS = 3 * HOUR_MS
# The time between the first messages of two friends.
FRIEND_MS = 60_000


@dataclass(frozen=True, slots=True)
class Letters(Correspondence):
    """The messages of a friend, which all wait for Bob."""

    texts: tuple[str, ...] = ()

    def text(self, seq: int) -> str:
        """The text of one message."""
        return self.texts[seq - 1]


@dataclass(frozen=True, slots=True)
class DemoGroup(BuiltGroup):
    """The group before Bob is added."""

    people: tuple[Uid, ...] = field(default=())

    @property
    def group_id(self) -> str:
        """The group's id."""
        return GROUP

    @property
    def name(self) -> str:
        """The group's name, for people."""
        return "The demo"

    def uids(self) -> tuple[Uid, ...]:
        """The members' uids, the owner first."""
        return self.people


def letters(plan: Plan, now_ms: int) -> list[Letters]:
    """The letters of each friend. The last friend has the newest messages."""
    return [
        Letters(
            reader=Uid("bob"),
            peer=Uid(friend),
            past=0,
            waiting=len(plan.texts(friend)),
            began_ms=now_ms - (plan.sessions - number) * FRIEND_MS,
            texts=tuple(plan.texts(friend)),
        )
        for number, friend in enumerate(plan.friends)
    ]


def group_of(plan: GroupPlan, now_ms: int) -> DemoGroup:
    """The group: created three hours ago, with everyone except Bob."""
    since = now_ms - AGE_MS
    people = tuple(map(Uid, plan.others))
    return DemoGroup(0, len(people), roster_since_ms=since, at_ms=since, people=people)


def settings_of(stack: LocalStack) -> Settings:
    """The settings of all functions of the stack."""
    environments = stack.functions.environments
    return read(
        [name for name in VARIABLES if not name.startswith("jwt_")],
        {name: value for each in environments.values() for name, value in each.items()},
    )


def seed(friends: Plan, group: GroupPlan, stack: LocalStack) -> float:
    """Writes all rows and returns how many seconds it took. It blocks."""
    started, now_ms = time.perf_counter(), system_clock()
    settings = settings_of(stack)
    dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
    GroupBuilder(dynamodb, settings, system_clock).write_group(group_of(group, now_ms))
    Builder(dynamodb, settings).write(letters(friends, now_ms))
    return time.perf_counter() - started
