"""How much fits into a frame, or into an answer over HTTP, for each encoding."""

from collections.abc import Mapping, Sequence

from catchup.domain.ids import SessionId
from catchup.domain.message import Message
from catchup.domain.page import Budget
from catchup.domain.presence import Encoding
from catchup.domain.session_settings import SessionSettings
from catchup.domain.unread import Unread
from catchup.settings import MAX_FRAME_BYTES, MAX_HTTP_ANSWER_BYTES, MAX_HTTP_PAGE, MAX_PAGE
from catchup.wire.codec import dump
from catchup.wire.json_form import to_json
from catchup.wire.messages import counter_to_wire, message_to_wire, settings_to_wire

# What a frame needs beside messages and counters, at most: header, reqId, a session id, a cursor, and 100 `remaining`.
ENVELOPE_BYTES = 2_816
# The same over HTTP, where a page acks ten times as many.
HTTP_ENVELOPE_BYTES = 20_000
# Quotes, comma and colon around a map's key; tag and length bytes in protobuf are fewer.
SEPARATOR_BYTES = 8
# An entry of a list of sessions with the longest id and the largest numbers, but for a group's name.
SUMMARY_BYTES = 460
# An id of JSON's own signs alone takes twice its bytes there: 128 more for the two uids of a session.
JSON_SUMMARY_BYTES = SUMMARY_BYTES + 128


# The name of a session's settings in the JSON form.
SETTINGS = "settings"


class _Room:
    """`room`, `largest_page`: as in `Budget`."""

    def __init__(self, room: int, largest_page: int = MAX_PAGE) -> None:
        self.room, self.largest_page = room, largest_page


class JsonBudget(_Room):
    """The JSON form: bytes of UTF-8."""

    def message_bytes(self, message: Message) -> int:
        return len(dump(to_json(message_to_wire(message))).encode()) + SEPARATOR_BYTES

    def counter_bytes(self, counter: Unread) -> int:
        return len(dump({counter.session_id: to_json(counter_to_wire(counter))})) + SEPARATOR_BYTES

    def settings_bytes(self, settings: SessionSettings) -> int:
        return len(dump({SETTINGS: to_json(settings_to_wire(settings))})) if settings.version else 0

    def id_bytes(self, session: SessionId) -> int:
        return len(dump(session))

    def group_bytes(self, name: str, recalled: Sequence[int] = ()) -> int:
        return JSON_SUMMARY_BYTES + len(dump(name).encode()) + len(dump([*recalled]))


class PbBudget(_Room):
    """The protobuf form: its own bytes, before any base64."""

    def message_bytes(self, message: Message) -> int:
        return message_to_wire(message).ByteSize() + SEPARATOR_BYTES

    def counter_bytes(self, counter: Unread) -> int:
        return counter_to_wire(counter).ByteSize() + len(counter.session_id) + SEPARATOR_BYTES

    def settings_bytes(self, settings: SessionSettings) -> int:
        return settings_to_wire(settings).ByteSize() + SEPARATOR_BYTES if settings.version else 0

    def id_bytes(self, session: SessionId) -> int:
        return len(session)

    def group_bytes(self, name: str, recalled: Sequence[int] = ()) -> int:
        """The numbers of the JSON form are longer."""
        return SUMMARY_BYTES + len(name.encode()) + len(dump([*recalled]))


BUDGETS: Mapping[Encoding, Budget] = {
    Encoding.JSON: JsonBudget(MAX_FRAME_BYTES - ENVELOPE_BYTES),
    # Base64 makes four bytes of three.
    Encoding.PB: PbBudget((MAX_FRAME_BYTES * 3) // 4 - ENVELOPE_BYTES),
}
HTTP_BUDGETS: Mapping[Encoding, Budget] = {
    encoding: budget(MAX_HTTP_ANSWER_BYTES - HTTP_ENVELOPE_BYTES, MAX_HTTP_PAGE)
    for encoding, budget in ((Encoding.JSON, JsonBudget), (Encoding.PB, PbBudget))
}
