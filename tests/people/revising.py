"""A device's actions that recall and edit messages, and by which it learns what others have edited.

Each method makes one attempt.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from tests.people.device import Outgoing
from tests.people.group_person import InGroups


class Revising(InGroups):
    """The part of a person that revises messages."""

    def plan_recall(self, session: str, seq: int) -> str:
        """Puts a recall into the outbox and returns its msgId."""
        return self._put_revision("recall", session, {"seq": seq})

    def recall(self, session: str, seq: int) -> str:
        """In one attempt."""
        msg_id = self.plan_recall(session, seq)
        self.flush()
        return msg_id

    def plan_edit(self, session: str, seq: int, at: Sequence[str] = (), *, at_all: bool = False, text: str = "") -> str:
        """Puts an edit into the outbox and returns its msgId. `at`, `at_all`: who is still mentioned."""
        mentions = {**({"at": list(at)} if at else {}), **({"atAll": True} if at_all else {})}
        return self._put_revision("edit", session, {"seq": seq, **mentions}, text)

    def edit(self, session: str, seq: int, at: Sequence[str] = (), *, at_all: bool = False, text: str = "") -> str:
        """In one attempt."""
        msg_id = self.plan_edit(session, seq, at, at_all=at_all, text=text)
        self.flush()
        return msg_id

    def note_stale(self) -> None:
        """After a login: what history did not have yet when it was asked is asked for once more."""
        for talk in self.store.talks.values():
            for seq in talk.edited:
                talk.note_stale(seq)

    def renew(self, session: str) -> bool:
        """Asks history for the new content of what was edited."""
        talk = self.store.talk(session)
        for low, high in ranges(sorted(talk.to_renew)):
            page = self.ask("history", sessionId=session, limit=high - low + 1, after=low - 1, before=high + 1)
            if page is None:
                return False
            for message in page["messages"]:
                talk.save(message)
            talk.to_renew -= set(range(low, high + 1))
        return True

    def _put_revision(self, cmd: str, session: str, said: dict[str, Any], text: str = "") -> str:
        msg_id = self._new_msg_id()
        body = {"msgId": msg_id, "sessionId": session, **said}
        if cmd == "edit":
            body["msg"] = {"message": text or self.text_of(msg_id)}
        self.log.written[msg_id] = body
        self.store.outbox[msg_id] = Outgoing(session, body, cmd)
        return msg_id


def ranges(seqs: Collection[int]) -> Iterator[tuple[int, int]]:
    """The runs of consecutive seqs, ascending."""
    groups = itertools.groupby(enumerate(seqs), key=lambda pair: pair[1] - pair[0])
    for _, group in groups:
        run = [seq for _, seq in group]
        yield run[0], run[-1]
