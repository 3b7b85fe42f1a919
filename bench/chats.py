"""Measures sends, and acks of the sent messages. The sender is online, as senders are."""

from collections.abc import Iterator, Sequence
from itertools import count
from statistics import mode
from typing import Any

from bench.backlog import SENT_AT_MS, TEXT
from bench.rows import Row, mean_row, row
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.domain.ids import Uid
from tests.support.world import Phone

# More than two pages.
CHATS = 64
CHATS_ONLINE = 3


class Chats:
    """The chats: `writer`, one of the 50, goes on writing to `reader`, and `stranger` writes for the first time."""

    def __init__(self, stage: Stage, backlog: int, writer: Uid, reader: Uid, stranger: Uid) -> None:
        self._stage = stage
        self._backlog = backlog
        self._writer = stage.world.online(writer, DEVICE)
        self._stranger = stage.world.online(stranger, DEVICE)
        self._reader = reader
        self._msg_ids = (f"5ab2fe83-59ec-44f0-8adc-{number:012}" for number in count(1))

    def to_someone_away(self) -> Iterator[Row]:
        """The reader has no connection."""
        chats = [self._chat() for _ in range(CHATS)]
        yield row("chat, stored, receiver away", self._backlog, _usual(chats))
        yield mean_row(f"… mean of {CHATS}", self._backlog, [chat.cost for chat in chats])
        yield row("… first of a session", self._backlog, self._chat(self._stranger))
        yield row("chat, ackFlg 0, receiver away", self._backlog, self._chat(ack=0))
        retried = self._stage.ask(self._writer, "chat", **self._message(chats[-1].body["msgId"]))
        yield row("retry of a finished chat", self._backlog, retried)
        yield from self._acks(chats)

    def to_someone_online(self) -> Iterator[Row]:
        """The reader has one connection. Later it is gone, but its entry is still there."""
        reader = self._stage.world.online(self._reader, DEVICE)
        stored = _usual([self._chat() for _ in range(CHATS_ONLINE)])
        live = self._chat(ack=0)
        expect(stored.pushes == live.pushes == 1, "a message is pushed to someone online")
        yield row("chat, stored, receiver online", self._backlog, stored)
        yield row("chat, ackFlg 0, receiver online", self._backlog, live)
        self._stage.world.gateway.open.discard(reader.connection)
        yield row("… whose connection is gone (410)", self._backlog, self._chat(ack=0))

    def _acks(self, chats: Sequence[Measured]) -> Iterator[Row]:
        """The acks. Nobody else has written in this session, so a message's number for the reader is its seq."""
        one, other = (chat.body["seq"] for chat in chats[-2:])
        session, reader = chats[-1].body["sessionId"], self._stage.phone(self._reader)
        acked = self._stage.ask(reader, "ack", sessions={session: {"seqs": [one]}})
        yield row("ack of a message", self._backlog, acked)
        clearing = self._stage.ask(reader, "ack", sessions={session: {"seqs": [other], "received": other}})
        yield row("ack of a message, clearing", self._backlog, clearing)

    def _chat(self, sender: Phone | None = None, ack: int = 1) -> Measured:
        return self._stage.ask(sender or self._writer, "chat", **self._message(next(self._msg_ids), ack))

    def _message(self, msg_id: str, ack: int = 1) -> dict[str, Any]:
        kind = {"v": 1, "msgId": msg_id, "chatType": 1, "ackFlg": ack}
        return {**kind, "to": self._reader, "time": SENT_AT_MS, "msg": {"message": TEXT}}


def _usual(requests: Sequence[Measured]) -> Measured:
    """A message with the most frequent cost."""
    common = mode(_units(measured) for measured in requests)
    return next(measured for measured in requests if _units(measured) == common)


def _units(measured: Measured) -> tuple[float, float, int]:
    return measured.cost.write_units, measured.cost.read_units, measured.cost.sequential
