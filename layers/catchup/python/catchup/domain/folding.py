"""Texts made comparable, with the way back: what looks alike becomes equal, and each letter knows where it came from.

Each character becomes its letters and numbers, or a marker (`marking`), so that `B.ａ-Ｄ` is the letters `bad` with
gaps between them:

    text      B     .      ａ     -      Ｄ
    marked    b   TIGHT    a    TIGHT    d
    letters   b            a             d

What a character becomes stands in a table that is made from Unicode's data (tools/folding_table.py). Nothing looks at a
run of characters as a whole but for the marks of one letter, of which there is a bound: so the work grows with the
length of the text, whatever is in it (docs/adr/0035-folding-by-a-table-of-unicodes-data.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress
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

# How many characters are remembered beside those of the table: more than those of everyday Chinese.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 8
# What is further from its letter than this is decoration.
_LONGEST_CLUSTER = 64
# A letter, and after it characters that may be a part of it.
_CLUSTER = re.compile(f"(?<!{CONTEXT})[^{MARKERS}](?:[{INVISIBLE}-{GLUE}]*{CONTEXT}[^{MARKERS}])+")
_ALONE = re.compile(f"{CONTEXT}[^{MARKERS}]")


_CODE = {marker: ord(marker) for marker in (GLUE, TIGHT, SPACE, CLAUSE)}
# In `Folded.gaps`: the letter follows the one before it.
NO_GAP = ord("L")
_NOTHING = (INVISIBLE + JOINED).encode()
_GAPS = bytes(code if code <= ord(CONTEXT) else NO_GAP for code in range(256))
_IS_LETTER = bytes(code > ord(CONTEXT) for code in range(256))


def _in_bytes(marked: str) -> bytes:
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
        return [*compress(range(len(self.marked)), _in_bytes(self.marked).translate(_IS_LETTER))]

    @cached_property
    def gaps(self) -> bytes:
        """For each letter what stands between it and the one before: the widest marker from GLUE on, or NO_GAP."""
        seen = _in_bytes(self.marked).translate(_GAPS, _NOTHING)
        for wider in range(_CODE[GLUE], _CODE[CLAUSE] + 1):
            for other in range(_CODE[GLUE], wider + 1):
                for pair in (bytes((wider, other)), bytes((other, wider))):
                    while pair in seen:
                        seen = seen.replace(pair, bytes((wider,)))
        for gap in range(_CODE[GLUE], _CODE[CLAUSE] + 1):
            seen = seen.replace(bytes((gap, NO_GAP)), bytes((gap,)))
        return seen[: len(self.letters)]

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Which symbols of the text stand for letters: flags, letters in boxes."""
        return frozenset(one for one in set(self.text) if is_letter(_FOLDS[one][-1]) and category(one) == "So")

    def character(self, index: int) -> str:
        """Of the text: the one that a letter came from."""
        return self.text[self.origin(self.places[index], self.places[index] + 1)[0]]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Which characters of the text those of `marked` came from: from the first to before the second."""
        if len(self.marked) == len(self.text):
            return start, end
        return self._owners[start], self._owners[end - 1] + 1

    @cached_property
    def _owners(self) -> Sequence[int]:
        return [index for index, folded in enumerate(self.folds) for _ in folded]


def fold(text: str) -> Folded:
    """Takes about 0.1 ms for 2,000 characters.

    >>> fold("B.ａ-Ｄ").letters
    'bad'
    """
    if text.isascii():
        return Folded(text, text.translate(_ASCII), text)
    folds = [_FOLDS[character] for character in text]
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
    return _ALONE.sub(_alone, _CLUSTER.sub(lambda cluster: _letter(cluster[0]), marked))


def _letter_of(cluster: str) -> str:
    """A letter with those of the characters after it that are a part of it, in the place of all of them."""
    following = _ALONE.findall(cluster, 0, _LONGEST_CLUSTER)
    return GLUE.join(composed(cluster[0], "".join(each[1] for each in following))).ljust(len(cluster), JOINED)


_remembered_letter = lru_cache(_REMEMBERED)(_letter_of)


def _letter(cluster: str) -> str:
    # A letter under hundreds of marks is not worth remembering.
    return _remembered_letter(cluster) if len(cluster) <= _LONGEST_REMEMBERED else _letter_of(cluster)


def _alone(found: re.Match[str]) -> str:
    """A part of a Hangul syllable is a letter by itself; a mark without a letter before it is nothing."""
    character = found[0][1]
    return JOINED * 2 if category(character)[0] == "M" else INVISIBLE + character


class _Folds(dict[str, str]):
    """The folds of single characters: those of the table, and others when they are first met."""

    def __init__(self) -> None:
        super().__init__(zip(*SINGLE, strict=True))
        self.update(LONGER)
        self.update((character, plain(character)) for character in LETTERS_THAT_ARE_NONE)
        self._most = len(self) + _REMEMBERED

    def __missing__(self, character: str) -> str:
        if len(self) >= self._most:
            # Whoever sends all of Unicode must neither fill the memory nor push out the characters of others for good.
            self.clear()
            self.__init__()  # type: ignore[misc]
        # Texts of characters that nobody has seen before must be fast too.
        folded = self[character] = character if character.isalnum() else plain(character)
        return folded


_FOLDS = _Folds()
_ASCII = {code: _FOLDS[chr(code)] for code in range(128)}
