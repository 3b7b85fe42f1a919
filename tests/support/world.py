"""The real handlers on one engine, and people with phones who talk to them.

Only the edge is replaced: `Gateway` replaces @connections, so that a test sees the pushes and decides which connections
are gone. Each function can do only what its role allows.
"""

import base64
import importlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from catchup.bootstrap.clients import Parts
from catchup.clock import system_clock
from catchup.commands import COMMANDS
from catchup.concurrency import Threads
from catchup.settings import VARIABLES, Settings
from catchup.wire import catchup_pb2 as pb
from tests.support.bucket import MEDIA_BUCKET, Bucket
from tests.support.cold_start import load_with
from tests.support.events import websocket_event
from tests.support.queues import HINTS_URL, JOBS_URL, Queues
from tests.support.roles import Guarded, arns, deployed_with, roles
from tests.support.rows import rows_of

ROOT = Path(__file__).parents[2]
MSG_IDS = itertools.count(1)
# One pool for all worlds. Separate pools would leave tens of thousands of threads in one run of the suite.
_THREADS = Threads()
CONNECTED_AT = itertools.count(int(time.time() * 1000) - 60_000)


@dataclass
class Context:
    """The context object that Lambda passes with the event."""

    remaining_ms: int = 15_000
    function_name: str = "test"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


