"""The @connections API of API Gateway."""

import random
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from catchup.clock import Clock, deadline
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.domain.reading import Position
from catchup.domain.signal import Signal
from catchup.errors import Unavailable
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.ports import PushResult
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import encode
from catchup.wire.pushes import head_push, message_push, notice_push, read_to_push, signal_push

# Throttled posts are tried again after a pause with full jitter; a push is a convenience, so not for long.
MAX_POSTS = 3
FIRST_PAUSE_MS = 50

_GONE = 410
_THROTTLED = 429


class Connections:
    """Pushes messages, and closes replaced connections. The client is made at first use."""

    def __init__(
        self,
        make_client: Callable[[], Any],
        clock: Clock,
        telemetry: Telemetry,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._make_client = make_client
        self._telemetry = telemetry
        self._clock = clock
        self._sleep = sleep
        # The last encoded message, and its frames.
        self._encoded: dict[Encoding, tuple[object, bytes]] = {}

    def message(self, to: Endpoint, message: Message) -> PushResult:
        """One post; up to three if the account is throttled."""
        frame = self._frame(to, message, lambda: message_push(message, self._clock()))
        return self._post(to, frame)

    def head(self, to: Endpoint, session: SessionId, seq: Seq, number: int) -> PushResult:
        frame = self._frame(to, (session, seq), lambda: head_push(session, seq, number, self._clock()))
        return self._post(to, frame)

    def signal(self, to: Endpoint, signal: Signal) -> PushResult:
        """One post: a signal that comes late says nothing."""
        return self._post(to, self._frame(to, signal, lambda: signal_push(signal, self._clock())), posts=1)

    def read_to(self, to: Endpoint, reader: Uid, session: SessionId, position: Position) -> PushResult:
        what = (reader, session, position)
        return self._post(to, self._frame(to, what, lambda: read_to_push(reader, session, position, self._clock())))

    def notice(self, to: Endpoint, frame: bytes) -> PushResult:
        return self._post(to, self._frame(to, frame, lambda: notice_push(frame, self._clock())))

    def _frame(self, to: Endpoint, what: object, envelope: Callable[[], pb.Envelope]) -> bytes:
        """Returns the frame. A message to many connections is encoded once per encoding."""
        encoding = to.connection.encoding
        encoded, frame = self._encoded.get(encoding, (None, b""))
        if encoded != what:
            frame = encode(envelope(), encoding).encode()
            self._encoded[encoding] = what, frame
        return frame

    def _post(self, to: Endpoint, frame: bytes, posts: int = MAX_POSTS) -> PushResult:
        pause_ms = 0.0
        for attempt in range(posts):
            if not deadline().allows(pause_ms):
                return PushResult.LATE
            if pause_ms:
                self._sleep(pause_ms / 1_000)
            try:
                self._client.post_to_connection(ConnectionId=to.connection.connection_id, Data=frame)
            except ClientError as error:
                status = _status(error)
                if status == _GONE:
                    return PushResult.GONE
                if status != _THROTTLED:
                    break
                self._telemetry.count(Metric.THROTTLED_PUSHES)
            except (BotoCoreError, Unavailable):
                break
            else:
                return PushResult.DELIVERED
            pause_ms = random.uniform(1, FIRST_PAUSE_MS * 2**attempt)
        # With more time it might have succeeded.
        return PushResult.FAILED if deadline().allows() else PushResult.LATE

    def close(self, connection: Connection) -> None:
        """Closes a connection, with one attempt. If it is already gone, this counts as closed."""
        try:
            self._client.delete_connection(ConnectionId=connection.connection_id)
        except (BotoCoreError, ClientError, Unavailable):
            return

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
