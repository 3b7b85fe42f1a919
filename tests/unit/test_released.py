"""What deployed versions rely on stays: fields, enums, keys, and what lies in queues and tables (docs/rolling.md)."""

import copy
import json
from typing import Any

import pytest

from catchup.domain.ids import ConnectionId, Seq, SessionId, Uid
from catchup.domain.message import Place
from catchup.usecases.groups.ports import Job
from catchup.wire.jobs import decode_job
from catchup.wire.messages import decode_payload
from tools.released import RELEASED, changed, current

# As the first version wrote them. Never renew these: they stand for what waits in queues and tables at a deployment.
MESSAGE_JOB = (
    '{"layout": 1, "session": "g:room", "seq": 7, "number": 5, "before": 5, "message": '
    '"CAESAW0YAiABKgVhbGljZTIEcm9vbTgBQigKFgoHbWVzc2FnZRILGgnwn5iAIAAgw6kKDgoFZXZlbnQSBRoDYWRkYAJqA2JvYmoFY2Fyb2xwAXoGc3'
    'lzdGVt", "exceptFor": "c==", "also": ["bob", "dave"], "only": false, "fromRoster": false, "start": ""}'
)
HEAD_JOB = (
    '{"layout": 1, "session": "g:room", "seq": 7, "number": 5, "before": 0, "message": null, "exceptFor": null, '
    '"also": [], "only": true, "fromRoster": true, "start": "bob#phone"}'
)
HINT_JOB = '{"layout": 1, "session": "g:room", "hint": true}'
PAYLOAD = bytes.fromhex(
    "080112036d2d31180120012a05616c6963653203626f623880d095ffbc3142140a120a076d65737361676512071a0568656c6c6f"
    "6080d095ffbc31"
)
ROOM = SessionId("g:room")


def test_what_is_released_is_there_as_it_was() -> None:
    assert changed(json.loads(RELEASED.read_text()), current()) == []


def test_what_is_new_is_written_down() -> None:
    """`python -m tools.released` does it; from then on it stays too."""
    assert changed(current(), json.loads(RELEASED.read_text())) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("messages", "catchup.v1.Message", "msg_id"), "99 scalar 9"),
        (("messages", "catchup.v1.Message", "seq"), None),
        (("messages", "catchup.v1.PageReply"), None),
        (("enums", "catchup.v1.Code", "NOT_FOUND"), 6),
        (("tables", "InboxTable", ""), ["uid S", "seq N"]),
        (("tables", "CounterTable", "byGroup"), None),
    ],
    ids=str,
)
def test_a_change_of_what_is_released_is_noticed(path: tuple[str, ...], value: Any) -> None:
    new = copy.deepcopy(current())
    part = new
    for name in path[:-1]:
        part = part[name]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    assert changed(json.loads(RELEASED.read_text()), new) != []


def test_jobs_of_the_first_version_are_worked_on() -> None:
    job = decode_job(MESSAGE_JOB)
    assert isinstance(job, Job)
    assert (job.session_id, job.seq, job.except_for, job.also) == (ROOM, 7, ConnectionId("c=="), ("bob", "dave"))
    assert job.message is not None
    assert (job.number, job.message.number) == (5, 5)
    assert (job.message.draft.sender, job.message.draft.msg_id, job.message.draft.at_all) == ("alice", "m", True)
    assert decode_job(HEAD_JOB) == Job(ROOM, Seq(7), 5, only=True, from_roster=True, start="bob#phone")
    assert decode_job(HINT_JOB) == ROOM


def test_messages_of_the_first_version_are_read() -> None:
    message = decode_payload(PAYLOAD, SessionId("p:alice:bob"), Place(Seq(1)))
    draft = message.draft
    assert (draft.msg_id, draft.sender, draft.recipient, draft.wants_ack) == ("m-1", Uid("alice"), "bob", True)
    assert b"hello" in draft.content
    assert message.accepted_at_ms > 0
