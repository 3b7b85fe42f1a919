"""The web library, clients/web, as a device: its clients run in a Node process, clients/web/e2e/host.js."""

import asyncio
import contextlib
import itertools
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from catchup_client import (
    Code,
    Encoding,
    EndReason,
    InvalidInput,
    Message,
    RequestRefused,
    Role,
    Sent,
    Settings,
    TokenRefused,
)
from tests.libraries.device import Heard
from tests.support.world import ROOT

HOST = ROOT / "clients/web/e2e/host.js"
# A frame of 100 messages, as one line.
LINE_BYTES = 10_000_000
# No call of a scenario takes that long; a library that hangs should fail its test, and not the whole run.
PATIENCE_SECONDS = 120
ENDED = "the Node process has ended"
USUAL = asdict(Settings())
IDS = itertools.count(1)


class Host:
    """A Node process with clients."""

    def __init__(self) -> None:
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._devices: dict[str, Callable[[str, Any], None]] = {}
        self._ended = False

    async def __aenter__(self) -> Self:
        # Node 20 has WebSocket, but not by default.
        self.process = await asyncio.create_subprocess_exec(
            *("node", "--experimental-websocket", str(HOST)),
            env={"PATH": os.environ["PATH"]},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    def hears(self, client: str, listener: Callable[[str, Any], None]) -> None:
        """Hand on the events of a client."""
        self._devices[client] = listener

    async def call(self, client: str, call: str, *args: Any) -> Any:
        """Call a client; raise what it throws, or ConnectionError if the process ends before it answers."""
        if self._ended:
            raise ConnectionError(ENDED)
        number = next(IDS)
        self._answers[number] = asyncio.get_running_loop().create_future()
        assert self.process.stdin is not None
        line = json.dumps({"id": number, "client": client, "call": call, "args": args})
        self.process.stdin.write(f"{line}\n".encode())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._answers[number]
        finally:
            del self._answers[number]

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            told = json.loads(line)
            answer = self._answers.get(told.get("id", 0))
            if "event" in told:
                self._devices[told["client"]](told["event"], told["value"])
            elif answer is None or answer.done():
                pass  # its caller was cancelled
            elif "error" in told:
                answer.set_exception(error_of(told["error"]))
            else:
                answer.set_result(told["result"])
        self._ended = True
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError(ENDED))


