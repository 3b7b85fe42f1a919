"""The lists come from S3 and may change; what they find is written down, and what was said is not."""

import json
import subprocess
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from catchup.domain.ids import SessionId, Uid
from catchup.domain.screening import Action, Verdict
from tests.support.clock import Clock
from tests.support.outages import refusal
from tests.support.screening import BUCKET, KEY, MINUTE_MS, Lists, send
from tests.support.telemetry import logged, metric_lines
from tests.support.world import ROOT, Phone, World


def test_a_change_of_the_lists_needs_no_deployment(lists: Lists, alice: Phone, clock: Clock) -> None:
    assert send(alice, "hello")["code"] == "OK"
    lists.put(REJECT=["hello"])
    clock.now_ms += MINUTE_MS - 1
    assert send(alice, "hello", msg_id="m-2")["code"] == "OK"
    clock.now_ms += 1
    assert send(alice, "hello", msg_id="m-3")["code"] == "REJECTED"


def test_unchanged_lists_are_not_sent_again(lists: Lists, alice: Phone, clock: Clock) -> None:
    for number in range(3):
        assert send(alice, "bomb", msg_id=f"m-{number}")["code"] == "REJECTED"
        clock.now_ms += MINUTE_MS
    assert ["IfNoneMatch" in asked for asked in lists.asked] == [False, True, True]


def test_without_any_lists_nothing_gets_through(world: World, lists: Lists, alice: Phone) -> None:
    lists.away = EndpointConnectionError(endpoint_url="s3")
    before = world.trace()
    assert send(alice, "hello")["code"] == "UNAVAILABLE"
    assert world.trace() == before
    lists.away = None
    assert send(alice, "hello")["code"] == "OK"


def test_a_missing_document_is_an_outage_too(lists: Lists, alice: Phone) -> None:
    lists.client.delete_object(Bucket=BUCKET, Key=KEY)
    assert send(alice, "hello")["code"] == "UNAVAILABLE"


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="s3"),
        refusal("SlowDown", 503),
        refusal("AccessDenied", 403),
    ],
    ids=["no answer", "busy", "no permission"],
)
def test_the_last_lists_stay_while_s3_is_away_and_it_is_not_asked_each_time(
    lists: Lists, alice: Phone, clock: Clock, error: Exception
) -> None:
    send(alice, "hello")
    lists.away = error
    clock.now_ms += MINUTE_MS
    for number in range(2, 5):
        assert send(alice, "a bomb", msg_id=f"m-{number}")["code"] == "REJECTED"
    assert len(lists.asked) == 2


@pytest.mark.parametrize(
    "text", ["{", '{"lists": [{"id": "secret"}]}', "x" * 4_000_001], ids=["no JSON", "shape", "size"]
)
def test_the_last_lists_stay_while_the_document_is_malformed(
    lists: Lists, alice: Phone, clock: Clock, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    send(alice, "hello")
    lists.put_text(text)
    clock.now_ms += MINUTE_MS
    assert send(alice, "a bomb", msg_id="m-2")["code"] == "REJECTED"
    assert "WordListsMalformed" in capsys.readouterr().out


def test_a_document_that_was_never_good_lets_nothing_through(lists: Lists, alice: Phone) -> None:
    lists.put_text("{}")
    assert send(alice, "hello")["code"] == "UNAVAILABLE"


# ---------------------------------------------------------------- what is written down


def verdicts(output: str) -> list[Mapping[str, Any]]:
    return [line for line in metric_lines(output) if "Moderated" in line]


@pytest.mark.parametrize(("text", "action"), [("damn", "MASK"), ("casino", "HOLD"), ("bomb", "REJECT")])
def test_a_verdict_is_logged_and_counted_without_the_text(
    alice: Phone, capsys: pytest.CaptureFixture[str], text: str, action: str
) -> None:
    with logged() as log:
        send(alice, f"so {text} secret")
    (entry,) = (json.loads(line) for line in log.getvalue().splitlines() if "moderated" in line)
    named = {"id": f"list-{action}", "version": "7", "action": action}
    assert (entry["action"], entry["lists"]) == (action, [named])
    assert (entry["msg_id"], entry["sender"], entry["session"]) == ("m-1", "alice", "p:alice:bob")
    output = capsys.readouterr().out
    (metric,) = verdicts(output)
    assert (metric["action"], metric["Moderated"]) == (action, [1.0])
    for written in (log.getvalue(), output):
        assert text not in written
        assert "secret" not in written


def test_a_message_that_passes_is_not_logged(alice: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    with logged() as log:
        send(alice, "hello")
    assert "moderated" not in log.getvalue()
    assert verdicts(capsys.readouterr().out) == []


# ---------------------------------------------------------------- a moderator of one's own

ASKED: list[tuple[str, str, str]] = []


def own_moderator(text: str, sender: Uid, session: SessionId) -> Verdict | Action:
    ASKED.append((text, sender, session))
    if "fail" in text:
        raise ValueError(text)
    return Action.REJECT if "spam" in text else Verdict(Action.MASK, spans=((0, 2),))


def test_a_moderator_of_ones_own_is_asked_first_attempts_only(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = types.ModuleType("shop_rules")
    module.judge = own_moderator  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop_rules", module)
    ASKED.clear()
    alice = make_world(moderator="shop_rules:judge").phone("alice")
    assert send(alice, "hello")["body"]["msg"] == {"message": "**llo"}
    assert send(alice, "hello")["body"]["msg"] == {"message": "**llo"}
    assert ASKED == [("hello", "alice", "p:alice:bob")]
    assert send(alice, "spam", msg_id="m-2")["code"] == "REJECTED"
    assert send(alice, "fail", msg_id="m-3")["code"] == "UNAVAILABLE"
    assert "ModeratorFailures" in capsys.readouterr().out


def test_no_library_is_imported_without_lists() -> None:
    loaded = "[m for m in sys.modules if 'ahocorasick' in m or '.moderation.' in m]"
    program = f"import sys, catchup.bootstrap.chat; print({loaded})"
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "layers/catchup/python")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
