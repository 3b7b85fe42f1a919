"""Measures signals and who is online. In a group, the first signal finds who is online, and those after it need not."""

from collections.abc import Iterator, Sequence

from bench.rows import Row, row
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.domain.group import ROSTER_FROM
from catchup.domain.ids import Uid
from catchup.domain.signal import MAX_SIGNAL_MEMBERS
from catchup.settings import CONNECTION_LIFETIME_MS, MAX_NAMED_UIDS
from tests.support.world import Phone

# As long as ids are in use: a UUID.
SMALL, LARGE = "5ab2fe83-59ec-44f0-8adc-abf26c1e1020", "5ab2fe83-59ec-44f0-8adc-abf26c1e1100"
ASKED = 50


class Signals:
    """Signals of `writer` to `reader`, who have written to one another, and in groups whose members are all online."""

    def __init__(self, stage: Stage, backlog: int, writer: Uid, reader: Uid) -> None:
        self._stage, self._backlog = stage, backlog
        self._writer, self._reader = writer, reader
        self._uids = [Uid(str(72_000_000 + number)) for number in range(MAX_SIGNAL_MEMBERS)]
        # One signal of a person in a second passes, so each is of another.
        self._sent: set[str] = set()

    def rows(self) -> Iterator[Row]:
        """The measured rows."""
        self._stage.world.online(self._reader, DEVICE)
        private = self._signal(self._stage.phone(self._writer), self._reader, 1)
        expect(private.pushes == 1, "a signal is pushed to someone online")
        yield row("signal, private", self._backlog, private)
        online = self._stage.ask(self._stage.phone(self._writer), "online", uids=[self._reader, *self._uids[1:ASKED]])
        expect(online.body["people"][self._reader]["online"], "the reader is seen")
        yield row(f"online, {ASKED} people", self._backlog, online)
        small, large = self._uids[:ROSTER_FROM], self._uids
        self._group(SMALL, small)
        self._group(LARGE, large)
        # As if its roster had begun long ago, before anybody logged in.
        self._begin_roster(self._stage.world.parts.clock() - CONNECTION_LIFETIME_MS - 1)
        phones = [self._stage.world.online(uid, DEVICE) for uid in self._uids]
        yield from self._in_group(SMALL, phones[: len(small)], "the first in 15 seconds")
        yield from self._in_group(LARGE, phones, "the first in 15 seconds, by its roster")
        self._begin_roster(self._stage.world.parts.clock())
        self._stage.ask(phones[0], "role", msgId="again", groupId=LARGE, uid=large[1], role="ADMIN")
        self._stage.world.fan_out(delayed=True)
        yield self._first(LARGE, phones, "the first in 15 seconds, while its roster is young")

    def _in_group(self, group: str, phones: Sequence[Phone], first: str) -> Iterator[Row]:
        found = self._first(group, phones, first)
        measured = self._told(group, phones)
        yield row(f"signal, group of {len(phones)}", self._backlog, measured)
        yield found

    def _first(self, group: str, phones: Sequence[Phone], name: str) -> Row:
        return row(f"… group of {len(phones)}, {name}", self._backlog, self._told(group, phones))

    def _told(self, group: str, phones: Sequence[Phone]) -> Measured:
        """A signal of somebody who has sent none."""
        measured = self._signal(next(each for each in phones if each.uid not in self._sent), group, 2)
        expect(measured.pushes == len(phones) - 1, "all others are pushed to")
        return measured

    def _group(self, group: str, uids: Sequence[Uid]) -> None:
        owner = self._stage.phone(uids[0])
        first, rest = uids[1:MAX_NAMED_UIDS], uids[MAX_NAMED_UIDS:]
        self._stage.ask(owner, "create", msgId=f"create-{group}", groupId=group, uids=first)
        if rest:
            self._stage.ask(owner, "add", msgId=f"add-{group}", groupId=group, uids=rest)
        self._stage.world.fan_out(delayed=True)

    def _begin_roster(self, since_ms: int) -> None:
        self._stage.world.dynamodb.update_item(
            TableName=self._stage.world.tables["SessionTable"],
            Key={"sessionId": {"S": f"g:{LARGE}"}},
            UpdateExpression="SET rosterSince = :since",
            ExpressionAttributeValues={":since": {"N": str(since_ms)}},
        )

    def _signal(self, phone: Phone, to: str, chat_type: int) -> Measured:
        self._sent.add(phone.uid)
        return self._stage.ask(phone, "signal", chatType=chat_type, to=to, kind="typing")
