"""A world (tests.support.world) whose every call can be a step of an exploration."""

import itertools
import json
from collections import defaultdict
from typing import Any

import pytest

from catchup.clock import Clock
from catchup.observability import Telemetry
from catchup.storage import sent_log
from tests.faults.races.platform import Deployment, Platform
from tests.faults.races.replay import DynamoDb, Mortal, Replay
from tests.support import world as worlds
from tests.support.world import Gateway, World

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


class Stage:
    """One deployment on an engine, and the way to look at all that can happen in it."""

    def __init__(self, platform: Platform, monkeypatch: pytest.MonkeyPatch, clock: Clock = lambda: NOW_MS) -> None:
        self._monkeypatch = monkeypatch
        self.platform = platform
        self.replay = Replay(platform, platform.empty)
        self.dynamodb = Mortal(DynamoDb(self.replay))
        self.world = World(self.dynamodb, platform.names, clock=clock, concurrency=self.replay)
        self.world.gateway = ReplayGateway(self.replay)
        self.world.parts.clients.gateway = self.world.gateway
        monkeypatch.setattr(sent_log, "token_hex", self.replay.token)
        # Metrics go nowhere: a task is run again and again.
        monkeypatch.setattr(Telemetry, "count", lambda *_: None)
        monkeypatch.setattr(Telemetry, "flush", lambda _: None)

    def empty(self) -> None:
        """As if nothing had ever happened."""
        self._begin(self.platform.empty, 0)

    def at(self, moment: Deployment) -> None:
        """Everything outside the devices as it was then."""
        self._begin(moment, 1_000)

    def _begin(self, moment: Deployment, first: int) -> None:
        """Connections and tokens are numbered from here on, so that what follows is the same each time."""
        self.replay.now = moment
        self.replay.tokens = first
        self._monkeypatch.setattr(worlds, "CONNECTED_AT", itertools.count(NOW_MS - 60_000 + first))
