"""Jobs of red packets, and what their messages say."""

import json
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from catchup.domain.ids import SessionId, Uid
from catchup.domain.shares import Mode
from catchup.usecases.packets.ports import Due, PacketJob, Task
from catchup.wire.packets import content_of, decode_job, encode_job
from tests.contract.packets import packet

GIVEN = packet(greeting="grüße", receiver=Uid("bob"))
JOBS = [
    PacketJob(Task.MAKE, GIVEN, due=Due(GIVEN, GIVEN.expires_at_ms)),
    PacketJob(Task.PAY, replace(GIVEN, mode=Mode.EQUAL, receiver=None), Uid("carol")),
    PacketJob(Task.SETTLE, replace(GIVEN, session_id=SessionId("p:alice:bob")), due=Due(GIVEN, 7)),
]


@pytest.mark.parametrize("job", JOBS[:2], ids=lambda job: job.task.value)
def test_a_job_is_read_as_it_was_written(job: PacketJob) -> None:
    assert decode_job(encode_job(job)) == job


def test_what_is_due_is_the_packet_of_the_job() -> None:
    read = decode_job(encode_job(JOBS[2]))
    assert read.due == Due(JOBS[2].packet, 7)


def changed(**fields: Any) -> str:
    return json.dumps({**json.loads(encode_job(JOBS[0])), **fields})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        changed(layout=2),
        changed(task="steal"),
        changed(mode="x"),
        changed(seed="?"),
        changed(seed=1),
        changed(total=None),
    ],
)
def test_anything_else_is_no_job(text: str) -> None:
    with pytest.raises(ValueError, match=r"job|layout|valid|Expecting|line|base64|decod|pad"):
        decode_job(text)


def test_a_message_says_nothing_about_the_shares() -> None:
    said: Any = Struct.FromString(content_of(GIVEN))
    assert dict(said) == {
        "type": "packet",
        "packetId": GIVEN.packet_id,
        "total": 1_000,
        "count": 3,
        "mode": "lucky",
        "currency": "EUR",
        "expiresAt": GIVEN.expires_at_ms,
        "greeting": "grüße",
        "receiver": "bob",
    }
    plain: Any = Struct.FromString(content_of(packet()))
    assert not {"greeting", "receiver"} & set(dict(plain))
