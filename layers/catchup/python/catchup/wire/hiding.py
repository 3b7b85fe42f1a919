"""Messages that people hide from themselves: requests, answers and pushes. Requests raise InvalidRequest and its
kinds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.errors import InvalidRequest
from catchup.settings import MAX_HIDDEN_SEQS
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules

if TYPE_CHECKING:
    from catchup.usecases.hiding.hide import Hidden


def hide_request(envelope: pb.Envelope, caller: Uid) -> tuple[SessionId, Sequence[Seq]]:
    """Returns the session, and what to hide there."""
    body = envelope.hide
    session = rules.own_session(body.session_id, caller, "body.sessionId", "hide")
    if not body.seqs:
        raise InvalidRequest("body.seqs", "required", "name the messages to hide by their seqs")
    rules.at_most(len(body.seqs), MAX_HIDDEN_SEQS, "body.seqs", "seqs")
    return session, rules.seqs(body.seqs, "body.seqs")


def hidden_request(envelope: pb.Envelope, caller: Uid) -> tuple[SessionId, Seq]:
    """Returns the session, and the seq above which to list."""
    session = rules.own_session(envelope.hidden.session_id, caller, "body.sessionId", "hidden")
    return session, rules.optional_seq(envelope.hidden, "after") or Seq(0)


def hidden_reply(value: "Hidden") -> pb.Envelope:
    """What is hidden."""
    return pb.Envelope(
        hidden_reply=pb.HiddenReply(
            session_id=value.session_id, seqs=value.seqs, version=value.version, end=not value.more
        )
    )


def hide_push(session: SessionId, seqs: Sequence[Seq], version: int) -> pb.Envelope:
    """The push that tells what the person has hidden on another device; without its time."""
    return pb.Envelope(cmd="hide", hide_push=pb.HidePush(session_id=session, seqs=seqs, version=version))
