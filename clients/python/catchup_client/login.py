"""Logging in on a new connection, with all pages of counters (docs/protocol.md, sections 4 and 7)."""

from catchup_client.arrivals import Arrivals
from catchup_client.connection import Connection
from catchup_client.errors import ConnectionLost, DeviceReplaced, ProtocolViolation, RequestRefused, TokenRefused
from catchup_client.events import LoginReport
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.requests import Counters, Login


async def log_in(connection: Connection, arrivals: Arrivals) -> LoginReport:
    """Log in and add all counters, also of recalls and edits since the last login that came so far.

    Each frame is one transaction, and adding a counter twice changes nothing.
    If the server has another data set than before, the store starts anew first.

    Raises a Transient if a new connection may help; DeviceReplaced, TokenRefused or RequestRefused if not.
    """
    since = arrivals.last_login()
    try:
        reply = await connection.exchange(Login(since))
    except RequestRefused as error:
        if error.code is Code.ABORTED:
            raise DeviceReplaced from error
        if error.code is Code.UNAUTHENTICATED:
            raise TokenRefused("it has expired") from error
        if error.code in RETRYABLE:
            raise ConnectionLost(str(error), error.retry_after) from error
        raise
    except ProtocolViolation as error:
        # Not an error that stops the client: it must recover by itself once the server is repaired.
        raise ConnectionLost(str(error)) from error
    arrivals.meet(reply.body.epoch)
    time_ms = reply.body.time_ms
    settings_sum, ahead_ms = reply.body.settings_sum, reply.ahead_ms
    arrivals.compare_hidden(reply.body.hidden_sum)
    arrivals.take_receipts(reply.body.receipts)
    frames, size, seconds, sessions, unread = 0, 0, 0.0, 0, 0
    while True:
        frames, size, seconds = frames + 1, size + reply.bytes, seconds + reply.seconds
        sessions += len(reply.body.counters)
        unread += arrivals.add_counters(reply.body.counters).added
        connection.admit_pushes()
        if not reply.body.next:
            arrivals.end_login(time_ms)  # over HTTP it is 0
            arrivals.compare_settings(settings_sum)
            return LoginReport(frames, size, seconds, sessions, unread, ahead_ms)
        try:
            reply = await connection.exchange(Counters(next=reply.body.next, since=since))
        except (RequestRefused, ProtocolViolation) as error:
            # A new login gives a new `next`.
            raise ConnectionLost(str(error)) from error
