"""What people do with pictures: they upload and send them, write other captions, and forward what they can see.

An upload is no call of a function: it goes straight into the bucket. A caption is a text like any other.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from tests.people.group_person import InGroups
from tests.people.line import NoAnswer
from tests.people.person import Person
from tests.people.revising import Revising
from tests.support.media import PNG, digest, picture, uploaded
from tests.support.world import Context

Content = dict[str, Any]


def plan_picture(person: Person, to: str) -> str:
    """Uploads a picture, and puts its message into the outbox. `to`: a person, or the group `room`."""
    msg_id = _write(person, to)
    now = datetime.fromtimestamp(person.world.parts.clock() / 1_000, UTC)
    key = uploaded(person.world.clients.bucket, person.uid, msg_id, LastModified=now)
    _names(person, msg_id, picture(key))
    return msg_id


def show(person: Person, to: str) -> Content:
    """Uploads a picture, and makes one attempt to send it. Returns its content."""
    msg_id = plan_picture(person, to)
    person.flush()
    content: Content = person.log.written[msg_id]["msg"]
    return content


def look_at_upload(person: Person, msg_id: str, context: Callable[[], Context]) -> None:
    """The event of an upload comes: three times, if each time fails (Lambda developer guide, "Asynchronous invocation
    error handling")."""
    key = person.log.written[msg_id]["msg"]["key"]
    event = {"detail": {"object": {"key": f"media/{key}"}}}
    for _ in range(3):
        with suppress(NoAnswer, Exception):
            person.world.handlers["sniffer"](event, context())
            return


def plan_forward(person: Person, to: str, content: Content, session: str, seq: int) -> str:
    """Puts a forward of what this message shows into the outbox."""
    msg_id = _write(person, to)
    _names(person, msg_id, content)
    person.log.written[msg_id]["source"] = {"sessionId": session, "seq": seq}
    return msg_id


def forward(person: Person, to: str, content: Content, session: str, seq: int) -> None:
    """In one attempt."""
    plan_forward(person, to, content, session, seq)
    person.flush()


def plan_caption(person: Revising, session: str, seq: int, content: Content) -> str:
    """Puts an edit of the caption into the outbox."""
    msg_id = person.plan_edit(session, seq)
    _names(person, msg_id, content)
    return msg_id


def _write(person: Person, to: str) -> str:
    return person.write_to(to) if to == "room" else person.write(to)


def _names(person: InGroups, msg_id: str, content: Content) -> None:
    """The outbox has the same body."""
    body = person.log.written[msg_id]
    text = body["msg"]["message"]
    body["msg"] = {**content, "caption": text}


def ask_to_upload(person: Person, msg_id: str = "upload") -> str:
    """Asks how to upload a picture for this message. Returns its key; "" without an answer."""
    upload = {"msgId": msg_id, "type": "image", "mime": "image/png", "bytes": len(PNG), "sha256": digest(PNG)}
    answer = person.ask("upload", **upload)
    if answer is None:
        # Nobody waits for it: asked for the first time at the end, it would count then.
        person.log.frames.remove(("upload", upload))
        return ""
    return str(answer["key"])


def ask_where(person: Person, session: str, seq: int) -> str:
    """Asks where the file of a message is. Returns the type under which it is served; "" without an answer."""
    answer = person.ask("media", sessionId=session, seq=seq)
    return "" if answer is None else answer["mime"]
