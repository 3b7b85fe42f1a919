"""What the service must answer, in a few lines: no tables, no conditions, nothing at the same time.

It is told what people do, one after another, and knows what they must be told then. Times are in milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catchup.domain.ids import SessionId, Uid, other_of

DAY_MS = 86_400_000
INBOX_MS, HISTORY_MS, SENT_MS = 30 * DAY_MS, 90 * DAY_MS, 7 * DAY_MS


def session_of(one: str, other: str) -> str:
    """The id of a session of two."""
    return "p:" + ":".join(sorted([one, other]))


@dataclass
class Box:
    """A person in a session. `waiting`: by seq, when it expires. `came`: all that the other has written. `read`: a
    number and a seq."""

    cleared: int = 0
    read: tuple[int, int] = (0, 0)
    waiting: dict[int, int] = field(default_factory=dict)
    came: set[int] = field(default_factory=set)

    @property
    def received(self) -> int:
        """Every message counts."""
        return len(self.came)


@dataclass
class Expected:
    """The service. `online`: by person and device, the connection that logged in last; `open`: those that exist."""

    now_ms: int
    open: set[str] = field(default_factory=set)
    online: dict[str, dict[str, str]] = field(default_factory=dict)
    history: dict[str, dict[int, int]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    boxes: dict[str, dict[str, Box]] = field(default_factory=dict)
    sent: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def log_in(self, uid: str, device: str, connection: str) -> None:
        """A new connection of a device closes its old one."""
        devices = self.online.setdefault(uid, {})
        if devices.get(device) != connection:
            self.open.discard(devices.get(device, ""))
        devices[device] = connection

    def disconnected(self, uid: str, device: str, connection: str) -> None:
        """Whenever the platform says so, and only of that connection."""
        if self.online.get(uid, {}).get(device) == connection:
            del self.online[uid][device]

    def send(self, sender: str, to: str, msg_id: str, ack: int) -> int:
        """For the first time or again; the message's seq."""
        session = session_of(sender, to)
        reached = ack or self.open & set(self.online.get(to, {}).values())
        if (sender, msg_id) in self.sent:
            seq, forgotten_ms = self.sent[sender, msg_id]
            if not reached:
                self.box(to, session).waiting.setdefault(seq, forgotten_ms - SENT_MS + INBOX_MS)
            return seq
        seq = self.heads[session] = self.heads.get(session, 0) + 1
        self.sent[sender, msg_id] = seq, self.now_ms + SENT_MS
        self.history.setdefault(session, {})[seq] = self.now_ms + HISTORY_MS
        self.box(sender, session)
        box = self.box(to, session)
        box.came.add(seq)
        if ack or not reached:
            box.waiting[seq] = self.now_ms + INBOX_MS
        return seq

    def ack(self, uid: str, session: str, seqs: list[int]) -> None:
        """Exactly these."""
        for seq in seqs:
            self.box(uid, session).waiting.pop(seq, None)

    def clear(self, uid: str, session: str, known: int) -> str:
        """The code of the answer."""
        box = self.boxes.get(uid, {}).get(session)
        if box is None:
            return "NOT_FOUND"
        if known > box.received:
            return "OUT_OF_RANGE"
        box.cleared = max(box.cleared, known)
        return "OK"

    def read(self, uid: str, session: str, number: int, seq: int) -> str:
        """The code of the answer."""
        box = self.boxes.get(uid, {}).get(session)
        if box is None:
            return "NOT_FOUND"
        if number > box.received:
            return "OUT_OF_RANGE"
        box.read = max(box.read, (number, seq))
        return "OK"

    def sweep(self) -> None:
        """DynamoDB deletes what has expired, some day."""
        self.sent = {key: value for key, value in self.sent.items() if value[1] > self.now_ms}
        self.history = {session: self._there(rows) for session, rows in self.history.items()}
        for boxes in self.boxes.values():
            for box in boxes.values():
                box.waiting = self._there(box.waiting)

    def box(self, uid: str, session: str) -> Box:
        """A person in a session."""
        return self.boxes.setdefault(uid, {}).setdefault(session, Box())

    def counter(self, uid: str, session: str) -> dict[str, Any]:
        """What `counters` says."""
        box = self.boxes.get(uid, {}).get(session, Box())
        return {
            "count": box.received - box.cleared,
            "received": box.received,
            "cleared": box.cleared,
            "lastSeq": max(box.came, default=0),
            "read": _position(box),
        }

    def login(self, uid: str) -> dict[str, tuple[int, list[int]]]:
        """What `login` says: of each session with something unread how much is to be counted, and the seqs of
        `lastMsg`."""
        return {
            session: (box.received - box.cleared, self._newest(box.waiting)[:5] if box.received > box.cleared else [])
            for session, box in self.boxes.get(uid, {}).items()
            if box.received > min(box.cleared, box.read[0])
        }

    def forget(self, uid: str, session: str) -> bool:
        """Somebody has read to where retention has removed the rest: what is gone is unread no more."""
        box = self.boxes.get(uid, {}).get(session, Box())
        lowest = min(self.kept(session), default=max(box.came, default=0) + 1)
        gone = len([seq for seq in box.came if seq < lowest])
        rises = gone > box.cleared
        box.cleared = max(box.cleared, gone)
        if gone > box.read[0]:
            box.read = gone, lowest - 1
        return rises

    def pull(
        self, uid: str, session: str, limit: int, before: int | None = None, named: bool = False
    ) -> tuple[list[int], str]:
        """Seqs and `endReason` of a page. `named`: the request acks something."""
        box = self.boxes.get(uid, {}).get(session, Box())
        asked = {seq: at for seq, at in box.waiting.items() if before is None or seq < before}
        seqs = self._newest(asked)
        if len(seqs) > limit:
            return seqs[:limit], "NOT_END"
        trimmed = len(seqs) < len(asked)
        is_empty = not seqs and not named and before is None
        gone = (trimmed or is_empty) and box.received > box.cleared and self.forget(uid, session)
        return seqs, "RETENTION" if trimmed or gone else "CAUGHT_UP"

    def kept(self, session: str) -> list[int]:
        """The seqs of history, newest first."""
        return self._newest(self.history.get(session, {}))

    def everything(self, uid: str, session: str) -> tuple[list[int], str]:
        """Seqs and `endReason` of history, newest first."""
        seqs = self.kept(session)
        lowest = seqs[-1] if seqs else self.heads.get(session, 0) + 1
        if lowest > 1:
            self.forget(uid, session)
        return seqs, "RETENTION" if lowest > 1 else "CAUGHT_UP"

    def sessions(self, uid: str) -> list[dict[str, Any]]:
        """What `sessions` says."""
        return [
            {
                "sessionId": session,
                "received": box.received,
                "cleared": box.cleared,
                "lastSeq": self.heads[session],
                "read": _position(box),
                **self._read_to(uid, session),
            }
            for session, box in sorted(self.boxes.get(uid, {}).items())
        ]

    def _read_to(self, uid: str, session: str) -> dict[str, Any]:
        """How far the other person has read, if they have read something; never beyond the session's last message."""
        other = other_of(SessionId(session), Uid(uid))
        number, seq = self.boxes.get(other, {}).get(session, Box()).read
        return {"readTo": {"seq": min(seq, self.heads[session]), "received": number}} if number else {}

    def _there(self, rows: Mapping[int, int]) -> dict[int, int]:
        return {seq: expires_ms for seq, expires_ms in rows.items() if expires_ms > self.now_ms}

    def _newest(self, rows: Mapping[int, int]) -> list[int]:
        return sorted(self._there(rows), reverse=True)


def _position(box: Box) -> dict[str, int]:
    number, seq = box.read
    return {"seq": seq, "received": number}
