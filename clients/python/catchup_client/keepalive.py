"""Keeping one connection alive until it is time for a new one (docs/protocol.md, section 1)."""

import asyncio

from catchup_client.connection import Connection
from catchup_client.errors import ConnectionLost, ProtocolViolation, RequestRefused, TokenRefused
from catchup_client.protocol.codes import Code
from catchup_client.protocol.requests import Ping
from catchup_client.settings import Settings
from catchup_client.timing import Timing

TOKEN_EXPIRED = "the token has expired"
"""The reason for giving up a connection after a request was answered UNAUTHENTICATED."""


def lifetime(settings: Settings, timing: Timing, token_expires_at_ms: int | None) -> float:
    """Return after how many seconds a connection is replaced by a new one.

    Args:
        settings: the limits.
        timing: the clock, and random numbers, so that many clients don't reconnect at one moment.
        token_expires_at_ms: when the token expires, in milliseconds since 1970; None if it can't be renewed.

    """
    longest = settings.reconnect_after * (1 - 0.1 * timing.random())
    if token_expires_at_ms is None:
        return longest
    left = (token_expires_at_ms - timing.now_ms()) / 1000 - settings.token_margin
    # A source of short-lived tokens must not make the client connect in a tight loop.
    return min(longest, max(left, settings.stable_after))


async def keep_alive(connection: Connection, seconds: float, settings: Settings, timing: Timing) -> None:
    """Ping a connection whenever it is idle, until `seconds` have passed.

    Raises ConnectionLost or AnswerTimeout if the connection ends before; TokenRefused if the token has expired.
    """
    end = timing.monotonic() + seconds
    while (now := timing.monotonic()) < end:
        idle_at = connection.sent_at + settings.ping_after
        if now >= idle_at:
            await _ping(connection)
            continue
        gone = asyncio.create_task(connection.gone.wait())
        sleeping = asyncio.ensure_future(timing.sleep(min(idle_at, end) - now))
        try:
            await asyncio.wait({gone, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            sleeping.cancel()
        if connection.lost == TOKEN_EXPIRED:
            raise TokenRefused("it has expired")
        if connection.lost is not None:
            raise ConnectionLost(connection.lost)


async def _ping(connection: Connection) -> None:
    try:
        await connection.exchange(Ping())
    except (RequestRefused, ProtocolViolation) as error:
        if isinstance(error, RequestRefused) and error.code is Code.UNAUTHENTICATED:
            raise TokenRefused("it has expired") from error
        # Any other answer shows that the connection is alive.
