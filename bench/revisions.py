"""Measures recalls and edits, in private and in groups of any size: the budget is the same."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from bench.backlog import SENT_AT_MS, TEXT
from bench.rows import Row, row
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.domain.ids import Uid

GROUP = "revised"
CMDS = ("recall", "edit")


class Revisions:
    """The revisions: `writer` recalls and edits what they have just written to `reader`, and in a group of both."""

    def __init__(self, stage: Stage, backlog: int, writer: Uid, reader: Uid) -> None:
        self._stage, self._backlog = stage, backlog
        self._writer, self._reader = stage.world.online(writer, DEVICE), reader
        self._msg_ids = (f"6ab2fe83-59ec-44f0-8adc-{number:012}" for number in count(1))

    def rows(self) -> Iterator[Row]:
        """Each once as a first revision of a message, and once more after an edit."""
        for cmd in CMDS:
            yield row(f"{cmd}, private, receiver away", self._backlog, self._revise(cmd, self._chat()))
        reader = self._stage.world.online(self._reader, DEVICE)
        for cmd in CMDS:
            revised = self._revise(cmd, self._chat())
            expect(revised.pushes == 1, "a notice is pushed to someone online")
            yield row(f"{cmd}, private, receiver online", self._backlog, revised)
        self._stage.event(reader, "DISCONNECT")
        self._writer.change("create", GROUP, uids=[self._reader])
        self._stage.world.fans_out_at_once = False
        for cmd in CMDS:
            yield row(f"{cmd}, group", self._backlog, self._revise(cmd, self._say()))
        for cmd in CMDS:
            edited = self._chat()
            self._revise("edit", edited)
            yield row(f"{cmd}, private, of an edited message", self._backlog, self._revise(cmd, edited))
        self._stage.world.queues.take(delayed=True)
        self._stage.world.fans_out_at_once = True

    def _chat(self) -> dict[str, Any]:
        kind = {"chatType": 1, "ackFlg": 1, "to": self._reader}
        return self._stage.ask(self._writer, "chat", **kind, **self._content()).body

    def _say(self) -> dict[str, Any]:
        return self._stage.ask(self._writer, "chat", chatType=2, to=GROUP, **self._content()).body

    def _revise(self, cmd: str, target: dict[str, Any]) -> Measured:
        more = {"msg": {"message": TEXT[::-1]}} if cmd == "edit" else {}
        of = {"sessionId": target["sessionId"], "seq": target["seq"]}
        return self._stage.ask(self._writer, cmd, msgId=next(self._msg_ids), **of, **more)

    def _content(self) -> dict[str, Any]:
        return {"msgId": next(self._msg_ids), "time": SENT_AT_MS, "msg": {"message": TEXT}}
