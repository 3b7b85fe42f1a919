"""The Python client as a vector sees it: its database before and after, its calls, its events, and its death."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from typing import Any

from catchup_client import Client, Settings, Store, Uid
from catchup_client.events import (
    GroupMoved,
    MessageHeld,
    MessageRefused,
    MessageSent,
    MessagesRevised,
    MessagesSaved,
    ReceiptsChanged,
    SettingsChanged,
    Signalled,
    StartedAnew,
    Subscription,
    TypingChanged,
    UnreadChanged,
)
from catchup_client.names import SessionId
from catchup_client.protocol.codes import Code
from catchup_client.store import messages, session_settings, sessions
from catchup_client.store.anew import epoch_of
from tests.client.fake_server import token
from tests.client.virtual_time import timing
from tests.conformance import start
from tests.conformance.short_forms import Json
from tests.conformance.wire import Wire

SETTINGS = Settings()


class Killed(BaseException):
    """The process doesn't exist any more. Not an Exception: no handler of the client may survive it."""


class Disk(sqlite3.Connection):
    """A database in memory that outlives the process, which may die at a commit."""

    crash: str | None = None
    dead = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement, unless the process is dead."""
        if self.dead:
            raise Killed
        if sql != "COMMIT" or self.crash is None:
            return super().execute(sql, parameters)
        self.dead = True
        if self.crash == "after commit":
            super().execute(sql, parameters)
        raise Killed

    def close(self) -> None:
        """Do nothing: the next process opens it again."""


class Phone:
    """One device with its database, its client, and what the client has told."""

    def __init__(self, vector: Json, wire: Wire) -> None:
        self._me = Uid(vector.get("account", "bob"))
        self._wire = wire
        self._disk = sqlite3.connect(":memory:", isolation_level=None, factory=Disk)
        self._others = asyncio.all_tasks()
        start.fill(self._open(), self._me, vector.get("start", {}))
        self._subscription: Subscription

    def _open(self) -> Store:
        return Store(":memory:", lambda _: self._disk)

    async def begin(self) -> None:
        """Start the client's process."""
        self._client = Client(
            "ws://fake", token(self._me), self._open(), settings=SETTINGS, timing=timing(), dial=self._wire.dial
        )
        await self._client.__aenter__()
        self._subscription = self._client.events()

    async def end(self) -> None:
        """End the process, as the application does."""
        if not self._disk.dead:
            await self._client.__aexit__(None, None, None)
        sqlite3.Connection.close(self._disk)

    def call(self, name: str, args: Json) -> None:
        """Call the client as an application does; doesn't wait for the end of the call."""
        task = asyncio.create_task(self._call(name, dict(args)))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _call(self, name: str, args: Json) -> None:
        client = self._client
        match name:
            case "read":
                client.mark_read(args["session"])
            case "discard":
                client.discard(args["msgId"])
            case "send":
                mentions = {"at": args.get("at", ()), "at_all": args.get("atAll", False)}
                client.post(args["to"], args["msg"], msg_id=args["msgId"], ack=bool(args.get("ackFlg", 1)), **mentions)
            case "open session":
                await client.catch_up(args["session"])
            case "catch up":
                await client.catch_up()
            case "choose":
                names = {"mutedUntil": "muted_until_ms", "markedUnread": "marked_unread"}
                session = args.pop("session")
                await client.set_settings(session, **{names.get(name, name): value for name, value in args.items()})
            case "receipts":
                await client.set_receipts(args["on"])
            case "readers":
                await client.readers(args["session"], args["seq"])
            case "hide":
                await client.hide(args["session"], args["seqs"])
            case "older":
                await client.fetch_older(args["session"])
            case "typing":
                client.typing(args["to"])
            case "stop typing":
                client.stop_typing(args["to"])
            case "signal":
                await client.signal(args["to"], args["kind"], args.get("data", ""))
            case _:
                await self._change(name, args)

    def _change(self, name: str, args: Json) -> Coroutine[Any, Any, object]:
        client, group, msg_id = self._client, args["group"], args["msgId"]
        match name:
            case "create":
                return client.create_group(args.get("name", ""), args.get("uids", ()), group=group, msg_id=msg_id)
            case "join":
                return client.join(group, msg_id=msg_id)
            case "leave":
                return client.leave(group, msg_id=msg_id)
            case "add":
                return client.add(group, args["uids"], msg_id=msg_id)
            case "remove":
                return client.remove(group, args["uids"], msg_id=msg_id)
            case _:
                raise AssertionError(f"{name} is no call")

    def will_crash(self, when: str | None) -> None:
        """Let the process die in its next transaction; None: let it live."""
        self._disk.crash = when

    async def rise_again(self) -> None:
        """Clear up after a death, and start the process again."""
        assert self._disk.dead, "nothing was committed, so nothing could crash"
        remains = asyncio.all_tasks() - self._others
        for task in remains:
            task.cancel()
        await asyncio.gather(*remains, return_exceptions=True)
        self._disk.crash, self._disk.dead = None, False
        await self._wire.disconnect()
        await self.begin()

    # What it holds and shows

    def held(self, name: str) -> object:
        """Return what the database has under a name of `holds`."""
        store = self._client._store
        if name == "epoch":
            return epoch_of(store._database)
        if name == "choices":
            return [session_id for _, session_id, _ in session_settings.waiting(store._database.reading)]
        if name == "receipts":
            choice = self._client.receipts
            return {"on": choice.on, "offForAll": choice.off_for_all, "waits": store.receipts_due()}
        if name == "list":
            return [state.session_id for state in self._client.chat_list()]
        if name == "unreadTotal":
            return self._client.unread_total()
        return [queued.message.msg_id for queued in store.outbox() if _state(queued.refused) == name]

    def session(self, name: str, field: str) -> object:
        """Return what the database has under a name of `holds.sessions`."""
        session_id, db = SessionId(name), self._client._store._database.reading
        row = sessions.get(db, session_id)
        saved = messages.page(db, session_id, None, 10_000)
        match field:
            case "known":
                return row.count.known
            case "added":
                return [[one.low, one.high] for one in row.count.added]
            case "unread":
                return row.count.unread
            case "confirmed":
                return row.cleared
            case "lastSeq":
                return row.last_seq
            case "read":
                return {"seq": row.read_seq, "received": row.read_number}
            case "readTo":
                return {"seq": row.read_to_seq, "received": row.read_to_number}
            case "readToShown":
                shown = self._client._store.session(session_id).read_to
                return {"seq": shown.seq, "received": shown.number}
            case "toAck":
                return sorted(seq for _, seq in messages.to_ack(db, 10_000, only=session_id))
            case "mentions":
                return self._client._store.mentions(session_id)
            case "seqs":
                return _ranges(sorted(message.seq for message in saved))
            case "missing":
                lowest = min((message.seq for message in saved), default=0)
                return [[gap.low, gap.high] for gap in messages.gaps(db, row) if gap.low > lowest]
            case "settings":
                state = self._client._store.session(session_id)
                return {
                    "mutedUntil": state.settings.muted_until_ms,
                    "pinned": state.settings.pinned_at_ms > 0,
                    "hidden": state.hidden,
                    "markedUnread": state.settings.marked_at is not None,
                }
            case "contents":
                return {str(message.seq): message.content for message in saved}
            case _:
                raise AssertionError(f"{field} is no field of a session")

    def told(self) -> Json:
        """Return what the client has told since it was asked last."""
        told: Json = {"unread": {}, "new": {}, "moved": {}, "sent": {}, "held": [], "refused": {}, "startedAnew": None}
        told["settings"] = set()
        told |= {"typing": {}, "signals": [], "revised": {}, "receipts": None}
        for event in self._subscription.pending():
            match event:
                case UnreadChanged(session_id, unread):
                    told["unread"][session_id] = unread
                case MessagesSaved(session_id, new):
                    told["new"].setdefault(session_id, []).extend(message.seq for message in new)
                case MessagesRevised(session_id, revised):
                    told["revised"].setdefault(session_id, []).extend(message.seq for message in revised)
                case GroupMoved(session_id, seq):
                    told["moved"][session_id] = seq
                case MessageSent(msg_id, sent):
                    told["sent"][msg_id] = sent.seq
                case MessageHeld(msg_id):
                    told["held"].append(msg_id)
                case MessageRefused(msg_id, code):
                    told["refused"][msg_id] = code.name
                case SettingsChanged(session_id):
                    told["settings"].add(session_id)
                case ReceiptsChanged(choice):
                    told["receipts"] = choice.on
                case TypingChanged(session_id, uids):
                    told["typing"][session_id] = list(uids)
                case Signalled(session_id, uid, kind, data):
                    told["signals"].append({"sessionId": session_id, "uid": uid, "kind": kind, "data": data})
                case StartedAnew(epoch):
                    told["startedAnew"] = epoch
        told["settings"] = sorted(told["settings"])
        told["new"] = {session_id: sorted(seqs) for session_id, seqs in told["new"].items()}
        return {**told, "stopped": self._client._engine._main.done()}


def _state(refused: Code | None) -> str:
    return "outbox" if refused is None else "held" if refused is Code.HELD else "refused"


def _ranges(seqs: list[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for seq in seqs:
        if ranges and ranges[-1][1] == seq - 1:
            ranges[-1][1] = seq
        else:
            ranges.append([seq, seq])
    return ranges
