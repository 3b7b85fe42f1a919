"""Measures what people do to run a group, and what they hide from themselves."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from bench.backlog import TEXT
from bench.rows import Row, row
from bench.stage import DEVICE, Measured, Stage
from catchup.domain.ids import Uid

GROUP = "5ab2fe83-59ec-44f0-8adc-abf26c1e1300"
OWNER, MEMBER, NEWCOMER = (Uid(str(74_000_000 + number)) for number in range(3))
MUTED_UNTIL_MS = 4_102_444_800_000
# The most that one request hides.
HIDDEN = 50


class Running:
    """A group that people ask to join."""

    def __init__(self, stage: Stage, backlog: int) -> None:
        self._stage, self._backlog = stage, backlog
        self._owner = stage.world.online(OWNER, DEVICE)
        self._msg_ids = (f"7ab2fe83-59ec-44f0-8adc-{number:012}" for number in count(1))

    def rows(self) -> Iterator[Row]:
        """The measured rows. The fan-outs are not among them."""
        self._change("create", uids=[MEMBER], ask=True)
        seqs = [self._said()["seq"] for _ in range(HIDDEN)]
        self._stage.world.fan_out(delayed=True)
        self._stage.world.fans_out_at_once = False
        newcomer = self._stage.world.online(NEWCOMER, DEVICE)
        yield row("… ask to join a group", self._backlog, self._stage.ask(newcomer, "ask", groupId=GROUP))
        yield row("… approve somebody", self._backlog, self._change("approve", uids=[NEWCOMER]))
        yield row("… mute a member", self._backlog, self._change("mute", uid=MEMBER, until=MUTED_UNTIL_MS))
        yield row("… describe a group", self._backlog, self._change("describe", name="room"))
        hidden = self._stage.ask(self._owner, "hide", sessionId=f"g:{GROUP}", seqs=seqs)
        yield row(f"… hide {HIDDEN} messages of a group", self._backlog, hidden)
        yield row("… dissolve a group", self._backlog, self._change("dissolve"))
        self._stage.world.queues.take(delayed=True)
        self._stage.world.fans_out_at_once = True

    def _said(self) -> dict[str, Any]:
        said = {"chatType": 2, "to": GROUP, "msg": {"message": TEXT}}
        return self._stage.ask(self._owner, "chat", msgId=next(self._msg_ids), **said).body

    def _change(self, cmd: str, **fields: Any) -> Measured:
        return self._stage.ask(self._owner, cmd, msgId=next(self._msg_ids), groupId=GROUP, **fields)
