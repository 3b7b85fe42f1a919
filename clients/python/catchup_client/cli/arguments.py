"""What the command line takes."""

import argparse
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

from catchup_client.cli.group_arguments import GroupOptions, add_group, read_group
from catchup_client.errors import TokenRefused
from catchup_client.names import is_session
from catchup_client.protocol.frames import Encoding
from catchup_client.settings import MAX_PAGE_MESSAGES
from catchup_client.token import read_claims

# What a uid may have and a file's name too, on every system.
_IN_A_FILE_NAME = "!$&'()+,;=@[]^`{}"

COMMANDS = "chat|listen|catch-up|group|block|unblock|blocked"

_ENCODINGS = {"json": Encoding.JSON, "pb": Encoding.PROTOBUF}


@dataclass(frozen=True, slots=True)
class Options:
    """A checked command line."""

    command: str
    url: str
    token: str
    device: str
    uid_claim: str
    store: Path
    encoding: Encoding
    verbose: bool
    to: str
    msg: dict[str, Any]
    ack: bool
    session: str | None
    page: int
    seconds: float | None
    """For how long to wait (`chat`, `group`), or to listen."""
    at: tuple[str, ...]
    at_all: bool
    group: GroupOptions
    uid: str
    """Whom to block or unblock."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with one line instead of the whole usage."""
        self.exit(2, f"error: {message}\n")


def parse(argv: Sequence[str] | None) -> Options:
    """Read the command line; exits with 2 and one line if it can't be used."""
    parser = _parser()
    given = parser.parse_args(argv)
    url = given.url or os.environ.get("CATCHUP_URL", "")
    token = given.token or os.environ.get("CATCHUP_TOKEN", "")
    device = given.device or os.environ.get("CATCHUP_DEVICE", "")
    uid_claim = given.uid_claim or os.environ.get("CATCHUP_UID_CLAIM", "sub")
    if not url:
        parser.error("no address: give --url, or set CATCHUP_URL")
    if urlsplit(url).scheme not in {"ws", "wss"}:
        parser.error(f"--url {url!r} is not a WebSocket address: it must start with ws:// or wss://")
    if not token:
        parser.error("no token: give --token, or set CATCHUP_TOKEN")
    try:
        claims = read_claims(token, device, uid_claim)
    except TokenRefused as error:
        parser.error(f"--token can't be used: {error.reason}")
    session = getattr(given, "session", None)
    if session is not None and not is_session(session):
        parser.error(f"--session {session!r} is no session: it must be p:<uid>:<uid> or g:<groupId>")
    text = getattr(given, "text", "")
    return Options(
        command=given.command,
        url=url,
        token=token,
        device=device,
        uid_claim=uid_claim,
        store=given.store or _default_store(url, f"{claims.uid}-{claims.device_id}"),
        encoding=_ENCODINGS[given.encoding],
        verbose=given.verbose,
        to=getattr(given, "to", ""),
        msg=_json_object(parser, text) if getattr(given, "json", False) else {"message": text},
        ack=not getattr(given, "no_ack", False),
        session=session,
        page=getattr(given, "page", MAX_PAGE_MESSAGES),
        seconds=getattr(given, "seconds", None),
        at=tuple(getattr(given, "at", None) or ()),
        at_all=getattr(given, "at_all", False),
        group=read_group(given),
        uid=getattr(given, "uid", ""),
    )


def _default_store(url: str, name: str) -> Path:
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return (
        data
        / "catchup"
        / re.sub(r"[^A-Za-z0-9.-]+", "_", urlsplit(url).netloc)
        / f"{quote(name, _IN_A_FILE_NAME)}.sqlite"
    )


def _json_object(parser: argparse.ArgumentParser, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        parser.error(f"--json: the message is not JSON: {error}")
    if not isinstance(value, dict):
        parser.error('--json: the message must be a JSON object, such as \'{"message": "hello"}\'')
    return value


def _page_size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= MAX_PAGE_MESSAGES:
        raise argparse.ArgumentTypeError(f"must be 1 to {MAX_PAGE_MESSAGES}, not {size}")
    return size


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return seconds


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument("--url", help="the deployment's WebSocket address; default: $CATCHUP_URL")
    common.add_argument("--token", help="a JWT; default: $CATCHUP_TOKEN")
    common.add_argument("--device", metavar="ID", help="if the token has no deviceId; default: $CATCHUP_DEVICE")
    common.add_argument("--uid-claim", metavar="NAME", help="of the token; default: $CATCHUP_UID_CLAIM, or sub")
    common.add_argument(
        "--store", type=Path, metavar="FILE", help="the local database; default: one per uid and device"
    )
    common.add_argument("--encoding", choices=sorted(_ENCODINGS), default="json", help="default: json")
    common.add_argument("--verbose", action="store_true", help="also tell of what was repaired or ignored")

    parser = _Parser(prog="catchup_client", description="A client of Catchup, for a terminal.")
    commands = parser.add_subparsers(dest="command", required=True, metavar=COMMANDS)

    chat = commands.add_parser("chat", parents=[common], help="send a message, and wait until the server holds it")
    chat.add_argument("--to", required=True, metavar="UID", help="the receiver, or g:GROUP")
    chat.add_argument("--at", action="append", metavar="UID", help="groups: mention somebody; may be given often")
    chat.add_argument("--at-all", action="store_true", help="groups: mention everyone")
    chat.add_argument("--json", action="store_true", help='TEXT is the whole content, not {"message": TEXT}')
    chat.add_argument("--no-ack", action="store_true", help="one live attempt is enough if the receiver is online")
    chat.add_argument("--timeout", dest="seconds", type=_seconds, default=60.0, metavar="SECONDS", help="default: 60")
    chat.add_argument("text", metavar="TEXT")

    listen = commands.add_parser("listen", parents=[common], help="print messages as they come, until Ctrl-C")
    listen.add_argument("--session", help="only this one")
    listen.add_argument("--for", dest="seconds", type=_seconds, metavar="SECONDS", help="stop after that long")

    catch_up = commands.add_parser("catch-up", parents=[common], help="fetch all that this device lacks")
    catch_up.add_argument("--session", help="only this one")
    catch_up.add_argument(
        "--page",
        type=_page_size,
        default=MAX_PAGE_MESSAGES,
        metavar="N",
        help=f"1 to 100; default: {MAX_PAGE_MESSAGES}",
    )

    waiting = _Parser(add_help=False, parents=[common])
    waiting.add_argument(
        "--timeout", dest="seconds", type=_seconds, default=60.0, metavar="SECONDS", help="default: 60"
    )
    add_group(commands, waiting)
    block = commands.add_parser("block", parents=[waiting], help="take no more private messages from somebody")
    unblock = commands.add_parser("unblock", parents=[waiting], help="take them again")
    for command in (block, unblock):
        command.add_argument("uid", metavar="UID")
    commands.add_parser("blocked", parents=[waiting], help="print whom you block, a line each")
    return parser
