"""Logs what happens at the gateway, one line for each request: `alice → bob #1 stored, pushed`."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from local.frames import NO_FRAME, Frame, read_frame, shown
from local.gateway.connection import Connection
from local.gateway.observer import Observer
from local.http_api.exchange import Exchange
from local.http_frames import failure_of, read_exchange

logger = logging.getLogger("local.requests")

# How long to collect the pushes of a message after the first one, if no answer has reported them.
GATHER_SECONDS = 0.5
_HANDSHAKE_IS_TOLD_BY_THE_AUTHORIZER = {"UnauthorizedException", "AccessDeniedException"}
Place = tuple[str, int]


class Narrator(Observer):
    """An `Observer` that writes lines to the logger `local.requests`.

    The line of an answer says whether the message was pushed, because pushes come before the answer. Pushes of a group
    come later, from the fan-out, and have a separate line.
    """

    def __init__(self) -> None:
        self._pushes: dict[Place, Counter[str]] = {}

    def opened(self, connection: Connection) -> None:
        """As `Observer` says."""
        _say(f"{_who(connection)} connected ({_device(connection)})")

    def refused(self, status: int, error_type: str) -> None:
        """As `Observer` says. The authorizer logs why it refused a token; the gateway does not know."""
        if error_type not in _HANDSHAKE_IS_TOLD_BY_THE_AUTHORIZER:
            _say(f"a handshake was refused: {status} {error_type}")

    def closed(self, connection: Connection, code: int) -> None:
        """As `Observer` says."""
        _say(f"{_who(connection)} disconnected ({_device(connection)}, {code})")

    def answered(self, connection: Connection, request: str, answer: str, failure: str) -> None:
        """As `Observer` says."""
        if not logger.isEnabledFor(logging.INFO):
            return
        _say(self._line(_who(connection), read_frame(request), read_frame(answer), failure))

    def posted(self, connection: Connection, text: str) -> None:
        """As `Observer` says."""
        if not logger.isEnabledFor(logging.INFO):
            return
        pushed = read_frame(text)
        if pushed.cmd not in _OF_MESSAGES:
            # The line of the request says it all.
            return
        place = (pushed.text("sessionId"), pushed.number("seq"))
        if place not in self._pushes:
            self._pushes[place] = Counter()
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell_pushes, place)
        self._pushes[place]["announced" if pushed.cmd == "head" else _who(connection)] += 1

    def requested(self, exchange: Exchange) -> None:
        """As `Observer` says."""
        if logger.isEnabledFor(logging.INFO):
            asked, said = read_exchange(exchange)
            over = f"{shown(exchange.method)} {exchange.answer.status}"
            if asked.cmd == NO_FRAME:
                asked = Frame(f"{shown(exchange.method)} {shown(exchange.path)}")
                over = str(exchange.answer.status)
            who = shown(str(exchange.identity.get("uid") or "somebody"))
            _say(f"{self._line(who, asked, said, failure_of(exchange))} ({over})")

    def _line(self, who: str, asked: Frame, said: Frame, failure: str) -> str:
        if failure:
            return f"{who} {asked.cmd}: {failure}"
        if said.code not in {"", "OK"}:
            return f"{who} {_target(asked)}: {_refusal(said)}"
        return f"{who} {self._done(asked, said)}"

    def _tell_pushes(self, place: Place) -> None:
        pushes = self._pushes.pop(place, Counter())
        announced = pushes.pop("announced", 0)
        for count, what in ((pushes.total(), "pushed"), (announced, "announced")):
            if count:
                _say(f"{place[0]} #{place[1]} {what} to {count} {'device' if count == 1 else 'devices'}")

    def _done(self, asked: Frame, said: Frame) -> str:
        if asked.cmd == "chat":
            return self._sent(asked, said)
        teller = _TELLERS.get(asked.cmd)
        return teller(asked, said) if teller else _target(asked)

    def _sent(self, asked: Frame, said: Frame) -> str:
        place = (said.text("sessionId"), said.number("seq"))
        changed = ", masked" if said.body.get("msg") else ""
        if place[0].startswith("g:"):
            return f"→ {place[0]} #{place[1]} stored{changed}"
        pushed = bool(self._pushes.pop(place, Counter())[asked.text("to")])
        # Source: docs/protocol.md: without ackFlg a message that a device took is not kept in the offline store.
        kept = "stored" if asked.body.get("ackFlg") in {1, "1"} or not pushed else ""
        ways = ", ".join(way for way in (kept, "pushed" if pushed else "") if way)
        return f"→ {asked.text('to')} #{place[1]} {ways}{changed}"


# Pushes that are gathered by their message.
_OF_MESSAGES = ("chat", "head")


def _say(line: str) -> None:
    logger.info("%s", line)


def _who(connection: Connection) -> str:
    authorizer = connection.authorizer or {}
    return shown(str(authorizer.get("uid") or authorizer.get("principalId") or connection.id))


def _device(connection: Connection) -> str:
    return shown(str((connection.authorizer or {}).get("deviceId") or connection.id))


def _refusal(said: Frame) -> str:
    what = " ".join(str(said.error.get(name) or "") for name in ("field", "rule")).strip()
    return f"{said.code}: {shown(what, 200)}" if what else said.code


def _target(asked: Frame) -> str:
    """The session, person or message that a request is about."""
    if asked.cmd == "chat":
        return f"→ {'g:' if asked.body.get('chatType') == 2 else ''}{asked.text('to')}"
    if asked.cmd == "signal":
        return f"signal {'g:' if asked.body.get('chatType') == 2 else ''}{asked.text('to')}: {asked.text('kind')}"
    about = asked.text("sessionId") or asked.text("uid")
    if group := asked.text("groupId"):
        about = f"g:{group}"
    return f"{asked.cmd} {about or ', '.join(_sessions(asked))}".rstrip()


def _sessions(asked: Frame, most: int = 3) -> list[str]:
    named = list(asked.objects("sessions"))
    return [shown(each) for each in named[:most]] + ([f"and {len(named) - most} more"] if len(named) > most else [])


def _counters(asked: Frame, said: Frame) -> str:
    counters = said.objects("counters").values()
    unread = sum(each.get("count", 0) for each in counters if isinstance(each, dict))
    more = ", more follow" if said.text("next") else ""
    return f"{asked.cmd}: {unread} unread in {_of(len(counters), 'session')}{more}"


def _clear(asked: Frame, _: Frame) -> str:
    cleared = [f"{shown(name)} up to {number}" for name, number in list(asked.objects("sessions").items())[:3]]
    return f"clear {', '.join(cleared)}"


def _page(asked: Frame, said: Frame) -> str:
    acked = len(asked.items("ack"))
    parts = [_of(len(said.items("messages")), "message")]
    parts += [f"{acked} acked"] if acked else []
    parts += [f"the end: {said.text('endReason')}" if said.body.get("end") else "more follow"]
    return f"{asked.cmd} {said.text('sessionId')}: {', '.join(parts)}"


def _change(asked: Frame, said: Frame) -> str:
    return f"{asked.cmd} {said.text('sessionId')} #{said.number('seq')}"


def _list(name: str, what: str) -> Callable[[Frame, Frame], str]:
    def tell(asked: Frame, said: Frame) -> str:
        return f"{_target(asked)}: {_of(len(said.items(name)), what)}"

    return tell


def _online(asked: Frame, said: Frame) -> str:
    people: list[Any] = [*said.objects("people").values()]
    there = sum(isinstance(each, dict) and each.get("online") is True for each in people)
    return f"{asked.cmd}: {there} of {_of(len(people), 'person')}"


def _of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


_TELLERS: dict[str, Callable[[Frame, Frame], str]] = {
    **dict.fromkeys(("login", "counters"), _counters),
    **dict.fromkeys(("pull", "history"), _page),
    **dict.fromkeys(("create", "join", "leave", "add", "remove", "role"), _change),
    "clear": _clear,
    "sessions": _list("sessions", "session"),
    "members": _list("members", "member"),
    "blocked": _list("uids", "person"),
    "online": _online,
}