class Gateway:
    """@connections: keeps what was posted; answers 410 for a connection that is not open."""

    def __init__(self) -> None:
        self.posted: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.open: set[str] = set()
        self.closed: list[str] = []
        self.failing: dict[str, int] = {}

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._check(ConnectionId, "PostToConnection")
        self.posted[ConnectionId].append(json.loads(Data))
        return {}

    def delete_connection(self, ConnectionId: str) -> dict[str, Any]:  # noqa: N803
        self._check(ConnectionId, "DeleteConnection")
        self.open.discard(ConnectionId)
        self.closed.append(ConnectionId)
        return {}

    def _check(self, connection: str, operation: str) -> None:
        status = self.failing.get(connection, 200 if connection in self.open else 410)
        if status != 200:
            raise ClientError(
                {"Error": {"Code": "Failed", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
                operation,
            )


@dataclass
class Clients:
    """The AwsClients of a test."""

    dynamodb: Any
    gateway: Gateway
    queues: Queues
    # The place of the word lists; tests with lists set it.
    lists: Any = None
    # The bucket of media.
    bucket: Bucket = field(default_factory=Bucket)

    def s3(self) -> Any:
        return self.lists

    def media(self) -> Bucket:
        return self.bucket

    def signing(self) -> tuple[Any, str]:
        return Credentials("AKIDEXAMPLE", "secret"), "eu-central-1"

    def sqs(self) -> Queues:
        return self.queues

    def management(self, _endpoint: str) -> Gateway:
        return self.gateway


DEFAULTS = {name: variable.default for name, variable in VARIABLES.items() if variable.default is not None}


class World:
    """One deployment: tables on an engine, and the functions."""

    def __init__(
        self,
        dynamodb: Any,
        tables: Mapping[str, str],
        clock: Callable[[], int] = system_clock,
        **overrides: Any,
    ) -> None:
        self.dynamodb = dynamodb
        self.tables = tables
        self.gateway = Gateway()
        self.queues = Queues()
        # Whether queued jobs run before a request's answer arrives. Tests of the fan-out run them themselves.
        self.fans_out_at_once = True
        concurrency = overrides.pop("concurrency", _THREADS)
        # The settings of all functions; each function reads only its own.
        self.settings = Settings(
            presence_table=tables["PresenceTable"],
            session_table=tables["SessionTable"],
            sent_table=tables["SentTable"],
            message_table=tables["MessageTable"],
            inbox_table=tables["InboxTable"],
            counter_table=tables["CounterTable"],
            roster_table=tables["RosterTable"],
            held_table=tables["HeldTable"],
            hidden_table=tables["HiddenTable"],
            media_bucket=MEDIA_BUCKET,
            management_endpoint="unused",
            fanout_queue_url=JOBS_URL,
            hint_queue_url=HINTS_URL,
            # Tests send faster than people do. Tests of the send limit set their own limit.
            **{**DEFAULTS, "send_burst": 1_000_000, **overrides},
        )
        self.clients = Clients(dynamodb, self.gateway, self.queues)
        self.parts = Parts(clients=self.clients, clock=clock, concurrency=concurrency)
        template = deployed_with(self.settings)
        self.roles, self._arns = roles(template), arns(template, tables)
        self.handlers = {
            name: self._load(name) for name in ("connection", "sync", "chat", "group", "media", "fanout", "sniffer")
        }

    def fan_out(self, *, delayed: bool = False, context: Context | None = None) -> None:
        """Runs queued jobs until none is left. Failed jobs come again later."""
        while records := self.queues.take(delayed=delayed):
            answer = self.handlers["fanout"]({"Records": records}, context or Context())
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
            if failed:
                self.queues.give_back([record for record in records if record["messageId"] in failed])
                return

    def _load(self, name: str) -> Callable[..., Any]:
        build = getattr(importlib.import_module(f"catchup.bootstrap.{name}"), f"build_{name}")
        clients = Guarded(self.clients, self.roles[f"{name.capitalize()}Function"], self._arns)
        module = load_with(name, lambda: build(self.settings, replace(self.parts, clients=clients)))
        if name == "sync":
            self.data_set = module.service.log_in.data_set
        if name == "chat":
            self.signals = module.service.signal
        handler: Callable[..., Any] = module.handler
        return handler

    def know_epoch(self) -> None:
        """Makes the process know the epoch, like one that has already answered a login."""
        self.data_set.epoch()

    def new_process(self) -> None:
        """Makes the process forget the epoch, like one that has answered no login."""
        self.data_set._epoch = None

    def forget_signals(self) -> None:
        """Makes the process forget who has signalled, as after a second, and who was online, as after some more."""
        self.forget_pace()
        self.signals.audience._known.clear()

    def forget_pace(self) -> None:
        """Makes the process forget who has signalled, as after a second."""
        self.signals.pace._last.clear()

    def phone(self, uid: str, device: str = "phone", encoding: str = "json") -> "Phone":
        """A phone with an open connection that has not logged in."""
        phone = Phone(self, uid, device, encoding)
        phone.connect()
        return phone

    def online(self, uid: str, device: str = "phone", encoding: str = "json") -> "Phone":
        """A phone that has logged in."""
        phone = self.phone(uid, device, encoding)
        phone.ask("login")
        return phone

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, by its logical id without `Table`."""
        return rows_of(self.dynamodb, self.tables[f"{table}Table"])

    def trace(self) -> dict[str, list[dict[str, Any]]]:
        """All stored rows. Equal traces mean that nothing was changed."""
        return {
            name: sorted(
                self.rows(name.removesuffix("Table")), key=lambda row: json.dumps(row, default=str, sort_keys=True)
            )
            for name in self.tables
        }


def _comparable(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its attributes and the members of its sets in a fixed order."""
    return {name: {kind: sorted(v) if kind == "NS" else v for kind, v in row[name].items()} for name in sorted(row)}


@dataclass
class Phone:
    """One device of one person."""

    world: World
    uid: str
    device: str = "phone"
    encoding: str = "json"
    connection: str = ""
    connected_at: int = 0
    token_expires_at: int = 4_000_000_000
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def connect(self) -> None:
        """Opens a new connection. The old one, if there is one, stays open."""
        self.connected_at = next(CONNECTED_AT)
        self.connection = f"{self.uid}-{self.device}-{self.connected_at}"
        self.world.gateway.open.add(self.connection)

    def drop(self, notice: bool = True) -> None:
        """Ends the connection; without `notice`, as when a phone loses its network."""
        self.world.gateway.open.discard(self.connection)
        if notice:
            self.world.handlers["connection"](self.event("DISCONNECT", "$disconnect"), Context())

    @property
    def pushes(self) -> list[dict[str, Any]]:
        """The frames pushed to this connection."""
        return self.world.gateway.posted[self.connection]

    def event(self, kind: str, route: str, body: str | None = None) -> dict[str, Any]:
        """An event as API Gateway makes it."""
        return websocket_event(
            kind,
            route,
            uid=self.uid,
            device=self.device,
            connection=self.connection,
            connected_at=self.connected_at,
            encoding=self.encoding,
            expires_at=self.token_expires_at,
            body=body,
        )

    def send_frame(self, frame: str, function: str, route: str = "$default", context: Context | None = None) -> str:
        """Sends a text frame unchanged and returns the answer's text."""
        answer = self.world.handlers[function](self.event("MESSAGE", route, frame), context or Context())
        if self.world.fans_out_at_once:
            self.world.fan_out()
        assert answer["statusCode"] == 200
        text: str = answer["body"]
        assert len(text.encode()) <= 30_000
        return text

    def ask(self, cmd: str, context: Context | None = None, **body: Any) -> dict[str, Any]:
        """Sends a request in this phone's encoding and returns the answer in the JSON form."""
        function = COMMANDS[cmd].function
        req_id = str(next(self.numbers))
        frame: dict[str, Any] = {"cmd": cmd, "reqId": req_id, "body": body}
        if self.encoding == "pb":
            frame = {"cmd": cmd, "pb": to_pb(frame)}
        answer: dict[str, Any] = json.loads(self.send_frame(json.dumps(frame), function, cmd, context))
        if self.encoding == "pb":
            answer = from_pb(answer["pb"])
        assert answer["cmd"] == COMMANDS[cmd].answer_cmd
        assert answer["reqId"] == req_id
        return answer

    def ok(self, cmd: str, **body: Any) -> dict[str, Any]:
        """The body of an answer that must be OK."""
        answer = self.ask(cmd, **body)
        assert answer["code"] == "OK", answer
        result: dict[str, Any] = answer["body"]
        return result

    def chat(self, to: str, text: str = "hello", ack: int = 1, msg_id: str | None = None) -> dict[str, Any]:
        """Sends a message; returns the body of the chatAck."""
        msg_id = msg_id or f"m-{next(MSG_IDS)}"
        return self.ok("chat", msgId=msg_id, chatType=1, ackFlg=ack, to=to, time=1554964793813, msg={"message": text})

    def say(self, group: str, text: str = "hello", msg_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Sends a message to a group; returns the body of the chatAck."""
        msg_id = msg_id or f"m-{next(MSG_IDS)}"
        return self.ok("chat", msgId=msg_id, chatType=2, to=group, time=1554964793813, msg={"message": text}, **more)

    def change(self, cmd: str, group: str, msg_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Changes a group; returns the body of the answer."""
        return self.ok(cmd, msgId=msg_id or f"c-{next(MSG_IDS)}", groupId=group, **more)


def to_pb(frame: Mapping[str, Any]) -> str:
    """The base64 of an Envelope for a request in the JSON form."""
    from google.protobuf.json_format import ParseDict

    header = {name: value for name, value in frame.items() if name != "body"}
    envelope = ParseDict({**header, frame["cmd"]: frame.get("body", {})}, pb.Envelope(), ignore_unknown_fields=True)
    return base64.b64encode(envelope.SerializeToString()).decode()


def from_pb(text: str) -> dict[str, Any]:
    """The JSON form of an answer or push that came as base64 of an Envelope."""
    from catchup.domain.presence import Encoding
    from catchup.wire.codec import encode

    frame: dict[str, Any] = json.loads(encode(pb.Envelope.FromString(base64.b64decode(text)), Encoding.JSON))
    return frame
