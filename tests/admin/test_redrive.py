"""Jobs of a dead-letter queue go back: once, whatever dies between."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from moto.sqs.models import sqs_backends

from catchup_admin import redrive
from catchup_admin.redrive import Redrive
from local.work_off import work_off
from tests.admin.conftest import Terminal
from tests.support.world import Context, World

Queues = Mapping[str, str]


def job_of(world: World, text: str = "hello") -> str:
    """A job of the fan-out that was queued, and not worked on."""
    world.fans_out_at_once = False
    world.phone("alice").say("room", text)
    (record,) = world.queues.take(delayed=False)
    body: str = record["body"]
    return body


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto answers at once; AWS may keep a message back for a moment."""
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)


@pytest.fixture
def room(world: World) -> World:
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    return world


def die(sqs: Any, queues: Queues, body: str) -> None:
    """Fails as often as it may, and is in the dead-letter queue then."""
    sqs.send_message(QueueUrl=queues["FanoutQueue"], MessageBody=body)
    for _ in range(5):
        assert sqs.receive_message(QueueUrl=queues["FanoutQueue"], VisibilityTimeout=0)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=queues["FanoutQueue"], VisibilityTimeout=0)


def held(sqs: Any, url: str) -> int:
    """How many messages a queue has, visible or not."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    numbers = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, numbers.values()))


def test_a_job_that_failed_too_often_is_worked_on_after_all(
    room: World, terminal: Terminal, sqs: Any, queues: Queues
) -> None:
    bob = room.online("bob")
    die(sqs, queues, job_of(room))
    (job,) = terminal.json("redrive")["jobs"]
    assert (job["kind"], job["session_id"], job["seq"]) == ("message", "g:room", 2)
    assert held(sqs, queues["FanoutDeadLetters"]) == 0
    assert work_off(sqs, queues["FanoutQueue"], room.handlers["fanout"], Context()) == (1, 0)
    assert [push["body"]["msg"]["message"] for push in bob.pushes] == ["hello"]
    assert terminal.run("redrive")[1] == "0 jobs went back to the queue\n"


def test_a_job_that_nobody_can_read_is_told_apart(terminal: Terminal, sqs: Any, queues: Queues) -> None:
    die(sqs, queues, "garbage")
    die(sqs, queues, json.dumps({"layout": 2, "session": "g:room", "hint": True}))
    jobs = terminal.json("redrive")["jobs"]
    assert [(job["kind"], job["reason"] != "") for job in jobs] == [("unreadable", True)] * 2
    assert any("layout 2" in job["reason"] for job in jobs)
    assert held(sqs, queues["FanoutQueue"]) == 2


def test_a_dry_run_leaves_everything_where_it_is(room: World, terminal: Terminal, sqs: Any, queues: Queues) -> None:
    die(sqs, queues, job_of(room))
    for _ in range(2):
        status, out, _ = terminal.run("redrive --dry-run")
        assert status == 0
        assert "g:room" in out
        assert "1 job would go back" in out
    assert (held(sqs, queues["FanoutQueue"]), held(sqs, queues["FanoutDeadLetters"])) == (0, 1)
    assert sqs.receive_message(QueueUrl=queues["FanoutDeadLetters"])["Messages"]


def test_no_more_go_back_than_asked_for(room: World, terminal: Terminal, sqs: Any, queues: Queues) -> None:
    for number in range(13):
        sqs.send_message(QueueUrl=queues["FanoutDeadLetters"], MessageBody=job_of(room, str(number)))
    assert len(terminal.json("redrive --limit 11")["jobs"]) == 11
    assert (held(sqs, queues["FanoutQueue"]), held(sqs, queues["FanoutDeadLetters"])) == (11, 2)


def test_a_hint_goes_back_in_its_group(terminal: Terminal, sqs: Any, queues: Queues) -> None:
    for number in range(2):
        sqs.send_message(
            QueueUrl=queues["HintDeadLetters"],
            MessageBody=json.dumps({"layout": 1, "session": "g:room", "hint": True}),
            MessageGroupId="g:room",
            MessageDeduplicationId=f"g:room:{number}",
        )
    assert terminal.json("redrive")["jobs"] == []
    assert [job["kind"] for job in terminal.json("redrive --hints")["jobs"]] == ["hint", "hint"]
    assert (held(sqs, queues["HintQueue"]), held(sqs, queues["HintDeadLetters"])) == (2, 0)
    assert {message.group_id for message in messages_of(queues["HintQueue"])} == {"g:room"}


def messages_of(url: str) -> list[Any]:
    """What a queue has, as moto keeps it."""
    return list(sqs_backends["123456789012"]["us-east-1"].get_queue(url.rpartition("/")[2])._messages)


class Dying:
    """SQS, until its first delete: then the command is killed."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def delete_message(self, **_: Any) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("queue", "dead", "copies"), [("FanoutQueue", "FanoutDeadLetters", 2), ("HintQueue", "HintDeadLetters", 1)]
)
def test_one_that_was_interrupted_is_repeated_and_loses_nothing(
    sqs: Any, queues: Queues, queue: str, dead: str, copies: int
) -> None:
    ordered = {"MessageGroupId": "g:room", "MessageDeduplicationId": "g:room:1"} if queue == "HintQueue" else {}
    sqs.send_message(QueueUrl=queues[dead], MessageBody="job", **ordered)
    with pytest.raises(KeyboardInterrupt):
        list(Redrive(lambda: Dying(sqs), queues[queue]).jobs(10, dry_run=False))
    assert (held(sqs, queues[queue]), held(sqs, queues[dead])) == (1, 1)
    # A minute later it can be received again.
    (receipt,) = (message.receipt_handle for message in messages_of(queues[dead]))
    sqs.change_message_visibility(QueueUrl=queues[dead], ReceiptHandle=receipt, VisibilityTimeout=0)
    assert len(list(Redrive(lambda: sqs, queues[queue]).jobs(10, dry_run=False))) == 1
    assert (held(sqs, queues[queue]), held(sqs, queues[dead])) == (copies, 0)


def test_a_queue_that_is_not_there_is_one_line(terminal: Terminal, sqs: Any, queues: Queues) -> None:
    sqs.delete_queue(QueueUrl=queues["FanoutQueue"])
    status, out, err = terminal.run("redrive")
    assert (status, out) == (1, "")
    assert err.startswith("error: GetQueueAttributes: no such resource")
