"""`Hiding`: the methods of `Store` about hidden messages. Each that changes something is one transaction."""

import sqlite3
from collections.abc import Iterable, Sequence

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.hidden import HiddenReply
from catchup_client.protocol.model import Message
from catchup_client.settings import MAX_ACKS_PER_REQUEST
from catchup_client.store import hidden, sessions
from catchup_client.store.choosing import Choosing
from catchup_client.store.incoming import Incoming
from catchup_client.store.results import HideNoted


class Hiding(Choosing):
    """Messages that the person has hidden from themselves."""

    def hide(self, session_id: SessionId, seqs: Sequence[Seq]) -> HideNoted:
        """Hide messages, which the server is then told of."""
        with self._database.transaction() as db:
            hidden.add(db, session_id, seqs, due=True)
            return HideNoted(self._blank(db, session_id, seqs))

    def take_hide(self, session_id: SessionId, seqs: Sequence[Seq], version: int) -> HideNoted:
        """Note what was hidden on another device, with the version that it has made."""
        with self._database.transaction() as db:
            return self._take(db, session_id, seqs, version)

    def settle_hide(self, session_id: SessionId, named: Iterable[Seq], reply: HiddenReply | None) -> HideNoted:
        """Note the answer to a `hide` of these seqs; None: the server will never take it, they are hidden here only."""
        with self._database.transaction() as db:
            hidden.settle(db, session_id, named)
            return HideNoted() if reply is None else self._take(db, session_id, reply.seqs, reply.version)

    def take_hidden(self, session_id: SessionId, seqs: Sequence[Seq], version: int) -> HideNoted:
        """Note a page of what is hidden; `version`: up to which all is known now."""
        with self._database.transaction() as db:
            hidden.raise_version(db, session_id, version)
            return HideNoted(self._hide(db, session_id, seqs))

    def hides_due(self) -> Sequence[tuple[SessionId, tuple[Seq, ...]]]:
        """Return the hidden seqs that the server is to be told of, by session, as many as a request may name."""
        return hidden.due(self._database.reading, MAX_ACKS_PER_REQUEST)

    def is_hide_due(self, session_id: SessionId, seqs: Iterable[Seq]) -> bool:
        """Tell whether the server is still to be told of any of these seqs."""
        return hidden.is_due(self._database.reading, session_id, seqs)

    def hidden_sum(self) -> int:
        """Return the sum that a login's `hiddenSum` is compared with."""
        return hidden.sum_of_versions(self._database.reading)

    def _take(self, db: sqlite3.Connection, session_id: SessionId, seqs: Sequence[Seq], version: int) -> HideNoted:
        revised, known = self._hide(db, session_id, seqs), hidden.version(db, session_id)
        if version == known + 1:
            hidden.raise_version(db, session_id, version)
        return HideNoted(revised, lacks=version > known + 1)

    def _hide(self, db: sqlite3.Connection, session_id: SessionId, seqs: Sequence[Seq]) -> tuple[Message, ...]:
        hidden.add(db, session_id, seqs)
        return self._blank(db, session_id, seqs)

    def _blank(self, db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq]) -> tuple[Message, ...]:
        incoming = Incoming(db, self.path, self.owner)
        incoming.blank(sessions.get(db, session_id), seqs)
        return tuple(incoming.revised)
