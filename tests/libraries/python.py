"""The Python library, clients/python, as a device of a scenario."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from catchup_client import (
    Client,
    Code,
    Encoding,
    EndReason,
    Message,
    MessagesSaved,
    Offline,
    Role,
    Sent,
    Settings,
    StartedAnew,
    TypingChanged,
    UnreadChanged,
)
from tests.libraries.device import Heard
from tests.support.world import ROOT


class PythonDevice:
    """A running `Client`."""

    def __init__(self, client: Client) -> None:
        self.heard = Heard()
        self._client = client
        self._ends: dict[str, EndReason] = {}

    async def listen(self) -> None:
        async for event in self._client.events():
            match event:
                case MessagesSaved():
                    self.heard.messages += event.messages
                case UnreadChanged():
                    self.heard.unread[event.session_id] = event.unread
                case TypingChanged():
                    self.heard.typing[event.session_id] = list(event.uids)
                case StartedAnew():
                    self.heard.epochs.append(event.epoch)
                case Offline():
                    self.heard.offline += 1

    async def logged_in(self) -> int:
        return (await self._client.logged_in()).unread

    async def send(
        self, to: str, msg: dict[str, Any], *, ack: bool = True, at: Sequence[str] = (), msg_id: str | None = None
    ) -> Sent:
        return await self._client.send(to, msg, ack=ack, at=at, msg_id=msg_id)

    async def post(self, to: str, msg: dict[str, Any]) -> None:
        self._client.post(to, msg)

    async def outbox(self) -> list[tuple[dict[str, Any], Code | None]]:
        return [(dict(queued.message.content), queued.refused) for queued in self._client.outbox()]

    async def catch_up(self, session_id: str | None = None, *, on_page: Callable[[], None] | None = None) -> None:
        report = await self._client.catch_up(session_id, (lambda _: on_page()) if on_page else None)
        self._ends |= {each.session_id: each.end_reason for each in report.sessions.values()}

    async def pages(self, session_id: str, limit: int) -> AsyncIterator[list[Message]]:
        before: int | None = None
        while True:
            page = self._client.messages(session_id, before, limit)
            if len(page) < limit and await self._client.fetch_older(session_id, limit):
                continue
            if not page:
                return
            yield page
            before = page[-1].seq

    async def end_reason(self, session_id: str) -> EndReason:
        return self._ends[session_id]

    async def unread(self) -> dict[str, int]:
        return {session.session_id: session.unread for session in self._client.sessions()}

    async def messages(self, session_id: str) -> list[Message]:
        return self._client.messages(session_id, limit=9_999)[::-1]

    async def gaps(self, session_id: str) -> list[tuple[int, int]]:
        return [(gap.low, gap.high) for gap in self._client.gaps(session_id)]

    async def mentions(self, session_id: str) -> list[int]:
        return self._client.mentions(session_id)

    async def mark_read(self, session_id: str) -> None:
        self._client.mark_read(session_id)

    async def recall(self, session_id: str, seq: int) -> Sent:
        return await self._client.recall(session_id, seq)

    async def edit(self, session_id: str, seq: int, msg: dict[str, Any]) -> Sent:
        return await self._client.edit(session_id, seq, msg)

    async def hide(self, session_id: str, seqs: Sequence[int]) -> None:
        await self._client.hide(session_id, seqs)

    async def mute(self, session_id: str, until_ms: int) -> None:
        await self._client.set_settings(session_id, muted_until_ms=until_ms)

    async def pin(self, session_id: str) -> None:
        await self._client.set_settings(session_id, pinned=True)

    async def settings(self, session_id: str) -> tuple[bool, int]:
        (state,) = (each for each in self._client.sessions() if each.session_id == session_id)
        return state.settings.pinned_at_ms > 0, state.settings.muted_until_ms

    async def typing(self, to: str) -> None:
        self._client.typing(to)

    async def online(self, uids: Sequence[str]) -> dict[str, bool]:
        return {str(uid): status.online for uid, status in (await self._client.online(uids)).items()}

    async def describe(self, group: str, name: str, announcement: str) -> Sent:
        return await self._client.describe(group, name=name, announcement=announcement)

    async def description(self, group: str) -> tuple[str, str]:
        described = await self._client.description(group)
        assert described is not None
        return described.group.name, described.announcement.text if described.announcement else ""

    async def mute_member(self, group: str, uid: str, until_ms: int) -> Sent:
        return await self._client.mute_member(group, uid, until_ms)

    async def ask_to_join(self, group: str, note: str) -> None:
        await self._client.ask_to_join(group, note)

    async def join_requests(self, group: str) -> list[tuple[str, str]]:
        return [(each.uid, each.note) async for each in self._client.join_requests(group)]

    async def approve(self, group: str, uids: Sequence[str]) -> Sent:
        return await self._client.approve(group, uids)

    async def dissolve(self, group: str) -> Sent:
        return await self._client.dissolve(group)

    async def create_group(
        self, name: str, uids: Sequence[str] = (), *, group: str, is_open: bool = False, asks: bool = False
    ) -> Sent:
        return await self._client.create_group(name, uids, group=group, is_open=is_open, by_asking=asks)

    async def join(self, group: str) -> Sent:
        return await self._client.join(group)

    async def leave(self, group: str) -> Sent:
        return await self._client.leave(group)

    async def add(self, group: str, uids: Sequence[str]) -> Sent:
        return await self._client.add(group, uids)

    async def remove(self, group: str, uids: Sequence[str]) -> Sent:
        return await self._client.remove(group, uids)

    async def set_role(self, group: str, uid: str, role: Role) -> Sent:
        return await self._client.set_role(group, uid, role)

    async def members(self, group: str) -> list[tuple[str, Role]]:
        return [(member.uid, member.role) async for member in self._client.members(group)]

    async def block(self, uid: str) -> None:
        await self._client.block(uid)

    async def unblock(self, uid: str) -> None:
        await self._client.unblock(uid)

    async def blocked(self) -> list[str]:
        return list(await self._client.blocked())


class PythonLibrary:
    """`catchup_client`, in the process of the tests."""

    name = "python"
    encodings = tuple(Encoding)

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
    ) -> AsyncIterator[PythonDevice]:
        async with Client(
            url, token, store or ":memory:", device_id=device_id, encoding=encoding, settings=settings
        ) as client:
            device = PythonDevice(client)
            listening = asyncio.create_task(device.listen())
            # It must have subscribed before anything comes.
            await asyncio.sleep(0)
            try:
                yield device
            finally:
                listening.cancel()
                await asyncio.wait({listening})

    async def killed_catch_up(self, url: str, token: str, store: Path, *, after: float) -> bool:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "catchup_client", "catch-up", "--store", str(store), "--page", "1"),
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "clients/python"),
                "CATCHUP_URL": url,
                "CATCHUP_TOKEN": token,
            },
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(process.wait(), after)
        except TimeoutError:
            # It may have ended in this very moment.
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        code = await process.wait()
        assert code in {0, -signal.SIGKILL}
        return code == 0

    async def check(self, store: Path) -> None:
        with contextlib.closing(sqlite3.connect(store)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
