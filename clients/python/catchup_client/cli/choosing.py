"""The command `set`: how a session is shown, on all devices."""

import re

import click

from catchup_client.cli.finding import find_session
from catchup_client.cli.words import when
from catchup_client.client import Client
from catchup_client.protocol.session_settings import FOR_EVER
from catchup_client.store.results import SessionState

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def duration(text: str) -> int | None:
    """Read how long to mute, in milliseconds; None: for ever.

    >>> duration("8h"), duration("90m"), duration("ever")
    (28800000, 5400000, None)
    """
    if text == "ever":
        return None
    found = _DURATION.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no time: write 30m, 8h, 7d, or ever")
    return int(found[1]) * _SECONDS[found[2]] * 1_000


async def choose(
    client: Client,
    *,
    session: str,
    mute: int | None,
    is_muted: bool | None,
    pinned: bool | None,
    hidden: bool | None,
    marked_unread: bool | None,
) -> None:
    """Choose, wait until the server has it, and print what holds now."""
    state = await find_session(client, session)
    until = None
    if is_muted is not None:
        until = 0 if not is_muted else FOR_EVER if mute is None else client.now_ms() + mute
    await client.set_settings(
        state.session_id, muted_until_ms=until, pinned=pinned, hidden=hidden, marked_unread=marked_unread
    )
    now = next(each for each in client.sessions() if each.session_id == state.session_id)
    print(f"{now.session_id}: {', '.join(settings_words(now, client.now_ms())) or 'shown as any other session'}")


def settings_words(state: SessionState, now_ms: int) -> list[str]:
    """Write what is special about how a session is shown at this time."""
    settings, words = state.settings, []
    if settings.pinned_at_ms:
        words.append("pinned")
    if settings.muted(now_ms):
        words.append("muted" if settings.muted_until_ms == FOR_EVER else f"muted until {when(settings.muted_until_ms)}")
    if state.hidden:
        words.append("hidden")
    if settings.marked_at is not None:
        words.append("marked as unread")
    return words
