"""What the short forms of the vectors stand for (conformance/README.md)."""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

EPOCH_MS = 1_554_964_793_000
LATER_MS = EPOCH_MS + 100_000
"""Later than any message that gives no time."""
LISTS_OF_COUNTERS = ("login", "counters")
CHANGES = ("create", "join", "leave", "add", "remove", "role")


def message(short: Json, session_id: str = "") -> Json:
    """Return a whole message; `session_id` is that of where it stands."""
    session_id = short.get("sessionId", session_id)
    private = session_id.startswith("p:")
    names = session_id.split(":")[1:]
    others = [name for name in names if name != short["from"]] or names
    return {
        "v": 1,
        "msgId": f"{short['from']}-{short['seq']}",
        "chatType": 1 if private else 2,
        "ackFlg": int(private),
        "to": others[0],
        "time": EPOCH_MS + short["seq"],
        "msg": {"message": f"{short['from']} {short['seq']}"},
        "sessionId": session_id,
        "serverTime": EPOCH_MS + short["seq"],
        **short,
    }


def messages(shorts: Iterable[Json], session_id: str) -> list[Json]:
    """Return whole messages; a short one may be a run of several."""
    return [message(one, session_id) for short in shorts for one in _run(short)]


def _run(short: Json) -> list[Json]:
    if "seqs" not in short:
        return [short]
    first, last = short["seqs"]
    step = 1 if last >= first else -1
    rest = {name: value for name, value in short.items() if name != "seqs"}
    return [{**rest, "seq": seq, "number": short["number"] + seq - first} for seq in range(first, last + step, step)]


def push(frame: Json) -> Json:
    """Return a whole push."""
    if frame.get("cmd") == "signal":
        return {"time": LATER_MS, **frame, "body": _signal(frame["body"])}
    if frame.get("cmd") != "chat":
        return frame
    return {"time": EPOCH_MS, "uid": frame["body"]["from"], **frame, "body": message(frame["body"])}


def _signal(short: Json) -> Json:
    session_id = short["sessionId"]
    to = session_id.split(":")[-1]
    return {"chatType": 1 if session_id.startswith("p:") else 2, "to": to, "data": "", **short}


def answer(request: Json, code: str, given: Json, time: int = EPOCH_MS) -> Json:
    """Return the whole frame that answers a request."""
    cmd = {"chat": "chatAck", "ping": "pong"}.get(request["cmd"], request["cmd"])
    frame = {"cmd": cmd, "time": time, "reqId": request["reqId"], "code": code}
    if code != "OK":
        return {**frame, "error": {"field": "", "rule": "", "fix": ""}}
    return {**frame, "body": _body(request["cmd"], request.get("body") or {}, given)}


def _body(cmd: str, asked: Json, given: Json) -> Json:
    if cmd in LISTS_OF_COUNTERS:
        epoch = {"epoch": "e1"} if cmd == "login" else {}
        counters = {key: _counter(one, key) for key, one in given.get("counters", {}).items()}
        body = {"next": "", **epoch, **given, "counters": counters}
        return {name: value for name, value in body.items() if value is not None}
    if cmd in {"pull", "history"}:
        end = given.get("end", True)
        page = {"sessionId": asked["sessionId"], "end": end, "endReason": "CAUGHT_UP" if end else "NOT_END", **given}
        return {"remaining": [], **page, "messages": messages(given.get("messages", []), page["sessionId"])}
    if cmd in {"ack", "clear", "read"}:
        named = {key: {"code": "OK", "remaining": []} for key in asked["sessions"]}
        told = given.get("sessions", {})
        return {"sessions": {key: {**one, **told.get(key, {})} for key, one in named.items()}}
    if cmd == "settings":
        told = given.get("sessions", {})
        return {"sessions": {key: {"code": "OK", **with_settings(told.get(key, {}))} for key in asked["sessions"]}}
    if cmd in {"hide", "hidden"}:
        return {"sessionId": asked["sessionId"], "seqs": asked.get("seqs", []), "version": 0, "end": True, **given}
    if cmd in {"receipts", "readers"}:
        return {**asked, **given}
    if cmd == "sessions":
        listed = [{"timestamp": EPOCH_MS + one["lastSeq"], **with_settings(one)} for one in given.get("sessions", [])]
        return {"next": "", "end": True, "endReason": "CAUGHT_UP", **given, "sessions": listed}
    if cmd == "chat" or cmd in CHANGES:
        session_id = f"g:{asked['groupId']}" if cmd in CHANGES else ""
        return {"msgId": asked["msgId"], "sessionId": session_id, "time": EPOCH_MS + given["seq"], **given}
    return given


def with_settings(short: Json) -> Json:
    """Return an object whose `settings`, if it has some, are whole."""
    return {**short, "settings": settings(short["settings"])} if "settings" in short else short


def settings(short: Json) -> Json:
    """Return whole settings of a session."""
    plain = {"mutedUntil": 0, "pinned": False, "hidden": False, "markedUnread": False}
    return {**plain, "changedAt": 0, "version": 1, **short}


def _counter(short: Json, session_id: str) -> Json:
    counter = {"received": 0, "cleared": 0, "lastSeq": 0, "own": [], **short}
    own = len(counter["own"]) + counter.get("ownBelow", {"count": 0})["count"]
    return {
        "count": max(0, counter["received"] - counter["cleared"] - own),
        "timestamp": EPOCH_MS + counter["lastSeq"],
        **with_settings(counter),
        "lastMsg": messages(short.get("lastMsg", []), session_id),
    }
