"""What the service logs while it is fuzzed, and whether a frame shows in it."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from tests.support.requests import MARKER

# As much of a frame as can't be in a log by chance.
WINDOW = 32
SAMPLES = 8
# All that a line may have of a frame; a person may have written it, but it has the form of an id.
_MSG_ID = re.compile(r'"msg_id": ?"[A-Za-z0-9_-]{1,64}"')


class Captured(io.StringIO):
    """Everything that is printed or logged."""

    def take(self) -> str:
        """What has come since the last time."""
        text = self.getvalue()
        if text:
            self.seek(0)
            self.truncate()
        return text

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Takes what is printed meanwhile; where Lambda has its log group, pytest has a capture of its own."""
        with redirect_stdout(self), redirect_stderr(self):
            yield

    def listen_to(self, logger: Any) -> None:
        """Sends a logger's output here, all of it: what only a developer turns on must not show a secret either."""
        logger.setLevel(logging.DEBUG)
        for handler in logger.handlers:
            handler.setStream(self)


@contextmanager
def captured() -> Iterator[Captured]:
    """Listens to what libraries log as warnings, as Lambda would write it to its log group."""
    logs = Captured()
    handler = logging.StreamHandler(logs)
    handler.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield logs
    finally:
        root.removeHandler(handler)


def leak(logged: str, frame: str) -> str:
    """What of the frame stands in the log, but for its msgId; "" if nothing does."""
    if not logged:
        return ""
    logged = _MSG_ID.sub("", logged)
    if MARKER in logged:
        return MARKER
    step = max(WINDOW, len(frame) // SAMPLES)
    windows = (frame[at : at + WINDOW] for at in range(0, len(frame) - WINDOW, step))
    return next((window for window in windows if window in logged), "")
