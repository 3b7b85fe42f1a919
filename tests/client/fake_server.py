"""An in-memory server and its connections, made from docs/protocol.md alone, with switchable faults."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

from catchup_client import AccessForbidden, ConnectionLost, Encoding, TokenRefused
from catchup_client.protocol.http_form import HttpRequest, HttpResponse
from tests.client import fake_hiding, fake_http, fake_media, fake_receipts, fake_settings, fake_signals, fake_wire
from tests.client.fake_state import Json, Refused, State
from tests.client.faults import Faults, OnPush, OnRequest

PLATFORM_ERROR = '{"message": "Internal server error", "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "L0SNAH"}'


def token(uid: str, device: str = "phone", exp: int = 4_102_444_800) -> str:
    """Return a JWT whose signature nobody checks."""

    def part(value: Json) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'sub': uid, 'deviceId': device, 'exp': exp})}.c2ln"


class FakeConnection:
    """A transport to the fake server; satisfies `catchup_client.transport.Transport`."""

    lasts = True
    """Whether it is more than one HTTP request: pushes go to it, and requests have the limits of frames."""

    def __init__(
        self, server: "FakeServer", uid: str, device: str, encoding: str, touch: Callable[[str], None]
    ) -> None:
        self.server = server
        self.uid = uid
        self.device = device
        self.encoding = encoding
        self.closed = False
        self.number = 0
        self._touch = touch
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()

    async def send(self, text: str) -> None:
        """Take a frame of the client."""
        self._touch("before sending")
        if self.closed:
            raise ConnectionLost("closed")
        await asyncio.sleep(self.server.latency())
        self._touch("half sent")
        asyncio.get_running_loop().call_later(self.server.latency(), self.server.take, self, text)
        self._touch("sent")

    async def receive(self) -> str:
        """Give the next frame to the client."""
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
            raise ConnectionLost("closed by the server")
        self._touch("received")
        return frame

    async def close(self) -> None:
        """Close the connection."""
        self.drop()

    def drop(self) -> None:
        """Close the connection, without a word."""
        if not self.closed:
            self.closed = True
            self._frames.put_nowait(None)
            self.server.forget(self)

    def deliver(self, frame: Json, encoding: str) -> None:
        """Send a frame to the client."""
        self.deliver_text(fake_wire.write(frame, encoding))

    def deliver_text(self, text: str) -> None:
        """Send a frame to the client as it is."""
        if not self.closed:
            self._frames.put_nowait(text)


class FakeRequest(FakeConnection):
    """One HTTP request."""

    lasts = False


class FakeServer:
    """One deployment."""

    transport = "websocket"
    """What phones use unless a test says otherwise; see `support.both_transports`."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.state = State()
        self.faults = faults or Faults()
        self.latency: Callable[[], float] = lambda: 0.01
        self.online: dict[tuple[str, str], FakeConnection] = {}
        self.requests: list[Json] = []
        self.dials = 0
        self.refuse_dials: list[Exception] = []
        self.expired: set[FakeConnection] = set()
        self.expired_tokens: set[str] = set()
        """Over HTTP."""
        self.http: list[HttpRequest] = []
        self.http_answers: list[HttpResponse] = []
        """Given to the next requests over HTTP, instead of working on them."""
        self.live_attempts_in_doubt = False
        """The server can't tell whether a push with `ackFlg` 0 arrived: it stores the message as well."""
        self.heads = False
        """Groups are busy: a head is pushed instead of each message."""
        self._late: list[tuple[FakeConnection, Json]] = []

    # Connections

    def dialer(self, touch: Callable[[str], None] = lambda _: None) -> Callable[[str, str, Encoding], Any]:
        """Return a `dial` for `Client`; `touch` is called at each contact with the socket."""
        return fake_http.dialer(self, touch) if self.transport == "http" else self.socket_dialer(touch)

    def request_of(self, uid: str, touch: Callable[[str], None]) -> FakeRequest:
        """Return what carries one HTTP request. What it sends is pushed to all devices of its sender."""
        return FakeRequest(self, uid, "", Encoding.JSON.value, touch)

    def socket_dialer(self, touch: Callable[[str], None] = lambda _: None) -> Callable[[str, str, Encoding], Any]:
        """Return a `dial` for sockets."""

        async def dial(url: str, jwt: str, encoding: Encoding) -> FakeConnection:
            touch("dial")
            self.dials += 1
            number = self.dials
            await asyncio.sleep(self.latency())
            if self.refuse_dials:
                raise self.refuse_dials.pop(0)
            try:
                payload = jwt.split(".")[1]
                claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            except (IndexError, ValueError) as error:
                raise TokenRefused("401") from error
            if not claims.get("sub") or not claims.get("deviceId"):
                raise AccessForbidden
            connection = FakeConnection(self, claims["sub"], claims["deviceId"], encoding.value, touch)
            connection.number = number
            touch("dialled")
            return connection

        return dial

    def forget(self, connection: FakeConnection) -> None:
        """Note that a connection is closed."""
        if self.online.get((connection.uid, connection.device)) is connection:
            del self.online[connection.uid, connection.device]

    def close_all(self) -> None:
        """Close every connection."""
        for connection in list(self.online.values()):
            connection.drop()

    def begin_again(self, epoch: str = "second") -> None:
        """Lose all that was stored, as a stack does that keeps its data in memory."""
        self.close_all()
        self.state = State(epoch)

    # Requests

    def take(self, connection: FakeConnection, text: str) -> None:
        """Work on a request, with whatever fault is due."""
        if connection.closed:
            return
        request, encoding = fake_wire.read(text)
        cmd = request["cmd"]
        self.requests.append({**request, "device": connection.device, "uid": connection.uid})
        fault = self.faults.on_request(cmd)
        if fault is OnRequest.CLOSE_BEFORE:
            connection.drop()
        if fault in {OnRequest.LOSE_REQUEST, OnRequest.CLOSE_BEFORE}:
            return
        if fault is OnRequest.UNAVAILABLE_BEFORE:
            answer = self._refusal(request, Refused("UNAVAILABLE"))
        elif fault is OnRequest.INTERNAL:
            answer = self._refusal(request, Refused("INTERNAL"))
        elif connection in self.expired:
            answer = self._refusal(request, Refused("UNAUTHENTICATED"))
        else:
            answer = self._answer(connection, request)
        if fault is OnRequest.CLOSE_AFTER:
            connection.drop()
        elif fault is OnRequest.UNAVAILABLE_AFTER:
            connection.deliver(self._refusal(request, Refused("UNAVAILABLE")), encoding)
        elif fault is OnRequest.PLATFORM_ERROR:
            connection.deliver_text(PLATFORM_ERROR)
        elif fault is OnRequest.GARBAGE:
            connection.deliver_text('{"cmd": "pu')
        elif fault is not OnRequest.LOSE_ANSWER:
            connection.deliver(answer, encoding)

    def _answer(self, connection: FakeConnection, request: Json) -> Json:
        try:
            body = self._work(connection, request["cmd"], request.get("body", {}))
            body = self.state.hidden.seen(connection.uid, body)
        except Refused as refused:
            return self._refusal(request, refused)
        return {**self._header(request), "code": "OK", "body": body}

    def _header(self, request: Json) -> Json:
        names = {"chat": "chatAck", "ping": "pong"}
        return {
            "cmd": names.get(request["cmd"], request["cmd"]),
            "time": self.state.clock,
            "reqId": request["reqId"],
        }

    def _refusal(self, request: Json, refused: Refused) -> Json:
        answer = {
            **self._header(request),
            "code": refused.code,
            "error": {"field": refused.fault, "rule": refused.rule, "fix": ""},
        }
        if request["cmd"] == "chat":
            answer["body"] = {"msgId": request["body"].get("msgId", ""), "sessionId": "", "seq": 0, "time": 0}
        return answer

    def _work(self, connection: FakeConnection, cmd: str, body: Json) -> Json:
        uid, state = connection.uid, self.state
        if cmd == "login":
            return self._login(connection)
        if cmd == "counters":
            if body.get("next"):
                return state.counters_page(uid, int(body["next"]))
            assert len(body["sessionIds"]) <= 100
            return {"counters": {sid: state.counter(uid, sid, whole=False) for sid in body["sessionIds"]}, "next": ""}
        if cmd == "clear":
            assert len(body["sessions"]) <= 100
            results = {sid: state.clear(uid, sid, int(known)) for sid, known in body["sessions"].items()}
            return {"sessions": {sid: {"code": code, "remaining": []} for sid, code in results.items()}}
        if cmd == "read":
            assert len(body["sessions"]) <= 100
            return {"sessions": {sid: {"code": "OK", "remaining": []} for sid in body["sessions"]}}
        if cmd == "ack":
            return self._ack(uid, body)
        if cmd == "chat":
            return self._chat(connection, body)
        if cmd == "pull":
            assert len(body.get("ack", [])) <= (100 if connection.lasts else 1_000)
            return state.pull(uid, body, self._delete(uid, body["sessionId"], body.get("ack", [])))
        if cmd == "history":
            return state.history(uid, body)
        if cmd == "sessions":
            return state.sessions(uid, body)
        if cmd == "settings":
            return fake_settings.answer(self, uid, connection.device, body)
        if cmd in state.groups.CHANGES:
            message, new = state.groups.change(uid, cmd, body)
            return self._placed(message, new, from_device=connection.device)
        if cmd == "members":
            return state.groups.members(uid, body)
        if cmd in state.rules.ROUTES:
            return state.rules.answer(uid, cmd, body)
        if cmd in fake_hiding.ROUTES:
            return fake_hiding.answer(self, uid, connection.device, cmd, body)
        if cmd in fake_receipts.ROUTES:
            return fake_receipts.answer(self, uid, connection.device, cmd, body)
        if cmd in fake_media.ROUTES:
            return fake_media.answer(self, uid, cmd, body)
        if cmd in fake_signals.ROUTES:
            return fake_signals.answer(self, uid, cmd, body)
        if cmd == "ping":
            return {}
        raise Refused("UNIMPLEMENTED", "cmd", "is unknown")

    def _login(self, connection: FakeConnection) -> Json:
        if not connection.lasts:
            return self._all_counters(connection.uid)
        key = (connection.uid, connection.device)
        other = self.online.get(key)
        if other and other is not connection:
            if other.number > connection.number:
                raise Refused("ABORTED")
            other.drop()
        self.online[key] = connection
        return self._all_counters(connection.uid)

    def _all_counters(self, uid: str) -> Json:
        state = self.state
        sums = {"settingsSum": state.settings.sum(uid), "hiddenSum": state.hidden.sum(uid)}
        return {**state.counters_page(uid, 0), "epoch": state.epoch, **sums, **state.receipts.at_login(uid)}

    def _delete(self, uid: str, session_id: str, seqs: list[int]) -> list[int]:
        leave = 1 if seqs and self.faults.may_leave_remaining() else 0
        return self.state.delete(uid, session_id, seqs, leave)

    def _ack(self, uid: str, body: Json) -> Json:
        assert sum(len(ack["seqs"]) for ack in body["sessions"].values()) <= 100
        results = {}
        for sid, ack in body["sessions"].items():
            code = self.state.clear(uid, sid, ack["received"]) if "received" in ack else "OK"
            remaining = self._delete(uid, sid, ack["seqs"]) if code == "OK" else []
            results[sid] = {"code": code, "remaining": remaining}
        return {"sessions": results}

    # Messages

    def _chat(self, connection: FakeConnection, body: Json) -> Json:
        message, new = self.state.accept(connection.uid, body)
        return self._placed(message, new, from_device=connection.device)

    def _placed(self, message: Json, new: bool, from_device: str) -> Json:
        if new:
            self._fan_out(message, from_device=from_device)
        masked = (message["from"], message["msgId"]) in self.state.rules.masked
        names = ("msgId", "sessionId", "seq", "number", *(("msg",) if masked else ()))
        return {name: message[name] for name in names} | {"time": message["serverTime"]}

    def say(
        self, sender: str, to: str, text: str, *, ack: int = 1, msg_id: str = "", quiet: bool = False, **more: Any
    ) -> Json:
        """Let somebody send a message, from a device that isn't part of the test; `to` may be `g:<groupId>`."""
        kind = 2 if to.startswith("g:") else 1
        body = {"v": 1, "msgId": msg_id or f"{sender}-{text}", "chatType": kind, "ackFlg": ack, "time": 1, **more}
        body |= {"to": to.removeprefix("g:"), "msg": {"message": text}}
        message, new = self.state.accept(sender, body, quiet=quiet)
        if new:
            self._fan_out(message, from_device="elsewhere")
        return message

    def release(self, uid: str, msg_id: str) -> Json:
        """Let a message through that was held."""
        message, _ = self.state.accept(uid, self.state.rules.release(uid, msg_id))
        self._fan_out(message, from_device="elsewhere")
        return message

    def change(self, uid: str, cmd: str, group: str, **body: Any) -> Json:
        """Let somebody change a group, from a device that isn't part of the test."""
        msg_id = f"{uid}-{cmd}-{len(self.state.by_msg_id)}"
        message, new = self.state.groups.change(uid, cmd, {"msgId": msg_id, "groupId": group, **body})
        if new:
            self._fan_out(message, from_device="elsewhere")
        return message

    def _fan_out_in_group(self, message: Json, from_device: str) -> None:
        for (uid, device), connection in list(self.online.items()):
            own = uid == message["from"]
            if not self.state.groups.gets(uid, message) or (own and device == from_device):
                continue
            if self.heads:
                body = {name: message[name] for name in ("sessionId", "seq", "number")}
                self.push(connection, {"cmd": "head", "time": self.state.clock, "body": body})
            else:
                self._push(connection, message)

    def _fan_out(self, message: Json, from_device: str) -> None:
        if message["chatType"] == 2:
            self._fan_out_in_group(message, from_device)
            return
        if message["to"] == message["from"]:
            self._push_to_own(message, from_device)
            return
        receivers = [conn for (uid, _), conn in self.online.items() if uid == message["to"]]
        live = message["ackFlg"] == 0 and bool(receivers)
        if not live or self.live_attempts_in_doubt:
            self.state.store_offline(message["to"], message)
        self.state.raise_counter(message["to"], message)
        for connection in receivers:
            self._push(connection, message)
        self._push_to_own(message, from_device)

    def _push_to_own(self, message: Json, from_device: str) -> None:
        for (uid, device), connection in list(self.online.items()):
            if uid == message["from"] and device != from_device:
                self._push(connection, message)

    def _push(self, connection: FakeConnection, message: Json) -> None:
        body = self.state.hidden.message(connection.uid, message)
        self.push(connection, {"cmd": "chat", "time": self.state.clock, "uid": message["from"], "body": body})

    def push(self, connection: FakeConnection, frame: Json) -> None:
        """Push a frame, with whatever fault is due."""
        fate = self.faults.on_push()
        if fate is OnPush.LATE:
            self._late.append((connection, frame))
            return
        for _ in range({OnPush.DELIVER: 1, OnPush.LOSE: 0, OnPush.TWICE: 2}[fate]):
            connection.deliver(frame, connection.encoding)
        if fate is not OnPush.LOSE:
            self.deliver_late()

    def deliver_late(self) -> None:
        """Send the pushes that were held back."""
        for connection, frame in self._late:
            connection.deliver(frame, connection.encoding)
        self._late.clear()
