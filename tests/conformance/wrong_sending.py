"""Ways to log in and send wrongly: what the mutants put in the place of the client's functions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from catchup_client import login
from catchup_client.arrivals import Arrivals
from catchup_client.connection import Connection
from catchup_client.errors import ConnectionLost, DeviceReplaced, RequestRefused
from catchup_client.outbox import Outbox
from catchup_client.protocol import json_answers, json_requests
from catchup_client.protocol.acking import next_settlement
from catchup_client.protocol.codes import Code
from catchup_client.protocol.requests import Chat
from catchup_client.store import Store, anew, messages, outbox
from catchup_client.store.incoming import Incoming

_log_in = login.log_in
_meet = Store.meet
_arrivals_meet = Arrivals.meet
_init = Connection.__init__
_admit = Connection.admit_pushes
_page = json_answers._page
_encode_message = json_requests.encode_message
_save_own = Incoming.save_own
_sent = Store.sent
_turn = Outbox.turn
_next_outgoing = Store.next_outgoing
_forget_all = anew.forget_all


# Logging in


async def sends_before_the_answer(connection: Any, arrivals: Any) -> Any:
    """Send what is due before the answer of `login`."""
    store = arrivals._store
    if settlement := next_settlement(store.to_ack(), store.uncleared()):
        await connection.exchange(settlement)
    for session_id in store.sending_sessions():
        sending = asyncio.ensure_future(connection.exchange(Chat(store.next_outgoing(session_id))))
        sending.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await _log_in(connection, arrivals)


async def gives_up_after_a_lost_login(connection: Any, arrivals: Any) -> Any:
    """Stop when a connection is lost before the answer of `login`."""
    try:
        return await _log_in(connection, arrivals)
    except ConnectionLost as error:
        raise DeviceReplaced from error


async def forgets_what_is_due(connection: Any, arrivals: Any) -> Any:
    """Take acks and clears whose answer was lost for confirmed."""
    store = arrivals._store
    store.settle([(session_id, [seq], None) for session_id, seq in store.to_ack()])
    store.settle([(session_id, [], known) for session_id, known in store.uncleared().items()])
    return await _log_in(connection, arrivals)


async def reads_one_frame(connection: Any, arrivals: Any) -> Any:
    """Overlook that more counters follow."""
    exchange = connection.exchange

    async def last(request: Any) -> Any:
        reply = await exchange(request)
        return replace(reply, body=replace(reply.body, next=""))

    connection.exchange = last
    try:
        return await _log_in(connection, arrivals)
    finally:
        connection.exchange = exchange


class LogsInAgain(ConnectionLost):
    """Take the place of a newer connection of this device."""

    def __init__(self) -> None:
        super().__init__("a newer connection of this device is logged in")


# Epochs


def meets_nothing(self: Any, epoch: Any) -> None:
    """Ignore the epoch."""


def meets_another_each_time(self: Any, epoch: Any) -> Any:
    """Begin anew at each login."""
    with self._database.transaction() as db:
        anew.put_epoch(db, "never")
    return _meet(self, epoch)


def takes_no_epoch_for_another(self: Any, epoch: Any) -> Any:
    """Begin anew if an answer has no epoch."""
    _arrivals_meet(self, epoch or "none")


def keeps_what_is_held(db: Any) -> None:
    """Begin anew, and wait for a review that no longer exists."""
    held = db.execute("SELECT msg_id, refused_code FROM outbox WHERE refused_code IS NOT NULL").fetchall()
    _forget_all(db)
    for msg_id, code in held:
        outbox.refuse(db, msg_id, Code(code), "")


def uses_pushes_at_once(self: Any, *args: Any, **kwargs: Any) -> None:
    """Use pushes before the answer of `login`."""
    _init(self, *args, **kwargs)
    self._early = None


def drops_early_pushes(self: Any) -> None:
    """Throw pushes away that came before the answer of `login`."""
    self._early = self._early and []
    _admit(self)


# Sending


async def asks_once(self: Any, request: Any) -> Any:
    """Send a request over one connection only."""
    return await (await self.ready()).exchange(request)


async def leaves_the_outbox_first(self: Any, message: Any) -> bool:
    """Take a message out of the outbox when it is sent, not when it is stored."""
    self._store.discard(message.msg_id)
    reply = await self._link.request(Chat(message))
    self._arrivals.take_chat_ack(message, reply.body)
    return True


async def sends_all_at_once(self: Any, session_id: Any) -> None:
    """Send the messages of a session without waiting for answers."""
    waiting = [queued.message for queued in self._store.outbox() if queued.refused is None]
    self._lanes.discard(session_id)
    await asyncio.gather(*map(self._send, waiting))


@asynccontextmanager
async def takes_no_turn(self: Any, session_id: Any) -> AsyncIterator[None]:
    """Send a change of a group while a message waits for its answer."""
    yield


@asynccontextmanager
async def keeps_its_turn(self: Any, session_id: Any) -> AsyncIterator[None]:
    """Let nothing go after a change that was refused."""
    async with _turn(self, session_id):
        try:
            yield
        except RequestRefused:
            await asyncio.sleep(1e6)


async def forgets_the_outbox(self: Any) -> None:
    """Keep the outbox in the memory of the process."""
    for queued in self._store.outbox():
        self._store.discard(queued.message.msg_id)


def takes_from_the_outbox_if_new(self: Any, row: Any, outgoing: Any, ack: Any) -> Any:
    """Leave a message in the outbox that has come as a push already."""
    known = messages.find(self.db, row.session_id, ack.seq) is not None
    saved = _save_own(self, row, outgoing, ack)
    if known:
        outbox.insert(self.db, outgoing)
    return saved


def stores_the_answer_in_two_steps(self: Any, outgoing: Any, ack: Any) -> Any:
    """Save a sent message, and take it out of the outbox in a transaction of its own."""
    with self._database.transaction() as db:
        outbox.refuse(db, outgoing.msg_id, Code.HELD, "")
        outbox.refuse(db, outgoing.msg_id, None, "")  # type: ignore[arg-type]
    return _sent(self, outgoing, ack)


def shows_what_was_sent(self: Any, row: Any, outgoing: Any, ack: Any) -> Any:
    """Overlook that the server has changed the content."""
    return _save_own(self, row, outgoing, replace(ack, content=None))


def keeps_in_the_outbox(self: Any, msg_id: Any) -> bool:
    """Take nothing out of the outbox."""
    return False


def sends_without_mentions(message: Any) -> Any:
    """Leave the mentions out."""
    return {name: value for name, value in _encode_message(message).items() if name not in {"at", "atAll"}}


def sends_the_text_only(self: Any, session_id: Any) -> Any:
    """Keep only the text of what is to be sent."""
    message = _next_outgoing(self, session_id)
    return message and replace(message, content={"message": message.content.get("message", "")})


def always_wants_an_ack(message: Any) -> Any:
    """Send `ackFlg` 1 whatever the application wants."""
    return {**_encode_message(message), "ackFlg": 1}
