"""What a device does with settings of sessions: docs/protocol.md, section 7, "Settings"."""

from collections.abc import Mapping
from typing import Any

from tests.people.device import Choice
from tests.people.line import AGAIN, Line

BEGAN_MS = 1_500_000_000_000


class Choosing(Line):
    """The part of a person that is about settings. Each method makes one attempt."""

    def choose(self, session: str, *, later: int = 1, **chosen: Any) -> None:
        """Chooses and makes one attempt. `later`: how much later than all that this device knows of."""
        self.plan_choice(session, later=later, **chosen)
        self.send_choices()

    def plan_choice(self, session: str, *, later: int = 1, **chosen: Any) -> None:
        """Puts a choice into the local database."""
        known = [self.store.settings.get(session, {}).get("changedAt", BEGAN_MS)]
        known += [choice.body["changedAt"] for choice in self.store.choices if choice.session == session]
        choice = Choice(session, {**chosen, "changedAt": max(known) + later})
        self.store.choices.append(choice)
        self.log.choices.append(choice)

    def send_choices(self) -> bool:
        """Sends what waits: of each session one choice after the other."""
        while self.store.choices:
            first = {choice.session: choice for choice in reversed(self.store.choices)}
            answer = self.ask("settings", sessions={session: dict(choice.body) for session, choice in first.items()})
            if answer is None:
                return False
            results = answer["sessions"]
            for session, choice in first.items():
                if results[session]["code"] not in AGAIN:
                    self.store.choices.remove(choice)
                if results[session]["code"] not in {"OK", *AGAIN}:
                    self.log.surprises.append(f"{self.name}: settings of {session} → {results[session]['code']}")
                self.take_settings({session: results[session].get("settings", {})})
            if any(result["code"] in AGAIN for result in results.values()):
                return False
        return True

    def take_settings(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Keeps the newest settings of each session."""
        for session, settings in told.items():
            if settings.get("version", 0) > self.store.settings.get(session, {}).get("version", 0):
                self.store.settings[session] = settings

    def compare_sum(self, settings_sum: int) -> None:
        """After a login."""
        held = sum(settings["version"] for settings in self.store.settings.values())
        self.store.must_list = held != settings_sum

    def list_sessions(self) -> bool:
        """Pages `sessions` to its end."""
        page: dict[str, Any] | None = {"next": ""}
        while page is not None:
            page = self.ask("sessions", limit=100, next=page["next"])
            if page is None:
                return False
            self.take_settings({each["sessionId"]: each.get("settings", {}) for each in page["sessions"]})
            if page["end"]:
                self.store.must_list = False
                return True
        return False
