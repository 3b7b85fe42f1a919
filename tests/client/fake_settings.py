"""Settings of sessions, as docs/protocol.md says: the part of the fake server that keeps them."""

from typing import TYPE_CHECKING

from tests.client.fake_wire import Json

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

NAMES = ("mutedUntil", "pinned", "hidden", "markedUnread")
MAX_AHEAD_MS = 300_000


class Kept:
    """All settings, by account and session: each choice with its time, and how many changes there were."""

    def __init__(self) -> None:
        self.chosen: dict[tuple[str, str], dict[str, tuple[int, Json]]] = {}
        self.versions: dict[tuple[str, str], int] = {}

    def change(self, key: tuple[str, str], entry: Json) -> bool:
        """Make those choices of an entry that are later than what is there; tell whether any is now the last."""
        registers, made = self.chosen.setdefault(key, {}), False
        for name in (name for name in NAMES if name in entry):
            if entry["changedAt"] > registers.get(name, (0, {}))[0]:
                registers[name], made = (entry["changedAt"], entry), True
        self.versions[key] = self.versions.get(key, 0) + made
        return any(registers[name][0] == entry["changedAt"] for name in NAMES if name in entry)

    def told(self, key: tuple[str, str]) -> Json | None:
        """Return what the wire has; None if nothing was ever chosen."""
        if key not in self.versions:
            return None
        registers = {name: self.chosen[key].get(name, (0, {})) for name in NAMES}
        value = {name: entry.get(name, 0 if name == "mutedUntil" else False) for name, (_, entry) in registers.items()}
        return {
            **value,
            **({"pinnedAt": registers["pinned"][0]} if value["pinned"] else {}),
            **({"hiddenAt": registers["hidden"][1]["at"]} if value["hidden"] else {}),
            **({"markedAt": registers["markedUnread"][1]["at"]} if value["markedUnread"] else {}),
            "changedAt": max(time for time, _ in registers.values()),
            "version": self.versions[key],
        }

    def sum(self, uid: str) -> int:
        """Return what a login tells."""
        return sum(version for (owner, _), version in self.versions.items() if owner == uid)

    def beside(self, uid: str, session_id: str) -> Json:
        """Return what a counter or a session has beside the rest."""
        told = self.told((uid, session_id))
        return {} if told is None else {"settings": told}


def answer(server: "FakeServer", uid: str, device: str, body: Json) -> Json:
    """Work on a `settings`, and push it to the other devices."""
    assert 1 <= len(body["sessions"]) <= 100
    state, results, news = server.state, {}, {}
    for session_id, entry in body["sessions"].items():
        assert entry["changedAt"] <= state.clock + MAX_AHEAD_MS, "the choice is dated in the future"
        if session_id not in state.talks:
            results[session_id] = {"code": "NOT_FOUND"}
            continue
        if state.settings.change((uid, session_id), entry):
            news[session_id] = state.settings.told((uid, session_id))
        results[session_id] = {"code": "OK", **state.settings.beside(uid, session_id)}
    for (owner, name), connection in list(server.online.items()):
        if news and owner == uid and name != device:
            frame = {"cmd": "settings", "time": state.clock, "body": {"sessions": news}}
            connection.deliver(frame, connection.encoding)
    return {"sessions": results}
