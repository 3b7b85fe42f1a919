"""Who is online. Requests raise InvalidRequest and its kinds."""

from collections.abc import Mapping, Sequence

from catchup.domain.ids import Uid
from catchup.domain.presence import Status
from catchup.errors import InvalidRequest
from catchup.settings import MAX_ONLINE_UIDS
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules


def online_request(envelope: pb.Envelope) -> Sequence[Uid]:
    """Returns the people that are asked about, each once."""
    uids = envelope.online.uids
    if not uids:
        raise InvalidRequest("body.uids", "required", f"name 1 to {MAX_ONLINE_UIDS} people")
    rules.at_most(len(uids), MAX_ONLINE_UIDS, "body.uids", "uids")
    named = (rules.uid(uid, f"body.uids[{index}]", "the uid of a person") for index, uid in enumerate(uids))
    return list(dict.fromkeys(named))


def online_reply(people: Mapping[Uid, Status]) -> pb.Envelope:
    """Who is online."""
    said: dict[str, pb.OnlineStatus] = {
        uid: pb.OnlineStatus(online=status.is_online, last_seen=status.last_seen_ms or None)
        for uid, status in people.items()
    }
    return pb.Envelope(online_reply=pb.OnlineReply(people=said))
