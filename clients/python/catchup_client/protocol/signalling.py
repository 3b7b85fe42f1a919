"""Who is typing, and when to send signals (docs/protocol.md, section 7, *Signals*). Nothing of this is saved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from catchup_client.errors import InvalidInput
from catchup_client.names import (
    NAME_RULE,
    UID_RULE,
    SessionId,
    Uid,
    group_session,
    is_group,
    is_name,
    is_uid,
    private_session,
)
from catchup_client.protocol.requests import Signal
from catchup_client.protocol.signals import STOPPED, TYPING, SignalPush
from catchup_client.settings import MAX_SIGNAL_DATA_BYTES

KIND_RULE = "[a-z-]{1,32}"
_KIND = re.compile(KIND_RULE)


def compose_signal(me: Uid, to: str, kind: str, data: str = "") -> Signal:
    """Return the signal to send, or raise InvalidInput; `to` is a uid, or `g:<groupId>`."""
    in_group = is_group(to)
    recipient = to.removeprefix("g:") if in_group else to
    if not (is_name(recipient) if in_group else is_uid(recipient)) or recipient == me:
        raise InvalidInput("to", f"must match {UID_RULE}, or g:{NAME_RULE} for a group, and not be your own uid")
    if not _KIND.fullmatch(kind):
        raise InvalidInput("kind", f"must match {KIND_RULE}")
    try:
        size = len(data.encode())
    except UnicodeEncodeError as error:
        raise InvalidInput("data", f"is not Unicode: {error}") from error
    if size > MAX_SIGNAL_DATA_BYTES:
        raise InvalidInput("data", f"must have at most {MAX_SIGNAL_DATA_BYTES} bytes, not {size}")
    return Signal(group_session(to) if in_group else private_session(me, Uid(to)), recipient, kind, data)


@dataclass(slots=True)
class Typists:
    """Who types where, as this device has heard. Times are seconds of one clock."""

    me: Uid
    shown_for: float
    """How long somebody types after each signal."""
    _ends: dict[tuple[SessionId, Uid], float] = field(default_factory=dict)
    _wrote: dict[tuple[SessionId, Uid], int] = field(default_factory=dict)

    def take(self, push: SignalPush, now: float) -> bool:
        """Take a signal; tell whether the application is to hear of it.

        Left out are signals of this account, of private sessions that are not of these two people, and late ones: a
        message of the person has come that the server accepted after it had pushed them.
        """
        who = (push.session_id, push.sender)
        if push.sender == self.me or not _is_of_both(push.session_id, self.me, push.sender):
            return False
        if push.time_ms <= self._wrote.get(who, 0):
            return False
        if push.kind == TYPING:
            self._ends[who] = now + self.shown_for
        elif push.kind == STOPPED:
            self._ends.pop(who, None)
        return True

    def wrote(self, session_id: SessionId, sender: Uid, server_time_ms: int) -> None:
        """Take a message, which is what its author was typing."""
        who = (session_id, sender)
        self._wrote[who] = max(self._wrote.get(who, 0), server_time_ms)
        self._ends.pop(who, None)

    def next_end(self) -> float | None:
        """Return when the next person seems to type no more; None if nobody types."""
        return min(self._ends.values(), default=None)

    def expire(self, now: float) -> None:
        """Forget whoever has not been heard of for too long."""
        self._ends = {who: end for who, end in self._ends.items() if end > now}

    def forget(self) -> None:
        """Forget everybody: without a connection nobody is heard of."""
        self._ends.clear()
        self._wrote.clear()

    def now_typing(self) -> Mapping[SessionId, tuple[Uid, ...]]:
        """Return who types in each session, in the order of their uids."""
        sessions: dict[SessionId, tuple[Uid, ...]] = {}
        for session_id, uid in sorted(self._ends):
            sessions[session_id] = (*sessions.get(session_id, ()), uid)
        return sessions


def _is_of_both(session_id: SessionId, me: Uid, other: Uid) -> bool:
    return is_group(session_id) or session_id == private_session(me, other)


class Waiting(NamedTuple):
    """A signal that waits for its turn. `ticket` names it for who has asked for it."""

    signal: Signal
    ticket: int


@dataclass(slots=True)
class Pacing:
    """Which signal is sent next, and when. Times are seconds of one clock."""

    apart: float
    """The least time between two signals."""
    repeat: float
    """After how long `typing` is sent again to one session."""
    dropped: list[int] = field(default_factory=list)
    """The tickets of signals that will not be sent; for the caller to take."""
    _queue: dict[SessionId, Waiting] = field(default_factory=dict)
    _typed_at: dict[SessionId, float] = field(default_factory=dict)
    _seen_typing: set[SessionId] = field(default_factory=set)
    _free_at: float = 0.0
    _tickets: int = 0

    def put(self, signal: Signal) -> int:
        """Let a signal wait, in the place of an earlier one of its session; return its ticket."""
        self._drop(signal.session_id)
        self._tickets += 1
        self._queue[signal.session_id] = Waiting(signal, self._tickets)
        return self._tickets

    def typing(self, signal: Signal, now: float) -> None:
        """Note that the person types. Others hear of it at first, and again after `repeat`."""
        typed_at = self._typed_at.get(signal.session_id)
        if typed_at is None or now - typed_at >= self.repeat:
            self._typed_at[signal.session_id] = now
            self.put(signal)

    def stopped(self, signal: Signal) -> None:
        """Note that the person types no more. Others hear of it if they have heard of the typing."""
        if self._typed_at.pop(signal.session_id, None) is not None:
            self._drop(signal.session_id)
            if signal.session_id in self._seen_typing:
                self.put(signal)

    def wrote(self, session_id: SessionId) -> None:
        """Note that the person has sent what they typed: others see the message."""
        self._typed_at.pop(session_id, None)
        self._seen_typing.discard(session_id)
        waiting = self._queue.get(session_id)
        if waiting is not None and waiting.signal.kind in {TYPING, STOPPED}:
            self._drop(session_id)

    def pause(self, now: float) -> float | None:
        """Return in how many seconds the next signal may be sent; None if none waits."""
        return max(0.0, self._free_at - now) if self._queue else None

    def take(self, now: float) -> Waiting:
        """Take the signal that has waited for the longest."""
        self._free_at = now + self.apart
        session_id, waiting = next(iter(self._queue.items()))
        del self._queue[session_id]
        if waiting.signal.kind == TYPING:
            self._seen_typing.add(session_id)
        elif waiting.signal.kind == STOPPED:
            self._seen_typing.discard(session_id)
        return waiting

    def forget(self) -> None:
        """Drop all that waits: signals are of their moment."""
        for session_id in [*self._queue]:
            self._drop(session_id)
        self._typed_at.clear()
        self._seen_typing.clear()

    def _drop(self, session_id: SessionId) -> None:
        waiting = self._queue.pop(session_id, None)
        if waiting is not None:
            self.dropped.append(waiting.ticket)
