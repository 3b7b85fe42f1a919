"""How far people have read: requests and pushes. Requests raise InvalidRequest and its kinds."""

from collections.abc import Mapping

from catchup.domain.ids import Seq, SessionId
from catchup.domain.reading import Position
from catchup.errors import InvalidRequest
from catchup.settings import MAX_CLEAR_SESSIONS
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules


def read_request(envelope: pb.Envelope) -> Mapping[SessionId, Position]:
    """Returns how far the person has read, by session."""
    named = envelope.read.sessions
    if not named:
        raise InvalidRequest(
            "body.sessions", "required", "name the sessions, each with the seq and the number that were read"
        )
    rules.at_most(len(named), MAX_CLEAR_SESSIONS, "body.sessions", "sessions")
    return {
        rules.session_id(text, f"body.sessions.{text}"): _position(item, f"body.sessions.{text}")
        for text, item in named.items()
    }


def _position(item: pb.ReadPosition, field: str) -> Position:
    number = rules.number(item.received, f"{field}.received", 0)
    seq = rules.number(item.seq, f"{field}.seq", 0)
    if seq < number:
        raise InvalidRequest(
            f"{field}.seq",
            "at least received: no seq is below its number",
            "send the seq of the last message that was read, and the number at it",
        )
    return Position(number, Seq(seq))


def read_push(positions: Mapping[SessionId, Position]) -> pb.Envelope:
    """The push that tells how far the person has read on another device; without its time."""
    return pb.Envelope(
        cmd="read",
        read_push=pb.ReadPush(sessions={session: position_to_wire(read) for session, read in positions.items()}),
    )


def position_to_wire(read: Position) -> pb.ReadPosition:
    """A read position."""
    return pb.ReadPosition(seq=read.seq, received=read.number)
