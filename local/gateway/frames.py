"""Limits the size of single frames. aiohttp's own limit is for whole messages: it lets a frame of 100 KB through, which
API Gateway closes with 1009. The library websockets limits both (`max_size=(message, frame)`), but it reads no HTTP
request that has a body, as those to @connections on the same port have.
"""

from aiohttp.http import WebSocketReader

# The header of a frame of 2^63 - 1 bytes, more than any limit on messages.
_OVERSIZED = b"\x81\xff" + (2**63 - 1).to_bytes(8, "big")
_MASK_BYTES = 4


class FrameLimit:
    """Reads the frames' headers before aiohttp's parser does (RFC 6455, section 5.2).

    Instead of a frame that is too large, the parser gets one that is too large for it as well, so it closes the
    connection with 1009.
    """

    def __init__(self, parser: WebSocketReader, max_frame_bytes: int) -> None:
        self._parser = parser
        self._max_frame_bytes = max_frame_bytes
        self._header = b""
        self._payload_left = 0
        self._refused = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Takes more bytes and returns (whether the parser has finished, the bytes left over)."""
        if self._refused:
            return self._parser.feed_data(b"")
        data = bytes(data)
        passed, position = bytearray(), 0
        while position < len(data):
            if self._payload_left:
                piece = data[position : position + self._payload_left]
                self._payload_left -= len(piece)
                position += len(piece)
                passed += piece
                continue
            self._header += data[position : position + 1]
            position += 1
            length = _payload_length(self._header)
            if length is None:
                continue
            if length > self._max_frame_bytes:
                self._refused = True
                passed += _OVERSIZED
                break
            passed += self._header
            self._payload_left = length + (_MASK_BYTES if self._header[1] & 0x80 else 0)
            self._header = b""
        return self._parser.feed_data(bytes(passed))

    def feed_eof(self) -> None:
        """Called at the end of the bytes."""
        self._parser.feed_eof()


def _payload_length(header: bytes) -> int | None:
    """The payload's length in bytes, or None until the header (without its mask) is complete."""
    if len(header) < 2:
        return None
    length = header[1] & 0x7F
    if length < 126:
        return length
    extended = 2 if length == 126 else 8
    return int.from_bytes(header[2:], "big") if len(header) == 2 + extended else None
