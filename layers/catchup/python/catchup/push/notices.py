"""What a person's devices are told by way of the queue, one method for each capability."""

from collections.abc import Mapping, Sequence

from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId
from catchup.domain.presence import Caller
from catchup.domain.reading import Position
from catchup.domain.receipts import ReceiptsChoice
from catchup.push.queues import Queues
from catchup.usecases.people.ports import Notice
from catchup.wire import catchup_pb2 as pb
from catchup.wire.hiding import hide_push
from catchup.wire.reading import read_push
from catchup.wire.receipts import receipts_push

# The longest ids in JSON, with the largest numbers, fill a frame with 80 of them.
SESSIONS_PER_PUSH = 50


class Notices:
    """Queues notices for the fan-out function."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def read(self, caller: Caller, positions: Mapping[SessionId, Position]) -> None:
        """As a rule one message of the queue, which also tells the other people of private sessions."""
        told = [*positions.items()]
        for start in range(0, len(told), SESSIONS_PER_PUSH):
            part = dict(told[start : start + SESSIONS_PER_PUSH])
            self._tell_own(caller, read_push(part), tuple(session for session in part if not is_group(session)))

    def hide(self, caller: Caller, session: SessionId, seqs: Sequence[Seq], version: int) -> None:
        """One message of the queue."""
        self._tell_own(caller, hide_push(session, seqs, version))

    def receipts(self, caller: Caller, choice: ReceiptsChoice) -> None:
        """One message of the queue."""
        self._tell_own(caller, receipts_push(choice))

    def _tell_own(self, caller: Caller, envelope: pb.Envelope, read: tuple[SessionId, ...] = ()) -> None:
        """To the caller's devices but the one that asks."""
        frame = envelope.SerializeToString(deterministic=True)
        self._queues.put_notice(Notice((caller.uid,), frame, caller.connection.connection_id, read))
