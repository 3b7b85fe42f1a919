"""A world (tests.support.world) whose every call can be a step of an exploration."""

import itertools
import json
from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catchup.bootstrap.screening import build_review
from catchup.clock import Clock
from catchup.observability import FunctionTelemetry
from tests.people.line import NoAnswer
from tests.races.platform import OF_OBJECTS, Deployment, Platform, objects_of, with_objects
from tests.races.replay import DynamoDb, Mortal, Replay
from tests.support import world as worlds
from tests.support.bucket import Bucket, Stored
from tests.support.queues import Queues
from tests.support.world import Context, Gateway, World

NOW_MS = 1_800_000_000_000


class _Open(set[str]):
    """The connections that are open."""

    def __init__(self, replay: Replay) -> None:
        super().__init__()
        self._replay = replay

    def add(self, connection: str) -> None:
        self._replay.call("connect", ConnectionId=connection)

    def discard(self, connection: str) -> None:
        self._replay.call("drop", ConnectionId=connection)

    def __contains__(self, connection: object) -> bool:
        return bool(self._replay.call("is_open", ConnectionId=connection))


class _Posted(defaultdict[str, list[dict[str, Any]]]):
    """What was posted, by connection."""

    def __init__(self, replay: Replay) -> None:
        super().__init__(list)
        self._replay = replay

    def __getitem__(self, connection: str) -> list[dict[str, Any]]:
        return [json.loads(frame) for frame in self._replay.call("frames", ConnectionId=connection)]


class ReplayGateway(Gateway):
    """@connections, whose calls are steps too."""

    def __init__(self, replay: Replay) -> None:
        super().__init__()
        self._replay = replay
        self.open = _Open(replay)
        self.posted = _Posted(replay)

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        answer: dict[str, Any] = self._replay.call("post_to_connection", ConnectionId=ConnectionId, Data=Data)
        return answer

    def delete_connection(self, ConnectionId: str) -> dict[str, Any]:  # noqa: N803
        answer: dict[str, Any] = self._replay.call("delete_connection", ConnectionId=ConnectionId)
        return answer


class ReplayQueues(Queues):
    """SQS. A task works on what is queued after it has queued something itself: what it needs none of costs no step."""

    def __init__(self, replay: Replay) -> None:
        super().__init__()
        self._replay = replay
        self._filled_by: object = None

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._replay.call("send_message", **arguments)
        self._filled_by = self._replay.running
        return answer

    def take(self, *, delayed: bool) -> list[dict[str, Any]]:
        running = self._replay.running
        if running is not None and not delayed and running is not self._filled_by:
            return []
        self._filled_by = None
        bodies = self._replay.call("take", delayed=delayed)
        return [{"messageId": f"job-{n}", "body": body, "eventSource": "aws:sqs"} for n, body in enumerate(bodies)]

    def give_back(self, records: list[dict[str, Any]]) -> None:
        self._replay.call("give_back", bodies=tuple(record["body"] for record in records))


class ReplayBucket(Bucket):
    """The bucket of media, whose calls are steps. An upload is none: it happens before a race."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    @property
    def objects(self) -> dict[str, Stored]:  # type: ignore[override]
        return objects_of(self._replay.now)

    def put(self, key: str, body: bytes, **head: Any) -> None:
        other = Bucket()
        other.put(key, body, **head)
        now = self._replay.now
        self._replay.now = replace(now, objects=with_objects({**objects_of(now), **other.objects}))

    def __getattribute__(self, name: str) -> Any:
        if name in OF_OBJECTS:
            return partial(self._replay.call, name)
        return super().__getattribute__(name)


class _World(World):
    """Each job is an invocation of its own. One that dies, or fails, comes again, later."""

    def fan_out(self, *, delayed: bool = False, context: Context | None = None) -> None:
        while records := self.queues.take(delayed=delayed):
            left = [record for record in records if not self._works_on(record, context or Context())]
            if left:
                self.queues.give_back(left)
                return

    def _works_on(self, record: dict[str, Any], context: Context) -> bool:
        try:
            return not self.handlers["fanout"]({"Records": [record]}, context)["batchItemFailures"]
        except NoAnswer:
            return False


class Stage:
    """One deployment on an engine, and the way to look at all that can happen in it."""

    def __init__(
        self, platform: Platform, monkeypatch: pytest.MonkeyPatch, clock: Clock = lambda: NOW_MS, **settings: Any
    ) -> None:
        self._monkeypatch = monkeypatch
        self.platform = platform
        self.replay = Replay(platform, platform.empty)
        self.dynamodb = Mortal(DynamoDb(self.replay))
        self.world = _World(self.dynamodb, platform.names, clock=clock, concurrency=self.replay, **settings)
        self.world.know_epoch()
        self.review = build_review(self.world.settings, self.world.parts)
        self.world.gateway = ReplayGateway(self.replay)
        self.world.queues = ReplayQueues(self.replay)
        self.world.clients.bucket = ReplayBucket(self.replay)
        self.world.parts.clients.gateway, self.world.parts.clients.queues = self.world.gateway, self.world.queues
        # Metrics go nowhere: a task is run again and again.
        monkeypatch.setattr(FunctionTelemetry, "count", lambda *_: None)
        monkeypatch.setattr(FunctionTelemetry, "flush", lambda _: None)
        monkeypatch.setattr(FunctionTelemetry, "warning", lambda *_, **__: None)

    def patch(self, owner: object, name: str, value: object) -> None:
        """Until the test ends."""
        self._monkeypatch.setattr(owner, name, value)

    def empty(self) -> None:
        """As if nothing had ever happened."""
        self._begin(self.platform.empty, 0)

    def at(self, moment: Deployment) -> None:
        """Everything outside the devices as it was then."""
        self._begin(moment, 1_000)

    def _begin(self, moment: Deployment, first: int) -> None:
        """Connections are numbered from here on, so that what follows is the same each time."""
        self.replay.now = moment
        self._monkeypatch.setattr(worlds, "CONNECTED_AT", itertools.count(NOW_MS - 60_000 + first))
