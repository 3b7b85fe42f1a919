"""Markers for characters that are no letters, and the marks that are part of a letter."""

from functools import lru_cache
from unicodedata import category, name

# Markers, in the order of how strongly they separate words.
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
# Before the letters of a symbol: a flag, a letter in a box.
SYMBOL = "\x07"
# A letter that no word has and no character becomes, between texts that are judged together (`texts`).
BETWEEN_TEXTS = "\x08"
# All markers, as a class of a regular expression.
MARKERS = "\x00-\x07"

_CLAUSE_ENDS = frozenset(",;:!?。、")
# Blank though Unicode calls them letters (fillers of Hangul and Khmer), and a mark that is not seen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
# The second and third part of a Hangul syllable that is written in parts.
HANGUL_PARTS = range(0x1161, 0x1200)
# What Unicode calls letters, and `marked` does not simply take for one.
LETTERS_THAT_ARE_NONE = (*_BLANK, *map(chr, HANGUL_PARTS))
VOICED = "\u3099\u309a"
# First words of names of marks that are no script's.
_NO_SCRIPT = ("COMBINING", "VARIATION", "")


def is_letter(character: str) -> bool:
    """A letter or number, or a mark that is part of one; not a marker."""
    return character > SYMBOL


def marked(character: str, kind: str | None = None) -> str:
    """The character if it is a letter or number, after CONTEXT if that depends; else its marker."""
    kind = kind or category(character)
    if kind == "Cn":
        return TIGHT
    if kind == "Cf" or character in _BLANK:
        return INVISIBLE
    if kind[0] == "M":
        return JOINED if script_of(character) in _NO_SCRIPT and character not in VOICED else CONTEXT + character
    if kind[0] in "LN":
        return CONTEXT + character if ord(character) in HANGUL_PARTS else character
    if character.isspace() or kind[0] == "Z":
        return SPACE
    return CLAUSE if character in _CLAUSE_ENDS else TIGHT


@lru_cache(4_096)
def script_of(character: str) -> str:
    """The first word of its name: "LATIN", "THAI", or of marks for every script "COMBINING"."""
    return name(character, "").partition(" ")[0]


def without_markers(text: str) -> str:
    """The letters of a marked text without CONTEXT."""
    # Much faster than str.translate.
    for marker in (INVISIBLE, JOINED, GLUE, TIGHT, SPACE, CLAUSE, SYMBOL):
        text = text.replace(marker, "")
    return text
