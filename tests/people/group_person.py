"""A device's actions in groups. Each method makes one attempt, or puts a request into the outbox for `flush`."""

from collections.abc import Sequence
from typing import Any

from tests.people.device import Outgoing
from tests.people.group_talk import GroupTalk
from tests.people.line import Answer
from tests.people.reading import Reading


class InGroups(Reading):
    """The group part of a person. `keeps`: counts but never clears. `may_hear_late`: a push may be on its way when this
    person is removed. `may_be_refused`: someone else may change this person's rights.
    """

    keeps = False
    may_hear_late = False
    may_be_refused = False

    def write_to(self, group: str, at: Sequence[str] = (), *, at_all: bool = False, text: str = "") -> str:
        """Puts a message into the outbox and returns its msgId."""
        msg_id = self._new_msg_id()
        msg = {"message": text or self.text_of(msg_id)}
        body: dict[str, Any] = {"msgId": msg_id, "chatType": 2, "ackFlg": 0, "to": group, "msg": msg}
        if at:
            body["at"] = list(at)
        if at_all:
            body["atAll"] = True
        return self._put_out("chat", group, body)

    def plan(self, cmd: str, group: str, **more: Any) -> str:
        """Puts a change of a group into the outbox and returns its msgId."""
        return self._put_out(cmd, group, {"msgId": self._new_msg_id(), "groupId": group, **more})

    def tell(self, group: str, at: Sequence[str] = (), *, at_all: bool = False, text: str = "") -> str:
        """Writes a message and makes one attempt to send it."""
        msg_id = self.write_to(group, at, at_all=at_all, text=text)
        self.flush()
        return msg_id

    def change(self, cmd: str, group: str, **more: Any) -> str:
        """Changes a group, in one attempt."""
        msg_id = self.plan(cmd, group, **more)
        self.flush()
        return msg_id

    def flush(self) -> bool:
        """Sends the outbox."""
        raise NotImplementedError

    def _new_msg_id(self) -> str:
        self.written += 1
        return f"{self.uid}-{self.phone.device}-{self.written}"

    @staticmethod
    def text_of(msg_id: str) -> str:
        """A text that no other message has, and that is in no other text."""
        return f"<{msg_id}>"

    def _put_out(self, cmd: str, group: str, body: dict[str, Any]) -> str:
        self.log.written[body["msgId"]] = body
        self.store.outbox[body["msgId"]] = Outgoing(f"g:{group}", body, cmd)
        return str(body["msgId"])

    def shut_out(self, session: str, code: str) -> None:
        """Handles the refusal of a group's page."""
        talk = self.store.talk(session)
        assert isinstance(talk, GroupTalk)
        talk.shut()
        if not self.may_be_refused:
            self.log.surprises.append(f"{self.name}: {session} is closed: {code}")

    def pull_group(self, session: str) -> Answer | None:
        """Pulls one page, between the position of the paging and the saved messages."""
        talk = self.store.talk(session)
        assert isinstance(talk, GroupTalk)
        bounds = {"after": talk.held_up_to, "before": talk.before}
        page = self.ask(
            "pull", sessionId=session, limit=self.page, ack=[], **{name: seq for name, seq in bounds.items() if seq}
        )
        if page is not None:
            self.inspect(self, page, ())
            talk.take_page(page)
        return page
