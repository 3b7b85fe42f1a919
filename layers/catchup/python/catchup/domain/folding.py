"""Texts made comparable, with the way back: what looks alike becomes equal, and each letter knows where it came from.

Each character becomes its letters and numbers, or a marker (`marking`), so that `B.ａ-Ｄ` is the letters `bad` with
gaps between them:

    text      B     .      ａ     -      Ｄ
    marked    b   TIGHT    a    TIGHT    d
    letters   b            a             d

What a character becomes stands in a table that is made from Unicode's data (tools/folding_table.py). Nothing looks at a
run of characters as a whole but for the marks of one letter, of which there is a bound: so the work grows with the
length of the text, whatever is in it (docs/adr/0026-folding-by-a-table-of-unicodes-data.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from unicodedata import category

from catchup.domain.clusters import in_context
from catchup.domain.folding_table import LONGER, SINGLE
from catchup.domain.marking import (
    BETWEEN_TEXTS,
    CLAUSE,
    CONTEXT,
    GLUE,
    INVISIBLE,
    JOINED,
    LETTERS_THAT_ARE_NONE,
    SPACE,
    SYMBOL,
    TIGHT,
    is_letter,
    without_markers,
)
from catchup.domain.marking import (
    marked as plain,
)
from catchup.domain.scripts import as_number
from catchup.domain.texts import BETWEEN

# How many characters are remembered beside those of the table: more than those of everyday Chinese.
_REMEMBERED = 20_000
# As many as characters that stand for several letters make of a message.
_NUMBERS = tuple(range(50_000))
# 16 KB of a character that stands for a whole phrase would be 100,000 letters: such a one is a letter of its own.
_MOST_LETTERS = 4
_GAP_CODES = tuple(map(ord, (GLUE, TIGHT, SPACE, CLAUSE)))
# In `Folded.gaps`: the letter follows the one before it.
NO_GAP = ord("L")
_NOTHING = (INVISIBLE + JOINED + SYMBOL).encode()
_GAPS = bytes(code if code <= ord(SYMBOL) else NO_GAP for code in range(256))


def _where(*characters: str) -> bytes:
    """For bytes.translate: 1 for these."""
    return bytes(chr(code) in characters for code in range(256))


_IS_LETTER = bytes(is_letter(chr(code)) for code in range(256))
_IS_SYMBOL, _IS_GLUE = _where(SYMBOL), _where(GLUE)
_IS_PART, _GOES_ON = _where(JOINED, GLUE), _where(GLUE, CONTEXT, SYMBOL)
# Of two bits: the second one, of those that have the first, or have it not.
_SECOND, _WITHOUT_FIRST, _WITH_FIRST = bytes(code >> 1 for code in range(256)), b"\x00\x02", b"\x01\x03"


@dataclass(frozen=True)
class Folded:
    """A folded text. `folds`: what its characters became, before those that belong together were put together."""

    text: str
    marked: str
    folds: str

    @cached_property
    def letters(self) -> str:
        """Letters, numbers and marks that belong to them, without what is between them."""
        return without_markers(self.marked)

    @cached_property
    def gaps(self) -> bytes:
        """For each letter what stands between it and the one before: the widest marker from GLUE on, or NO_GAP."""
        seen = _in_bytes(self.marked).translate(_GAPS, _NOTHING)
        present = [code for code in _GAP_CODES if code in seen]
        for wider in present:
            for other in present[: present.index(wider) + 1]:
                for pair in (bytes((wider, other)), bytes((other, wider))):
                    while pair in seen:
                        seen = seen.replace(pair, bytes((wider,)))
        for gap in present:
            seen = seen.replace(bytes((gap, NO_GAP)), bytes((gap,)))
        return seen[: len(self.letters)]

    @cached_property
    def are_symbols(self) -> bytes:
        """1 for each letter that came from a symbol (a flag, a letter in a box), 0 for the others."""
        if SYMBOL not in self.marked:
            return bytes(len(self.letters))
        marked = _in_bytes(self.marked)
        glue, letters = (as_number(marked.translate(which)) for which in (_IS_GLUE, _IS_LETTER))
        # The letter behind SYMBOL, and those that follow with GLUE.
        found = as_number(marked.translate(_IS_SYMBOL)) << 8
        for _ in range(_LONGEST // 2):
            found |= (found << 8 & glue) << 8
        both = letters | found << 1
        return both.to_bytes(len(marked) + 1, "little").translate(_SECOND, _WITHOUT_FIRST)

    def spans(self, letters: bytes) -> Sequence[tuple[int, int]]:
        """Which characters of the text the letters came from that are 1 here, with their marks, and nothing else.

        Each span is from a first character to before another one.
        """
        marked = _in_bytes(self.marked)
        length = len(marked)
        meant = bytearray(length)
        for place in compress(compress(_places(length), marked.translate(_IS_LETTER)), letters):
            meant[place] = 1
        found = _with_parts(as_number(bytes(meant)), as_number(marked.translate(_IS_PART)))
        if length != len(self.text):
            found = self._of_text(found)
        changes = (found ^ found << 8).to_bytes(length + 1, "little")
        bounds = [*compress(_places(length + 1), changes)]
        return [*zip(bounds[::2], bounds[1::2], strict=True)]

    def _of_text(self, found: int) -> int:
        """From a byte for each character of `marked` to a byte for each of the text: if one of its is 1, it is."""
        goes_on = as_number(_in_bytes(self.folds).translate(_GOES_ON))
        glue = as_number(_in_bytes(self.folds).translate(_IS_GLUE))
        follows = goes_on << 8 | glue
        for _ in range(_LONGEST):
            found |= (found & follows) >> 8
        both = follows | found << 1
        return as_number(both.to_bytes(len(self.marked) + 1, "little").translate(_SECOND, _WITH_FIRST))


def _in_bytes(marked: str) -> bytes:
    """A byte a character: markers as they are, letters as any other. What works on bytes is many times faster."""
    return marked.encode("latin-1", "replace")


def _places(length: int) -> Sequence[int]:
    """0, 1, … up to `length` at least. To make the numbers anew would take longer than what is done with them."""
    return _NUMBERS if length <= len(_NUMBERS) else range(length)


def _with_parts(found: int, parts: int) -> int:
    """Each 1 of `found`, and all the 1 of `parts` that follow it without a gap.

    As in an addition, where a carry runs through all that is full: there may be thousands of marks after a letter.
    """
    full = parts * 0xFF
    return found | (parts & ~(full + (found << 8 & parts)))


def fold(text: str) -> Folded:
    """Takes about 0.1 ms for 2,000 characters.

    >>> fold("B.ａ-Ｄ").letters
    'bad'
    """
    if text.isascii():
        return Folded(text, marked := text.translate(_ASCII), marked)
    folds = "".join(map(_FOLDS.__getitem__, text))
    return Folded(text, in_context(folds) if CONTEXT in folds else folds, folds)


class _Folds(dict[str, str]):
    """The folds of single characters: those of the table, and others when they are first met."""

    def __missing__(self, character: str) -> str:
        if len(self) >= _MOST_FOLDS:
            # Whoever sends all of Unicode must neither fill the memory nor push out the characters of others for good.
            self.clear()
            self.update(_TABLE)
        # Texts of characters that nobody has seen before must be fast too.
        folded = self[character] = character if character.isalnum() else plain(character)
        return folded


def _told_apart(character: str, folded: str) -> str:
    """With GLUE wherever it goes on, so that one sees where the next character begins; SYMBOL before a symbol's."""
    parts = re.findall(f"{CONTEXT}?[^{GLUE}]", folded)
    is_symbol = is_letter(folded[-1]) and category(character) == "So"
    return SYMBOL * is_symbol + GLUE.join(parts)


_SHORT_ENOUGH = {one: folded for one, folded in LONGER.items() if sum(map(is_letter, folded)) <= _MOST_LETTERS}
_TABLE = dict(zip(*SINGLE, strict=True)) | _SHORT_ENOUGH | {one: plain(one) for one in LETTERS_THAT_ARE_NONE}
_TABLE = {one: _told_apart(one, folded) for one, folded in _TABLE.items()} | {BETWEEN: BETWEEN_TEXTS}
_LONGEST = max(map(len, _TABLE.values()))
_MOST_FOLDS = len(_TABLE) + _REMEMBERED
_FOLDS = _Folds(_TABLE)
_ASCII = {code: _FOLDS[chr(code)] for code in range(128)}