class WebDevice:
    """A running `Client` of clients/web."""

    def __init__(self, host: Host, client: str) -> None:
        self.heard = Heard()
        self._host = host
        self._client = client
        self._on_page: Callable[[], None] = lambda: None
        self._ends: dict[str, EndReason] = {}
        host.hears(client, self._hear)

    async def _call(self, call: str, *args: Any) -> Any:
        return await self._host.call(self._client, call, *args)

    def _hear(self, event: str, value: Any) -> None:
        match event:
            case "messages":
                self.heard.messages += map(message_of, value["messages"])
            case "unread":
                self.heard.unread[value["sessionId"]] = value["unread"]
            case "typing":
                self.heard.typing[value["sessionId"]] = value["uids"]
            case "anew":
                self.heard.epochs.append(value["epoch"])
            case "offline":
                self.heard.offline += 1
            case "progress":
                self._on_page()

    async def logged_in(self) -> int:
        unread: int = (await self._call("loggedIn"))["unread"]
        return unread

    async def send(
        self, to: str, msg: dict[str, Any], *, ack: bool = True, at: Sequence[str] = (), msg_id: str | None = None
    ) -> Sent:
        options = {"ack": ack, "at": list(at), **({} if msg_id is None else {"msgId": msg_id})}
        return sent_of(await self._call("send", to, msg, options))

    async def post(self, to: str, msg: dict[str, Any]) -> None:
        await self._call("post", to, msg)

    async def outbox(self) -> list[tuple[dict[str, Any], Code | None]]:
        queued = await self._call("outbox")
        return [(each["message"]["content"], Code[each["refused"]] if each["refused"] else None) for each in queued]

    async def catch_up(self, session_id: str | None = None, *, on_page: Callable[[], None] | None = None) -> None:
        self._on_page = on_page or (lambda: None)
        report = await self._call("catchUp", session_id)
        self._ends |= {each["sessionId"]: EndReason[each["endReason"]] for each in report["sessions"]}

    async def pages(self, session_id: str, limit: int) -> AsyncIterator[list[Message]]:
        before: int | None = None
        while page := await self._call("page", session_id, before, limit):
            yield [message_of(each) for each in page["messages"]]
            if page["end"]:
                return
            before = page["messages"][-1]["seq"]

    async def end_reason(self, session_id: str) -> EndReason:
        return self._ends[session_id]

    async def unread(self) -> dict[str, int]:
        return {each["sessionId"]: each["unread"] for each in await self._call("sessions")}

    async def messages(self, session_id: str) -> list[Message]:
        return [message_of(each) for each in await self._call("messages", session_id, {"limit": 9_999})][::-1]

    async def gaps(self, session_id: str) -> list[tuple[int, int]]:
        return [(low, high) for low, high in await self._call("gaps", session_id)]

    async def mentions(self, session_id: str) -> list[int]:
        return list(await self._call("mentions", session_id))

    async def mark_read(self, session_id: str) -> None:
        await self._call("markRead", session_id)

    async def recall(self, session_id: str, seq: int) -> Sent:
        return sent_of(await self._call("recall", session_id, seq))

    async def edit(self, session_id: str, seq: int, msg: dict[str, Any]) -> Sent:
        return sent_of(await self._call("edit", session_id, seq, msg))

    async def hide(self, session_id: str, seqs: Sequence[int]) -> None:
        await self._call("hide", session_id, list(seqs))

    async def mute(self, session_id: str, until_ms: int) -> None:
        await self._call("setSettings", session_id, {"mutedUntilMs": until_ms})

    async def pin(self, session_id: str) -> None:
        await self._call("setSettings", session_id, {"pinned": True})

    async def settings(self, session_id: str) -> tuple[bool, int]:
        (state,) = (each for each in await self._call("sessions") if each["sessionId"] == session_id)
        return state["settings"]["pinned"], state["settings"]["mutedUntilMs"]

    async def typing(self, to: str) -> None:
        await self._call("typing", to)

    async def online(self, uids: Sequence[str]) -> dict[str, bool]:
        return {uid: status["online"] for uid, status in await self._call("online", list(uids))}

    async def describe(self, group: str, name: str, announcement: str) -> Sent:
        return sent_of(await self._call("describe", group, {"name": name, "announcement": announcement}))

    async def description(self, group: str) -> tuple[str, str]:
        described = await self._call("description", group)
        return described["name"], (described["announcement"] or {"text": ""})["text"]

    async def mute_member(self, group: str, uid: str, until_ms: int) -> Sent:
        return sent_of(await self._call("muteMember", group, uid, until_ms))

    async def ask_to_join(self, group: str, note: str) -> None:
        await self._call("askToJoin", group, {"note": note})

    async def join_requests(self, group: str) -> list[tuple[str, str]]:
        return [(each["uid"], each["note"]) for each in await self._call("joinRequests", group)]

    async def approve(self, group: str, uids: Sequence[str]) -> Sent:
        return sent_of(await self._call("approve", group, list(uids)))

    async def dissolve(self, group: str) -> Sent:
        return sent_of(await self._call("dissolve", group))

    async def create_group(
        self, name: str, uids: Sequence[str] = (), *, group: str, is_open: bool = False, asks: bool = False
    ) -> Sent:
        options = {"uids": list(uids), "group": group, "isOpen": is_open, "asks": asks}
        return sent_of(await self._call("createGroup", name, options))

    async def join(self, group: str) -> Sent:
        return sent_of(await self._call("join", group))

    async def leave(self, group: str) -> Sent:
        return sent_of(await self._call("leave", group))

    async def add(self, group: str, uids: Sequence[str]) -> Sent:
        return sent_of(await self._call("add", group, list(uids)))

    async def remove(self, group: str, uids: Sequence[str]) -> Sent:
        return sent_of(await self._call("remove", group, list(uids)))

    async def set_role(self, group: str, uid: str, role: Role) -> Sent:
        return sent_of(await self._call("setRole", group, uid, role.name))

    async def members(self, group: str) -> list[tuple[str, Role]]:
        return [(each["uid"], Role[each["role"]]) for each in await self._call("members", group)]

    async def block(self, uid: str) -> None:
        await self._call("block", uid)

    async def unblock(self, uid: str) -> None:
        await self._call("unblock", uid)

    async def blocked(self) -> list[str]:
        return list(await self._call("blocked"))


