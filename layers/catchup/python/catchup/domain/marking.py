"""What stands for a character that is no letter, and which marks are part of a letter."""

from functools import lru_cache
from unicodedata import category, name, normalize

# Markers, in the order of how far they part what is around them.
# Zero-width characters and the like: as if they were not there.
INVISIBLE = "\x00"
# A mark over, under or in the letter before it, which is decoration there: a dot over d.
JOINED = "\x01"
# Between the letters of one character: "ß" is s and s.
GLUE = "\x02"
# Punctuation and symbols that stand within words too: "b.a-d".
TIGHT = "\x03"
# White space. It ends a word of scripts that are written with it.
SPACE = "\x04"
# The punctuation of sentences. It ends a word, and a clause.
CLAUSE = "\x05"
# Before a character of which the letter before it decides what it is.
CONTEXT = "\x06"
# All of them, as a class of a regular expression.
MARKERS = "\x00-\x06"

_CLAUSE_ENDS = frozenset(",;:!?。、")
# Blank though Unicode calls them letters (fillers of Hangul and Khmer), and a mark that is not seen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
# The second and third part of a Hangul syllable that is written in parts.
_HANGUL_PARTS = range(0x1161, 0x1200)
# What Unicode calls letters, and `marked` does not simply take for one.
LETTERS_THAT_ARE_NONE = (*_BLANK, *map(chr, _HANGUL_PARTS))
_VOICED = "\u3099\u309a"
_KANA = range(0x3041, 0x3100)
# First words of names of marks that are no script's.
_NO_SCRIPT = ("COMBINING", "VARIATION", "")
# A letter has no more marks. Source: UAX #15, "Stream-Safe Text Format". It bounds what composing them costs.
_MOST_MARKS = 30


def is_letter(character: str) -> bool:
    """A letter or number, or a mark that is part of one; not a marker."""
    return character > CONTEXT


def marked(character: str, kind: str | None = None) -> str:
    """The character if it is a letter or number, after CONTEXT if that depends; else its marker."""
    kind = kind or category(character)
    if kind == "Cn":
        return TIGHT
    if kind == "Cf" or character in _BLANK:
        return INVISIBLE
    if kind[0] == "M":
        return JOINED if _script(character) in _NO_SCRIPT and character not in _VOICED else CONTEXT + character
    if kind[0] in "LN":
        return CONTEXT + character if ord(character) in _HANGUL_PARTS else character
    if character.isspace() or kind[0] == "Z":
        return SPACE
    return CLAUSE if character in _CLAUSE_ENDS else TIGHT


def composed(base: str, following: str) -> str:
    """A letter (or more) with those of the characters `following` it that belong to it, always in one form.

    A mark belongs to letters of its own script: vowels of Thai, points of Hebrew. On others it is decoration.
    """
    belonging = [one for one in following if _belongs(one, base[-1])][:_MOST_MARKS]
    return normalize("NFC", base + "".join(belonging))


@lru_cache(4_096)
def _belongs(mark: str, base: str) -> bool:
    if ord(mark) in _HANGUL_PARTS:
        return True
    if mark in _VOICED:
        return ord(base) in _KANA
    return _script(mark) == _script(base)


@lru_cache(4_096)
def _script(character: str) -> str:
    """The first word of its name: "LATIN", "THAI", or of marks for every script "COMBINING"."""
    return name(character, "").partition(" ")[0]
