"""Receipts, as docs/protocol.md says: the part of the fake server that keeps choices and tells who has read."""

from typing import TYPE_CHECKING

from tests.client.fake_wire import Json, Refused

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

ROUTES = frozenset({"receipts", "readers"})


class Receipts:
    """What each account has chosen, how far others have read their sessions, and who has read which message."""

    def __init__(self) -> None:
        self.offered = True
        self.choices: dict[str, Json] = {}
        self.read_to: dict[tuple[str, str], Json] = {}
        self.readers: dict[tuple[str, int], list[str]] = {}

    def at_login(self, uid: str) -> Json:
        """Return what a login has beside the rest."""
        if not self.offered:
            return {"receipts": {"on": False, "changedAt": 0, "offForAll": True}}
        return {"receipts": self.choices[uid]} if uid in self.choices else {}

    def beside(self, uid: str, session_id: str) -> Json:
        """Return what a session in the list has beside the rest."""
        position = self.read_to.get((uid, session_id))
        return {"readTo": position} if position else {}


def answer(server: "FakeServer", uid: str, device: str, cmd: str, body: Json) -> Json:
    """Work on a request, and push a choice to the other devices."""
    receipts = server.state.receipts
    if not receipts.offered:
        raise Refused("FAILED_PRECONDITION", "", "this deployment has no receipts")
    if cmd == "readers":
        return {**body, "uids": receipts.readers.get((body["sessionId"], body["seq"]), [])}
    held = receipts.choices.get(uid, {"changedAt": 0})
    if body["changedAt"] > held["changedAt"]:
        held = receipts.choices[uid] = {"on": body["on"], "changedAt": body["changedAt"]}
        push_to(server, uid, {"cmd": "receipts", "time": server.state.clock, "body": held}, but=device)
    return dict(held)


def read(server: "FakeServer", reader: str, writer: str, number: int, seq: int, *, push: bool = True) -> None:
    """Let somebody have read what `writer` wrote to them; without `push`, that is lost."""
    session_id = "p:" + ":".join(sorted([reader, writer]))
    position = {"seq": seq, "received": number}
    server.state.receipts.read_to[writer, session_id] = position
    frame = {"cmd": "readTo", "time": server.state.clock, "uid": reader, "body": {"sessions": {session_id: position}}}
    if push:
        push_to(server, writer, frame)


def push_to(server: "FakeServer", uid: str, frame: Json, but: str = "") -> None:
    for (owner, name), connection in list(server.online.items()):
        if owner == uid and name != but:
            server.push(connection, frame)
