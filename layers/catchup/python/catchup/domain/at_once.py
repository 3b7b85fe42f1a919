"""Texts as large numbers: work on thousands of characters in a few operations.

A flag of each character is a byte, 1 or 0, and the bytes of all characters are one number. Then `a & b` looks at all
characters, and `a << 8` moves each flag to the next character.

>>> letters, marks = as_number(bytes((1, 0, 0, 0, 1))), as_number(bytes((0, 1, 1, 0, 0)))
>>> as_bytes(with_following(letters, marks), 5)
b'\\x01\\x01\\x01\\x00\\x01'
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter


def as_number(flags: bytes | bytearray) -> int:
    """A byte for each character as one number."""
    return int.from_bytes(flags, "little")


def as_bytes(number: int, length: int) -> bytes:
    """The bytes of such a number."""
    return number.to_bytes(length, "little")


def where(codes: bytes) -> bytes:
    """A table for bytes.translate that gives 1 for these codes, else 0."""
    return bytes(code in codes for code in range(256))


def with_following(found: int, parts: int) -> int:
    """Each 1 of `found`, and all 1s of `parts` that follow it directly.

    It is an addition, in which a carry runs through the 1s, because thousands of marks may follow a letter.
    """
    full = parts * 0xFF
    return found | (parts & ~(full + (found << 8 & parts)))


def code_points(text: str) -> Sequence[int]:
    """The numbers of a text's characters. To call `ord` for each takes several times as long."""
    codes, size, _ = _encoded(text)
    return memoryview(codes).cast("H" if size == 2 else "I")


def with_between(text: str, character: str) -> str:
    """The same as character.join(text), many times faster."""
    codes, size, codec = _encoded(text)
    joined = bytearray(2 * len(codes))
    for byte in range(size):
        joined[byte :: 2 * size] = codes[byte::size]
    joined[size :: 2 * size] = character.encode() * len(text)
    return joined[:-size].decode(codec)


def putting(characters: Mapping[bytes, str]) -> tuple[bytes, bytes]:
    """Tables for bytes.translate: 1 for each code that is not in the mapping, and the characters for those that are."""
    by_code = {ord(code): ord(character) for code, character in characters.items()}
    return bytes(code not in by_code for code in range(256)), bytes(by_code.get(code, 0) for code in range(256))


def of_all_characters(starts: Iterable[tuple[int, int]]) -> bytes:
    """A byte for each character of Unicode. `starts`: where characters with another byte begin, and that byte."""
    runs = pairwise((*starts, (sys.maxunicode + 1, 0)))
    return b"".join(bytes((byte,)) * (end - start) for (start, byte), (end, _) in runs)


def bytes_of(codes: Sequence[int], table: bytes) -> bytes:
    """The bytes of these characters in a table `of_all_characters`."""
    # With fewer than two arguments itemgetter does not return a sequence.
    return bytes(itemgetter(0, 0, *codes)(table))[2:]


class WideText:
    """A text as one number, in which each character has 16 or 32 bits."""

    def __init__(self, text: str) -> None:
        codes, self._size, self._codec = _encoded(text)
        self._length = len(codes)
        self._number = as_number(codes)
        self.bits = self._size * 8

    def at(self, flags: bytes) -> int:
        """The number with 0 for each character without a flag."""
        spread = self.spread(flags)
        return self._number & (spread << self.bits) - spread

    def spread(self, codes: bytes) -> int:
        """The number of a text of these characters."""
        spread = bytearray(self._length)
        spread[0 :: self._size] = codes
        return as_number(spread)

    def put(self, codes: bytes, tables: tuple[bytes, bytes]) -> str:
        """The text with other characters where they are put by the codes. `tables`: those of `putting`."""
        stays, others = map(codes.translate, tables)
        return self.text(self.at(stays) | self.spread(others))

    def text(self, number: int) -> str:
        """The text of such a number."""
        return as_bytes(number, self._length).decode(self._codec)


def _encoded(text: str) -> tuple[bytes, int, str]:
    """The bytes of a text, how many each character has, and the name of this encoding."""
    codes = text.encode("utf-16-le", "surrogatepass")
    if len(codes) == 2 * len(text):
        return codes, 2, "utf-16-le"
    return text.encode("utf-32-le", "surrogatepass"), 4, "utf-32-le"
