"""A store that does not answer: the client gets an answer of ours before the platform ends the function."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catchup.bootstrap.chat import build_chat
from catchup.bootstrap.clients import AwsClients
from catchup.bootstrap.connection import build_connection
from catchup.bootstrap.group import build_group
from catchup.bootstrap.sync import build_sync
from tests.conftest import on_moto_alone
from tests.support.cold_start import load_with
from tests.support.http_server import Answer, Served, serving
from tests.support.world import Phone, World
from tests.unit.test_calls import RunningOut

pytestmark = on_moto_alone


FRAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat", {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {}}),
    "to a group": ("chat", {"msgId": "m", "chatType": 2, "to": "room", "time": 1, "msg": {}}),
    "block": ("block", {"uid": "bob"}),
    "login": ("login", {}),
    "clear": ("clear", {"sessions": {"p:alice:bob": 1}}),
    "pull": ("pull", {"sessionId": "p:alice:bob", "ack": [1]}),
    "history": ("history", {"sessionId": "p:alice:bob"}),
    "add": ("add", {"msgId": "m", "groupId": "room", "uids": ["bob"]}),
    "members": ("members", {"groupId": "room"}),
}

BUILDERS: dict[str, Callable[..., Any]] = {
    "chat": build_chat,
    "sync": build_sync,
    "group": build_group,
    "connection": build_connection,
}


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving() as served:
        served.usual = Answer(silent=True)
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served


@pytest.fixture
def alice(world: World, silent: Served) -> Phone:
    """Her phone talks to functions whose store takes requests and never answers."""
    phone = world.phone("alice")
    parts = replace(world.parts, clients=AwsClients())
    for name, build in BUILDERS.items():
        world.handlers[name] = load_with(name, partial(build, world.settings, parts)).handler
    return phone


def test_a_request_is_answered_in_time(alice: Phone) -> None:
    def ask(frame: str) -> tuple[int, dict[str, Any]]:
        cmd, body = FRAMES[frame]
        context = RunningOut(2)
        answer = alice.ask(cmd, context, **body)
        return context.get_remaining_time_in_millis(), answer

    # Side by side: each of them waits for as long as it may.
    with ThreadPoolExecutor(len(FRAMES)) as threads:
        answers = dict(zip(FRAMES, threads.map(ask, FRAMES), strict=True))
    assert {frame for frame, (remaining_ms, _) in answers.items() if remaining_ms <= 0} == set()
    codes = {frame: answer["code"] for frame, (_, answer) in answers.items()}
    codes["clear"] = answers["clear"][1]["body"]["sessions"]["p:alice:bob"]["code"]
    assert codes.pop("clear") in ("UNAVAILABLE", "ABORTED")
    assert set(codes.values()) <= {"UNAVAILABLE", "DEADLINE_EXCEEDED"}, codes


def test_a_disconnect_is_answered_in_time_and_rings_no_alarm(
    world: World, alice: Phone, silent: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    context = RunningOut(1.6)
    answer = world.handlers["connection"](alice.event("DISCONNECT", "$disconnect"), context)
    assert answer == {"statusCode": 200}
    assert context.get_remaining_time_in_millis() > 0
    assert silent.asked
    assert "InternalErrors" not in capsys.readouterr().out
