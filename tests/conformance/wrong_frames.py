"""Ways to read frames and mentions wrongly: what the mutants put in the place of the client's functions."""

from dataclasses import replace
from typing import Any

from catchup_client.errors import ProtocolViolation
from catchup_client.protocol import frames, json_answers
from catchup_client.protocol.codes import Code, EndReason
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.model import Message
from catchup_client.store import mentions, messages
from catchup_client.store.incoming import Incoming

_decode = frames.decode
_as_integer = Fields._as_integer
_read_message = json_answers._message
_page = json_answers._page
_add_counter = Incoming.add_counter
_insert = messages.insert
_name_of_code = Code.of_name


# Frames


def takes_every_push_for_a_chat(text: str) -> Any:
    """Overlook that a push may have another `cmd`."""
    return _decode(text.replace('"cmd": "wave"', '"cmd": "chat"'))


def refuses_unknown_fields(message: Any) -> Message:
    """Read only messages of which every field is known."""
    known = "v msgId chatType ackFlg from to time msg at atAll sessionId seq number serverTime type quiet"
    if unknown := set(message.raw()) - set(known.split()):
        raise ProtocolViolation(f"{unknown} is not known")
    return _read_message(message)


def needs_a_known_reason(body: Any) -> Any:
    """Take a page for the end only if it says why in known words."""
    page = _page(body)
    return replace(page, end=page.end and page.end_reason is not EndReason.NOT_END)


def tries_again_after_unknown_codes(name: str) -> Code:
    """Take an unknown code for UNAVAILABLE."""
    code = _name_of_code(name)
    return Code.UNAVAILABLE if code is Code.UNKNOWN else code


# Mentions


def keeps_every_mention(self: Any, row: Any, counter: Any) -> Any:
    """Keep the mentions of a counter that adds nothing, or from before the person has read."""
    settled = _add_counter(self, row, counter)
    mentions.add(self.db, row.session_id, counter.mentions)
    return settled


def everyone_is_meant(self: Message, uid: Any) -> bool:
    """Take a mention of anybody for one's own."""
    return bool(self.at) or self.at_all


def nobody_is_meant(self: Message, uid: Any) -> bool:
    """Overlook that a message mentions the person."""
    return False


def only_at_counts(self: Message, uid: Any) -> bool:
    """Overlook that a message mentions everyone."""
    return uid in self.at


def own_mentions_count(db: Any, message: Any, *, to_ack: bool, mentions_me: bool) -> None:
    """Take an own message to everyone for a mention."""
    _insert(db, message, to_ack=to_ack, mentions_me=mentions_me or message.at_all)


def lists_read_mentions(db: Any, row: Any) -> Any:
    """List saved mentions though they are read."""
    told = db.execute("SELECT seq FROM mention WHERE session_id = ?", (row.session_id,)).fetchall()
    saved = db.execute("SELECT seq FROM message WHERE session_id = ? AND mentions_me = 1", (row.session_id,)).fetchall()
    return sorted({seq for (seq,) in (*told, *saved)})


def lists_mentions_twice(db: Any, row: Any) -> Any:
    """List a mention by the counter that told of it, and by its message."""
    told = [seq for (seq,) in db.execute("SELECT seq FROM mention WHERE session_id = ?", (row.session_id,))]
    saved = db.execute("SELECT seq, number FROM message WHERE session_id = ? AND mentions_me = 1", (row.session_id,))
    return sorted([*told, *(seq for seq, number in saved if any(number in added for added in row.count.added))])


# Names and content


def keeps_32_bits(self: Any, name: str, value: object) -> int:
    """Read numbers into 32 bits."""
    return _as_integer(self, name, value) & 0xFFFF_FFFF


def keeps_the_text_only(db: Any, message: Message, *, to_ack: bool, mentions_me: bool) -> None:
    """Save only the text of a message."""
    text = {"message": message.content.get("message", "")}
    _insert(db, replace(message, content=text), to_ack=to_ack, mentions_me=mentions_me)
