"""`Client`: the calls of an application, over a local database."""

import os
import uuid
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Self

from catchup_client.blocks import BlockCalls
from catchup_client.catch_up_many import CatchUpOfMany, OnProgress
from catchup_client.engine import Engine
from catchup_client.events import LoginReport, Sent, Subscription, UnreadChanged
from catchup_client.groups import GroupCalls
from catchup_client.hiding import HidingCalls
from catchup_client.media_calls import MediaCalls
from catchup_client.names import MsgId, Seq, SessionId, Uid
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.model import Content, Message
from catchup_client.protocol.outgoing import compose
from catchup_client.protocol.ranges import Range
from catchup_client.receipt_calls import ReceiptCalls
from catchup_client.reports import CatchUpReport
from catchup_client.revising import RevisingCalls
from catchup_client.session_settings import SettingsCalls
from catchup_client.settings import MAX_PAGE_MESSAGES, Settings
from catchup_client.signals import SignalCalls
from catchup_client.store import Store
from catchup_client.store.outbox import Queued
from catchup_client.store.results import SessionState
from catchup_client.timing import Timing
from catchup_client.token import Token, TokenSource
from catchup_client.transport import Dial
from catchup_client.transports import TransportName, dialling


class Client(GroupCalls, BlockCalls, SettingsCalls, SignalCalls, RevisingCalls, HidingCalls, ReceiptCalls, MediaCalls):
    """One account on one device. It connects when it is entered (`async with`), and reconnects by itself.

        async with Client("wss://…", token, "alice.sqlite") as client:
            sent = await client.send("bob", {"message": "hello"})

    Calls that need the server wait for a connection, however long it takes: put `asyncio.timeout` around them.
    They raise Stopped or StoreError if the client had to stop, ClientClosed if it was closed meanwhile.
    The others read or change only the local database, and work offline.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        store: str | os.PathLike[str] | Store,
        *,
        device_id: str = "",
        uid_claim: str = "sub",
        encoding: Encoding = Encoding.JSON,
        transport: TransportName = "websocket",
        settings: Settings = Settings(),
        timing: Timing = Timing(),
        dial: Dial | None = None,
    ) -> None:
        """Keep the arguments. Entering the client opens the store and connects.

        Args:
            url: the deployment's address of this transport.
            token: a JWT, or a coroutine function that gives a fresh one, called before each connection.
            store: the path of the SQLite file of one account, which is created if it doesn't exist. If the server has
                another data set, the file is emptied, and a copy is kept (see `StartedAnew`). An open `Store` may be
                given instead; the client doesn't close it.
            device_id: the id of this device, for tokens without a claim `deviceId` (those of OpenID Connect issuers).
            uid_claim: the token's claim that has the uid, if the deployment uses another one than `sub`.
            encoding: of requests and pushes.
            transport: "websocket", or "http": then no pushes come, and only `catch_up` learns of new messages.
            settings: times and sizes.
            timing: the clock and the random numbers; tests replace them.
            dial: opens connections, instead of `transport`. For tests and other transports.

        """
        self._url = url
        self._tokens = TokenSource(token, device_id, uid_claim)
        self._given_store = store
        self._encoding = encoding
        self._settings = settings
        self._timing = timing
        self._dial = dial or dialling(transport, device_id)

    async def __aenter__(self) -> Self:
        """Open the store and begin to connect; doesn't wait for the connection (see `logged_in`).

        Raises StoreError, or TokenRefused if the token is not a JWT of this service.
        """
        given = self._given_store
        self._store = given if isinstance(given, Store) else Store(given)
        try:
            self._uid = self._store.owner if self._tokens.renewable and self._store.owner else await self._tokens.uid()
            self._store.claim(self._uid)
        except BaseException:
            self._close_store()
            raise
        self._engine = Engine(
            self._url,
            self._tokens,
            self._store,
            encoding=self._encoding,
            settings=self._settings,
            timing=self._timing,
            dial=self._dial,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connection and the store. Unsent messages and acks are sent after the next start."""
        try:
            await self._engine.stop()
        finally:
            self._close_store()

    def _close_store(self) -> None:
        if self._store is not self._given_store:
            self._store.close()

    @property
    def uid(self) -> Uid:
        """The account of this client."""
        return self._uid

    async def logged_in(self) -> LoginReport:
        """Wait for a connection; return the report of its login."""
        await self._engine.or_stop(self._engine.link.ready())
        assert self._engine.link.last_login is not None
        return self._engine.link.last_login

    def events(self) -> Subscription:
        """Return the events from now on, to iterate over with `async for`.

        The iteration ends when the client is closed. It raises Stopped or StoreError if the client had to stop.
        """
        return self._engine.events.subscribe()

    async def send(
        self,
        to: str,
        msg: Content,
        *,
        ack: bool = True,
        at: Sequence[str] = (),
        at_all: bool = False,
        msg_id: str | None = None,
    ) -> Sent:
        """Send a message and wait until the server has stored it.

        If the call ends before (a timeout, a crash), the message stays in the outbox and is still sent.

        Args:
            to: the receiver's uid, your own for a note to yourself, or a group's session, `g:<groupId>`.
            msg: the content: a JSON object, whose numbers are doubles.
            ack: whether pushes of it ask the receiver for an ack (`ackFlg`). Without, it waits for them
                only if none of their devices takes it at once. In a group it makes no difference.
            at: groups: the uids of the people whom it mentions, at most 50.
            at_all: groups: whether it mentions everyone; only for owners and admins.
            msg_id: unique among all messages that this account ever sends; by default a new UUID.

        Raises InvalidInput before anything is stored; RequestRefused if the server refuses the message, or holds it
        (`Code.HELD`). Moderation may have masked words: `messages` returns the text that others see.

        """
        posted = self.post(to, msg, ack=ack, at=at, at_all=at_all, msg_id=msg_id)
        return await self._engine.or_stop(self._engine.outbox.outcome(posted))

    def post(
        self,
        to: str,
        msg: Content,
        *,
        ack: bool = True,
        at: Sequence[str] = (),
        at_all: bool = False,
        msg_id: str | None = None,
    ) -> MsgId:
        """Put a message into the outbox, and return its id; MessageSent, MessageHeld or MessageRefused follows."""
        message = compose(
            self._uid,
            to,
            msg,
            wants_ack=ack,
            msg_id=MsgId(msg_id or str(uuid.uuid4())),
            time_ms=self._timing.now_ms(),
            at=at,
            at_all=at_all,
        )
        self._engine.post(message)
        return message.msg_id

    def outbox(self) -> list[Queued]:
        """Return the messages that are not sent yet, are held for review or were refused, in the order of sending."""
        return self._store.outbox()

    def discard(self, msg_id: str) -> bool:
        """Remove a message from the outbox, and tell whether it was there. The server may have stored it already."""
        self._engine.uploads.forget(MsgId(msg_id))
        return self._store.discard(MsgId(msg_id))

    async def catch_up(self, session_id: str | None = None, on_progress: OnProgress | None = None) -> CatchUpReport:
        """Fetch the messages that this device lacks, in one session or in all.

        In a private session, it pulls all waiting messages; each request acks the page before, which is saved by then.
        It then reads from history what is still missing: own messages, and those that other devices have pulled.
        In a group, it pulls all missing messages, from the newest one down to where this account joined.
        It returns when all of them are saved and acked.

        Raises RequestRefused or ProtocolViolation. What is saved by then stays, and the next call continues from there.
        """

        def begin() -> Coroutine[Any, Any, CatchUpReport]:
            work = CatchUpOfMany(
                self._store,
                self._engine.link,
                self._engine.catch_ups,
                parallel_sessions=self._settings.parallel_sessions,
                timing=self._timing,
                on_progress=on_progress or (lambda _: None),
            )
            return work.run(None if session_id is None else SessionId(session_id))

        return await self._engine.of_this_data(begin)

    async def refresh_sessions(self) -> list[SessionState]:
        """Ask the server for all sessions, and return `sessions()`; fetches no messages. Raises RequestRefused."""
        await self._engine.or_stop(self._engine.catch_ups.discover())
        return self.sessions()

    async def fetch_older(self, session_id: str, limit: int = MAX_PAGE_MESSAGES) -> tuple[Message, ...]:
        """Fetch one page of history below the oldest saved message, newest first; empty if there is nothing older.

        For scrolling back on a new device. `limit` is at most 100. Raises RequestRefused or ProtocolViolation.
        """
        return await self._engine.of_this_data(lambda: self._engine.catch_ups.older(SessionId(session_id), limit))

    def sessions(self) -> list[SessionState]:
        """Return all sessions with `unread` and `known`, the one with the newest message first."""
        return self._store.sessions()

    def messages(self, session_id: str, before: int | None = None, limit: int = 50) -> list[Message]:
        """Return saved messages of a session below the seq `before`, newest first; `gaps` returns what is missing."""
        return self._store.messages(SessionId(session_id), None if before is None else Seq(before), limit)

    def gaps(self, session_id: str) -> list[Range]:
        """Return the ranges of seqs that this device lacks and that the server may have, ascending."""
        return self._store.gaps(SessionId(session_id))

    def mark_read(self, session_id: str) -> None:
        """Set a session's `unread` to zero, and take a mark as unread away, on all devices of this account.

        From here, once this device is online; see `reads_told`.
        """
        name = SessionId(session_id)
        if self._store.mark_read(name):
            self._engine.events.publish(UnreadChanged(name, 0))
        if self._store.session(name).settings.marked_at is not None:
            self._engine.choices.put(name, marked_unread=False)
        self._engine.has_read()

    async def reads_told(self) -> None:
        """Wait until the server has been told what was read here; it may refuse some, and hears of it later again."""
        await self._engine.reads_told()
