"""What is pushed to many connections is encoded once for each encoding."""

import base64
import json

import pytest

from catchup.domain.ids import ConnectionId, DeviceId, MsgId, Seq, SessionId, Uid
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.push.connections import Connections
from catchup.usecases.people.ports import PushResult
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import encode
from tests.support.clock import Clock
from tests.support.telemetry import KeptTelemetry

ROOM = SessionId("g:room")


class Posted:
    """A client of @connections that keeps what was posted, by connection."""

    def __init__(self) -> None:
        self.frames: dict[str, bytes] = {}

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
        self.frames[ConnectionId] = Data

    def seq(self, to: Endpoint) -> int:
        """The seq of the last push."""
        frame = json.loads(self.frames[to.connection.connection_id])
        if to.connection.encoding is Encoding.JSON:
            return int(frame["body"]["seq"])
        envelope = pb.Envelope.FromString(base64.b64decode(frame["pb"]))
        return envelope.head.seq or envelope.chat.seq


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[Encoding]:
    """The encoding of each envelope that was encoded."""
    found = []

    def noted(envelope: pb.Envelope, encoding: Encoding) -> str:
        found.append(encoding)
        return encode(envelope, encoding)

    monkeypatch.setattr("catchup.push.connections.encode", noted)
    return found


def endpoint(number: int) -> Endpoint:
    """Of a device; the third one speaks protobuf."""
    encoding = Encoding.PB if number == 2 else Encoding.JSON
    return Endpoint(Uid("bob"), DeviceId(f"d{number}"), Connection(ConnectionId(f"c{number}"), encoding, 1))


def message(seq: int) -> Message:
    draft = Draft(MsgId(f"m{seq}"), Uid("alice"), Uid("room"), wants_ack=True, sent_at_ms=1, content=b"")
    return Message(draft, ROOM, Seq(seq), accepted_at_ms=1)


@pytest.mark.parametrize("what", ["hint", "message"])
def test_a_push_to_many_is_encoded_once_for_each_encoding(encoded: list[Encoding], what: str) -> None:
    posted, devices = Posted(), [endpoint(number) for number in range(5)]
    push = Connections(lambda: posted, Clock(), KeptTelemetry())
    for seq in (7, 8):
        told = message(seq)
        for to in devices:
            result = push.message(to, told) if what == "message" else push.head(to, ROOM, Seq(seq), seq)
            assert result is PushResult.DELIVERED
        assert [posted.seq(to) for to in devices] == [seq] * 5
    assert encoded == [Encoding.JSON, Encoding.PB] * 2
