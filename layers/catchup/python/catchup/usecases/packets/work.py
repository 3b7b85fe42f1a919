"""Does the tasks of the queue."""

from contextlib import suppress
from dataclasses import dataclass

from catchup.errors import Contended, Denied, MsgIdReused, Refused, TooManyMessages, Unavailable
from catchup.usecases.packets.give import MakePacket
from catchup.usecases.packets.ports import PacketJob, Task
from catchup.usecases.packets.settle import Settle


@dataclass(eq=False, repr=False, slots=True)
class Work:
    """Does one task."""

    make: MakePacket
    settle: Settle

    def __call__(self, job: PacketJob) -> None:
        """Raises Unavailable: the job has to come again. Nobody waits for an answer."""
        try:
            self._do(job)
        except (Contended, TooManyMessages) as error:
            raise Unavailable(type(error).__name__) from error

    def _do(self, job: PacketJob) -> None:
        if job.task is Task.MAKE:
            # Its money has gone back.
            with suppress(Denied, MsgIdReused, Refused):
                self.make(job.packet)
        elif job.task is Task.PAY and job.uid is not None:
            self.settle.pay(job.packet, job.uid)
        elif job.due is not None:
            self.settle(job.due)
