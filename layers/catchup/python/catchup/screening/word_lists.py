"""The word lists in S3, as a judge: kept in the function's memory, asked for anew now and then.

    send ── younger than a minute? ── yes ── the lists in memory
                  │ no
            GetObject If-None-Match ── 304 ── the lists in memory
                  ├── 200, readable ── the new lists
                  └── no answer, or not readable ── the last lists that there were; none ever: Unavailable

A change of the document needs no deployment, and reaches each instance of the function within that minute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from catchup.clock import Clock
from catchup.domain.ids import SessionId, Uid
from catchup.domain.screening import Verdict
from catchup.errors import Unavailable
from catchup.metrics import Metric, Telemetry
from catchup.screening.automaton import compiled
from catchup.screening.document import parse
from catchup.settings import MAX_WORD_LIST_BYTES

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class _Known:
    judge: Callable[[str], Verdict]
    etag: str


class WordLists:
    """A judge of texts. `make_client`: makes an S3 client, at first use."""

    def __init__(
        self,
        make_client: Callable[[], Any],
        *,
        bucket: str,
        key: str,
        fresh_seconds: int,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._make_client = make_client
        self._place = {"Bucket": bucket, "Key": key}
        self._fresh_ms = fresh_seconds * 1_000
        self._clock = clock
        self._telemetry = telemetry
        self._known: _Known | None = None
        self._asked_at_ms = 0

    def __call__(self, text: str, _sender: Uid, _session: SessionId) -> Verdict:
        """Raises Unavailable if there have never been lists: nothing gets through unjudged."""
        return self._current().judge(text)

    def _current(self) -> _Known:
        known, now = self._known, self._clock()
        if known is not None and now - self._asked_at_ms < self._fresh_ms:
            return known
        # Also after a failure: sends must not wait for S3 one after the other while it is away.
        self._asked_at_ms = now
        self._known = self._renewed(known) or known
        if self._known is None:
            raise Unavailable("there are no word lists yet")
        return self._known

    def _renewed(self, known: _Known | None) -> _Known | None:
        """The lists as they are now; None if they are as they were, or can't be had."""
        try:
            document, etag = self._read(known)
            return _Known(compiled(parse(document)), etag)
        except ValueError as error:
            self._telemetry.error("word lists malformed", Metric.WORD_LISTS_MALFORMED, reason=str(error))
        except (BotoCoreError, ClientError) as error:
            if _status(error) != _NOT_MODIFIED:
                reason = f"{type(error).__name__}: {error}"[:200]
                self._telemetry.error("word lists unreachable", Metric.WORD_LISTS_UNREACHABLE, reason=reason)
        return None

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def _read(self, known: _Known | None) -> tuple[bytes, str]:
        unless = {"IfNoneMatch": known.etag} if known else {}
        answer = self._client.get_object(**self._place, **unless)
        document = bytes(answer["Body"].read(MAX_WORD_LIST_BYTES + 1))
        if len(document) > MAX_WORD_LIST_BYTES:
            raise ValueError(f"at most {MAX_WORD_LIST_BYTES} bytes")
        return document, str(answer["ETag"])


def _status(error: Exception) -> int:
    response: Any = getattr(error, "response", None) or {}
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
