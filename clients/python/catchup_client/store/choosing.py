"""`Choosing`: the methods of `Store` about settings of sessions. Each that changes something is one transaction."""

from collections.abc import Iterable, Mapping, Sequence

from catchup_client.names import SessionId
from catchup_client.protocol.session_settings import Position, SessionSettings, SettingsChange
from catchup_client.store import session_settings, sessions
from catchup_client.store.queries import Queries
from catchup_client.store.session_settings import Choice


class Choosing(Queries):
    """Settings of sessions."""

    def take_settings(self, told: Mapping[SessionId, SessionSettings]) -> Sequence[SessionId]:
        """Save settings that are newer than those here; return their sessions."""
        with self._database.transaction() as db:
            return [name for name, settings in told.items() if session_settings.put_newer(db, name, settings)]

    def choose(
        self,
        session_id: SessionId,
        now_ms: int,
        *,
        muted_until_ms: int | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
        marked_unread: bool | None = None,
    ) -> int:
        """Note a choice of the person, which is then sent; return its position. `now_ms`: by the server's clock."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            choice = SettingsChange(
                # Above all that the person has seen here: their new choice replaces it.
                changed_at_ms=max(now_ms, session_settings.get(db, session_id).changed_at_ms + 1),
                at=Position(row.last_seq, row.count.known),
                muted_until_ms=muted_until_ms,
                pinned=pinned,
                hidden=hidden,
                marked_unread=marked_unread,
            )
            return session_settings.add_choice(db, session_id, choice)

    def next_choices(self, now_ms: int) -> Sequence[Choice]:
        """Return of each session the choice to send next; `now_ms`: by the server's clock."""
        with self._database.transaction() as db:
            session_settings.redate(db, now_ms)
            return session_settings.waiting(db)

    def settle_choices(
        self, positions: Iterable[int], told: Mapping[SessionId, SessionSettings]
    ) -> Sequence[SessionId]:
        """Note that these choices are answered, and what holds now; return the sessions whose settings have changed."""
        with self._database.transaction() as db:
            before = {name: session_settings.get(db, name) for name in told}
            for position in positions:
                session_settings.drop_choice(db, position)
            for name, settings in told.items():
                session_settings.put_newer(db, name, settings)
            return [name for name in told if session_settings.get(db, name) != before[name]]
