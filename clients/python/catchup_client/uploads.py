"""Uploads the files of messages, which are sent then (docs/protocol.md, section 4, *upload*)."""

import asyncio
import logging

from catchup_client.downloads import OnTransfer
from catchup_client.due import Due
from catchup_client.errors import FileUnusable, InvalidInput, ProtocolViolation, RequestRefused, TransferFailed
from catchup_client.events import Events, Uploading
from catchup_client.link import Link
from catchup_client.names import MsgId
from catchup_client.outbox import Outbox
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.model import Outgoing
from catchup_client.server_clock import ServerClock
from catchup_client.settings import Settings
from catchup_client.store import Store
from catchup_client.store.uploads import FileToSend, PendingUpload
from catchup_client.timing import Timing
from catchup_client.transfers import Transfers
from catchup_client.upload import UploadWork

log = logging.getLogger(__name__)


class Uploads:
    """Uploads what the store's table of files names, a few files at once. A crash loses nothing: it begins again from
    the table, and parts that are there are not sent twice.
    """

    def __init__(
        self,
        store: Store,
        link: Link,
        outbox: Outbox,
        transfers: Transfers,
        events: Events,
        due: Due,
        *,
        clock: ServerClock,
        settings: Settings,
        timing: Timing,
    ) -> None:
        self._store = store
        self._link = link
        self._outbox = outbox
        self._transfers = transfers
        self._events = events
        self._outbox_due = due.outbox
        self._clock = clock
        self._settings = settings
        self._timing = timing
        self._due = asyncio.Event()
        self._slots = asyncio.Semaphore(settings.parallel_uploads)
        self._running: dict[MsgId, asyncio.Task[None]] = {}
        self._parked: set[MsgId] = set()
        self.watching: dict[MsgId, OnTransfer] = {}
        """Who wants to hear how far an upload is."""

    def put(self, message: Outgoing, file: FileToSend) -> None:
        """Keep a message until its file is uploaded and it is sent; raises InvalidInput if its id is there already."""
        if not self._store.enqueue_with_file(message, file):
            raise InvalidInput("msg_id", "is in the outbox already")
        self._due.set()

    def forget(self, msg_id: MsgId) -> None:
        """End the upload for a message that was discarded."""
        task = self._running.get(msg_id)
        if task is not None:
            task.cancel()

    def start_over(self) -> None:
        """Try again what has failed too often; called after each login."""
        self._parked.clear()
        self._due.set()

    async def run(self) -> None:
        """Upload whenever a file waits; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._due.wait()
                self._due.clear()
                for pending in self._store.uploads():
                    msg_id = pending.message.msg_id
                    if msg_id not in self._running and msg_id not in self._parked:
                        self._running[msg_id] = group.create_task(self._one(pending), name=f"catchup: upload {msg_id}")

    async def _one(self, pending: PendingUpload) -> None:
        msg_id = pending.message.msg_id
        work = UploadWork(
            pending,
            self._store,
            self._link,
            self._transfers,
            lambda sent, total: self._progress(msg_id, sent, total),
            clock=self._clock,
            settings=self._settings,
            timing=self._timing,
        )
        try:
            async with self._slots:
                done = await work.run()
            if self._store.finish_upload(pending.message, done.key, done.mime):
                self._outbox_due.set()
        except RequestRefused as error:
            if error.code not in RETRYABLE or error.is_quota:
                self._outbox.refuse(msg_id, error.code, error)
            else:
                self._park(msg_id, error)
        except ProtocolViolation as error:
            self._park(msg_id, error)
        except (FileUnusable, TransferFailed) as error:
            self._outbox.refuse(msg_id, Code.FAILED_PRECONDITION, error)
        finally:
            del self._running[msg_id]

    def _progress(self, msg_id: MsgId, sent: int, total: int) -> None:
        self._events.publish(Uploading(msg_id, sent, total))
        if msg_id in self.watching:
            self.watching[msg_id](sent, total)

    def _park(self, msg_id: MsgId, error: RequestRefused | ProtocolViolation) -> None:
        log.warning("the upload for message %s waits for the next login: %s", msg_id, error)
        self._parked.add(msg_id)
        self._outbox.tell(msg_id, error)
