"""How much fits into a frame, for each encoding."""

from collections.abc import Mapping

from catchup.domain.message import Message
from catchup.domain.page import FrameBudget
from catchup.domain.presence import Encoding
from catchup.domain.unread import Unread
from catchup.settings import MAX_FRAME_BYTES
from catchup.wire.codec import dump
from catchup.wire.json_form import to_json
from catchup.wire.messages import counter_to_wire, message_to_wire

# What a frame needs beside messages and counters, at most: header, reqId, a session id, a cursor, and 100 `remaining`.
ENVELOPE_BYTES = 2_816
# Quotes, comma and colon around a map's key; tag and length bytes in protobuf are fewer.
SEPARATOR_BYTES = 8
# An entry of a list of sessions with the longest id and the largest numbers, but for a group's name.
SUMMARY_BYTES = 400
# An id of JSON's own signs alone takes twice its bytes there: 128 more for the two uids of a session.
JSON_SUMMARY_BYTES = SUMMARY_BYTES + 128


class JsonBudget:
    """The JSON form: bytes of UTF-8."""

    room = MAX_FRAME_BYTES - ENVELOPE_BYTES

    def message_bytes(self, message: Message) -> int:
        return len(dump(to_json(message_to_wire(message))).encode()) + SEPARATOR_BYTES

    def counter_bytes(self, counter: Unread) -> int:
        return len(dump({counter.session_id: to_json(counter_to_wire(counter))})) + SEPARATOR_BYTES

    def group_bytes(self, name: str) -> int:
        return JSON_SUMMARY_BYTES + len(dump(name).encode())


class PbBudget:
    """The protobuf form: bytes before base64, which makes four of three."""

    room = (MAX_FRAME_BYTES * 3) // 4 - ENVELOPE_BYTES

    def message_bytes(self, message: Message) -> int:
        return message_to_wire(message).ByteSize() + SEPARATOR_BYTES

    def counter_bytes(self, counter: Unread) -> int:
        return counter_to_wire(counter).ByteSize() + len(counter.session_id) + SEPARATOR_BYTES

    def group_bytes(self, name: str) -> int:
        """The numbers of the JSON form are longer."""
        return SUMMARY_BYTES + len(name.encode())


BUDGETS: Mapping[Encoding, FrameBudget] = {Encoding.JSON: JsonBudget(), Encoding.PB: PbBudget()}
