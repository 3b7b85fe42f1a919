"""The options that all commands have, and the checks of arguments."""

import functools
import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

import click

from catchup_client.errors import AddressInvalid, TokenRefused
from catchup_client.protocol.frames import Encoding
from catchup_client.token import read_claims
from catchup_client.transports import TRANSPORTS, TransportName

# Characters of a uid that are allowed in file names on every system.
_IN_A_FILE_NAME = "!$&'()+,;=@[]^`{}"
# Only the shape: the server checks the characters.
_SESSION = re.compile(r"p:[^:\s]+:[^:\s]+|g:[^:\s]+")

_ENCODINGS = {"json": Encoding.JSON, "pb": Encoding.PROTOBUF}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Place:
    """The server, the account and the store that a command works with."""

    url: str
    token: str
    device: str
    uid_claim: str
    store: Path
    encoding: Encoding
    transport: TransportName
    verbose: bool


def seconds(text: str) -> float:
    """Read a number of seconds, more than 0."""
    try:
        value = float(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a number") from error
    if not 0 < value < math.inf:
        raise click.BadParameter(f"must be more than 0, not {text}")
    return value


timeout_option = click.option(
    "--timeout", "seconds", type=seconds, default=60.0, metavar="SECONDS", help="How long to wait; default: 60."
)


def session(text: str) -> str:
    """Check the shape of a session's id, or of the name of a person or a group, which `find_session` turns into one."""
    if not _SESSION.fullmatch(text) and (":" in text or not text.strip()):
        raise click.BadParameter(
            f"{text!r} is no session: it must be p:<uid>:<uid>, g:<groupId>, or a person's or group's name"
        )
    return text


def group_name(text: str) -> str:
    """Check that a group's name is not empty."""
    if not text.strip():
        raise click.UsageError("the group's name is empty")
    return text


def text_option(text: str, *, as_json: bool) -> dict[str, Any]:
    """Return the content of a message that was typed; raises UsageError if it is empty."""
    if not as_json:
        if not any(char.isprintable() and not char.isspace() for char in text):
            raise click.UsageError("the text is empty: nothing was sent")
        return {"message": text}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"--json: the message is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError('--json: the message must be a JSON object, such as \'{"message": "hello"}\'')
    if not value:
        raise click.UsageError("--json: the message is empty: nothing was sent")
    return value


# Each may stand before the command or after it. If both are given, the one after it counts.
_COMMON = (
    click.option("--url", help="The deployment's address of this transport; default: $CATCHUP_URL."),
    click.option("--transport", type=click.Choice(TRANSPORTS), help="Of the address; default: websocket."),
    click.option("--token", help="A JWT; default: $CATCHUP_TOKEN."),
    click.option("--device", metavar="ID", help="The device, if the token names none; default: $CATCHUP_DEVICE."),
    click.option(
        "--uid-claim", metavar="NAME", help="The token's claim with the uid; default: $CATCHUP_UID_CLAIM, or sub."
    ),
    click.option(
        "--store",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The local database; default: one per uid and device.",
    ),
    click.option("--encoding", type=click.Choice(sorted(_ENCODINGS)), help="Of the frames; default: json."),
    click.option("--verbose", is_flag=True, default=None, help="Also print what was repaired or ignored."),
)
_NAMES = ("url", "transport", "token", "device", "uid_claim", "store", "encoding", "verbose")


def common_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options that all commands have."""
    for option in reversed(_COMMON):
        command = option(command)
    return command


def remember(**given: Any) -> None:
    """Keep the options that stood before the command, for `with_place`."""
    before: dict[str, Any] = click.get_current_context().ensure_object(dict)
    before.update({name: value for name, value in given.items() if value is not None})


def with_place(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command a checked `Place`, made of these options, as its first argument."""

    @common_options
    @functools.wraps(command)
    def wrapped(**given: Any) -> R:
        before: dict[str, Any] = click.get_current_context().ensure_object(dict)
        common = {name: given.pop(name) if given.get(name) is not None else before.get(name) for name in _NAMES}
        for name in _NAMES:
            given.pop(name, None)
        return command(_place(common), **given)

    return wrapped


def _place(given: dict[str, Any]) -> Place:
    url = given["url"] or os.environ.get("CATCHUP_URL", "")
    # A token is often read from a file, or pasted.
    token = (given["token"] or os.environ.get("CATCHUP_TOKEN", "")).strip()
    device = given["device"] or os.environ.get("CATCHUP_DEVICE", "")
    uid_claim = given["uid_claim"] or os.environ.get("CATCHUP_UID_CLAIM") or "sub"
    if not url:
        raise click.UsageError("no address: give --url, or set CATCHUP_URL")
    transport: TransportName = given["transport"] or "websocket"
    host = _host(url, transport)
    if not token:
        raise click.UsageError("no token: give --token, or set CATCHUP_TOKEN")
    try:
        claims = read_claims(token, device, uid_claim)
    except TokenRefused as error:
        raise click.UsageError(f"--token can't be used: {error.reason}") from error
    return Place(
        url=url,
        token=token,
        device=device,
        uid_claim=uid_claim,
        store=given["store"] or _default_store(host, f"{claims.uid}-{claims.device_id}"),
        encoding=_ENCODINGS[given["encoding"] or "json"],
        transport=transport,
        verbose=bool(given["verbose"]),
    )


def _host(url: str, transport: TransportName) -> str:
    """Return host and port of an address; raises UsageError if it is none of this transport."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise click.UsageError(f"--url {url!r} is not an address: {error}") from error
    scheme = "http" if transport == "http" else "ws"
    if parts.scheme not in {scheme, f"{scheme}s"} or not host:
        hint = "; for an HTTP address add --transport http" if parts.scheme in {"http", "https"} else ""
        raise click.UsageError(f"--url {AddressInvalid(url, scheme)}{hint}")
    return parts.netloc


def _default_store(host: str, name: str) -> Path:
    try:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    except RuntimeError as error:
        raise click.UsageError("there is no home directory: give --store, or set XDG_DATA_HOME") from error
    # Other characters are encoded, so that two names never become one file.
    return data / "catchup" / re.sub(r"[^A-Za-z0-9.-]+", "_", host) / f"{quote(name, _IN_A_FILE_NAME)}.sqlite"
