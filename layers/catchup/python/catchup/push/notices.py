"""What people's devices are told by way of the queue, one method for each capability."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from catchup.domain.group import JoinRequest, is_group
from catchup.domain.ids import Seq, SessionId
from catchup.domain.presence import Caller
from catchup.domain.reading import Position
from catchup.domain.receipts import ReceiptsChoice
from catchup.domain.session_settings import SessionSettings
from catchup.push.queues import Queues
from catchup.usecases.people.ports import Notice
from catchup.wire import catchup_pb2 as pb
from catchup.wire.hiding import hide_push
from catchup.wire.pushes import asking_push, settings_push
from catchup.wire.reading import read_push
from catchup.wire.receipts import receipts_push

# The longest ids in JSON, with the largest numbers, fill a frame with 80 positions, or the settings of 50 sessions.
POSITIONS_PER_PUSH = 50
SETTINGS_PER_PUSH = 40

_T = TypeVar("_T")


class Notices:
    """Queues notices for the fan-out function."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def read(self, caller: Caller, positions: Mapping[SessionId, Position]) -> None:
        """As a rule one message of the queue, which also tells the other people of private sessions."""
        for part in _parts(positions, POSITIONS_PER_PUSH):
            self._tell_own(caller, read_push(part), tuple(session for session in part if not is_group(session)))

    def hide(self, caller: Caller, session: SessionId, seqs: Sequence[Seq], version: int) -> None:
        """One message of the queue."""
        self._tell_own(caller, hide_push(session, seqs, version))

    def receipts(self, caller: Caller, choice: ReceiptsChoice) -> None:
        """One message of the queue."""
        self._tell_own(caller, receipts_push(choice))

    def settings(self, caller: Caller, settings: Mapping[SessionId, SessionSettings]) -> None:
        """As a rule one message of the queue."""
        for part in _parts(settings, SETTINGS_PER_PUSH):
            self._tell_own(caller, settings_push(part))

    def asking(self, session: SessionId, request: JoinRequest) -> None:
        """One message of the queue. Who manages the group is looked up when it is worked on."""
        self._queues.put_notice(Notice((), _frame(asking_push(session, request)), managers_of=session))

    def _tell_own(self, caller: Caller, envelope: pb.Envelope, read: tuple[SessionId, ...] = ()) -> None:
        """To the caller's devices but the one that asks."""
        self._queues.put_notice(Notice((caller.uid,), _frame(envelope), caller.connection.connection_id, read))


def _parts(told: Mapping[SessionId, _T], size: int) -> Iterator[Mapping[SessionId, _T]]:
    items = [*told.items()]
    return (dict(items[start : start + size]) for start in range(0, len(items), size))


def _frame(envelope: pb.Envelope) -> bytes:
    return envelope.SerializeToString(deterministic=True)
