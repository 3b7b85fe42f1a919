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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress
from unicodedata import category

from catchup.domain.folding_table import LONGER, SINGLE
from catchup.domain.marking import (
    CLAUSE,
    CONTEXT,
    GLUE,
    INVISIBLE,
    JOINED,
    LETTERS_THAT_ARE_NONE,
    MARKERS,
    SPACE,
    TIGHT,
    composed,
    is_letter,
)
from catchup.domain.marking import (
    marked as plain,
)
from catchup.domain.scripts import Characters, as_number

# How many characters are remembered beside those of the table: more than those of everyday Chinese.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 8
# What is further from its letter than this is decoration.
_LONGEST_CLUSTER = 64
# A letter, and after it characters that may be a part of it.
_CLUSTER = re.compile(f"((?<!{CONTEXT})[^{MARKERS}](?:[{INVISIBLE}-{GLUE}]*{CONTEXT}[^{MARKERS}])+)")
_ALONE = re.compile(f"({CONTEXT}[^{MARKERS}])")


_GAP_CODES = tuple(map(ord, (GLUE, TIGHT, SPACE, CLAUSE)))
# In `Folded.gaps`: the letter follows the one before it.
NO_GAP = ord("L")
_NOTHING = (INVISIBLE + JOINED).encode()
_GAPS = bytes(code if code <= ord(CONTEXT) else NO_GAP for code in range(256))
# A character becomes at most so many, as a number of bits: four letters with GLUE between them.
_LENGTH_BITS = 3
_LENGTHS = range(1 << _LENGTH_BITS)
# By length: 1 for the first character of a fold, 0 for the others.
_FIRST = [b"\x01".ljust(length, b"\x00") for length in _LENGTHS]
# By length, and then by length again for symbols: what each character of a fold is.
_FLAGS = [bytes([flag]) * length for flag in (0, 1) for length in _LENGTHS]
_IS_LETTER = bytes(code > ord(CONTEXT) for code in range(256))
_IS_SYMBOL = 1
# Of two bits, whether it is a letter and whether it came from a symbol.
_NO_LETTERS, _IS_SYMBOL_LETTER = b"\x00\x01", bytes(code == 3 for code in range(256))


def in_bytes(marked: str) -> bytes:
    """A byte a character: markers as they are, letters as any other. What works on bytes is many times faster."""
    return marked.encode("latin-1", "replace")


@dataclass(frozen=True)
class Folded:
    """A folded text. `folds`: what each character of it became, before those that belong together were put together."""

    text: str
    marked: str
    folds: Sequence[str]

    @cached_property
    def letters(self) -> str:
        """Letters, numbers and marks that belong to them, without what is between them."""
        return without_markers(self.marked)

    @cached_property
    def places(self) -> Sequence[int]:
        """Where in `marked` each letter stands."""
        return [*compress(range(len(self.marked)), in_bytes(self.marked).translate(_IS_LETTER))]

    @cached_property
    def gaps(self) -> bytes:
        """For each letter what stands between it and the one before: the widest marker from GLUE on, or NO_GAP."""
        seen = in_bytes(self.marked).translate(_GAPS, _NOTHING)
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
        symbols = _SYMBOLS.flags(self.text)
        if _IS_SYMBOL not in symbols:
            return bytes(len(self.letters))
        if len(self.marked) != len(self.text):
            kinds = as_number(self._lengths) | (as_number(symbols) << _LENGTH_BITS)
            symbols = b"".join(map(_FLAGS.__getitem__, kinds.to_bytes(len(self.text), "little")))
        both = as_number(in_bytes(self.marked).translate(_IS_LETTER)) << 1 | as_number(symbols)
        return both.to_bytes(len(self.marked), "little").translate(_IS_SYMBOL_LETTER, _NO_LETTERS)

    def origins(self, starts: Sequence[int], ends: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Which characters of the text those of `marked` came from: from each first to before the second."""
        if len(self.marked) == len(self.text):
            return [*zip(starts, ends, strict=True)]
        # How many characters of the text have begun before each of `marked`.
        begun = [*accumulate(b"".join(map(_FIRST.__getitem__, self._lengths)), initial=0)]
        return [(begun[start + 1] - 1, begun[end]) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def _lengths(self) -> bytes:
        """How many characters of `marked` each of the text became."""
        return bytes(map(len, self.folds))


def fold(text: str) -> Folded:
    """Takes about 0.1 ms for 2,000 characters.

    >>> fold("B.ａ-Ｄ").letters
    'bad'
    """
    if text.isascii():
        return Folded(text, text.translate(_ASCII), text)
    folds = [*map(_FOLDS.__getitem__, text)]
    marked = "".join(folds)
    return Folded(text, _in_context(marked) if CONTEXT in marked else marked, folds)


def without_markers(text: str) -> str:
    """The letters of a marked text."""
    # Much faster than str.translate.
    for marker in (INVISIBLE, JOINED, GLUE, TIGHT, SPACE, CLAUSE):
        text = text.replace(marker, "")
    return text


def _in_context(marked: str) -> str:
    """Without CONTEXT, and as long: marks become a part of the letter before them, or JOINED."""
    return _replaced(_ALONE, _replaced(_CLUSTER, marked, _LETTERS), _PARTS)


def _replaced(pattern: re.Pattern[str], text: str, by: Mapping[str, str]) -> str:
    """Faster than `pattern.sub` with a function, which is called for each of thousands of letters."""
    parts = pattern.split(text)
    parts[1::2] = map(by.__getitem__, parts[1::2])
    return "".join(parts)


class _Remembered(dict[str, str]):
    """What short keys become, made when they are first met and then remembered."""

    def __init__(self, made: Callable[[str], str]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, key: str) -> str:
        made = self._made(key)
        # A letter under hundreds of marks is not worth remembering.
        if len(key) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[key] = made
        return made


def _letter(cluster: str) -> str:
    """A letter with those of the characters after it that are a part of it, in the place of all of them."""
    following = without_markers(cluster[1:_LONGEST_CLUSTER]).replace(CONTEXT, "")
    return GLUE.join(composed(cluster[0], following)).ljust(len(cluster), JOINED)


def _part(alone: str) -> str:
    """A part of a Hangul syllable is a letter by itself; a mark without a letter before it is nothing."""
    return JOINED * 2 if category(alone[1])[0] == "M" else INVISIBLE + alone[1]


_LETTERS = _Remembered(_letter)
_PARTS = _Remembered(_part)


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


# 16 KB of a character that stands for a whole phrase would be 100,000 letters: such a one is a letter of its own.
_MOST_LETTERS = 4
_SHORT_ENOUGH = {one: folded for one, folded in LONGER.items() if len(folded) <= _MOST_LETTERS}
_TABLE = dict(zip(*SINGLE, strict=True)) | _SHORT_ENOUGH | {one: plain(one) for one in LETTERS_THAT_ARE_NONE}
# All others are no letters.
_SYMBOLS = Characters(
    (ord(one), ord(one)) for one, folded in _TABLE.items() if is_letter(folded[-1]) and category(one) == "So"
)
_MOST_FOLDS = len(_TABLE) + _REMEMBERED
_FOLDS = _Folds(_TABLE)
_ASCII = {code: _FOLDS[chr(code)] for code in range(128)}
