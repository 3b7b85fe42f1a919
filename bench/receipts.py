"""Measures receipts: a person's choice, and who of a group has read a message."""

from collections.abc import Iterator

from bench.rows import Row, row
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.domain.ids import Uid
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from catchup.settings import MAX_NAMED_UIDS

CHOOSER = Uid("72999999")
GROUP = "5ab2fe83-59ec-44f0-8adc-abf26c1e1200"


class Receipts:
    """A choice of somebody, and a group of the largest size in which all have read the owner's message."""

    def __init__(self, stage: Stage, backlog: int) -> None:
        self._stage, self._backlog = stage, backlog
        self._uids = [Uid(str(73_000_000 + number)) for number in range(MAX_RECEIPT_MEMBERS)]

    def rows(self) -> Iterator[Row]:
        """The measured rows."""
        chooser = self._stage.world.online(CHOOSER, DEVICE)
        # Without the notice to own devices, as in a read.
        self._stage.world.fans_out_at_once = False
        chosen = self._stage.ask(chooser, "receipts", on=False)
        self._stage.world.fans_out_at_once = True
        expect(not chosen.body["on"], "receipts are off")
        yield row("receipts", self._backlog, chosen)
        owner, *others = (self._stage.phone(uid) for uid in self._uids)
        first, rest = self._uids[1:MAX_NAMED_UIDS], self._uids[MAX_NAMED_UIDS:]
        self._stage.ask(owner, "create", msgId="create", groupId=GROUP, uids=first)
        self._stage.ask(owner, "add", msgId="add", groupId=GROUP, uids=rest)
        said = self._stage.ask(owner, "chat", msgId="m", chatType=2, to=GROUP, msg={"message": "hello"}).body
        self._stage.world.fan_out(delayed=True)
        yield row("… readers of a message that nobody has read", self._backlog, self._ask(said["seq"], 0))
        position = {"seq": said["seq"], "received": said["number"]}
        for phone in others:
            self._stage.ask(phone, "read", sessions={said["sessionId"]: position})
        yield row("readers, group of 100, all of whom have read", self._backlog, self._ask(said["seq"], len(others)))

    def _ask(self, seq: int, readers: int) -> Measured:
        asked = self._stage.ask(self._stage.phone(self._uids[0]), "readers", sessionId=f"g:{GROUP}", seq=seq)
        expect(len(asked.body["uids"]) == readers, f"{readers} have read")
        return asked
