"""What is queued for the fan-out: what comes out is what was put in, or nothing."""

import json
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from catchup.domain.ids import ConnectionId, MsgId, Seq, SessionId, Uid
from catchup.domain.message import ChatType, Draft, Message, Numbers
from catchup.usecases.groups.ports import Job
from catchup.wire import jobs
from catchup.wire.jobs import decode_job, encode_hint, encode_job

ROOM = SessionId("g:room")
SEQ = Seq(2**53 - 1)


def message() -> Message:
    content = Struct()
    content.update({"message": "😀 \u0000 é", "event": "add"})
    draft = Draft(
        msg_id=MsgId("m"),
        sender=Uid("alice"),
        recipient=Uid("room"),
        wants_ack=True,
        sent_at_ms=1,
        content=content.SerializeToString(deterministic=True),
        chat_type=ChatType.GROUP,
        at=(Uid("bob"), Uid("carol")),
        at_all=True,
        is_system=True,
    )
    return Message(draft, ROOM, SEQ, 2, Numbers(8))


JOBS = [
    Job(ROOM, SEQ, 8),
    Job(ROOM, SEQ, 8, message()),
    Job(ROOM, SEQ, 8, message(), except_for=ConnectionId("c=="), also=(Uid("bob"), Uid("dave"))),
    Job(ROOM, SEQ, 8, also=(Uid("bob"),), only=True),
    Job(ROOM, SEQ, 8, message(), from_roster=True, start="bob#phone"),
    Job(ROOM, SEQ, 8, request_id="KxT1wfHqIAMFd5Q="),
    Job(ROOM, SEQ, 8, message(), queued_at_ms=1_700_000_000_000),
]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_comes_out_as_it_was_put_in(job: Job) -> None:
    assert decode_job(encode_job(job)) == job


def test_a_hint_is_its_group() -> None:
    assert decode_job(encode_hint(ROOM)) == ROOM


def test_what_newer_code_has_added_is_passed_over() -> None:
    read = json.loads(encode_job(JOBS[2]))
    assert decode_job(json.dumps({**read, "priority": {"is": "high"}})) == JOBS[2]


def test_a_job_of_older_code_has_no_request() -> None:
    read = json.loads(encode_job(JOBS[5]))
    del read["requestId"]
    assert decode_job(json.dumps(read)) == JOBS[0]


@pytest.mark.parametrize("text", [encode_job(JOBS[1]), encode_hint(ROOM)])
def test_a_layout_of_newer_code_is_refused(text: str) -> None:
    newer = json.dumps({**json.loads(text), "layout": jobs.LAYOUT + 1})
    with pytest.raises(ValueError, match="layout"):
        decode_job(newer)


def test_a_job_says_its_layout_and_is_text_that_a_queue_takes() -> None:
    for text in (encode_job(JOBS[1]), encode_hint(ROOM)):
        assert json.loads(text)["layout"] == jobs.LAYOUT
        assert text.isascii()


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", "3", '"job"', "{", "[1]", '{"layout": null}', '{"layout": "1"}', '{"layout": 1}', "\x00"],
)
def test_garbage_is_no_job(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        decode_job(text)


@pytest.mark.parametrize("name", ["session", "seq", "message", "exceptFor", "also", "only", "fromRoster", "start"])
def test_half_a_job_is_none(name: str) -> None:
    read = json.loads(encode_job(JOBS[2]))
    del read[name]
    with pytest.raises(ValueError):  # noqa: PT011
        decode_job(json.dumps(read))


@pytest.mark.parametrize(
    "change",
    [
        {"seq": "x"},
        {"seq": None},
        {"seq": float("inf")},
        {"message": "?"},
        {"message": "/////w=="},
        {"message": ""},
        {"message": 7},
        {"also": None},
        {"also": 7},
    ],
    ids=str,
)
def test_a_job_with_a_field_of_another_kind_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode_job(json.dumps({**json.loads(encode_job(JOBS[2])), **change}))


def test_a_job_goes_on_from_where_another_ended() -> None:
    further = JOBS[4]._replace(start="u#phone")
    assert decode_job(encode_job(further)) == further
