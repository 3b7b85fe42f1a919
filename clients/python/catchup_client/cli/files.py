"""The commands about files, and `forward`."""

import asyncio
import math
from pathlib import Path
from typing import Any

import click

from catchup_client.cli.arguments import Place, seconds, session, with_place
from catchup_client.cli.chatting import NotSentInTime, receiver
from catchup_client.cli.connecting import connected
from catchup_client.cli.declaring import answered_in_time, command
from catchup_client.cli.finding import find_session
from catchup_client.cli.output import transferring
from catchup_client.cli.words import printable
from catchup_client.client import Client
from catchup_client.errors import FileUnusable
from catchup_client.protocol.media_content import KINDS, file_name
from catchup_client.protocol.pictures import MIMES

_timeout = click.option(
    "--timeout", "seconds", type=seconds, default=600.0, metavar="SECONDS", help="How long to wait; default: 600."
)


@click.command("send-file")
@click.option("--to", required=True, metavar="UID", help="The receiver, or g:GROUP.")
@click.option("--caption", metavar="TEXT", help="A text beside it.")
@click.option("--type", type=click.Choice(KINDS), help="Default: image for pictures, else file.")
@click.option("--mime", metavar="TYPE", help="The media type; default: what the file tells.")
@click.option("--name", metavar="NAME", help="Of the file, for others; default: its own, of a picture none.")
@click.option("--width", type=click.IntRange(min=1), metavar="PIXELS", help="Of a film; pictures tell it themselves.")
@click.option("--height", type=click.IntRange(min=1), metavar="PIXELS", help="The same.")
@click.option("--duration", type=seconds, metavar="SECONDS", help="Of a voice or a film.")
@click.option(
    "--keep-metadata", is_flag=True, help="Send a JPEG with all that its camera has noted, such as the place."
)
@click.option("--at", multiple=True, metavar="UID", help="Groups: mention this person; may be repeated.")
@click.option("--at-all", is_flag=True, help="Groups: mention everyone.")
@_timeout
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@with_place
def send_file(
    place: Place,
    *,
    to: str,
    path: Path,
    duration: float | None,
    keep_metadata: bool,
    at: tuple[str, ...],
    at_all: bool,
    seconds: float,
    **given: Any,
) -> None:
    """Send a picture, a voice, a film or another file, and wait until the server has stored it."""
    if not to.strip():
        raise click.UsageError("--to is empty: name a uid, or g:GROUP")
    facts = {name: value for name, value in given.items() if value is not None}
    if duration is not None:
        facts["duration_ms"] = math.ceil(duration * 1_000)

    async def send(client: Client) -> None:
        whom = await receiver(client, to)
        try:
            async with asyncio.timeout(seconds):
                with transferring("sending") as on_progress:
                    sent = await client.send_file(
                        whom, path, keep_metadata=keep_metadata, at=at, at_all=at_all, on_progress=on_progress, **facts
                    )
        except TimeoutError as error:
            raise NotSentInTime(seconds, str(place.store)) from error
        print(f"sent: {sent.session_id} #{sent.seq}")

    connected(place, lambda client, _: send(client))


@click.command()
@click.option(
    "--to", "path", type=click.Path(path_type=Path), metavar="PATH", help="A file or a folder; default: here."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_timeout
@click.argument("session", type=session)
@click.argument("seq", type=click.IntRange(min=1), metavar="SEQ")
@with_place
def download(place: Place, *, session: str, seq: int, path: Path | None, force: bool, seconds: float) -> None:
    """Save the file of a message: the one that `show` lists with this SEQ."""

    async def fetch(client: Client) -> None:
        state = await find_session(client, session)
        into = path or Path()
        if into.is_dir():
            into /= await _name(client, state.session_id, seq)
        if into.exists() and not force:
            raise FileUnusable(str(into), "is there already: name another one with --to, or give --force")
        with transferring("fetching") as on_progress:
            found = await client.download(state.session_id, seq, into, on_progress)
        print(f"saved: {printable(str(into))}, {found.bytes:,} bytes, {printable(found.mime)}")

    answered_in_time(place, "download", fetch, seconds, look_with="download SESSION SEQ")


async def _name(client: Client, session_id: str, seq: int) -> str:
    """Return a name for the file of a message: what its sender says, in this folder and visible, or one made up."""
    for message in client.messages(session_id, before=seq + 1, limit=1):
        said = message.content.get("name")
        if message.seq == seq and isinstance(said, str) and said.lstrip("."):
            return file_name(said.lstrip("."))
    mime = (await client.media(session_id, seq)).mime
    end = next((end for end, each in MIMES.items() if each == mime), "")
    return f"file-{seq}" + (f".{end}" if end else "")


async def _forward(client: Client, *, session: str, seq: int, to: str, caption: str | None) -> None:
    state = await find_session(client, session)
    await client.catch_up(state.session_id)
    sent = await client.forward(await receiver(client, to), state.session_id, seq, caption=caption)
    print(f"sent: {sent.session_id} #{sent.seq}")


def declare(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(send_file)
    group.add_command(download)
    command(
        group,
        "forward",
        "Send a message on: the one that `show` lists with this SEQ. No file is copied.",
        _forward,
        click.option("--to", required=True, metavar="UID", help="The receiver, or g:GROUP."),
        click.option("--caption", metavar="TEXT", help="Another text beside a file; default: the same."),
        click.argument("session", type=session),
        click.argument("seq", type=click.IntRange(min=1), metavar="SEQ"),
        look_with="show SESSION",
    )
