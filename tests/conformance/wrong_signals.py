"""Ways to hear and send signals wrongly: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.hearing import Hearing
from catchup_client.protocol.signalling import Pacing, Typists, Waiting
from catchup_client.signalling import Signalling

_take = Typists.take
_wrote = Hearing.wrote
_put = Pacing.put
_stopped = Pacing.stopped
_pacing_wrote = Pacing.wrote
_send = Signalling._send


# Hearing


def hears_no_end(self: Any, push: Any, now: float) -> bool:
    """Ignore `stopped`."""
    return push.kind == "stopped" or _take(self, push, now)


def ends_with_any_message(self: Any, message: Any) -> None:
    """End everybody's typing with a message of anybody."""
    self.forget()


def ends_with_quiet_messages(self: Any, message: Any) -> None:
    """Take a change of the group for what its author typed."""
    _wrote(self, replace(message, quiet=False))


def hears_oneself(self: Any, push: Any, now: float) -> bool:
    """Show what another device of this account does."""
    me, self.me = self.me, "nobody"
    try:
        return _take(self, push, now)
    finally:
        self.me = me


def hears_anybody(self: Any, push: Any, now: float) -> bool:
    """Believe any session."""
    known = _take(self, push, now)
    if not known and push.sender != self.me and push.time_ms > self._wrote.get((push.session_id, push.sender), 0):
        self._ends[push.session_id, push.sender] = now + self.shown_for
        return True
    return known


def hears_the_late(self: Any, push: Any, now: float) -> bool:
    """Show typing that a message has overtaken."""
    return _take(self, replace(push, time_ms=2**53), now)


def takes_every_kind_for_typing(self: Any, push: Any, now: float) -> bool:
    """Show whoever does something as typing."""
    return _take(self, replace(push, kind="typing"), now)


def takes_other_kinds_for_the_end(self: Any, push: Any, now: float) -> bool:
    """End typing with any other kind."""
    heard = _take(self, push, now)
    if push.kind != "typing":
        self._ends.pop((push.session_id, push.sender), None)
    return heard


def hears_known_kinds(self: Any, push: Any, now: float) -> bool:
    """Leave out kinds of the application's own."""
    return push.kind in {"typing", "stopped"} and _take(self, push, now)


def takes_every_kind_for_the_end(self: Any, push: Any, now: float) -> bool:
    """Show nobody as typing."""
    return _take(self, replace(push, kind="stopped"), now)


def hears_nobody_who_has_written(self: Any, push: Any, now: float) -> bool:
    """Leave out all signals after a message."""
    return (push.session_id, push.sender) not in self._wrote and _take(self, push, now)


# Sending


def lets_all_wait(self: Any, signal: Any) -> int:
    """Send each signal, however many wait."""
    self._tickets += 1
    self._queue[f"{signal.session_id} {self._tickets}"] = Waiting(signal, self._tickets)
    return int(self._tickets)


def stops_whatever_was_heard(self: Any, signal: Any) -> None:
    """Tell of an end nobody waits for."""
    self._drop(signal.session_id)
    self.put(signal)


def stops_with_a_message(self: Any, session_id: Any) -> None:
    """Let typing end apart from the message: a later `stop_typing` tells of it again."""


async def sends_twice(self: Any, waiting: Any) -> None:
    """Send a signal once more."""
    await _send(self, waiting)
    await _send(self, waiting)


async def sends_until_it_is_taken(self: Any, waiting: Any) -> None:
    """Send a signal as a message is sent."""
    await self._link.request(waiting.signal)
    self._settle(waiting.ticket, True)
