"""Folds texts so that characters that look alike become equal, and keeps the origin of each letter.

Each character becomes its letters and numbers, or a marker (`marking`), so that `B.ａ-Ｄ` is the letters `bad` with
gaps between them:

    text      B     .      ａ     -      Ｄ
    marked    b   TIGHT    a    TIGHT    d
    letters   b            a             d

A table made from Unicode's data has the fold of each character (tools/folding_table.py). Only the marks of one letter
are looked at together, and their number is limited. So the work is linear in the length of the text, whatever is in it
(docs/adr/0026-folding-by-a-table-of-unicodes-data.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from unicodedata import category, normalize

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
from catchup.domain.texts import BETWEEN, number_of_texts

# How many characters are remembered beside those of the table; everyday Chinese has fewer.
_REMEMBERED = 20_000
# As many letters as a message has if its characters stand for several letters each.
_NUMBERS = tuple(range(50_000))
# 16 KB of a character that stands for a whole phrase would be 100,000 letters, so such a character counts as one
# letter.
_MOST_LETTERS = 4
_GAP_CODES = tuple(map(ord, (GLUE, TIGHT, SPACE, CLAUSE)))
# In `Folded.gaps`: the letter follows the previous one directly.
NO_GAP = ord("L")
_NOTHING = (INVISIBLE + JOINED + SYMBOL).encode()
_GAPS = bytes(code if code <= ord(SYMBOL) else NO_GAP for code in range(256))


def _where(*characters: str) -> bytes:
    """A table for bytes.translate that gives 1 for these markers, else 0."""
    return bytes(chr(code) in characters for code in range(256))


_IS_LETTER = bytes(is_letter(chr(code)) for code in range(256))
_IS_SYMBOL, _IS_GLUE = _where(SYMBOL), _where(GLUE)
_IS_PART, _GOES_ON = _where(JOINED, GLUE), _where(GLUE, CONTEXT, SYMBOL)
# Of two bits: the second one, of those that have the first, or have it not.
_SECOND, _WITHOUT_FIRST, _WITH_FIRST = bytes(code >> 1 for code in range(256)), b"\x00\x02", b"\x01\x03"


@dataclass(frozen=True)
class Folded:
    """A folded text. `folds`: the folds of its characters, before marks were joined with their letters."""

    text: str
    marked: str
    folds: str

    @cached_property
    def letters(self) -> str:
        """The letters and numbers, with their marks, without the gaps."""
        return without_markers(self.marked)

    @cached_property
    def gaps(self) -> bytes:
        """For each letter the gap before it: the widest marker from GLUE on, or NO_GAP."""
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
        # The letter after SYMBOL, and the following ones with GLUE.
        found = as_number(marked.translate(_IS_SYMBOL)) << 8
        for _ in range(_LONGEST // 2):
            found |= (found << 8 & glue) << 8
        both = letters | found << 1
        return both.to_bytes(len(marked) + 1, "little").translate(_SECOND, _WITHOUT_FIRST)

    def spans(self, letters: bytes) -> Sequence[tuple[int, int]]:
        """The characters of the text that the letters with a 1 came from, with their marks, as spans.

        Each span has the index of its first character and the index after its last.
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
        """Turns a byte for each character of `marked` into a byte for each character of the text: 1 if any of its is
        1."""
        goes_on = as_number(_in_bytes(self.folds).translate(_GOES_ON))
        glue = as_number(_in_bytes(self.folds).translate(_IS_GLUE))
        follows = goes_on << 8 | glue
        for _ in range(_LONGEST):
            found |= (found & follows) >> 8
        both = follows | found << 1
        return as_number(both.to_bytes(len(self.marked) + 1, "little").translate(_SECOND, _WITH_FIRST))


def _in_bytes(marked: str) -> bytes:
    """One byte for each character: markers unchanged, and one value for all letters. Bytes are many times faster."""
    return marked.encode("latin-1", "replace")


def _places(length: int) -> Sequence[int]:
    """0, 1, … up to at least `length`. They are kept, because making them takes longer than using them."""
    return _NUMBERS if length <= len(_NUMBERS) else range(length)


def _with_parts(found: int, parts: int) -> int:
    """Each 1 of `found`, and all 1s of `parts` that follow it directly.

    It is an addition, in which a carry runs through the 1s, because thousands of marks may follow a letter.
    """
    full = parts * 0xFF
    return found | (parts & ~(full + (found << 8 & parts)))


def fold(text: str) -> Folded:
    """Folds a text. It takes about 0.1 ms for 2,000 characters.

    >>> fold("B.ａ-Ｄ").letters
    'bad'
    """
    if text.isascii():
        return Folded(text, marked := text.translate(_ASCII), marked)
    folds = _folds(text)
    return Folded(text, in_context(folds) if CONTEXT in folds else folds, folds)


def _folds(text: str) -> str:
    """The folds of all characters.

    Most letters of an everyday text are their own folds, and are skipped. In other texts the search for the rest takes
    longer than it saves, so it is limited.
    """
    if number_of_texts(text) > 1:
        return _looked_up(text)
    most = len(text) // 4 + 1
    parts = _NOT_THEMSELVES.split(text, most)
    parts[1::2] = map(_FOLDS.__getitem__, parts[1::2])
    if len(parts) > 2 * most:
        parts[-1] = _looked_up(parts[-1])
    return "".join(parts)


def _looked_up(text: str) -> str:
    return "".join(map(_FOLDS.__getitem__, text))


class _Folds(dict[str, str]):
    """The folds of single characters: those of the table, and others from their first use on."""

    def __missing__(self, character: str) -> str:
        if len(self) >= _MOST_FOLDS:
            # A sender of all of Unicode must not fill the memory, nor push out the characters of others for ever.
            self.clear()
            self.update(_TABLE)
        # Texts of new characters must be fast too.
        folded = self[character] = character if character.isalnum() else _plain(character)
        return folded


def _plain(character: str) -> str:
    """The fold of a character that is no letter. Some Tibetan marks are two, which are composed as two."""
    folded = plain(character)
    return GLUE.join(map(plain, normalize("NFC", character))) if folded[0] == CONTEXT else folded


def _told_apart(character: str, folded: str) -> str:
    """A fold with GLUE inside it, so that the next character's begin is visible, and with SYMBOL before a symbol's."""
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
# Not a Chinese character, nor a small letter or digit of ASCII.
_NOT_THEMSELVES = re.compile("([^\u4e00-\u9fffa-z0-9])")
