"""Calculates each person's rights at each seq from the messages before it, to check what the service has accepted.

It reads only messages. It implements docs/protocol.md, *Groups*, a second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.people.group_log import Said
from tests.people.person import Person


@dataclass
class Rights:
    """The roles by uid, after a message. `muted`: until when people may not speak, by uid; `all_muted`: members.
    `ended`: the group is dissolved."""

    is_open: bool
    roles: dict[str, str] = field(default_factory=dict)
    muted: dict[str, int] = field(default_factory=dict)
    all_muted: int = 0
    ended: bool = False

    def forbid(self, message: Said) -> bool:
        """Whether the author had no right to send this message at this point."""
        role = self.roles.get(message.sender)
        manages = role in ("ADMIN", "OWNER")
        if self.ended or (message.event not in ("join", "leave") and message.at_ms < self.muted_until(message.sender)):
            return True
        match message.event:
            case "create":
                return message.seq != 1
            case "join":
                return role is not None or not self.is_open or message.seq == 1
            case "leave":
                return role is None or (role == "OWNER" and len(self.roles) > 1)
            case "add" | "describe":
                return not manages
            case "mute":
                there = {self.roles.get(uid, "") for uid in message.about}
                of_self = message.sender in message.about
                return not manages or of_self or bool(there & {"", "OWNER"}) or (role != "OWNER" and "ADMIN" in there)
            case "dissolve":
                return role != "OWNER"
            case "recall" | "edit":
                is_own = message.revision is not None and message.revision.author == message.sender
                return role is None or not (is_own or (message.event == "recall" and manages))
            case "remove":
                there = {self.roles[uid] for uid in message.about if uid in self.roles}
                return not manages or "OWNER" in there or (role != "OWNER" and "ADMIN" in there)
            case "role":
                return role != "OWNER" or message.about[0] == message.sender or message.about[0] not in self.roles
            case _:
                return role is None or (message.at_all and not manages)

    def muted_until(self, uid: str) -> int:
        """Until when this member may not speak; 0: they may."""
        role = self.roles.get(uid, "MEMBER")
        if role == "OWNER":
            return 0
        return max(self.muted.get(uid, 0), self.all_muted if role == "MEMBER" else 0)

    def follow(self, message: Said) -> None:
        """Applies the message's change."""
        match message.event:
            case "create":
                self.roles = dict.fromkeys(message.about, "MEMBER") | {message.sender: "OWNER"}
            case "join":
                self.roles.setdefault(message.sender, "MEMBER")
            case "add":
                for uid in message.about:
                    self.roles.setdefault(uid, "MEMBER")
            case "leave":
                self.roles.pop(message.sender, None)
                self.ended = not self.roles
            case "dissolve":
                self.ended = True
            case "mute" if message.about:
                self.muted[message.about[0]] = message.until_ms
            case "mute":
                self.all_muted = message.until_ms
            case "remove":
                for uid in message.about:
                    self.roles.pop(uid, None)
            case "role":
                if message.role == "OWNER":
                    self.roles[message.sender] = "ADMIN"
                self.roles[message.about[0]] = message.role


def without_right(said: Sequence[Said], *, is_open: bool) -> Iterator[str]:
    """The messages whose author had no right at their seq."""
    rights = Rights(is_open)
    for message in said:
        if rights.forbid(message):
            yield f"{message.sender} had no right to {message.event or 'speak'} at {message.seq}: {rights.roles}"
        rights.follow(message)


def rights_after(said: Sequence[Said]) -> Rights:
    """The rights at the end."""
    rights = Rights(is_open=True)
    for message in said:
        rights.follow(message)
    return rights


def roles_after(said: Sequence[Said]) -> dict[str, str]:
    """The roles at the end."""
    return rights_after(said).roles


def denied_and_said(said: Sequence[Said], people: Sequence[Person]) -> Iterator[str]:
    """Returns a sentence for each msgId with two answers: a refused message must be stored nowhere, and never acked."""
    there = {(message.sender, message.msg_id): message.seq for message in said}
    for person in people:
        for msg_id, code in person.log.refused.items():
            if (person.uid, msg_id) in there:
                yield f"{msg_id} was refused with {code}, and stands at {there[person.uid, msg_id]}"
            if msg_id in person.log.acked:
                yield f"{msg_id} was refused with {code}, and acked at {person.log.acked[msg_id]}"
