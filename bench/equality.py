"""Checks that a built backlog has the rows that handlers write: the same messages, both ways, leave the same rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.backlog import Correspondence, peer
from bench.builder import Builder
from catchup.clock import system_clock
from catchup.domain.ids import Uid
from tests.support.engines import fresh_tables
from tests.support.world import World

# How many messages are acked and cleared; after them, a few are waiting.
PAST = 9
WAITING = 3


def check_that_built_equals_sent(client: Any, example: Correspondence | None = None) -> None:
    """Raises RuntimeError, naming the table, if a row differs."""
    example = example or Correspondence(Uid("69212694"), peer(0), PAST, WAITING, system_clock())
    sent, built = _sent(client, example), _built(client, example)
    for table in sent:
        if sent[table] != built[table]:
            raise RuntimeError(f"{table}: built rows differ from sent ones\n{built[table]}\n{sent[table]}")


def _sent(client: Any, example: Correspondence) -> Mapping[str, Any]:
    now = [0]
    world = World(client, fresh_tables(client), clock=lambda: now[0])
    sender, reader = world.phone(example.peer), world.phone(example.reader)
    for seq in range(1, example.length + 1):
        now[0] = example.at_ms(seq)
        body = {"to": example.reader, "time": example.sent_at_ms(seq), "msg": {"message": example.text(seq)}}
        sender.ok("chat", msgId=example.msg_id(seq), chatType=1, ackFlg=1, **body)
        if seq == example.past:
            reader.ok("ack", sessions={example.session: {"seqs": list(range(1, seq + 1)), "received": seq}})
    return _rows(world)


def _built(client: Any, example: Correspondence) -> Mapping[str, Any]:
    world = World(client, fresh_tables(client))
    Builder(client, world.settings).write([example])
    return _rows(world)


def _rows(world: World) -> Mapping[str, Sequence[Any]]:
    """Rows by table, in an order that does not depend on the table's name, as plain comparable values."""
    return {name: sorted(map(comparable, world.rows(name.removesuffix("Table")))) for name in world.tables}


def comparable(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All attributes, each with its sorted value."""
    return sorted((name, str(sorted(value["NS"]) if "NS" in value else value)) for name, value in row.items())
