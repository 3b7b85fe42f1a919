"""Ways to break the duties about hidden messages."""

from dataclasses import replace
from typing import Any

from catchup_client import login
from catchup_client.arrivals import Arrivals
from catchup_client.connection import Connection
from catchup_client.names import Seq
from catchup_client.protocol import counting, hiding
from catchup_client.protocol.hiding import Hidden
from catchup_client.store import Store, hidden
from catchup_client.store.incoming import Incoming
from catchup_client.store.results import HideNoted

_blank, _hide, _settle = hiding.blank, Store._hide, Store.settle_hide
_log_in, _save = login.log_in, Incoming._save


def hides_nothing(*_: Any) -> tuple[()]:
    """Leave the content."""
    return ()


def takes_it_for_read(self: Any, row: Any, seqs: Any) -> None:
    """Take hidden messages out of what is unread."""
    row.count = counting.read(row.count)
    self.db.execute("UPDATE session SET added = '[]' WHERE session_id = ?", (row.session_id,))


def deletes_it(self: Any, row: Any, seqs: Any) -> None:
    """Delete hidden messages."""
    for seq in seqs:
        self.db.execute("DELETE FROM message WHERE session_id = ? AND seq = ?", (row.session_id, seq))


def still_mentions(message: Any) -> Any:
    """Leave the mentions of a hidden message."""
    return replace(_blank(message), at=message.at, at_all=message.at_all)


def empties_changes(message: Any) -> Any:
    """Remove the content of changes of groups, too."""
    return replace(_blank(message), content={})


def is_seen_once_more(message: Any) -> Any:
    """Hide only the copy that is here."""
    return replace(_blank(message), hidden=False)


def tells_nobody(self: Any, session_id: Any, seqs: Any) -> HideNoted:
    """Hide only on this device."""
    with self._database.transaction() as db:
        return HideNoted(_hide(self, db, session_id, seqs))


def takes_sent_for_told(self: Any) -> Any:
    """Take what is sent for told."""
    due = hidden.due(self._database.reading, 100)
    with self._database.transaction() as db:
        for session_id, seqs in due:
            hidden.settle(db, session_id, seqs)
    return due


def tells_what_was_refused(self: Any, session_id: Any, named: Any, reply: Any) -> HideNoted:
    """Tell what was refused again after the next login."""
    noted = _settle(self, session_id, named, reply)
    if reply is None:
        with self._database.transaction() as db:
            hidden.add(db, session_id, named, due=True)
    return noted


def shows_what_was_refused(self: Any, session_id: Any, named: Any, reply: Any) -> HideNoted:
    """Forget that the person hid what the server refuses."""
    noted = _settle(self, session_id, named, reply)
    if reply is None:
        with self._database.transaction() as db:
            db.execute("DELETE FROM message WHERE session_id = ?", (session_id,))
    return noted


def believes_every_version(self: Any, db: Any, session_id: Any, seqs: Any, version: int) -> HideNoted:
    """Take the version of any push for the one that is known here."""
    revised = self._hide(db, session_id, seqs)
    hidden.raise_version(db, session_id, version)
    return HideNoted(revised)


def asks_after_each_push(self: Any, db: Any, session_id: Any, seqs: Any, version: int) -> HideNoted:
    """Keep no version."""
    return HideNoted(self._hide(db, session_id, seqs), lacks=version > 0)


def lowers_the_version(db: Any, session_id: Any, to: int) -> None:
    """Take the version that came last."""
    db.execute("INSERT OR REPLACE INTO hidden_version (session_id, version) VALUES (?, ?)", (session_id, to))


def takes_the_last_version(self: Any, db: Any, session_id: Any, seqs: Any, version: int) -> HideNoted:
    """Take the version of the push that came last."""
    known = hidden.version(db, session_id)
    lowers_the_version(db, session_id, version)
    return HideNoted(self._hide(db, session_id, seqs), lacks=version > known + 1)


async def asks_for_one_page(self: Any, session_id: Any) -> None:
    """Take the first page for all."""
    page = (await self._link.request(Hidden(session_id))).body
    self._arrivals.take_hidden(page, page.version)


async def knows_the_last_page(self: Any, session_id: Any) -> None:
    """Know all up to the version of the last page."""
    page = (await self._link.request(Hidden(session_id))).body
    while not page.end:
        self._arrivals.take_hidden(page, 0)
        page = (await self._link.request(Hidden(session_id, max(page.seqs)))).body
    self._arrivals.take_hidden(page, page.version)


async def asks_from_the_end(self: Any, session_id: Any) -> None:
    """Ask only for what is above the highest saved seq."""
    highest = self._store.session(session_id).last_seq
    page = (await self._link.request(Hidden(session_id, Seq(highest)))).body
    self._arrivals.take_hidden(page, page.version)


async def compares_after_pushes(connection: Connection, arrivals: Arrivals) -> Any:
    """Compare the sum of a login when all its counters are added."""
    sums: list[int] = []
    with_pushes = type("Late", (), {"compare_hidden": lambda _, hidden_sum: sums.append(hidden_sum)})()
    report = await _log_in(connection, _Instead(arrivals, with_pushes))  # type: ignore[arg-type]
    arrivals.compare_hidden(sums[0])
    return report


class _Instead:
    """An object of which some methods are another's."""

    def __init__(self, of: object, others: object) -> None:
        self._of = of
        self._others = others

    def __getattr__(self, name: str) -> Any:
        return getattr(self._others if hasattr(self._others, name) else self._of, name)


def reads_no_flag(self: Any, row: Any, message: Any, *, to_ack: bool) -> Any:
    """Take no notice of `hidden` in a message."""
    return _save(self, row, replace(message, hidden=False), to_ack=to_ack)


def raises_the_version(self: Any, row: Any, message: Any, *, to_ack: bool) -> Any:
    """Count a hidden message as a version."""
    if message.hidden:
        hidden.raise_version(self.db, row.session_id, hidden.version(self.db, row.session_id) + 3)
    return _save(self, row, message, to_ack=to_ack)
