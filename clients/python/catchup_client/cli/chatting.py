"""The command `chat`."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from catchup_client.cli.finding import NotFound, close_to, groups_called
from catchup_client.cli.output import say
from catchup_client.cli.words import message_line, person_in, printable
from catchup_client.client import Client
from catchup_client.errors import CatchupError, InvalidInput
from catchup_client.names import SessionId, Uid, private_session
from catchup_client.protocol.model import Content


class NotSentInTime(CatchupError):
    """The server hasn't acknowledged a message in time."""

    def __init__(self, seconds: float, store: str) -> None:
        super().__init__(seconds, store)
        self.seconds = seconds
        self.store = store

    def __str__(self) -> str:
        return f"not acknowledged within {self.seconds:g} s: it stays in {self.store}, and the next command sends it"


@dataclass(frozen=True, slots=True)
class Chat:
    """What to send, and how."""

    to: str
    msg: Content
    ack: bool
    at: Sequence[str]
    at_all: bool
    seconds: float
    store: str

    async def send(self, client: Client) -> None:
        """Send the message; print its session and seq, and its text if moderation has changed it."""
        to = await receiver(client, self.to)
        try:
            async with asyncio.timeout(self.seconds):
                sent = await client.send(to, self.msg, ack=self.ack, at=self.at, at_all=self.at_all)
        except TimeoutError as error:
            raise NotSentInTime(self.seconds, self.store) from error
        print(f"sent: {sent.session_id} #{sent.seq}")
        (stored,) = client.messages(sent.session_id, before=sent.seq + 1, limit=1)
        if stored.content != self.msg:
            print(f"masked: {message_line(stored)}")


async def receiver(client: Client, to: str) -> str:
    """Return the receiver of a message; raises NotFound if the name is probably a mistake.

    The server has no list of people: it stores a message to any uid, even if nobody uses it yet.
    """
    if to.startswith("g:"):
        return to
    if ":" in to:
        session_id = SessionId(to)
        if client.uid not in to.split(":")[1:]:
            raise InvalidInput("--to", f"must be a session of {client.uid}, who sends")
        return person_in(session_id, client.uid)
    session_id = private_session(client.uid, Uid(to))
    if any(state.session_id == session_id for state in client.sessions()):
        return to
    sessions = await client.refresh_sessions()
    if any(state.session_id == session_id for state in sessions):
        return to
    if groups := groups_called(sessions, to):
        group = groups[0].session_id
        raise NotFound(to, f"is a group of yours: use --to {group}; for a person of that name, --to {session_id}")
    near = close_to(to, sessions, client.uid)
    if near is not None and sys.stdin.isatty():
        question = f"You have never talked with {printable(to)}. Did you mean {near}? Send it to {printable(to)}?"
        if not click.confirm(question, err=True):
            raise NotFound(to, "nothing was sent")
    elif near is not None:
        say(f"{printable(to)}: your first message to this name; did you mean {near}?")
    return to
