"""Hidden messages, as docs/protocol.md says: the part of the fake server that keeps them."""

from typing import TYPE_CHECKING

from tests.client.fake_wire import Json

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

ROUTES = frozenset({"hide", "hidden"})


class Hidden:
    """What each account has hidden, by account and session, and how often."""

    def __init__(self) -> None:
        self.seqs: dict[tuple[str, str], set[int]] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.page = 1_024

    def sum(self, uid: str) -> int:
        """Return what a login tells."""
        return sum(version for (owner, _), version in self.versions.items() if owner == uid)

    def beside(self, uid: str, session_id: str) -> Json:
        """Return what a counter or a session has beside the rest."""
        version = self.versions.get((uid, session_id))
        return {} if version is None else {"hiddenVersion": version}

    def seen(self, uid: str, body: Json) -> Json:
        """Return an answer or a push as this account may see it."""
        if "counters" in body:
            counters = {name: self.seen(uid, counter) for name, counter in body["counters"].items()}
            return {**body, "counters": counters}
        lists = {
            name: [self.message(uid, each) for each in body[name]] for name in ("messages", "lastMsg") if name in body
        }
        return {**body, **lists}

    def message(self, uid: str, message: Json) -> Json:
        """Return a message without what the account has hidden."""
        if message["seq"] not in self.seqs.get((uid, message["sessionId"]), ()):
            return message
        kept = {name: value for name, value in message.items() if name not in {"at", "atAll"}}
        return {**kept, "msg": message["msg"] if message.get("type") == "system" else {}, "hidden": True}


def answer(server: "FakeServer", uid: str, device: str, cmd: str, body: Json) -> Json:
    """Work on a request, and push a `hide` to the other devices."""
    key, hidden = (uid, body["sessionId"]), server.state.hidden
    mine, reply = hidden.seqs.setdefault(key, set()), {"sessionId": body["sessionId"], "end": True}
    if cmd == "hidden":
        above = sorted(seq for seq in mine if seq > body.get("after", 0))
        page = above[: hidden.page]
        return {**reply, "seqs": page, "version": hidden.versions.get(key, 0), "end": page == above}
    assert 1 <= len(body["seqs"]) <= 100
    talk, box = server.state.talk(*key), server.state.box(*key)
    there = [seq for seq in body["seqs"] if seq <= len(talk.messages)]
    if not mine.issuperset(there):
        hidden.versions[key] = hidden.versions.get(key, 0) + 1
    mine.update(there)
    for seq in there:
        box.offline.pop(seq, None)
    told = {"sessionId": body["sessionId"], "seqs": there, "version": hidden.versions.get(key, 0)}
    for (owner, name), connection in list(server.online.items()):
        if owner == uid and name != device:
            server.push(connection, {"cmd": "hide", "time": server.state.clock, "body": told})
    return {**reply, **told}
