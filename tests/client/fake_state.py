"""What the fake server remembers, and what each request does to it: docs/protocol.md as a state machine."""

from dataclasses import dataclass, field

from tests.client.fake_groups import Groups
from tests.client.fake_hiding import Hidden
from tests.client.fake_media import Media
from tests.client.fake_receipts import Receipts
from tests.client.fake_rules import Rules
from tests.client.fake_settings import Kept
from tests.client.fake_wire import Json, Refused

__all__ = ["Box", "Json", "Refused", "State", "Talk"]


@dataclass
class Box:
    """What one account has been sent in one session."""

    received: int = 0
    """The highest number of a message that was raised: of the other person, in a group of all."""
    cleared: int = 0
    last_seq: int = 0
    timestamp: int = 0
    offline: dict[int, Json] = field(default_factory=dict)
    trimmed: bool = False
    """Retention has removed some of the offline store."""
    own: list[int] = field(default_factory=list)
    """Groups: the numbers of the account's own messages."""
    seen: int = 0
    """Groups: up to which seq the account knows that it has joined or left."""


@dataclass
class Talk:
    """One session."""

    messages: list[Json] = field(default_factory=list)
    removed_below: int = 1
    """History has nothing below this seq any more."""
    unreadable: set[int] = field(default_factory=set)

    def number(self, author: str | None = None, before: int | None = None) -> int:
        """Return how many counted messages there are before a seq: of one author, or of all."""
        said = self.messages if before is None else self.messages[: before - 1]
        return sum(1 for message in said if not message.get("quiet") and author in {None, message["from"]})


def session_id_of(one: str, other: str) -> str:
    """Return the id of a private session."""
    return "p:" + ":".join(sorted([one, other], key=str.encode))


