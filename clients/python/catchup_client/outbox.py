"""Sending: in each session one `chat` or change of a group at a time, in order (docs/protocol.md, section 7)."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from catchup_client.arrivals import Arrivals
from catchup_client.due import Due
from catchup_client.errors import CatchupError, InvalidInput, ProtocolViolation, RequestRefused
from catchup_client.events import Events, MessageHeld, MessageRefused, Sent
from catchup_client.link import Link
from catchup_client.names import MsgId, SessionId
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.model import Outgoing
from catchup_client.protocol.requests import Chat
from catchup_client.store import Store

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Turn:
    """A change of a group: between the messages that were written before it, and those that are written after it."""

    after: frozenset[MsgId]
    granted: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Outbox:
    """Sends the messages in the store's outbox: one after the other in a session, several sessions at once."""

    def __init__(
        self, store: Store, link: Link, arrivals: Arrivals, events: Events, due: Due, *, parallel_sessions: int
    ) -> None:
        self._store = store
        self._link = link
        self._arrivals = arrivals
        self._events = events
        self._due = due
        self._slots = asyncio.Semaphore(parallel_sessions)
        self._lanes: set[SessionId] = set()
        self._parked: set[SessionId] = set()
        self._turns: defaultdict[SessionId, list[_Turn]] = defaultdict(list)
        self._waiters: dict[MsgId, list[asyncio.Future[Sent]]] = {}

    def put(self, message: Outgoing) -> None:
        """Keep a message until the server has stored it; raises InvalidInput if its id is in the outbox already."""
        if not self._store.enqueue(message):
            raise InvalidInput("msg_id", "is in the outbox already")
        self._due.outbox.set()

    def outcome(self, msg_id: MsgId) -> asyncio.Future[Sent]:
        """Return a future of Sent; its error says why the message was refused, or can't be sent before a new login."""
        waiter: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(msg_id, []).append(waiter)
        return waiter

    @asynccontextmanager
    async def turn(self, session_id: SessionId) -> AsyncIterator[None]:
        """Wait for the messages of a session that are in the outbox now; later ones wait until the block has ended.

        A change of a group that overtakes a message could take the right to send it away.
        """
        turn = _Turn(frozenset(self._store.waiting_messages(session_id)))
        self._turns[session_id].append(turn)
        self._parked.discard(session_id)
        self._due.outbox.set()
        try:
            await turn.granted.wait()
            yield
        finally:
            self._turns[session_id].remove(turn)
            turn.over.set()

    def start_over(self) -> None:
        """Try the sessions again in which sending has failed too often; called after each login."""
        self._parked.clear()
        self._due.outbox.set()

    async def run(self) -> None:
        """Send whenever a message waits; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._due.outbox.wait()
                self._due.outbox.clear()
                changing = [session_id for session_id, turns in self._turns.items() if turns]
                for session_id in dict.fromkeys([*self._store.sending_sessions(), *changing]):
                    if session_id not in self._lanes | self._parked:
                        self._lanes.add(session_id)
                        group.create_task(self._lane(session_id), name=f"catchup: send to {session_id}")

    async def _lane(self, session_id: SessionId) -> None:
        try:
            async with self._slots:
                while (message := self._store.next_outgoing(session_id)) or self._turns[session_id]:
                    turn = next(iter(self._turns[session_id]), None)
                    if turn and not (message and message.msg_id in turn.after):
                        turn.granted.set()
                        await turn.over.wait()
                    elif message and not await self._send(message):
                        self._parked.add(session_id)
                        return
        finally:
            self._lanes.discard(session_id)

    async def _send(self, message: Outgoing) -> bool:
        """Send a message until it is sent or refused; return False if its session must wait for the next login."""
        try:
            reply = await self._link.request(Chat(message))
        except RequestRefused as error:
            lasting = error.code not in RETRYABLE
            if lasting:
                self._give_up(message.msg_id, error.code, str(error))
            self.tell(message.msg_id, error)
            return lasting
        except ProtocolViolation as error:
            self.tell(message.msg_id, error)
            return False
        self.tell(message.msg_id, self._arrivals.take_chat_ack(message, reply.body))
        return True

    def refuse(self, msg_id: MsgId, code: Code, error: CatchupError) -> None:
        """Never send a message again, because of this error."""
        self._give_up(msg_id, code, str(error))
        self.tell(msg_id, error)

    def _give_up(self, msg_id: MsgId, code: Code, why: str) -> None:
        self._store.refuse(msg_id, code, why)
        if code is Code.HELD:
            self._events.publish(MessageHeld(msg_id, why))
        else:
            self._events.publish(MessageRefused(msg_id, code, why))

    def tell(self, msg_id: MsgId, outcome: Sent | CatchupError) -> None:
        """Let the calls that wait for a message end."""
        if isinstance(outcome, CatchupError):
            log.warning("message %s was not sent: %s", msg_id, outcome)
        for waiter in self._waiters.pop(msg_id, []):
            if waiter.done():
                continue
            if isinstance(outcome, CatchupError):
                waiter.set_exception(outcome)
            else:
                waiter.set_result(outcome)
