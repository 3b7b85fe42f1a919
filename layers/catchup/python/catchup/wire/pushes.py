"""What is pushed to connections."""

from collections.abc import Mapping

from catchup.domain.group import JoinRequest, group_id_of
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.reading import Position
from catchup.domain.session_settings import SessionSettings
from catchup.domain.signal import Signal
from catchup.wire import catchup_pb2 as pb
from catchup.wire.messages import message_to_wire, settings_to_wire
from catchup.wire.reading import position_to_wire


def message_push(message: Message, now_ms: int) -> pb.Envelope:
    """A message pushed to a connection."""
    return pb.Envelope(cmd="chat", time=now_ms, uid=message.draft.sender, chat=message_to_wire(message))


def head_push(session: SessionId, seq: Seq, number: int, now_ms: int) -> pb.Envelope:
    """The push of a group's head."""
    return pb.Envelope(cmd="head", time=now_ms, head=pb.Head(session_id=session, seq=seq, number=number))


def asking_push(session: SessionId, request: JoinRequest) -> pb.Envelope:
    """The push to those who decide that somebody asks to join a group; without its time."""
    asked = pb.AskRequest(group_id=group_id_of(session), note=request.note)
    return pb.Envelope(cmd="ask", uid=request.uid, ask=asked)


def settings_push(settings: Mapping[SessionId, SessionSettings]) -> pb.Envelope:
    """The push of what a person has chosen on another device; without its time."""
    sessions = {str(session): settings_to_wire(chosen) for session, chosen in settings.items()}
    return pb.Envelope(cmd="settings", settings_push=pb.SettingsPush(sessions=sessions))


def signal_push(signal: Signal, now_ms: int) -> pb.Envelope:
    """A signal pushed to a connection."""
    body = pb.Signal(
        chat_type=signal.chat_type, to=signal.to, kind=signal.kind, data=signal.data, session_id=signal.session_id
    )
    return pb.Envelope(cmd="signal", time=now_ms, uid=signal.sender, signal=body)


def read_to_push(reader: Uid, session: SessionId, position: Position, now_ms: int) -> pb.Envelope:
    """The push that tells how far the other person of a private session has read."""
    told = pb.ReadToPush(sessions={session: position_to_wire(position)})
    return pb.Envelope(cmd="readTo", time=now_ms, uid=reader, read_to_push=told)


def notice_push(frame: bytes, now_ms: int) -> pb.Envelope:
    """The push of a notice, which was serialised without its time."""
    envelope = pb.Envelope.FromString(frame)
    envelope.time = now_ms
    return envelope
