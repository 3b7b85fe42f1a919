"""Receipts: requests, answers and pushes. Requests raise InvalidRequest and its kinds."""

from collections.abc import Sequence

from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.receipts import ReceiptsChoice
from catchup.errors import InvalidRequest, NotYours
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules


def receipts_request(envelope: pb.Envelope, latest_ms: int) -> tuple[bool, int | None]:
    """Returns what the person chooses, and when they chose it, None for now. `latest_ms`: the latest time that a choice
    may have."""
    body = envelope.receipts
    if not body.HasField("on"):
        raise InvalidRequest("body.on", "required", "send true or false")
    return body.on, rules.chosen_at(body, "body.changedAt", latest_ms)


def readers_request(envelope: pb.Envelope) -> tuple[SessionId, Seq]:
    """Returns the group, and the message in it."""
    body = envelope.readers
    session = rules.session_id(body.session_id, "body.sessionId")
    if not is_group(session):
        raise NotYours(
            "body.sessionId", "must be a group", "in a private session, sessions and the push readTo tell it"
        )
    return session, Seq(rules.number(body.seq, "body.seq", 1))


def receipts_reply(choice: ReceiptsChoice) -> pb.Envelope:
    """The answer to a choice."""
    return pb.Envelope(receipts_reply=choice_to_wire(choice))


def receipts_push(choice: ReceiptsChoice) -> pb.Envelope:
    """The push that tells what the person has chosen on another device; without its time."""
    return pb.Envelope(cmd="receipts", receipts_push=choice_to_wire(choice))


def choice_to_wire(choice: ReceiptsChoice) -> pb.ReceiptsChoice:
    """Whether a person has receipts."""
    return pb.ReceiptsChoice(
        on=choice.is_on, changed_at=choice.changed_at_ms, off_for_all=True if choice.off_for_all else None
    )


def readers_reply(session: SessionId, seq: Seq, uids: Sequence[Uid]) -> pb.Envelope:
    """Who has read a message."""
    return pb.Envelope(readers_reply=pb.ReadersReply(session_id=session, seq=seq, uids=uids))
