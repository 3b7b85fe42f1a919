"""Block lists. Requests raise InvalidRequest and its kinds."""

from collections.abc import Sequence

from catchup.domain.ids import Uid
from catchup.errors import InvalidRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules


def block_request(envelope: pb.Envelope, caller: Uid) -> Uid:
    """Returns the person that a `block` or `unblock` is about."""
    body = envelope.block if envelope.HasField("block") else envelope.unblock
    uid = rules.uid(body.uid, "body.uid", "the uid of a person")
    if uid == caller:
        raise InvalidRequest("body.uid", "must be someone else", "send the uid of somebody who writes to you")
    return uid


def block_reply(uid: Uid, blocked: bool) -> pb.Envelope:
    """Whether somebody is blocked now."""
    return pb.Envelope(block_reply=pb.BlockReply(uid=uid, blocked=blocked))


def blocked_reply(uids: Sequence[Uid]) -> pb.Envelope:
    """The people that a person has blocked."""
    return pb.Envelope(blocked_reply=pb.BlockedReply(uids=uids))
