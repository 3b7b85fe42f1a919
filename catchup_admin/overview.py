"""A deployment at a glance: the number of people and sessions, waiting messages and jobs, and alarms.

Tables are read by scans, eventually consistent and up to a limit, so it costs a few hundred read units at most, however
large the tables are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catchup.clock import Clock
from catchup.domain.ids import GROUP_PREFIX
from catchup.settings import Settings
from catchup.storage.dynamo import Item
from catchup.storage.reading import expired
from catchup_admin.redrive import Redrive

_HEALTHY = "OK"
TTL = "ttl"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows. `more`: not all rows were read, so there may be more."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue's jobs. `waiting`: not started; `working`: in progress; `dead`: failed too often."""

    name: str
    waiting: int
    working: int
    dead: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm whose state is not OK. `since_ms`: the time when it changed."""

    name: str
    state: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview. `alarms`: those whose state is not OK; None if the deployment has no alarms."""

    people: Count
    people_online: Count
    devices: Count
    private_sessions: Count
    groups: Count
    waiting: Count
    waiting_people: Count
    held: Count
    queues: Sequence[QueueState]
    alarms: Sequence[Alarm] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Look:
    """Reads the overview. `cloudwatch` makes a client; None if there are no alarms. `stack`: the alarms' stack."""

    dynamodb: Any
    clock: Clock
    settings: Settings
    sqs: Callable[[], Any]
    cloudwatch: Callable[[], Any] | None
    stack: str

    def overview(self, rows: int) -> Overview:
        """Reads the overview. `rows`: how many rows are read from each table at most."""
        counters, more = self._rows(self.settings.counter_table, ("uid", "sessionId"), rows)
        sessions = {row["sessionId"]["S"] for row in counters}
        online, more_online = self._rows(self.settings.presence_table, (), rows)
        devices = [sum("M" in value for value in row.values()) for row in online]
        waiting, more_waiting = self._rows(self.settings.inbox_table, ("uid", TTL), rows)
        held, more_held = self._rows(self.settings.held_table, ("uid", TTL), rows)
        return Overview(
            people=Count(len({row["uid"]["S"] for row in counters}), more),
            people_online=Count(sum(map(bool, devices)), more_online),
            devices=Count(sum(devices), more_online),
            private_sessions=Count(sum(not each.startswith(GROUP_PREFIX) for each in sessions), more),
            groups=Count(sum(each.startswith(GROUP_PREFIX) for each in sessions), more),
            waiting=Count(len(waiting), more_waiting),
            waiting_people=Count(len({row["uid"]["S"] for row in waiting}), more_waiting),
            held=Count(len(held), more_held),
            queues=[
                self._queue("fan-out", self.settings.fanout_queue_url),
                self._queue("hints", self.settings.hint_queue_url),
            ],
            alarms=None if self.cloudwatch is None else list(self.alarms()),
        )

    def _rows(self, table: str, attributes: Sequence[str], limit: int) -> tuple[list[Item], bool]:
        """At most `limit` rows, with these attributes or all, and whether there are more. Leaves out expired rows that
        DynamoDB has not deleted yet."""
        names = {f"#{each}": each for each in attributes}
        wanted = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}
        rows: list[Item] = []
        start: dict[str, Any] = {}
        while True:
            answer = self.dynamodb.scan(TableName=table, Limit=limit + 1 - len(rows), **wanted, **start)
            rows += answer["Items"]
            if len(rows) > limit or "LastEvaluatedKey" not in answer:
                kept = [row for row in rows[:limit] if not expired(row, self.clock())]
                return kept, len(rows) > limit
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _queue(self, name: str, url: str) -> QueueState:
        client = self.sqs()
        dead_url = Redrive(self.sqs, url).dead_letter_url(client)
        waiting, working = _depth(client, url)
        return QueueState(name, waiting, working, sum(_depth(client, dead_url)))

    def alarms(self) -> Iterator[Alarm]:
        """The stack's alarms whose state is not OK."""
        if self.cloudwatch is None:
            return
        # The names that CloudFormation makes begin with the name of the stack.
        for page in self.cloudwatch().get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{self.stack}-"):
            for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
                if alarm["StateValue"] != _HEALTHY:
                    since = int(alarm["StateUpdatedTimestamp"].timestamp() * 1_000)
                    yield Alarm(alarm["AlarmName"], alarm["StateValue"], since)


def _depth(client: Any, url: str) -> tuple[int, int]:
    """How many messages of a queue wait, and how many are in progress."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    waiting, working = (int(attributes[name]) for name in names)
    return waiting, working
