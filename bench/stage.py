"""The measured service: the real handlers on fresh tables, and phones that send requests."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bench.metering import Cost, CountedRounds, Meter
from catchup.commands import COMMANDS
from catchup.domain.ids import Uid
from tests.support.engines import dynamodb_client, fresh_tables
from tests.support.http import HttpClient
from tests.support.world import Context, Gateway, Phone, World, to_pb

# A device id as in docs/protocol.md; it is part of the presence row.
DEVICE = "b3b1519c-89ec"
LOGIN_PB = to_pb({"cmd": "login", "reqId": "1", "body": {}})


@dataclass(frozen=True, slots=True)
class Measured:
    """One request: its cost and its answer. `pushes`: calls to @connections, including closing."""

    cost: Cost
    pushes: int
    answer: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = json.loads(self.answer)["body"]
        return body


class Stage:
    """A deployment on fresh tables of the engine at `endpoint`. Each request can be measured."""

    def __init__(self, endpoint: str) -> None:
        client = dynamodb_client(endpoint, parameter_validation=False)
        tables = fresh_tables(client)
        self._meter = Meter(client, tables)
        self.concurrency = CountedRounds(self._meter)
        self.world = World(client, tables, concurrency=self.concurrency)
        self.world.know_epoch()

    def phone(self, uid: Uid, encoding: str = "json") -> Phone:
        """A phone with an open connection that has not logged in."""
        return self.world.phone(uid, DEVICE, encoding)

    def ask(self, phone: Phone, cmd: str, **body: Any) -> Measured:
        """Sends one request in the JSON form and measures it; the answer must be OK."""
        frame = json.dumps({"cmd": cmd, "reqId": "1", "body": body})
        answer = ""

        def send() -> None:
            nonlocal answer
            answer = phone.send_frame(frame, COMMANDS[cmd].function, cmd)

        measured = self.measure(send)
        if json.loads(answer)["code"] != "OK":
            raise RuntimeError(f"{cmd}: {answer}")
        return replace(measured, answer=answer)

    def ask_over_http(self, uid: Uid, cmd: str, /, **body: Any) -> Measured:
        """Sends one request in JSON over HTTP and measures it; the answer must be OK."""
        client, answers = HttpClient(self.world, uid), list[dict[str, Any]]()
        measured = self.measure(lambda: answers.append(client.ask(cmd, **body)))
        if answers[0]["code"] != "OK":
            raise RuntimeError(f"{cmd}: {answers[0]}")
        return replace(measured, answer=json.dumps(answers[0], ensure_ascii=False, separators=(",", ":")))

    def measure(self, work: Callable[[], object]) -> Measured:
        """Measures the cost of some work of this deployment."""
        before = _calls(self.world.gateway)
        with self._meter.measuring() as cost:
            work()
        return Measured(cost, _calls(self.world.gateway) - before)

    def login_bytes_in_pb(self, uid: Uid) -> int:
        """The size of a login's answer in the protobuf form, in bytes of the frame."""
        return len(self.phone(uid, "pb").send_frame(json.dumps({"cmd": "login", "pb": LOGIN_PB}), "sync", "login"))

    def event(self, phone: Phone, kind: str) -> Measured:
        """Runs the handler of CONNECT or DISCONNECT."""
        return self.measure(lambda: self.world.handlers["connection"](phone.event(kind, f"${kind.lower()}"), Context()))


def _calls(gateway: Gateway) -> int:
    return sum(len(frames) for frames in gateway.posted.values()) + len(gateway.closed)


def expect(holds: bool, what: str) -> None:
    """Raises RuntimeError if the benchmark would measure something other than it says."""
    if not holds:
        raise RuntimeError(f"expected that {what}")
