"""Well-formed requests of every route, made by chance of a `Random`.

Whatever a person could have written holds MARKER: it must not turn up in a log.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

MARKER = "zq7secret"
CALLER = "alice"
# The two people and the group of the deployment that the frames meet.
FRIEND = f"{MARKER}-bob"
GROUP = f"{MARKER}-room"

Frame = dict[str, Any]


def request(rng: Random, cmd: str) -> Frame:
    """A well-formed request in the JSON form, in which every field that may be left out sometimes is."""
    frame: Frame = {"cmd": cmd, "body": BODIES[cmd](rng)}
    for name, value in (
        ("reqId", f"r{rng.randrange(10**6)}"),
        ("time", 1_554_964_794_220),
        ("uid", CALLER),
        ("clientInfo", {"deviceId": "phone", "deviceInfo": f"{MARKER} MI 6X"}),
    ):
        if rng.random() < 0.5:
            frame[name] = value
    return frame


def _chat(rng: Random) -> Frame:
    in_group = rng.random() < 0.4
    body: Frame = {
        "msgId": _id(rng),
        "chatType": 2 if in_group else 1,
        "to": GROUP if in_group else FRIEND,
        "time": rng.randrange(2**41),
        "msg": {"message": f"{MARKER} {rng.randrange(10**6)}", "more": [1, None, {"x": True}]},
    }
    if in_group and rng.random() < 0.5:
        body["at"] = [FRIEND]
    if rng.random() < 0.5:
        body["ackFlg"] = rng.randrange(2)
    return body


def _counters(rng: Random) -> Frame:
    return {"sessionIds": _sessions(rng)} if rng.random() < 0.7 else {"next": f"after:{_session(rng)}"}


def _page(rng: Random) -> Frame:
    body: Frame = {"sessionId": _session(rng)}
    for name, value in (("limit", rng.randrange(101)), ("before", rng.randrange(99)), ("after", rng.randrange(99))):
        if rng.random() < 0.4:
            body[name] = value
    return body


def _change(rng: Random) -> Frame:
    return {"msgId": _id(rng), "groupId": GROUP if rng.random() < 0.5 else _id(rng)}


BODIES: Mapping[str, Callable[[Random], Frame]] = {
    "login": lambda _: {},
    "ping": lambda _: {},
    "counters": _counters,
    "clear": lambda rng: {"sessions": {session: rng.randrange(99) for session in _sessions(rng)}},
    "chat": _chat,
    "ack": lambda rng: {"sessions": {session: _seqs(rng) for session in _sessions(rng)}},
    "pull": lambda rng: {**_page(rng), "ack": [rng.randrange(1, 99) for _ in range(rng.randrange(5))]},
    "history": _page,
    "sessions": lambda rng: {"limit": rng.randrange(101), "next": ""},
    "create": lambda rng: {**_change(rng), "name": f"{MARKER} room", "uids": _uids(rng), "open": rng.random() < 0.5},
    "join": _change,
    "leave": _change,
    "add": lambda rng: {**_change(rng), "uids": _uids(rng)},
    "remove": lambda rng: {**_change(rng), "uids": _uids(rng)},
    "role": lambda rng: {**_change(rng), "uid": FRIEND, "role": rng.choice(["MEMBER", "ADMIN", "OWNER"])},
    "block": lambda rng: {"uid": _id(rng)},
    "unblock": lambda rng: {"uid": _id(rng)},
    "blocked": lambda _: {},
    "members": lambda rng: {"groupId": GROUP, "limit": rng.randrange(101), "next": rng.choice(["", FRIEND])},
}


def _id(rng: Random) -> str:
    return f"{MARKER}-{rng.randrange(10**9)}"


def _session(rng: Random) -> str:
    return rng.choice([f"p:{CALLER}:{FRIEND}", f"g:{GROUP}", f"p:{CALLER}:{_id(rng)}"])


def _sessions(rng: Random) -> list[str]:
    return [_session(rng) for _ in range(rng.randrange(1, 4))]


def _seqs(rng: Random) -> Frame:
    body: Frame = {"seqs": [rng.randrange(1, 99) for _ in range(rng.randrange(4))]}
    return {**body, "received": rng.randrange(99)} if rng.random() < 0.5 else body


def _uids(rng: Random) -> list[str]:
    return [_id(rng) for _ in range(rng.randrange(1, 4))]
