"""The fake server's groups, from docs/protocol.md, section 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tests.client.fake_wire import Json, Refused

if TYPE_CHECKING:
    from tests.client.fake_state import State


@dataclass
class Membership:
    """One person's part in a group."""

    role: str
    joined: int
    joined_number: int
    left: int | None = None


@dataclass
class Group:
    """What belongs to a group beside its messages."""

    name: str
    open: bool = False
    open_history: bool = False
    people: dict[str, Membership] = field(default_factory=dict)

    def role(self, uid: str) -> str | None:
        """Return what somebody may do, None if they aren't a member."""
        person = self.people.get(uid)
        return person.role if person and person.left is None else None


class Groups:
    """All groups of a `State`."""

    CHANGES: ClassVar = frozenset({"create", "join", "leave", "add", "remove", "role"})

    def __init__(self, state: State) -> None:
        self.state = state
        self.all: dict[str, Group] = {}
        self.own_listed = 1000
        """So many own numbers a counter lists; the older ones are only counted."""

    def of(self, uid: str) -> set[str]:
        """Return the sessions that somebody is or was a member of."""
        return {f"g:{group_id}" for group_id, group in self.all.items() if uid in group.people}

    def seen_by(self, uid: str, session_id: str) -> tuple[int, int]:
        """Return the lowest and the highest seq that somebody may read."""
        group = self.all.get(session_id.removeprefix("g:"))
        if group is None or uid not in group.people:
            raise Refused("PERMISSION_DENIED", "body.sessionId", "is not yours")
        person = group.people[uid]
        return (1 if group.open_history else person.joined), person.left or len(self.state.talks[session_id].messages)

    def readable(self, uid: str, session_id: str) -> list[Json]:
        """Return the messages that somebody may read."""
        if session_id not in self.of(uid):
            return []
        low, high = self.seen_by(uid, session_id)
        return self.state.talks[session_id].messages[low - 1 : high]

    def counting(self, uid: str, session_id: str) -> list[Json]:
        """Return the messages of the membership that somebody has now."""
        person = self.all[session_id.removeprefix("g:")].people.get(uid)
        if person is None or person.left is not None:
            return []
        return self.state.talks[session_id].messages[person.joined - 1 :]

    def turn(self, uid: str, session_id: str) -> int:
        """Return the seq by which somebody has become a member, or ceased to be one."""
        group = self.all.get(session_id.removeprefix("g:"))
        person = group.people.get(uid) if group else None
        return (person.left or person.joined) if person else 0

    def has_news(self, uid: str, session_id: str) -> bool:
        """Tell whether somebody has come or gone, and none of their devices has cleared since."""
        return self.turn(uid, session_id) > self.state.boxes[uid, session_id].seen

    def gets(self, uid: str, message: Json) -> bool:
        """Tell whether a message is pushed to somebody."""
        person = self.all[message["to"]].people.get(uid)
        return person is not None and person.joined <= message["seq"] <= (person.left or message["seq"])

    # messages

    def accept(self, uid: str, body: Json, *, quiet: bool = False) -> tuple[Json, bool]:
        """Give a message its place."""
        group = self.all.get(body["to"])
        if group is None or group.role(uid) is None:
            raise Refused("PERMISSION_DENIED", "body.to", "is not your group")
        if body.get("atAll") and group.role(uid) == "MEMBER":
            raise Refused("PERMISSION_DENIED", "body.atAll", "is for owners and admins")
        if (uid, body["msgId"]) not in self.state.by_msg_id:
            body = self.state.rules.check(uid, body)
        names = ("v", "msgId", "chatType", "ackFlg", "to", "time", "msg", "at", "atAll")
        return self._append(uid, {name: body[name] for name in names if body.get(name)}, quiet=quiet)

    def _append(self, uid: str, content: Json, *, quiet: bool) -> tuple[Json, bool]:
        from tests.client.fake_state import Talk

        known = self.state.by_msg_id.get((uid, content["msgId"]))
        if known:
            if (self.state.rules.as_sent(uid, known), known["to"]) != (content["msg"], content["to"]):
                raise Refused("ALREADY_EXISTS", "body.msgId", "was used for another message")
            return known, False
        session_id = f"g:{content['to']}"
        talk = self.state.talks.setdefault(session_id, Talk())
        self.state.clock += 10
        seq = len(talk.messages) + 1
        number = talk.number() + (not quiet)
        place = {"sessionId": session_id, "seq": seq, "number": number, "serverTime": self.state.clock}
        message = {"ackFlg": 0, **content, "from": uid, **place, **({"quiet": True} if quiet else {})}
        talk.messages.append(message)
        self.state.by_msg_id[uid, content["msgId"]] = message
        for name, person in self.all[content["to"]].people.items():
            if person.left is None:
                box = self.state.box(name, session_id)
                box.received, box.last_seq, box.timestamp = number, seq, self.state.clock
                if name == uid and not quiet:
                    box.own.append(number)
        return message, True

    # membership

    def change(self, uid: str, cmd: str, body: Json) -> tuple[Json, bool]:
        """Change a group, which becomes a message."""
        known = self.state.by_msg_id.get((uid, body["msgId"]))
        if known:
            return known, False
        group_id = body["groupId"]
        event = {"event": cmd, **{name: body[name] for name in ("uids", "name", "uid", "role") if name in body}}
        group = self._prepare(uid, cmd, body)
        system = {"v": 1, "msgId": body["msgId"], "chatType": 2, "to": group_id, "time": 1, "type": "system"}
        talk = self.state.talks.get(f"g:{group_id}")
        next_seq, number = (len(talk.messages) + 1, talk.number()) if talk else (1, 0)
        self._arrivals(group, uid, cmd, body, next_seq, number)
        placed = self._append(uid, {**system, "msg": event}, quiet=True)
        self._departures(group, uid, cmd, body, next_seq)
        return placed

    def _prepare(self, uid: str, cmd: str, body: Json) -> Group:
        group = self.all.get(body["groupId"])
        if cmd == "create":
            if group is not None:
                raise Refused("ALREADY_EXISTS", "body.groupId", "is taken")
            self.all[body["groupId"]] = group = Group(
                body.get("name", ""), body.get("open", False), body.get("openHistory", False)
            )
            return group
        if group is None:
            raise Refused("PERMISSION_DENIED", "body.groupId", "is not your group")
        role = group.role(uid)
        if cmd == "join":
            if role is not None:
                raise Refused("FAILED_PRECONDITION", "", "you are a member already")
            if not group.open:
                raise Refused("PERMISSION_DENIED", "body.groupId", "is not open")
        elif role is None or (cmd in {"add", "remove"} and role == "MEMBER") or (cmd == "role" and role != "OWNER"):
            raise Refused("PERMISSION_DENIED", "body.groupId", "your role does not allow it")
        elif cmd == "leave" and role == "OWNER":
            raise Refused("FAILED_PRECONDITION", "", "hand the group over first")
        return group

    def _arrivals(self, group: Group, uid: str, cmd: str, body: Json, seq: int, number: int) -> None:
        new = {"create": [uid, *body.get("uids", [])], "join": [uid], "add": body.get("uids", [])}.get(cmd, [])
        for name in new:
            if group.role(name) is None:
                group.people[name] = Membership("OWNER" if cmd == "create" and name == uid else "MEMBER", seq, number)
                box = self.state.box(name, f"g:{body['groupId']}")
                box.cleared, box.own = number, []
        if cmd == "role":
            if body["role"] == "OWNER":
                group.people[uid].role = "ADMIN"
            group.people[body["uid"]].role = body["role"]

    def _departures(self, group: Group, uid: str, cmd: str, body: Json, seq: int) -> None:
        for name in {"leave": [uid], "remove": body.get("uids", [])}.get(cmd, []):
            if group.role(name) is not None:
                group.people[name].left = seq

    def members(self, uid: str, body: Json) -> Json:
        """Return a page of the members."""
        group = self.all[body["groupId"]]
        if group.role(uid) is None:
            raise Refused("PERMISSION_DENIED", "body.groupId", "is not your group")
        names = sorted(name for name in group.people if group.role(name) and name > body.get("next", ""))
        page = names[: min(body.get("limit") or 50, self.state.page_capacity)]
        end = len(page) == len(names)
        people = [{"uid": name, "role": group.role(name), "joined": group.people[name].joined} for name in page]
        return {"members": people, "next": "" if end else page[-1], "end": end}

    def summary(self, uid: str, session_id: str) -> Json:
        """Return `group` of a summary, nothing for a private session."""
        group = self.all.get(session_id.removeprefix("g:"))
        if group is None:
            return {}
        person = group.people[uid]
        left = {} if person.left is None else {"left": person.left}
        members = sum(1 for name in group.people if group.role(name))
        return {"group": {"name": group.name, "role": person.role, "members": members, "joined": person.joined, **left}}

    # counters and pages

    def counter(self, uid: str, session_id: str, *, whole: bool) -> Json:
        """Return a counter, with its newest messages if `whole`."""
        from tests.client.fake_state import Box

        box = self.state.boxes.get((uid, session_id), Box())
        person = self.all[session_id.removeprefix("g:")].people[uid]
        stay = {"joined": person.joined, "joinedNumber": person.joined_number, "lastSeq": box.last_seq}
        if person.left is not None:
            numbers = dict.fromkeys(("received", "cleared"), box.received)
            return {
                "count": 0,
                "lastMsg": [],
                "timestamp": box.timestamp,
                "own": [],
                **numbers,
                **stay,
                "left": person.left,
            }
        own = [number for number in box.own if number > box.cleared]
        listed = own[-self.own_listed :]
        below = own[: len(own) - len(listed)]
        mentions = [
            message["seq"]
            for message in self.readable(uid, session_id)
            if message["number"] > box.cleared
            and message["from"] != uid
            and (message.get("atAll") or uid in message.get("at", []))
        ][-64:]
        newest = self._kept(uid, session_id)[::-1][: self.state.last_messages] if whole else []
        return {
            "count": box.received - box.cleared - len(own),
            "lastMsg": newest,
            "timestamp": box.timestamp,
            "received": box.received,
            "cleared": box.cleared,
            "own": listed,
            **stay,
            **({"ownBelow": {"to": below[-1], "count": len(below)}} if below else {}),
            **({"mentions": mentions} if mentions else {}),
        }

    def _kept(self, uid: str, session_id: str) -> list[Json]:
        removed_below = self.state.talks[session_id].removed_below
        return [message for message in self.readable(uid, session_id) if message["seq"] >= removed_below]

    def page(self, uid: str, body: Json, *, newest_first: bool) -> Json:
        """Return a page of a group, pulled or of history."""
        session_id = body["sessionId"]
        low, high = self.seen_by(uid, session_id)
        talk = self.state.talks[session_id]
        before, after = body.get("before", high + 1), body.get("after", 0)
        lowest = max(low, talk.removed_below, after + 1)
        seqs = [message["seq"] for message in talk.messages if lowest <= message["seq"] < min(before, high + 1)]
        if newest_first:
            seqs.reverse()
        size = min(body.get("limit") or 20, self.state.page_capacity)
        page, end = seqs[:size], len(seqs) <= size
        reason = "NOT_END"
        if end:
            reason = "CAUGHT_UP" if lowest <= after + 1 else "JOIN_POINT" if lowest == low else "RETENTION"
        messages = [talk.messages[seq - 1] for seq in page if seq not in talk.unreadable]
        reply = {"sessionId": session_id, "messages": messages, "end": end, "endReason": reason, "remaining": []}
        if not end and not messages:
            reply["resumeBefore" if newest_first else "resumeAfter"] = page[-1]
        return self.state.clear_removed(uid, session_id, reply)
