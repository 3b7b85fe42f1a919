"""A deployment on moto whose every AWS call can fail, the people who use it, and moments to go back to."""

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

from catchup.bootstrap.screening import build_review
from catchup.entrypoint.handler import request_handler
from catchup.observability import FunctionTelemetry
from catchup.push.connections import Connections
from catchup.storage.dynamo import Dynamo
from tests.faults.aws import Aws
from tests.faults.virtual_time import Time, no_pauses
from tests.people.group_invariants import wrong_ends
from tests.people.line import NoAnswer
from tests.people.person import Person
from tests.people.reviewer import Reviewer
from tests.people.revising_invariants import revised_too_late
from tests.people.tables import Tables
from tests.support import world as worlds
from tests.support.engines import fresh_tables, quick_moto
from tests.support.world import Context, World


@dataclass(frozen=True)
class InTurn:
    """Calls that go out side by side, one after another: so that a run can be repeated call by call.

    As with threads all have ended when the first error is raised; only death ends at once. `backwards`: so that a
    function can also die with only the last of them done.
    """

    backwards: bool = False

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order."""
        outcomes = [self._outcome(task) for task in (reversed(tasks) if self.backwards else tasks)]
        if self.backwards:
            outcomes.reverse()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return outcomes

    @staticmethod
    def _outcome(task: Callable[[], Any]) -> Any:
        try:
            return task()
        except Exception as error:  # noqa: BLE001 - raised when all have ended
            return error


Moment = bytes
"""Everything that can differ: rows, connections, time, and each device."""


class Stage:
    """One deployment. Going back to a moment is a matter of a millisecond, making tables is not."""

    def __init__(self, time: Time, numbers: "Numbers", *, backwards: bool = False, **settings: Any) -> None:
        self.aws = Aws(time)
        self.numbers = numbers
        self.time = time
        self.tables = fresh_tables(self.aws.sdk)
        with _pausing(time):
            self.world = _World(
                self.aws.dynamodb, self.tables, clock=time.clock, concurrency=InTurn(backwards=backwards), **settings
            )
            self.world.know_epoch()
            self._review = build_review(self.world.settings, self.world.parts)
        self.world.tables_now = self.aws.tables
        self.world.new_context = time.context
        self.world.clients.bucket = self.aws.media
        self.world.gateway, self.world.queues = self.aws.gateway, self.aws.queued
        self.world.parts.clients.gateway, self.world.parts.clients.queues = self.aws.management, self.aws.queues
        for name in self.tables.values():
            self.aws.tables.rows(name)
        self.people: dict[str, Person] = {}
        self._everyone: dict[str, Person] = {}
        self._empty = self.moment()

    def person(self, uid: str, device: str = "phone") -> Person:
        """A device; the same one for the same names."""
        name = f"{uid}/{device}"
        if name not in self.people:
            person = Person(self.world, uid, device, self.time.context)
            person.inspect = self._check_end
            self.people[name] = self._everyone[name] = person
        return self.people[name]

    def over_http(self, uid: str, device: str = "app") -> Person:
        """A device that sends HTTP requests and never connects."""
        person = self.person(uid, device)
        person.over_http = True
        return person

    def reviewer(self) -> Reviewer:
        """Who decides about what is held."""
        if "reviewer" not in self.people:
            self.people["reviewer"] = self._everyone["reviewer"] = Reviewer(self.world, self._review, self.time.context)
        reviewer = self.people["reviewer"]
        assert isinstance(reviewer, Reviewer)
        return reviewer

    def online(self, uid: str, device: str = "phone") -> Person:
        """A device that has logged in and caught up."""
        person = self.person(uid, device)
        person.finish()
        return person

    def _check_end(self, person: Person, page: Mapping[str, Any], named: Collection[int]) -> None:
        """While requests come one after another it is clear what `end` must say, and what was revised before."""
        person.log.surprises += revised_too_late(page, self.people.values())
        if page["sessionId"].startswith("g:"):
            person.log.surprises += wrong_ends(self.world, person, page)
            return
        prefix = f"{page['sessionId']}#"
        keys = [row["key"]["S"] for row in self.world.rows("Inbox") if row["uid"]["S"] == person.uid]
        waiting = {int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)}
        left = waiting - set(named) - {message["seq"] for message in page["messages"]}
        if page["end"] is bool(left):
            person.log.surprises.append(f"{person.name}: end is {page['end']} while {sorted(left)} are left")

    def remove_all_of(self, session: str) -> None:
        """Retention of what was said so far is over: offline stores are rid of it, history's rows are still there."""
        for row in self.world.rows("Inbox"):
            if row["key"]["S"].startswith(f"{session}#"):
                key = {name: row[name] for name in ("uid", "key")}
                self.aws.sdk.delete_item(TableName=self.tables["InboxTable"], Key=key)
        over = {"N": str(self.time.wall_ms // 1_000 - 1)}
        for row in self.world.rows("Message"):
            if row["sessionId"]["S"] == session:
                self.aws.sdk.put_item(TableName=self.tables["MessageTable"], Item={**row, "ttl": over})

    def moment(self) -> Moment:
        """Now."""
        people = {name: person.state for name, person in self.people.items()}
        outside = (self.time.wall_ms, vars(self.aws.gateway), vars(self.aws.queued), self.aws.bucket.objects)
        return pickle.dumps((self.aws.tables.versions, outside, self.numbers.last, people))

    def back_to(self, moment: Moment) -> None:
        """Everything as it was then; people who came later were never there."""
        self.aws.tables.versions, outside, self.numbers.last, people = pickle.loads(moment)  # noqa: S301 - our own
        self.time.wall_ms = outside[0]
        vars(self.aws.gateway).update(outside[1])
        vars(self.aws.queued).update(outside[2])
        self.aws.bucket.objects = outside[3]
        self.world.forget_signals()
        self.people = {name: self._everyone[name] for name in people}
        for name, state in people.items():
            self.people[name].state = state

    def empty(self) -> None:
        """As if nothing had ever happened."""
        self.back_to(self._empty)


class Numbers:
    """For what must differ from all before it, and be the same again after going back."""

    def __init__(self, first: int) -> None:
        self.last = first

    def __next__(self) -> int:
        self.last += 1
        return self.last


class _World(World):
    """Reads rows without asking an engine."""

    tables_now: Tables
    new_context: Callable[[], Context]

    def fan_out(self, *, delayed: bool = False, context: Context | None = None) -> None:
        """Each job is an invocation of its own. One that dies comes again, later."""
        while records := self.queues.take(delayed=delayed):
            left = [record for record in records if not self._works_on(record, context or self.new_context())]
            if left:
                self.queues.give_back(left)
                return

    def _works_on(self, record: dict[str, Any], context: Context) -> bool:
        try:
            return not self.handlers["fanout"]({"Records": [record]}, context)["batchItemFailures"]
        except NoAnswer:
            return False

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, by its logical id without `Table`."""
        return [dict(row) for row in self.tables_now.rows(self.tables[f"{table}Table"])]


@contextmanager
def stages() -> Iterator[Callable[..., Stage]]:
    """Makes stages on one moto, in one time."""
    time = Time()
    numbers = Numbers(time.wall_ms - 60_000)
    quiet = patch.object(FunctionTelemetry, "count", lambda *_: None)
    unlogged = patch.object(FunctionTelemetry, "warning", lambda *_, **__: None)
    with quick_moto(), no_pauses(time), quiet, unlogged, patch.object(worlds, "CONNECTED_AT", numbers):
        yield partial(Stage, time, numbers)


@contextmanager
def _pausing(time: Time) -> Iterator[None]:
    """What is built meanwhile pauses in virtual time: the service's own back-off. So do its answers say what time it
    is."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(request_handler, "__defaults__", (time.clock,)))
        for kind in (Dynamo, Connections):
            defaults = kind.__init__.__defaults__
            assert defaults is not None
            stack.enter_context(patch.object(kind.__init__, "__defaults__", (*defaults[:-1], time.sleep)))
        yield
