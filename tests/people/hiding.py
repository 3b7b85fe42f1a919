"""A device's actions that hide messages, and by which it learns what other devices of the person have hidden.

Each method makes one attempt.
"""

from collections.abc import Mapping
from typing import Any

from tests.people.line import Line


class Hiding(Line):
    """The part of a person that hides messages. `must_list_sessions`: a login has told of more than is known here."""

    def hide(self, session: str, *seqs: int) -> bool:
        """Hides messages here, and says so."""
        talk = self.store.talk(session)
        talk.hide(seqs)
        talk.to_hide |= set(seqs)
        self.log.hiding.setdefault(session, set()).update(seqs)
        return self.tell_hidden(session)

    def tell_hidden(self, session: str) -> bool:
        """Says what is hidden here and not yet confirmed."""
        talk = self.store.talk(session)
        seqs = sorted(talk.to_hide)[:100]
        answer = self.ask("hide", sessionId=session, seqs=seqs) if seqs else None
        if answer is None:
            return not seqs
        talk.to_hide -= set(seqs)
        talk.take_hidden(answer["seqs"], answer["version"])
        self.log.hidden.setdefault(session, set()).update(answer["seqs"])
        return True

    def list_hidden(self, session: str) -> bool:
        """Asks for all that is hidden in a session."""
        talk, after, version = self.store.talk(session), 0, None
        while True:
            page = self.ask("hidden", sessionId=session, after=after)
            if page is None:
                return False
            talk.hide(page["seqs"])
            version = page["version"] if version is None else version
            if page["end"]:
                break
            after = max(page["seqs"])
        talk.hidden_version = max(talk.hidden_version, version)
        return True

    def note_versions(self, answer: Mapping[str, Any]) -> None:
        """Takes the versions of counters, and compares the sum of all with what is known here."""
        for session, counter in answer["counters"].items():
            self._told(session, counter)
        held = sum(talk.hidden_version for talk in self.store.talks.values())
        self.must_list_sessions = self.must_list_sessions or answer.get("hiddenSum", 0) > held

    def _told(self, session: str, counter: Mapping[str, Any]) -> None:
        talk = self.store.talk(session)
        talk.hidden_told = max(talk.hidden_told, counter.get("hiddenVersion", 0))

    def settle_hidden(self) -> bool:
        """Makes one attempt for everything that is due here."""
        done = True
        if self.must_list_sessions:
            page = self.ask("sessions")
            for each in page["sessions"] if page else ():
                if "hiddenVersion" in each:
                    self._told(each["sessionId"], each)
            self.must_list_sessions = page is None
        for session, talk in list(self.store.talks.items()):
            done &= self.tell_hidden(session)
            if talk.lacks_hidden:
                done &= self.list_hidden(session)
        return done and not self.must_list_sessions

    @property
    def must_settle_hidden(self) -> bool:
        """Whether anything of it is due."""
        return self.must_list_sessions or any(talk.to_hide or talk.lacks_hidden for talk in self.store.talks.values())
