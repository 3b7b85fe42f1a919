"""Pulling one session's offline store to its end, and reading history in order (docs/protocol.md, section 4)."""

from collections.abc import Sequence

from catchup_client.errors import ProtocolViolation
from catchup_client.names import Seq, SessionId
from catchup_client.protocol.codes import EndReason
from catchup_client.protocol.model import Page
from catchup_client.protocol.requests import History, Pull
from catchup_client.settings import MAX_ACKS_PER_REQUEST

MAX_FRUITLESS_PAGES = 10
"""How many pages in a row may bring no new message and no end; after more, pulling has failed. A few are normal: their
messages were saved before a crash, or the server couldn't finish deleting them."""


class PullWalk:
    """The pulls of one session, one at a time; each acks the messages of the page before, which are saved by then.

        request() --> the server --> save the page --> receive() --> request() ...  until `done`

    The caller reads the seqs to ack from the store. So after a restart, exactly the saved messages are acked.
    """

    def __init__(self, session_id: SessionId, limit: int) -> None:
        self.session_id = session_id
        self.done = False
        self.end_reason = EndReason.NOT_END
        self.fruitless_pages = 0
        # A transport that allows larger pages allows more acks, too.
        self.most_acks = max(MAX_ACKS_PER_REQUEST, limit)
        self._limit = limit
        self._before: Seq | None = None

    def request(self, saved: Sequence[Seq]) -> Pull:
        """Return the next pull; `saved` are messages of this session that are saved and not yet acked."""
        return Pull(self.session_id, self._limit, ack=tuple(saved[: self.most_acks]), before=self._before)

    def receive(self, page: Page, new_messages: int) -> None:
        """Take a page, after it was saved; raises ProtocolViolation if the server makes no progress.

        Args:
            page: the answer to the last request.
            new_messages: how many of its messages were not saved before.

        """
        if page.end:
            self.done, self.end_reason = True, page.end_reason
            return
        # Section 4: "with `before` set to it, until a page comes without it".
        self._before = page.resume_before
        self.fruitless_pages = 0 if new_messages or page.resume_before else self.fruitless_pages + 1
        if self.fruitless_pages > MAX_FRUITLESS_PAGES:
            raise ProtocolViolation(
                f"{self.session_id}: {self.fruitless_pages} pages in a row brought nothing new, and no end"
            )


class TailWalk:
    """Reads the messages after the newest saved one, oldest first, to the end of the session."""

    def __init__(self, session_id: SessionId, after: Seq, limit: int) -> None:
        self.session_id = session_id
        self.done = False
        self._after = after
        self._limit = limit

    def request(self) -> History:
        """Return the request of the next page."""
        return History(self.session_id, self._limit, after=self._after)

    def receive(self, page: Page) -> None:
        """Take the answer; send the next request unless `done`. Raises ProtocolViolation if it makes no progress."""
        highest = max((message.seq for message in page.messages), default=self._after)
        go_on_after = max(highest, page.resume_after or highest)
        if go_on_after <= self._after and not page.end:
            raise ProtocolViolation(f"{self.session_id}: a page of history is neither the end nor shows where to go on")
        self.done, self._after = page.end, go_on_after
