"""What a scenario does with a client library: the calls that all libraries have, in the words of the Python one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Protocol

from catchup_client import Code, Encoding, EndReason, Message, Role, Sent, Settings

P = ParamSpec("P")
SOON_SECONDS = 30


@dataclass
class Heard:
    """What a device has told its application so far."""

    messages: list[Message] = field(default_factory=list)
    """Those that are new to it, in the order in which they were told."""
    unread: dict[str, int] = field(default_factory=dict)
    """The red dots that have changed, by session."""
    epochs: list[str] = field(default_factory=list)
    """Of the data sets with which it has started anew."""
    typing: dict[str, list[str]] = field(default_factory=dict)
    """Who types, by session."""
    offline: int = 0
    """How often it has lost its connection, or could not open one."""


class Device(Protocol):
    """One account on one device, which is running."""

    heard: Heard

    async def logged_in(self) -> int:
        """Wait for a connection, and return by how much `unread` grew at its login."""

    async def send(
        self, to: str, msg: dict[str, Any], *, ack: bool = True, at: Sequence[str] = (), msg_id: str | None = None
    ) -> Sent:
        """Wait until the server has stored it. Raises RequestRefused."""

    async def post(self, to: str, msg: dict[str, Any]) -> None:
        """Put it into the outbox."""

    async def outbox(self) -> list[tuple[dict[str, Any], Code | None]]:
        """The content of each message that is not sent, and why it isn't sent again."""

    async def catch_up(self, session_id: str | None = None, *, on_page: Callable[[], None] | None = None) -> None:
        """Fetch all that is missing. `on_page` is called when a page has come."""

    def pages(self, session_id: str, limit: int) -> AsyncIterator[list[Message]]:
        """Go through it as a person scrolls up: newest first; what is not saved is fetched."""

    async def end_reason(self, session_id: str) -> EndReason:
        """Why nothing is older than what is saved of a session that was caught up with."""

    async def unread(self) -> dict[str, int]:
        """The red dots of all sessions."""

    async def messages(self, session_id: str) -> list[Message]:
        """What is saved, oldest first."""

    async def gaps(self, session_id: str) -> list[tuple[int, int]]:
        """The ranges of seqs that are missing."""

    async def mentions(self, session_id: str) -> list[int]:
        """The seqs of unread messages that mention this account."""

    async def mark_read(self, session_id: str) -> None:
        """The person has read it."""

    async def recall(self, session_id: str, seq: int) -> Sent:
        """Take a message back. As `edit`, it raises RequestRefused."""

    async def edit(self, session_id: str, seq: int, msg: dict[str, Any]) -> Sent:
        """Replace the content of an own message."""

    async def hide(self, session_id: str, seqs: Sequence[int]) -> None:
        """Hide messages from this account."""

    async def mute(self, session_id: str, until_ms: int) -> None:
        """Mute a session for this account."""

    async def pin(self, session_id: str) -> None:
        """Pin a session."""

    async def settings(self, session_id: str) -> tuple[bool, int]:
        """Whether it is pinned, and until when it is muted."""

    async def typing(self, to: str) -> None:
        """The person types."""

    async def online(self, uids: Sequence[str]) -> dict[str, bool]:
        """Who of them is online."""

    async def describe(self, group: str, name: str, announcement: str) -> Sent:
        """Change a group's name and announcement."""

    async def description(self, group: str) -> tuple[str, str]:
        """Its name and announcement."""

    async def mute_member(self, group: str, uid: str, until_ms: int) -> Sent:
        """Let a member only read until then; 0 ends it."""

    async def ask_to_join(self, group: str, note: str) -> None:
        """Ask its owner and admins."""

    async def join_requests(self, group: str) -> list[tuple[str, str]]:
        """Who asks, and with which note."""

    async def approve(self, group: str, uids: Sequence[str]) -> Sent:
        """Admit them."""

    async def dissolve(self, group: str) -> Sent:
        """End it."""

    async def create_group(
        self, name: str, uids: Sequence[str] = (), *, group: str, is_open: bool = False, asks: bool = False
    ) -> Sent:
        """As all changes of a group, it raises RequestRefused."""

    async def join(self, group: str) -> Sent:
        """Join an open group."""

    async def leave(self, group: str) -> Sent:
        """Leave it."""

    async def add(self, group: str, uids: Sequence[str]) -> Sent:
        """Make others members."""

    async def remove(self, group: str, uids: Sequence[str]) -> Sent:
        """End the membership of others."""

    async def set_role(self, group: str, uid: str, role: Role) -> Sent:
        """Change a member's role."""

    async def members(self, group: str) -> list[tuple[str, Role]]:
        """All members, by uid."""

    async def block(self, uid: str) -> None:
        """Refuse this person's messages."""

    async def unblock(self, uid: str) -> None:
        """Take them again."""

    async def blocked(self) -> list[str]:
        """Who is blocked."""


class Library(Protocol):
    """A client library."""

    name: str
    encodings: tuple[Encoding, ...]

    def device(
        self,
        url: str,
        token: str,
        store: Path | None = None,
        *,
        device_id: str = "",
        encoding: Encoding = Encoding.JSON,
        settings: Settings = Settings(),
    ) -> AbstractAsyncContextManager[Device]:
        """Start a device. Its database is at this path, or in memory."""

    async def killed_catch_up(self, url: str, token: str, store: Path, *, after: float) -> bool:
        """Catch up in a process of its own, a message a page; kill it after that many seconds.

        Returns whether it had come to its end before.
        """

    async def check(self, store: Path) -> None:
        """Fail if the database at this path is damaged."""


async def eventually(expected: object, look: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Wait until this is what one sees."""
    seen = await look(*args, **kwargs)
    try:
        async with asyncio.timeout(SOON_SECONDS):
            while seen != expected:
                await asyncio.sleep(0.02)
                seen = await look(*args, **kwargs)
    except TimeoutError:
        raise AssertionError(f"still {seen!r}, not {expected!r}") from None


async def contents(device: Device, session_id: str) -> list[dict[str, Any]]:
    """What is saved of a session, oldest first."""
    return [dict(message.content) for message in await device.messages(session_id)]
