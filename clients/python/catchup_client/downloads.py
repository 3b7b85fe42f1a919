"""Fetches the files of messages (docs/protocol.md, section 4, *media*)."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from typing import BinaryIO

from catchup_client.errors import FileUnusable, TransferFailed
from catchup_client.link import Link
from catchup_client.names import Seq, SessionId
from catchup_client.protocol.media import MediaReply
from catchup_client.protocol.uploading import Media
from catchup_client.settings import Settings
from catchup_client.timing import Timing
from catchup_client.transfers import Transfers

OnTransfer = Callable[[int, int], None]
"""Is called with the bytes that were transferred, and with all bytes of the file."""


class Downloads:
    """Asks where files are, and fetches them."""

    def __init__(self, link: Link, transfers: Transfers, settings: Settings, timing: Timing) -> None:
        self._link = link
        self._transfers = transfers
        self._most_failures = settings.internal_errors
        self._timing = timing

    async def where(self, session_id: SessionId, seq: Seq) -> MediaReply:
        """Ask where the file of a message is."""
        return (await self._link.request(Media(session_id, seq))).body

    async def fetch(self, session_id: SessionId, seq: Seq, path: str, on_progress: OnTransfer) -> MediaReply:
        """Save the file of a message under a path, where it appears when all of it has come."""
        into = await asyncio.to_thread(_open, path)
        try:
            with into:
                found = await self._fetch(session_id, seq, into, on_progress)
            os.replace(into.name, path)
        except OSError as error:
            raise _unusable(path, error) from error
        finally:
            with contextlib.suppress(OSError):
                os.remove(into.name)
        return found

    async def _fetch(self, session_id: SessionId, seq: Seq, into: BinaryIO, on_progress: OnTransfer) -> MediaReply:
        backoff, failures = self._link.backoff(), 0
        while True:
            found = await self.where(session_id, seq)  # an address lives for minutes, and a download may last longer
            had, total = into.tell(), found.bytes
            try:
                await self._transfers.get(found.url, into, lambda got, total=total: on_progress(got, total))  # type: ignore[misc]
                if into.tell() != total:
                    raise TransferFailed(f"gave {into.tell():,} bytes, not {total:,}")
            except TransferFailed:
                failures = 0 if had < into.tell() < total else failures + 1
                if failures >= self._most_failures:
                    raise
                if into.tell() >= total:
                    into.seek(0)
                    into.truncate()
                await self._timing.sleep(backoff.next())
            else:
                return found


def _open(path: str) -> BinaryIO:
    """Open a new file beside the one that is to be written."""
    if os.path.isdir(path):
        raise FileUnusable(path, "is a folder")
    try:
        return open(f"{path}.part", "wb")
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: str, error: OSError) -> FileUnusable:
    return FileUnusable(path, f"can't be written: {error.strerror or error}")
