"""Messages and sessions in words."""

import json
from collections.abc import Sequence
from datetime import datetime

from catchup_client.names import is_group
from catchup_client.protocol.media_content import KINDS
from catchup_client.protocol.model import Content, Message
from catchup_client.protocol.signals import OnlineStatus

FAR_MS = 253_000_000_000_000
"""A time in the year 9987, beyond which Python writes none."""

ZERO_WIDTH_JOINER = "\u200d"
"""Joins the parts of many emoji. It is not printable for `str.isprintable`."""


def printable(text: str) -> str:
    r"""Escape what could move the cursor or hide text: a message must not take over the reader's terminal.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(
        char if char.isprintable() or char == ZERO_WIDTH_JOINER else char.encode("unicode_escape").decode()
        for char in text
    )


def message_line(message: Message) -> str:
    """Write a message in one line."""
    return f"{message.session_id} #{message.seq} {message_words(message)}"


def message_words(message: Message) -> str:
    """Write who said what, or what happened to the group.

    >>> message_words(Message("g:books", 1, "m", "ann", "books", {"event": "add", "uids": ["bob"]}, kind="system"))
    'ann added bob'
    """
    if message.kind == "system":
        return printable(_change(message.sender, message.content))
    if message.recalled:
        return f"{message.sender}: (recalled)"
    if message.ref is not None:
        return f"{message.sender}: {message.kind} of #{message.ref.seq}"
    if message.content.get("type") in KINDS:
        return f"{message.sender}: {printable(_file(message.content))}"
    text = message.content.get("message")
    if not isinstance(text, str) or len(message.content) > 1:
        text = json.dumps(message.content, ensure_ascii=False)
    return f"{message.sender}: {printable(text)}"


def _file(content: Content) -> str:
    """Write what a message says of its file.

    >>> _file({"type": "image", "name": "a.png", "bytes": 20480, "caption": "hello"})
    '[image a.png, 20,480 bytes] hello'
    >>> _file({"type": "voice", "bytes": 20480, "durationMs": 3400})
    '[voice, 3 s, 20,480 bytes]'
    """
    name, size, caption = content.get("name"), content.get("bytes"), content.get("caption")
    parts = [f"{content['type']} {name}" if name else str(content["type"])]
    length = content.get("durationMs")
    if isinstance(length, (int, float)):
        parts.append(f"{length / 1000:.0f} s")
    if isinstance(size, (int, float)):
        parts.append(of(int(size), "byte"))
    return f"[{', '.join(parts)}]" + (f" {caption}" if caption else "")


def _change(who: str, change: Content) -> str:
    uids = _people(change.get("uids"))
    match change.get("event"):
        case "create":
            name = f' "{change["name"]}"' if change.get("name") else ""
            return f"{who} made the group{name}" + (f" with {uids}" if uids else "")
        case "join":
            return f"{who} joined"
        case "leave":
            return f"{who} left"
        case "add":
            return f"{who} added {uids}"
        case "remove":
            return f"{who} removed {uids}"
        case "role":
            return f"{who} {_role(change)}"
        case "describe":
            return f"{who} {_description(change)}"
        case "mute":
            return f"{who} {_mute(change)}"
        case "dissolve":
            return f"{who} dissolved the group"
    # A newer server knows more kinds of changes.
    return f"{who}: {json.dumps(change, ensure_ascii=False)}"


def _role(change: Content) -> str:
    whom = change.get("uid")
    match change.get("role"):
        case "OWNER":
            return f"handed the group over to {whom}"
        case "ADMIN":
            return f"made {whom} an admin"
        case "MEMBER":
            return f"made {whom} an ordinary member"
    return f"gave {whom} the role {change.get('role')}"


def _description(change: Content) -> str:
    """Write what a group says of itself.

    >>> _description({"name": "Books", "announcement": "We meet at noon."})
    'named the group "Books" and announced: We meet at noon.'
    """
    named = [f'named the group "{change["name"]}"'] if "name" in change else []
    announced = [f"announced: {change['announcement']}"] if "announcement" in change else []
    return " and ".join([*named, *announced])


def _mute(change: Content) -> str:
    """Write who may not speak, or may again.

    >>> _mute({"uid": "bob", "until": 0}), _mute({"until": 0})
    ('let bob speak', 'let everyone speak')
    """
    until = change.get("until")
    if not isinstance(until, (int, float)) or until <= 0:
        return f"let {change.get('uid', 'everyone')} speak"
    return f"muted {change.get('uid', 'all but the owner and admins')} until {when(int(min(until, FAR_MS)))}"


def _people(uids: object) -> str:
    """Write some names as a list.

    >>> _people(["bob"]), _people(["bob", "eve", "dan"])
    ('bob', 'bob, eve and dan')
    """
    names = [str(uid) for uid in uids] if isinstance(uids, (list, tuple)) else []
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def typing_line(session_id: str, uids: Sequence[str]) -> str:
    """Write who types in a session.

    >>> typing_line("g:books", ["ann", "bob"])
    'g:books: ann and bob are typing'
    """
    return printable(f"{session_id}: {_people(list(uids))} {'is' if len(uids) == 1 else 'are'} typing")


def status_line(uid: str, status: OnlineStatus) -> str:
    """Write whether a person is online.

    >>> status_line("ann", OnlineStatus(online=True)), status_line("bob", OnlineStatus(online=False))
    ('ann: online', 'bob: offline')
    """
    if status.online:
        return f"{printable(uid)}: online"
    seen = f", last seen {when(status.last_seen_ms)}" if status.last_seen_ms else ""
    return f"{printable(uid)}: offline{seen}"


def of(count: int, what: str) -> str:
    """Write a number of things.

    >>> of(1, "page"), of(2000, "page")
    ('1 page', '2,000 pages')
    """
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def when(ms: int) -> str:
    """Write a time in the local time zone."""
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M") if ms else "-"


def person_in(session_id: str, me: str) -> str:
    """Return whom a private session is with; of a group, its id.

    >>> person_in("p:alice:bob", "bob"), person_in("g:books", "bob")
    ('alice', 'books')
    """
    if is_group(session_id):
        return session_id.removeprefix("g:")
    _, first, second = session_id.split(":")
    return second if first == me else first
