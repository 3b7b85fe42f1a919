"""Reading the local database; each method is one consistent read."""

import os
from collections.abc import Collection

from catchup_client.names import MsgId, Number, Seq, SessionId, Uid, is_group
from catchup_client.protocol.model import Message, Outgoing
from catchup_client.protocol.ranges import Range
from catchup_client.protocol.reading import NOTHING_READ, ReadPosition
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.protocol.session_settings import Position
from catchup_client.settings import MAX_ACKS_PER_REQUEST
from catchup_client.store import groups, mentions, messages, outbox, receipts, revisions, session_settings, sessions
from catchup_client.store.database import Connect, Database, connect
from catchup_client.store.outbox import Queued
from catchup_client.store.results import SessionState
from catchup_client.store.sessions import SessionRow


class Queries:
    """The reading half of `Store`."""

    def __init__(self, path: str | os.PathLike[str], connect: Connect = connect) -> None:
        """Open or create the file; raises the errors of `Database`."""
        self._database = Database(path, connect)
        self.path = self._database.path
        row = self._database.reading.execute("SELECT value FROM meta WHERE key = 'uid'").fetchone()
        self.owner: Uid | None = None if row is None else Uid(row[0])

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._database.close()

    def announced(self, session_id: SessionId) -> int:
        """Return a mark of what has been announced so far, to be given to `finish_catch_up`."""
        return sessions.get(self._database.reading, session_id).announced

    def gaps(self, session_id: SessionId, *, whole: bool = True) -> list[Range]:
        """Return the ranges of seqs that are missing and that the server may have, ascending.

        Without `whole`, in a private session only those above the lowest saved seq.
        """
        row = sessions.get(self._database.reading, session_id)
        return messages.gaps(self._database.reading, row, whole=whole)

    def stale(self, session_id: SessionId) -> list[Seq]:
        """Return the edited messages whose new content must be asked for, ascending."""
        return revisions.stale(self._database.reading, session_id)

    def stale_sessions(self) -> list[SessionId]:
        """Return the sessions that have such messages."""
        return revisions.stale_sessions(self._database.reading)

    def message(self, session_id: SessionId, seq: Seq) -> Message | None:
        """Return a saved message."""
        return messages.find(self._database.reading, session_id, seq)

    def last_login(self) -> int | None:
        """Return the server's time of the last login that was used to its end."""
        row = self._database.reading.execute("SELECT value FROM meta WHERE key = 'since'").fetchone()
        return None if row is None else int(row[0])

    def bounds(self, session_id: SessionId) -> Range | None:
        """Return the lowest and the highest saved seq, None if no message is saved."""
        return messages.bounds(self._database.reading, session_id)

    def at_bottom(self, session_id: SessionId) -> bool:
        """Tell whether the oldest readable message is saved."""
        return bool(sessions.get(self._database.reading, session_id).bottom)

    def to_ack(
        self,
        *,
        only: SessionId | None = None,
        skip: Collection[SessionId] = (),
        at_most: int = MAX_ACKS_PER_REQUEST,
    ) -> list[tuple[SessionId, Seq]]:
        """Return messages that are saved and not yet acked, as many as one request may name."""
        return messages.to_ack(self._database.reading, at_most, only=only, skip=skip)

    def uncleared(self) -> dict[SessionId, Number]:
        """Return, per session, the `known` that the server hasn't confirmed yet."""
        return sessions.uncleared(self._database.reading)

    def untold_reads(self) -> dict[SessionId, ReadPosition]:
        """Return, per session, how far the person has read, where the server hasn't confirmed it yet."""
        return sessions.untold_reads(self._database.reading)

    def next_outgoing(self, session_id: SessionId) -> Outgoing | None:
        """Return the message of a session that is to be sent next."""
        return outbox.head(self._database.reading, session_id)

    def waiting_messages(self, session_id: SessionId) -> list[MsgId]:
        """Return the messages of a session that are to be sent, in order."""
        return outbox.waiting(self._database.reading, session_id)

    def sending_sessions(self) -> list[SessionId]:
        """Return the sessions that have something to send."""
        return outbox.waiting_sessions(self._database.reading)

    def outbox(self) -> list[Queued]:
        """Return all that is in the outbox, in the order of sending."""
        return outbox.everything(self._database.reading)

    def messages(self, session_id: SessionId, before: Seq | None, limit: int) -> list[Message]:
        """Return saved messages of a session, newest first."""
        return messages.page(self._database.reading, session_id, before, limit)

    def saved_messages(self, session_id: SessionId) -> int:
        """Return how many messages of a session are saved."""
        return messages.count(self._database.reading, session_id)

    def session(self, session_id: SessionId) -> SessionState:
        """Return a session; an unknown one has zeros."""
        return self._state(sessions.get(self._database.reading, session_id))

    def sessions(self) -> list[SessionState]:
        """Return all sessions, the one with the newest message first."""
        return [self._state(row) for row in sessions.newest_first(self._database.reading)]

    def mentions(self, session_id: SessionId) -> list[Seq]:
        """Return the unread messages of a group that mention the account, ascending."""
        return mentions.unread(self._database.reading, sessions.get(self._database.reading, session_id))

    def settings_sum(self) -> int:
        """Return the sum that a login's `settingsSum` is compared with."""
        return session_settings.sum_of_versions(self._database.reading)

    def _state(self, row: SessionRow) -> SessionState:
        settings = session_settings.get(self._database.reading, row.session_id).seen_at(row.read_number)
        return SessionState(
            session_id=row.session_id,
            unread=row.count.unread,
            known=row.count.known,
            last_seq=row.last_seq,
            timestamp_ms=row.timestamp_ms,
            waiting=row.waiting,
            group=groups.get(self._database.reading, row.session_id) if is_group(row.session_id) else None,
            settings=settings,
            read_to=self._read_to(row),
            hidden=settings.hidden_at is not None and not self._has_come_since(settings.hidden_at, row),
        )

    def _read_to(self, row: SessionRow) -> ReadPosition:
        """Return how far the other person has read, for the person's eyes."""
        return row.read_to if receipts.get(self._database.reading).on else NOTHING_READ

    def receipts(self) -> ReceiptsChoice:
        """Return what the person has chosen about receipts, as far as this device knows."""
        return receipts.get(self._database.reading)

    def receipts_due(self) -> bool:
        """Tell whether the server is to be told of that."""
        return receipts.is_due(self._database.reading)

    def _has_come_since(self, at: Position, row: SessionRow) -> bool:
        """Tell whether the session has a counted message that is newer than this place."""
        if row.count.known > at.number:
            return True
        # In a private session, own messages have numbers of their own.
        own_above = at.seq > 0 and not is_group(row.session_id) and self.owner is not None
        return own_above and messages.has_counted_above(self._database.reading, row.session_id, at.seq, self.owner)