class State:
    """All that is durable."""

    def __init__(self, epoch: str = "first") -> None:
        self.epoch = epoch
        self.talks: dict[str, Talk] = {}
        self.boxes: dict[tuple[str, str], Box] = {}
        self.by_msg_id: dict[tuple[str, str], Json] = {}
        self.clock = 1_554_964_800_000
        self.last_messages = 3
        self.counters_per_frame = 100
        self.page_capacity = 100
        self.early_stop_after: int | None = None
        self.groups = Groups(self)
        self.rules = Rules()
        self.settings = Kept()
        self.hidden = Hidden()
        self.receipts = Receipts()
        self.media = Media()

    def box(self, uid: str, session_id: str) -> Box:
        """Return an account's part in a session, made if it isn't there."""
        return self.boxes.setdefault((uid, session_id), Box())

    def talk(self, uid: str, session_id: str) -> Talk:
        """Return a session of this account; an unknown one is empty."""
        if session_id.startswith("g:"):
            self.groups.seen_by(uid, session_id)
        elif uid not in session_id.split(":")[1:]:
            raise Refused("PERMISSION_DENIED", "body.sessionId", "is not yours")
        return self.talks.get(session_id, Talk())

    # chat

    def accept(self, uid: str, body: Json, *, quiet: bool = False) -> tuple[Json, bool]:
        """Give a message its place and its number; the second value tells whether it is new."""
        if body.get("chatType") == 2:
            return self.groups.accept(uid, body, quiet=quiet)
        if not body.get("to") or not isinstance(body.get("msg"), dict):
            raise Refused("INVALID_ARGUMENT", "body.to", "must be a uid")
        if body.get("chatType") != 1:
            raise Refused("UNIMPLEMENTED", "body.chatType", "must be 1")
        session_id = session_id_of(uid, body["to"])
        known = self.by_msg_id.get((uid, body["msgId"]))
        if known:
            as_sent = self.rules.as_sent(uid, known)
            if (as_sent, known["to"], known["ackFlg"]) != (body["msg"], body["to"], body["ackFlg"]):
                raise Refused("ALREADY_EXISTS", "body.msgId", "was used for another message")
            return known, False
        body = self.rules.check(uid, body)
        talk = self.talks.setdefault(session_id, Talk())
        self.clock += 10
        message = {
            **{name: body[name] for name in ("v", "msgId", "chatType", "ackFlg", "to", "time", "msg")},
            "from": uid,
            "sessionId": session_id,
            "seq": len(talk.messages) + 1,
            "number": talk.number(uid) + (not quiet),
            "serverTime": self.clock,
            **({"quiet": True} if quiet else {}),
        }
        talk.messages.append(message)
        self.by_msg_id[uid, body["msgId"]] = message
        return message, True

    def store_offline(self, uid: str, message: Json) -> None:
        """Put a message into the receiver's offline store."""
        self.box(uid, message["sessionId"]).offline[message["seq"]] = message

    def raise_counter(self, uid: str, message: Json) -> None:
        """Raise the receiver's counter up to a message."""
        box = self.box(uid, message["sessionId"])
        box.received = max(box.received, message["number"])
        box.last_seq = max(box.last_seq, message["seq"])
        box.timestamp = max(box.timestamp, message["serverTime"])

    # counters

    def counter(self, uid: str, session_id: str, *, whole: bool) -> Json:
        """Return a counter, with its newest messages if `whole`."""
        beside = self.settings.beside(uid, session_id) | self.hidden.beside(uid, session_id)
        return self._counter(uid, session_id, whole=whole) | beside

    def _counter(self, uid: str, session_id: str, *, whole: bool) -> Json:
        if session_id.startswith("g:"):
            return self.groups.counter(uid, session_id, whole=whole)
        box = self.boxes.get((uid, session_id), Box())
        newest = sorted(box.offline, reverse=True)[: self.last_messages] if whole else []
        return {
            "count": box.received - box.cleared,
            "lastMsg": [box.offline[seq] for seq in newest],
            "timestamp": box.timestamp,
            "received": box.received,
            "cleared": box.cleared,
            "lastSeq": box.last_seq,
            "own": [],
        }

    def counters_page(self, uid: str, start: int) -> Json:
        """Return one frame of a login's answer."""
        listed = sorted(sid for (owner, sid) in self.boxes if owner == uid and self._is_listed(uid, sid))
        end = start + self.counters_per_frame
        return {
            "counters": {sid: self.counter(uid, sid, whole=start == 0) for sid in listed[start:end]},
            "next": str(end) if end < len(listed) else "",
        }

    def unread(self, uid: str, session_id: str) -> int:
        """Return the `count` of an account's counter."""
        count: int = self.counter(uid, session_id, whole=False)["count"]
        return count

    def _is_listed(self, uid: str, session_id: str) -> bool:
        return self.unread(uid, session_id) > 0 or self.groups.has_news(uid, session_id)

    def clear(self, uid: str, session_id: str, known: int) -> str:
        """Clear a counter; return the code."""
        box = self.boxes.get((uid, session_id))
        if box is None:
            return "NOT_FOUND"
        if known > box.received:
            return "OUT_OF_RANGE"
        box.cleared = max(box.cleared, known)
        box.seen = self.groups.turn(uid, session_id)
        return "OK"

    def clear_removed(self, uid: str, session_id: str, reply: Json) -> Json:
        """Clear what is gone, if somebody has read down to it; return the page."""
        if reply["endReason"] == "RETENTION" and (uid, session_id) in self.boxes:
            talk, box = self.talks[session_id], self.boxes[uid, session_id]
            others = None if session_id.startswith("g:") else next(iter({*session_id.split(":")[1:]} - {uid}), None)
            box.cleared = max(box.cleared, min(talk.number(others, talk.removed_below), box.received))
        return reply

    # pages

    def delete(self, uid: str, session_id: str, seqs: list[int], leave: int = 0) -> list[int]:
        """Delete exactly these but the last `leave`, which are returned."""
        assert not (seqs and session_id.startswith("g:")), "nothing of a group is acked"
        box = self.boxes.get((uid, session_id), Box())
        remaining = [seq for seq in seqs if seq in box.offline][len(seqs) - leave :] if leave else []
        for seq in seqs:
            if seq not in remaining:
                box.offline.pop(seq, None)
        return remaining

    def pull(self, uid: str, body: Json, remaining: list[int]) -> Json:
        """Return a page of the offline store, or of a group."""
        if body["sessionId"].startswith("g:"):
            return self.groups.page(uid, body, newest_first=True)
        self.talk(uid, body["sessionId"])
        box = self.boxes.get((uid, body["sessionId"]), Box())
        before, after = body.get("before", 1 << 60), body.get("after", 0)
        waiting = [seq for seq in sorted(box.offline, reverse=True) if after < seq < before]
        size = min(body.get("limit") or 20, self.page_capacity)
        page, end = waiting[:size], len(waiting) <= size
        # A server may say RETENTION here without having looked into history: nothing is cleared then.
        reply = self._page(body["sessionId"], [box.offline[seq] for seq in page], end, box.trimmed)
        reply["remaining"] = remaining
        if self.early_stop_after is not None and not end and len(page) >= self.early_stop_after:
            kept = page[: self.early_stop_after]
            reply["messages"] = [box.offline[seq] for seq in kept]
            reply["resumeBefore"] = kept[-1]
        return reply

    def history(self, uid: str, body: Json) -> Json:
        """Return a page of everything said."""
        talk = self.talk(uid, body["sessionId"])
        before, after = body.get("before"), body.get("after")
        if body["sessionId"].startswith("g:"):
            return self.groups.page(uid, body, newest_first=before is not None or after is None)
        size = min(body.get("limit") or 20, self.page_capacity)
        seqs = [
            message["seq"]
            for message in talk.messages
            if (after or 0) < message["seq"] < (before or 1 << 60) and message["seq"] >= talk.removed_below
        ]
        if before is not None or after is None:
            seqs.reverse()
        page, end = seqs[:size], len(seqs) <= size
        trimmed = not (after is not None and before is None) and (after or 0) + 1 < talk.removed_below
        messages = [talk.messages[seq - 1] for seq in page if seq not in talk.unreadable]
        reply = self._page(body["sessionId"], messages, end, trimmed)
        if not end and not messages:
            reply["resumeBefore" if before is not None or after is None else "resumeAfter"] = page[-1]
        return self.clear_removed(uid, body["sessionId"], reply)

    @staticmethod
    def _page(session_id: str, messages: list[Json], end: bool, trimmed: bool) -> Json:
        reason = ("RETENTION" if trimmed else "CAUGHT_UP") if end else "NOT_END"
        return {"sessionId": session_id, "messages": messages, "end": end, "endReason": reason, "remaining": []}

    def sessions(self, uid: str, body: Json) -> Json:
        """Return a page of all sessions."""
        private = {sid for sid in self.talks if sid.startswith("p:") and uid in sid.split(":")[1:]}
        mine = sorted(sid for sid in private | self.groups.of(uid) if sid > body.get("next", ""))
        size = body.get("limit") or 50
        page, end = mine[:size], len(mine) <= size
        boxes = {sid: self.boxes.get((uid, sid), Box()) for sid in page}
        return {
            "sessions": [
                {
                    "sessionId": sid,
                    "received": box.received,
                    "cleared": box.cleared,
                    "lastSeq": len(self.talks[sid].messages),
                    "timestamp": self.talks[sid].messages[-1]["serverTime"],
                    **self.groups.summary(uid, sid),
                    **self.settings.beside(uid, sid),
                    **self.hidden.beside(uid, sid),
                    **self.receipts.beside(uid, sid),
                }
                for sid, box in boxes.items()
            ],
            "next": "" if end else page[-1],
            "end": end,
            "endReason": "CAUGHT_UP" if end else "NOT_END",
        }
