"""Devices of which the model is told everything they do, and that compare each answer with the model's."""

import itertools
from collections.abc import Mapping
from typing import Any

from tests.model.expected import Expected
from tests.people.person import Person
from tests.support.world import World

LIFETIME_MS = 7_200_000


class Clock:
    """Stands still between moves; functions on different machines read it a little apart."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, now_ms: int) -> None:
        """Anew."""
        self.now_ms = now_ms
        self.skews_ms = itertools.cycle([0])
        self._connections = itertools.count(1)

    def __call__(self) -> int:
        return self.now_ms + next(self.skews_ms)

    def __next__(self) -> int:
        """When the next connection opens: each one later than those before."""
        return self.now_ms + next(self._connections)


class Watched(Person):
    """`late`: `$disconnect` events that the platform has not delivered."""

    def __init__(self, world: World, model: Expected, uid: str, device: str) -> None:
        super().__init__(world, uid, device)
        self.model = model
        self.late: list[dict[str, Any]] = []

    def connect(self) -> None:
        self._lost()
        super().connect()
        self.model.open.add(self.phone.connection)

    def crash(self) -> None:
        self._lost()
        super().crash()

    def _lost(self) -> None:
        if self.phone.connection in self.model.open:
            self.model.open.discard(self.phone.connection)
            self.late.append(self.phone.event("DISCONNECT", "$disconnect"))

    def disconnected(self, event: Mapping[str, Any] | None = None) -> None:
        super().disconnected(event)
        assert event is not None
        self.model.disconnected(self.uid, self.phone.device, event["requestContext"]["connectionId"])

    @property
    def has_pushes(self) -> bool:
        """Whether something has come that it has not read."""
        return self.connected and len(self.phone.pushes) > self.read

    @property
    def has_counted(self) -> bool:
        """Whether it has counted what it has not cleared."""
        return any(talk.known > talk.confirmed and not talk.waits for talk in self.store.talks.values())

    @property
    def saved(self) -> list[str]:
        """Sessions in which it has saved what it has not acked."""
        return [session for session, talk in self.store.talks.items() if talk.to_ack]

    def outlived(self, now_ms: int) -> bool:
        """Whether the platform has closed this connection because of its age."""
        return self.phone.connected_at + LIFETIME_MS <= now_ms

    def ask(self, cmd: str, **body: Any) -> dict[str, Any] | None:
        answer = super().ask(cmd, **body)
        # Answers have the machine's time, and rows the model's. A device that mixes them would be told more than news.
        self.answered_at = 0
        if answer is not None:
            getattr(self, f"_see_{cmd}")(body, answer)
        return answer

    def _see_login(self, _: Any, answer: Any) -> None:
        self.model.log_in(self.uid, self.phone.device, self.phone.connection)
        said = {
            session: (counter["count"], [message["seq"] for message in counter["lastMsg"]])
            for session, counter in answer["counters"].items()
        }
        assert said == self.model.login(self.uid)

    def _see_chat(self, body: Any, answer: Any) -> None:
        assert answer["seq"] == self.model.send(self.uid, body["to"], body["msgId"], body["ackFlg"])

    def _see_clear(self, body: Any, answer: Any) -> None:
        said = {session: result["code"] for session, result in answer["sessions"].items()}
        assert said == {
            session: self.model.clear(self.uid, session, known) for session, known in body["sessions"].items()
        }

    def _see_ack(self, body: Any, answer: Any) -> None:
        for session, named in body["sessions"].items():
            self.model.ack(self.uid, session, named["seqs"])
            code = self.model.clear(self.uid, session, named["received"]) if "received" in named else "OK"
            assert answer["sessions"][session] == {"code": code, "remaining": []}

    def _see_read(self, body: Any, answer: Any) -> None:
        said = {session: result["code"] for session, result in answer["sessions"].items()}
        assert said == {
            session: self.model.read(self.uid, session, read["received"], read["seq"])
            for session, read in body["sessions"].items()
        }

    def _see_pull(self, body: Any, answer: Any) -> None:
        self.model.ack(self.uid, body["sessionId"], body["ack"])
        expected = self.model.pull(self.uid, body["sessionId"], body["limit"], body.get("before"), bool(body["ack"]))
        assert ([message["seq"] for message in answer["messages"]], answer["endReason"]) == expected
        assert answer["end"] == (expected[1] != "NOT_END")

    def _see_counters(self, body: Any, answer: Any) -> None:
        for session in body["sessionIds"]:
            said = {
                name: answer["counters"][session][name] for name in ("count", "received", "cleared", "lastSeq", "read")
            }
            assert said == self.model.counter(self.uid, session)

    def _see_history(self, body: Any, answer: Any) -> None:
        after, before = body.get("after", 0), body.get("before", 1 << 53)
        there = [seq for seq in self.model.kept(body["sessionId"]) if after < seq < before]
        assert [message["seq"] for message in answer["messages"]] == there[: body["limit"]]
        if answer["endReason"] == "RETENTION":
            self.model.forget(self.uid, body["sessionId"])
