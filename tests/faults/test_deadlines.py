"""A request whose time is over stops, says what is left, and has begun nothing that it could not end."""

from typing import Any

import pytest

from tests.faults.faults import FAULTS, TOO_LITTLE_MS
from tests.faults.scenarios.catching_up import counted
from tests.faults.scenarios.registry import SESSION, talking
from tests.faults.stage import Stage
from tests.people.rows import read_rows

UNPROCESSED = next(fault for fault in FAULTS if fault.name == "unprocessed for good")
CHAT = {"msgId": "m", "chatType": 1, "to": "bob", "msg": {"message": "hi"}}


def ask_with_too_little_time(stage: Stage, uid: str, cmd: str, **body: Any) -> dict[str, Any]:
    context = stage.time.context()
    stage.time.leave(TOO_LITTLE_MS)
    return stage.person(uid).phone.ask(cmd, context, **body)


@pytest.mark.parametrize(
    ("uid", "cmd", "body"),
    [
        ("alice", "chat", {**CHAT, "ackFlg": 1}),
        ("alice", "chat", {**CHAT, "ackFlg": 0}),
        ("bob", "counters", {"sessionIds": [SESSION]}),
        ("bob", "sessions", {}),
    ],
)
def test_a_request_without_time_is_told_to_come_again_and_changes_nothing(
    stage: Stage, uid: str, cmd: str, body: dict[str, Any]
) -> None:
    talking(stage)
    before = read_rows(stage.world)
    assert ask_with_too_little_time(stage, uid, cmd, **body)["code"] == "DEADLINE_EXCEEDED"
    assert read_rows(stage.world) == before


def test_a_pull_without_time_deletes_nothing_and_reports_what_it_was_to_delete(stage: Stage) -> None:
    counted(30)(stage)
    before = read_rows(stage.world)
    seqs = list(range(3, 31))
    body = ask_with_too_little_time(stage, "bob", "pull", sessionId=SESSION, ack=seqs)["body"]
    assert sorted(body["remaining"]) == seqs
    assert read_rows(stage.world) == before


def test_an_ack_without_time_deletes_nothing_and_reports_what_it_was_to_delete(stage: Stage) -> None:
    counted(30)(stage)
    before = read_rows(stage.world)
    seqs = list(range(3, 31))
    body = ask_with_too_little_time(stage, "bob", "ack", sessions={SESSION: {"seqs": seqs}})["body"]
    assert sorted(body["sessions"][SESSION]["remaining"]) == seqs
    assert read_rows(stage.world) == before


@pytest.mark.parametrize(
    ("uid", "cmd", "body", "answer"),
    [
        ("alice", "chat", {**CHAT, "ackFlg": 1}, "DEADLINE_EXCEEDED"),
        ("bob", "counters", {"sessionIds": [SESSION]}, "DEADLINE_EXCEEDED"),
        ("bob", "pull", {"sessionId": SESSION, "ack": [3]}, "OK"),
    ],
)
def test_what_stays_unprocessed_is_tried_again_until_just_before_the_deadline(
    stage: Stage, uid: str, cmd: str, body: dict[str, Any], answer: str
) -> None:
    counted(2)(stage)
    stage.aws.watch(0, UNPROCESSED)
    assert stage.person(uid).phone.ask(cmd, stage.time.context(), **body)["code"] == answer
    assert stage.aws.heal()
    assert stage.aws.calls.count(stage.aws.calls[0]) > 10
    assert stage.time.now_ms < stage.time.ends_ms
