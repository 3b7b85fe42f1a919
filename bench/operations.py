"""Measures every operation at one backlog."""

from collections.abc import Iterator
from typing import Any

from bench.backlog import NEWEST_SESSIONS, SESSIONS, correspondences, new_sessions, peer
from bench.builder import Builder
from bench.chats import Chats
from bench.idle import idle_rows
from bench.media import Media
from bench.receipts import Receipts
from bench.revisions import Revisions
from bench.rows import LOGIN, Row, row
from bench.running import Running
from bench.signals import Signals
from bench.sizes import item_bytes
from bench.stage import DEVICE, Measured, Stage, expect
from bench.twins import Twins
from catchup.clock import system_clock
from catchup.domain.ids import Uid, private_session

READER = Uid("69212694")
NEWCOMER = Uid("69212695")
STRANGER = Uid("69212696")
# The person of the 50 who goes on writing.
WRITER = peer(SESSIONS - 1)
# The backlog has been waiting for an hour.
AGE_MS = 3_600_000
PAGE = 20


class Operations:
    """The operations at one backlog, on their own tables."""

    def __init__(self, endpoint: str, backlog: int, builder_client: Any) -> None:
        self._stage = Stage(endpoint)
        self._backlog = backlog
        self._builder = Builder(builder_client, self._stage.world.settings)

    def build(self) -> None:
        """Writes the backlog."""
        began_ms = system_clock() - AGE_MS
        self._builder.write(correspondences(READER, self._backlog, began_ms))
        self._builder.write(new_sessions(NEWCOMER, self._backlog, began_ms))

    def rows(self) -> Iterator[Row]:
        """The measured rows. Operations that only read come first, and a clear comes before a stranger writes."""
        yield from self._logins()
        yield from idle_rows(self._stage, self._builder, self._backlog)
        yield from self._clear_and_read()
        yield from self._connections()
        chats = Chats(self._stage, self._backlog, WRITER, READER, STRANGER)
        yield from chats.to_someone_away()
        yield from chats.to_someone_online()
        yield from Revisions(self._stage, self._backlog, WRITER, READER).rows()
        yield from Media(self._stage, self._backlog, WRITER, READER).rows()
        yield from self._pages()
        yield from Signals(self._stage, self._backlog, WRITER, READER).rows()
        yield from Receipts(self._stage, self._backlog).rows()
        yield from Running(self._stage, self._backlog).rows()
        yield from Twins(self._stage, self._backlog, READER, WRITER, STRANGER).rows()

    def _logins(self) -> Iterator[Row]:
        login = self._stage.ask(self._stage.phone(READER), "login")
        previewed = sum(len(counter["lastMsg"]) for counter in login.body["counters"].values())
        expect(_unread(login) == [SESSIONS, self._backlog], "login tells of the whole backlog")
        expect(previewed == NEWEST_SESSIONS * self._stage.world.settings.preview_messages, "page zero is full")
        in_pb = self._stage.login_bytes_in_pb(READER)
        yield row(LOGIN, self._backlog, login, bytes_pb=in_pb, item_bytes=self._largest_rows())
        counters = self._stage.ask_over_http(READER, "counters")
        expect(counters.body["counters"] == login.body["counters"], "all counters are those of a login")
        yield row("counters over HTTP, 50 sessions unread", self._backlog, counters)
        newcomer = self._stage.ask(self._stage.phone(NEWCOMER), "login")
        expect(_unread(newcomer) == [SESSIONS, self._backlog], "login tells of the whole backlog")
        yield row("… 50 new sessions, spread evenly", self._backlog, newcomer)

    def _clear_and_read(self) -> Iterator[Row]:
        """A clear of all sessions, and then a device that reads them: a clear alone says nothing of what was read."""
        reader = self._stage.phone(READER)
        counters = self._stage.ask(reader, "login").body["counters"]
        cleared = self._stage.ask(reader, "clear", sessions={name: counters[name]["received"] for name in counters})
        unread = self._stage.ask(reader, "login")
        listed = len(unread.body["counters"])
        expect(
            _unread(unread) == [0, 0] and listed == SESSIONS, "nothing counts after a clear, and all of it is unread"
        )
        yield row("clear, 50 sessions", self._backlog, cleared)
        yield row("login, 50 sessions that another device has cleared", self._backlog, unread)
        positions = {
            name: {"seq": counter["lastSeq"], "received": counter["received"]} for name, counter in counters.items()
        }
        world = self._stage.world
        # Another function tells the person's other devices, and nobody waits for it.
        world.fans_out_at_once = False
        read = self._stage.ask(reader, "read", sessions=positions)
        world.fans_out_at_once = True
        notice = self._stage.measure(world.fan_out)
        expect(not self._stage.ask(reader, "login").body["counters"], "nothing is unread after a read")
        yield row("read, 50 sessions", self._backlog, read)
        yield row("… its notice to own devices", self._backlog, notice)
        world.fans_out_at_once = False
        settings = self._stage.ask(reader, "settings", sessions={name: {"pinned": True} for name in counters})
        world.fans_out_at_once = True
        world.fan_out()
        yield row("settings, 50 sessions", self._backlog, settings)

    def _connections(self) -> Iterator[Row]:
        phone = self._stage.world.online(READER, DEVICE)
        yield row("connect", self._backlog, self._stage.event(phone, "CONNECT"))
        yield row("ping", self._backlog, self._stage.ask(phone, "ping"))
        yield row("disconnect", self._backlog, self._stage.event(phone, "DISCONNECT"))

    def _pages(self) -> Iterator[Row]:
        """Pulls in the writer's session. After the chats more than three pages wait there, at every backlog."""
        reader, session = self._stage.phone(READER), private_session(READER, WRITER)
        first = self._stage.ask(reader, "pull", sessionId=session, limit=PAGE)
        second = self._stage.ask(reader, "pull", sessionId=session, limit=PAGE, ack=_seqs(first))
        expect(len(_seqs(second)) == PAGE and not second.body["end"], "a second page is full and not the last")
        yield row("pull 20 + ack 20", self._backlog, second)
        third = self._stage.ask_over_http(READER, "pull", sessionId=session, limit=PAGE, ack=_seqs(second))
        expect(len(_seqs(third)) == PAGE and not third.body["end"], "a third page is full and not the last")
        yield row("pull 20 + ack 20 over HTTP", self._backlog, third)
        history = self._stage.ask(reader, "history", sessionId=session, limit=PAGE)
        expect(len(_seqs(history)) == PAGE, "a page of history is full")
        yield row("history 20", self._backlog, history)
        twin = self._stage.ask_over_http(READER, "history", sessionId=session, limit=PAGE)
        expect(twin.body == history.body, "over HTTP the page is the same")
        yield row("history 20 over HTTP", self._backlog, twin)
        chat = self._stage.ask_over_http(WRITER, "chat", msgId="over-http", chatType=1, ackFlg=1, to=READER, msg={})
        yield row("chat over HTTP, stored", self._backlog, chat)

    def _largest_rows(self) -> dict[str, int]:
        """The size of the largest row of each table that has rows, in bytes."""
        tables = [name.removesuffix("Table") for name in self._stage.world.tables]
        rows = {table: self._stage.world.rows(table) for table in tables}
        return {table: max(map(item_bytes, found)) for table, found in rows.items() if found}


def _unread(login: Measured) -> list[int]:
    """The number of sessions with messages to count, and of these messages."""
    expect(not login.body["next"], "all counters fit the first frame")
    counters = [counter for counter in login.body["counters"].values() if counter["count"]]
    return [len(counters), sum(counter["count"] for counter in counters)]


def _seqs(page: Measured) -> list[int]:
    return [message["seq"] for message in page.body["messages"]]
