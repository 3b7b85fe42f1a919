"""The bytes of a file of which only the beginning is read: more of it where somebody looks, within a bound."""

from collections.abc import Callable

# What is read at first. Recorders and cameras write their tracks there.
FIRST_BYTES = 8_192
# And of each further place, such as an index at the end of a video.
MORE_BYTES = 4_096
# So no file costs more than this many calls, or 40 KB of memory.
MAX_READS = 8


class ContentBytes:
    """The bytes of a file. `first`: its beginning; `size`: how long it is. `read(offset, length)` reads more of it, and
    may raise."""

    def __init__(self, first: bytes, size: int, read: Callable[[int, int], bytes]) -> None:
        self.first, self.size = first, max(size, len(first))
        # Whether a rule was refused bytes, which are more than may be read.
        self.gave_up = False
        self._read, self._reads = read, 0
        self._pieces = [(0, first)]

    def at(self, offset: int, length: int) -> bytes:
        """These bytes; fewer, or none, behind the end and beyond the bound. `length`: at most MORE_BYTES."""
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        for start, piece in self._pieces:
            if start <= offset and end <= start + len(piece):
                return piece[offset - start : end - start]
        if self._reads == MAX_READS:
            self.gave_up = True
            return b""
        self._reads += 1
        piece = self._read(offset, min(MORE_BYTES, self.size - offset))
        self._pieces.append((offset, piece))
        return piece[: end - offset]
