"""Whose messages the fake server takes, and which texts, from docs/protocol.md, section 4."""

from tests.client.fake_wire import Json, Refused


class Rules:
    """Blocks, a limit of sending, and words; they are asked about messages that have no place yet."""

    ROUTES = frozenset({"block", "unblock", "blocked"})

    def __init__(self) -> None:
        self.blocks: dict[str, set[str]] = {}
        self.too_much = False
        """Everybody sends more than one may."""
        self.words: dict[str, str] = {}
        """What happens to a message with such a word: MASK, HELD or REJECTED."""
        self.held: dict[tuple[str, str], Json] = {}
        self.masked: dict[tuple[str, str], Json] = {}
        """The content of masked messages as it was sent."""
        self._released: set[tuple[str, str]] = set()

    def check(self, uid: str, body: Json) -> Json:
        """Return a new message as it is to be stored."""
        if self.too_much:
            raise Refused("RESOURCE_EXHAUSTED", "body", "is one message too many")
        if body["chatType"] == 1 and uid in self.blocks.get(body["to"], set()):
            raise Refused("PERMISSION_DENIED", "body.to", "has blocked you")
        key, text = (uid, body["msgId"]), body["msg"].get("message", "")
        found = {verdict for word, verdict in self.words.items() if word in text and key not in self._released}
        if "REJECTED" in found:
            raise Refused("REJECTED", "body.msg", "has words that are not allowed")
        if "HELD" in found:
            self.held[key] = body
            raise Refused("HELD", "body.msg", "held for review: nobody has received it yet")
        if "MASK" not in found:
            return body
        self.masked[key] = body["msg"]
        for word in self.words:
            text = text.replace(word, "*" * len(word))
        return {**body, "msg": {"message": text}}

    def as_sent(self, uid: str, message: Json) -> Json:
        """Return the content of a message before it was masked."""
        return self.masked.get((uid, message["msgId"]), message["msg"])

    def release(self, uid: str, msg_id: str) -> Json:
        """Let a held message through."""
        self._released.add((uid, msg_id))
        return self.held.pop((uid, msg_id))

    def answer(self, uid: str, cmd: str, body: Json) -> Json:
        """Change the block list, or tell it."""
        mine = self.blocks.setdefault(uid, set())
        if cmd == "blocked":
            return {"uids": sorted(mine)}
        if cmd == "unblock":
            mine.discard(body["uid"])
        elif len(mine | {body["uid"]}) > 300:
            raise Refused("FAILED_PRECONDITION", "body.uid", "your block list is full")
        else:
            mine.add(body["uid"])
        return {"uid": body["uid"], "blocked": cmd == "block"}
