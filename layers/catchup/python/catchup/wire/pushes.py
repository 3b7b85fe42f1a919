"""What is pushed to connections."""

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Message
from catchup.domain.signal import Signal
from catchup.wire import catchup_pb2 as pb
from catchup.wire.messages import message_to_wire


def message_push(message: Message, now_ms: int) -> pb.Envelope:
    """A message pushed to a connection."""
    return pb.Envelope(cmd="chat", time=now_ms, uid=message.draft.sender, chat=message_to_wire(message))


def head_push(session: SessionId, seq: Seq, number: int, now_ms: int) -> pb.Envelope:
    """The push of a group's head."""
    return pb.Envelope(cmd="head", time=now_ms, head=pb.Head(session_id=session, seq=seq, number=number))


def signal_push(signal: Signal, now_ms: int) -> pb.Envelope:
    """A signal pushed to a connection."""
    body = pb.Signal(
        chat_type=signal.chat_type, to=signal.to, kind=signal.kind, data=signal.data, session_id=signal.session_id
    )
    return pb.Envelope(cmd="signal", time=now_ms, uid=signal.sender, signal=body)
