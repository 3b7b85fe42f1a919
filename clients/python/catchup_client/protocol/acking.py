"""Which `ack` or `clear` to send next, from what the store says is saved and counted (docs/protocol.md, section 4)."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.requests import Ack, Clear, SessionAck
from catchup_client.settings import MAX_ACKS_PER_REQUEST, MAX_SESSIONS_PER_REQUEST


def next_settlement(
    saved: Sequence[tuple[SessionId, Seq]], uncleared: Mapping[SessionId, Number]
) -> Ack | Clear | None:
    """Return the next request that tells the server what is saved and counted, None if there is nothing to tell.

    Args:
        saved: messages that are saved and not yet acked, grouped by session.
        uncleared: for each session, the `known` that the server hasn't confirmed yet.

    >>> next_settlement([(SessionId("g:a"), Seq(1)), (SessionId("g:a"), Seq(2))], {SessionId("g:a"): Number(2)})
    Ack(sessions={'g:a': SessionAck(seqs=(1, 2), received=2)})
    >>> next_settlement([], {SessionId("g:a"): Number(2)})
    Clear(sessions={'g:a': 2})

    """
    if saved:
        groups = groupby(saved[:MAX_ACKS_PER_REQUEST], key=lambda entry: entry[0])
        return Ack(
            {
                session_id: SessionAck(tuple(seq for _, seq in entries), uncleared.get(session_id))
                for session_id, entries in groups
            }
        )
    if uncleared:
        return Clear(dict(list(uncleared.items())[:MAX_SESSIONS_PER_REQUEST]))
    return None
