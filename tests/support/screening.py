"""Moderation in the tests: lists in a bucket that can be unavailable, and a clock that tests move."""

import json
from typing import Any

from tests.support.engines import REGION, session
from tests.support.world import Phone

BUCKET, KEY = "lists", "words.json"
MINUTE_MS = 60_000


class Lists:
    """The bucket on moto. It records requests, and can be unavailable."""

    def __init__(self) -> None:
        client: Any = session().create_client("s3", region_name=REGION)
        self.client = client
        self.client.create_bucket(Bucket=BUCKET)
        self.asked: list[dict[str, Any]] = []
        self.away: Exception | None = None

    def get_object(self, **arguments: Any) -> Any:
        self.asked.append(arguments)
        if self.away is not None:
            raise self.away
        return self.client.get_object(**arguments)

    def put(self, **words: list[str]) -> None:
        """Puts a new document, with words by action."""
        lists = [{"id": f"list-{action}", "version": "7", "action": action, "words": words[action]} for action in words]
        self.put_text(json.dumps({"lists": lists}))

    def put_text(self, text: str) -> None:
        self.client.put_object(Bucket=BUCKET, Key=KEY, Body=text.encode())


def send(phone: Phone, text: Any, to: str = "bob", chat_type: int = 1, msg_id: str = "m-1", ack: int = 1) -> Any:
    """Sends a message and returns the whole answer."""
    msg = text if isinstance(text, dict) else {"message": text}
    return phone.ask("chat", msgId=msg_id, chatType=chat_type, ackFlg=ack, to=to, time=1554964793813, msg=msg)


def history(phone: Phone, session: str = "p:alice:bob") -> list[str]:
    """The texts of a session, newest first."""
    return [message["msg"].get("message") for message in phone.ok("history", sessionId=session)["messages"]]
