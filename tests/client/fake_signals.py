"""Signals, and who is online, as docs/protocol.md says: the part of the fake server that keeps nothing."""

from typing import TYPE_CHECKING

from tests.client.fake_state import Json, Refused

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

ROUTES = frozenset({"signal", "online"})


def answer(server: "FakeServer", uid: str, cmd: str, body: Json) -> Json:
    """Work on a request."""
    if cmd == "online":
        assert 1 <= len(body["uids"]) <= 100
        return {"people": {other: _status(server, uid, other) for other in body["uids"]}}
    push(server, uid, body)
    return {}


def push(server: "FakeServer", uid: str, body: Json) -> None:
    """Let somebody signal, whether or not they are a device of the test."""
    if body["chatType"] == 2:
        group = server.state.groups.all.get(body["to"])
        if group is None or group.role(uid) is None:
            raise Refused("PERMISSION_DENIED", "body.to", "must be a group that you are a member of")
        session_id, hearers = f"g:{body['to']}", [name for name in group.people if group.role(name) is not None]
    else:
        if uid in server.state.rules.blocks.get(body["to"], ()):
            raise Refused("PERMISSION_DENIED", "body.to", "has blocked you")
        session_id, hearers = _session(uid, body["to"]), [body["to"]]
        if session_id not in server.state.talks:
            raise Refused("FAILED_PRECONDITION", "body.to", "nobody has written here")
    server.state.clock += 1
    frame = {"cmd": "signal", "time": server.state.clock, "uid": uid, "body": {**body, "sessionId": session_id}}
    for (owner, _), connection in list(server.online.items()):
        if owner in hearers and owner != uid:
            connection.deliver(frame, connection.encoding)


def _status(server: "FakeServer", uid: str, other: str) -> Json:
    is_known = _session(uid, other) in server.state.talks and uid not in server.state.rules.blocks.get(other, ())
    is_there = any(owner == other for owner, _ in server.online)
    if is_known and not is_there:
        return {"online": False, "lastSeen": server.state.clock}
    return {"online": is_known and is_there}


def _session(one: str, other: str) -> str:
    return "p:" + ":".join(sorted([one, other]))
