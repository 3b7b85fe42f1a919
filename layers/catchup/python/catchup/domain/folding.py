"""Folds texts so that characters that look alike become equal, and keeps the origin of each letter.

Each character becomes its letters and numbers, or a marker (`marking`), so that `B.ａ-Ｄ` is the letters `bad` with
gaps between them:

    text      B     .      ａ     -      Ｄ
    marked    b   TIGHT    a    TIGHT    d
    letters   b            a             d

Tables made from Unicode's data have the fold of each character (tools/folding_table.py). Only the marks of one letter
are looked at together, and their number is limited. So the work is linear in the length of the text, whatever is in it
(docs/adr/0026-folding-by-a-table-of-unicodes-data.md).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from unicodedata import category

from catchup.domain.at_once import (
    WideText,
    as_number,
    bytes_of,
    code_points,
    of_all_characters,
    putting,
    where,
    with_following,
)
from catchup.domain.clusters import in_context
from catchup.domain.folding_table import KINDS, LONGER, SINGLE
from catchup.domain.marking import (
    BETWEEN_TEXTS,
    CLAUSE,
    CONTEXT,
    GLUE,
    INVISIBLE,
    JOINED,
    SPACE,
    SYMBOL,
    TIGHT,
    is_letter,
    without_markers,
)
from catchup.domain.texts import BETWEEN, number_of_texts

# How many characters are remembered beside those of the table; everyday Chinese has fewer.
_REMEMBERED = 20_000
# As many letters as a message has if its characters stand for several letters each.
_NUMBERS = tuple(range(50_000))
# 16 KB of a character that stands for a whole phrase would be 100,000 letters, so such a character counts as one
# letter.
_MOST_LETTERS = 4
# So many characters show what a text is made of.
_SAMPLE, _BEGINNING = 256, 800
_GAP_CODES = tuple(map(ord, (GLUE, TIGHT, SPACE, CLAUSE)))
# In `Folded.gaps`: the letter follows the previous one directly.
NO_GAP = ord("L")
_NOTHING = (INVISIBLE + JOINED + SYMBOL).encode()
_GAPS = bytes(code if code <= ord(SYMBOL) else NO_GAP for code in range(256))


_IS_LETTER = bytes(is_letter(chr(code)) for code in range(256))
_IS_SYMBOL, _IS_GLUE, _IS_PART, _GOES_ON = (
    where(markers.encode()) for markers in (SYMBOL, GLUE, JOINED + GLUE, GLUE + CONTEXT + SYMBOL)
)
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
        found = with_following(as_number(bytes(meant)), as_number(marked.translate(_IS_PART)))
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
    longer than it saves.
    """
    is_one = number_of_texts(text) == 1
    text = text.replace(_STAND_IN, _LIKE_STAND_IN).replace(BETWEEN, _STAND_IN)
    # Characters from everywhere in the text.
    sample = text[:: len(text) // _SAMPLE + 1]
    some = len(_NOT_THEMSELVES.findall(sample))
    if not is_one or some > len(sample) // 3:
        return "".join(_looked_up(text))
    most = _SAMPLE + some * len(text) // len(sample)
    parts = _NOT_THEMSELVES.split(text, most)
    parts[1::2] = _looked_up("".join(parts[1::2]))
    if len(parts) > 2 * most:
        parts[-1:] = _looked_up(parts[-1])
    return "".join(parts)


def _looked_up(text: str) -> Sequence[str]:
    """The fold of each character."""
    codes = code_points(text)
    with suppress(KeyError):
        return [*map(_FOLDS.__getitem__, codes)]
    folds = [*map(_FOLDS.get, codes, WideText(text).put(bytes_of(codes, _KIND_OF), _PUT))]
    if len(_FOLDS) > _MOST_FOLDS:
        # A sender of all of Unicode must not fill the memory, nor push out the characters of others for ever.
        _FOLDS.clear()
        _FOLDS.update(_TABLE)
    # The beginning of an everyday text has nearly all of its characters. They are looked up faster the next time.
    _FOLDS.update(zip(codes[:_BEGINNING], folds, strict=False))
    return folds


def _is_symbol(character: str, folded: str) -> bool:
    """Whether a character is a symbol with letters: a flag, a letter in a box."""
    return is_letter(folded[-1]) and category(character) == "So"


def _told_apart(folded: str) -> str:
    """A fold with GLUE inside it, so that the next character's begin is visible."""
    return GLUE.join(re.findall(f"{CONTEXT}?[^{GLUE}]", folded))


# What is put in the place of characters that are not in the table, by their kinds.
_KIND_OF = of_all_characters(zip(map(ord, KINDS[0]), map(ord, KINDS[1]), strict=True))
_PUT = putting({marker.encode(): marker for marker in (INVISIBLE, JOINED, TIGHT, SPACE, CLAUSE)})
_TABLE = {code.start(): CONTEXT + chr(code.start()) for code in re.finditer(CONTEXT.encode(), _KIND_OF)}
_TABLE |= {ord(one): folded for one, folded in zip(*SINGLE, strict=True)}
_TABLE |= {
    ord(one): _told_apart(folded) for one, folded in LONGER.items() if sum(map(is_letter, folded)) <= _MOST_LETTERS
}
_TABLE |= {code: SYMBOL + folded for code, folded in _TABLE.items() if _is_symbol(chr(code), folded)}
# Half a character takes long to encode, so another one stands for it, and for that one another with the same fold. Both
# are no characters, by Unicode.
_STAND_IN, _LIKE_STAND_IN = "\uffff", "\ufffe"
_TABLE[ord(_STAND_IN)] = BETWEEN_TEXTS
_LONGEST = max(map(len, _TABLE.values()))
_MOST_FOLDS = len(_TABLE) + _REMEMBERED
_FOLDS = dict(_TABLE)
_ASCII = dict(enumerate(_looked_up("".join(map(chr, range(128))))))
# Neither a Chinese character or Hangul syllable, nor a small letter or digit of ASCII.
_NOT_THEMSELVES = re.compile("([^\u4e00-\u9fffa-z0-9\u3400-\u4dbf\uac00-\ud7a3])")