class WebLibrary:
    """clients/web, in one Node process for many devices."""

    name = "web"
    encodings: tuple[Encoding, ...] = (Encoding.JSON,)

    def __init__(self, host: Host) -> None:
        self._host = host

    @contextlib.asynccontextmanager
    async def device(
        self,
        url: str,
        token: str,
        store: Path | None = None,
        *,
        device_id: str = "",
        encoding: Encoding = Encoding.JSON,
        settings: Settings = Settings(),
    ) -> AsyncIterator[WebDevice]:
        assert encoding in self.encodings
        async with opened(self._host, url, token, store, device_id, settings) as device:
            yield device

    async def killed_catch_up(self, url: str, token: str, store: Path, *, after: float) -> bool:
        async def whole() -> None:
            async with opened(host, url, token, store, "", Settings(page_limit=1)) as device:
                await device.catch_up()

        async with Host() as host:
            catching_up = asyncio.create_task(whole())
            await asyncio.wait({catching_up}, timeout=after)
            if catching_up.done():
                await catching_up
                return True
            host.process.kill()
            with contextlib.suppress(ConnectionError):
                await catching_up
            return False

    async def check(self, store: Path) -> None:
        """Whoever opens it next reads it all."""


@contextlib.asynccontextmanager
async def opened(
    host: Host, url: str, token: str, store: Path | None, device_id: str, settings: Settings
) -> AsyncIterator[WebDevice]:
    client = f"c{next(IDS)}"
    device = WebDevice(host, client)
    options: dict[str, Any] = {
        "file": None if store is None else str(store),
        "database": client if store is None else str(store),
        "settings": {camel_case(name): value for name, value in asdict(settings).items() if value != USUAL[name]},
    }
    if device_id:
        options["deviceId"] = device_id
    await host.call(client, "open", url, token, options)
    try:
        yield device
    finally:
        await host.call(client, "close")


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def sent_of(told: dict[str, Any]) -> Sent:
    return Sent(told["seq"], told["sessionId"])


def message_of(told: dict[str, Any]) -> Message:
    """The fields have the same names in both libraries."""
    return Message(
        **{
            name: told[camel_case(name)]
            for name in (
                "session_id",
                "seq",
                "msg_id",
                "sender",
                "recipient",
                "content",
                "chat_type",
                "wants_ack",
                "time_ms",
                "server_time_ms",
                "number",
                "quiet",
                "at_all",
                "kind",
                "recalled",
                "revised",
                "hidden",
            )
        },
        at=tuple(told["at"]),
    )


def error_of(told: dict[str, Any]) -> Exception:
    """The Python library's exception of the same name."""
    name, message = told["name"], told["message"]
    match name:
        case "RequestRefused":
            fault = {"field": "", "rule": "", "fix": "", **told["fault"]}
            return RequestRefused(told["cmd"], Code.of_name(told["code"]), fault["field"], fault["rule"], fault["fix"])
        case "InvalidInput":
            return InvalidInput(told["field"], message)
        case "TokenRefused":
            return TokenRefused(message)
        case _:
            return RuntimeError(f"{name}: {message}")
