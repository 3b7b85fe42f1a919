"""What each request costs over HTTP, beside the same by a frame: the frame's cost is its budget."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.rows import Budget, Row, row
from bench.stage import Measured, Stage, expect
from catchup.domain.ids import Uid, private_session

Body = Mapping[str, Any]
# Of each pair one is made by frames, the other over HTTP, in the same steps.
GROUPS = ("twin-a", "twin-b")
PAGE = 20


class Twins:
    """Requests that have no row of their own over HTTP. `reader` has messages of `writer` in the offline store."""

    def __init__(self, stage: Stage, backlog: int, reader: Uid, writer: Uid, stranger: Uid) -> None:
        self._stage = stage
        self._backlog = backlog
        self._reader, self._writer, self._stranger = reader, writer, stranger

    def rows(self) -> Iterator[Row]:
        """Each request once by a frame and once over HTTP, and a row for the latter."""
        yield from self._of_sessions()
        yield from self._of_groups()
        yield from self._of_blocks()
        yield from self._of_people_online()

    def _of_sessions(self) -> Iterator[Row]:
        session, reader = private_session(self._reader, self._writer), self._reader
        named: Body = {"sessionIds": [session]}
        yield self._pair("counters of a session", reader, "counters", named, named)
        yield self._pair("sessions 20", reader, "sessions", {"limit": PAGE}, {"limit": PAGE})
        waiting = self._stage.ask(self._stage.phone(reader), "pull", sessionId=session, limit=2).body["messages"]
        acks = [{"sessions": {session: {"seqs": [message["seq"]]}}} for message in waiting]
        yield self._pair("ack of a message", reader, "ack", *acks)
        received = self._stage.ask(self._stage.phone(reader), "counters", **named).body["counters"][session]["received"]
        clears = [{"sessions": {session: number}} for number in (received - 1, received)]
        yield self._pair("clear of a session", reader, "clear", *clears)
        chats = [self._message(name, chatType=1, ackFlg=1, to=reader) for name in ("over-socket", "over-http-too")]
        yield self._pair("chat, stored", self._writer, "chat", *chats)
        yield self._pair("retry of a finished chat", self._writer, "chat", *chats)

    def _of_groups(self) -> Iterator[Row]:
        owner, member, stranger = self._reader, self._writer, self._stranger
        yield self._change("create", owner, uids=[member], open=True)
        yield self._change("join", stranger)
        yield self._change("leave", stranger)
        yield self._change("add", owner, uids=[stranger])
        yield self._change("role", owner, uid=stranger, role="ADMIN")
        yield self._change("remove", owner, uids=[stranger])
        yield self._pair("members", owner, "members", *({"groupId": group} for group in GROUPS))
        chats = [self._message(group, chatType=2, to=group) for group in GROUPS]
        yield self._pair("chat to a group", member, "chat", *chats)

    def _of_blocks(self) -> Iterator[Row]:
        uids = [{"uid": name} for name in GROUPS]
        yield self._pair("block", self._reader, "block", *uids)
        yield self._pair("blocked", self._reader, "blocked", {}, {})
        yield self._pair("unblock", self._reader, "unblock", *uids)

    def _of_people_online(self) -> Iterator[Row]:
        signal: Body = {"chatType": 1, "to": self._reader, "kind": "typing"}
        yield self._pair("signal, private", self._writer, "signal", signal, signal)
        asked: Body = {"uids": [self._reader]}
        yield self._pair("online, a person", self._writer, "online", asked, asked)

    def _change(self, cmd: str, who: Uid, **more: Any) -> Row:
        first, second = ({"msgId": f"{cmd}-{group}", "groupId": group, **more} for group in GROUPS)
        return self._pair(cmd, who, cmd, first, second)

    @staticmethod
    def _message(msg_id: str, **more: Any) -> dict[str, Any]:
        return {"msgId": msg_id, "msg": {"message": "hello"}, **more}

    def _pair(self, name: str, uid: Uid, cmd: str, by_frame: Body, over_http: Body) -> Row:
        frame = self._stage.ask(self._stage.phone(uid), cmd, **by_frame)
        twin = self._stage.ask_over_http(uid, cmd, **over_http)
        expect(_form(frame) == _form(twin), f"{cmd} is answered alike")
        cost = frame.cost
        budget = Budget(wu=cost.write_units, ru=cost.read_units, calls=cost.sequential, total_calls=len(cost.calls))
        return row(f"… {name} over HTTP", self._backlog, twin, budget=budget)


def _form(measured: Measured) -> set[str]:
    """The names of an answer's fields."""
    return set(measured.body)
