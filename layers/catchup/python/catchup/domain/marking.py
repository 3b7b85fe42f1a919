"""Markers for characters that are no letters, and the marks that are part of a letter."""

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
# In `folding_table.KINDS`: a letter or number, which is its own fold.
LETTER = "L"
# All markers, as a class of a regular expression.
MARKERS = "\x00-\x07"

# In `folding_table.SCRIPTS`: the second and third part of a Hangul syllable that is written in parts.
PARTS = "PARTS OF HANGUL"
# A letter has at most 30 marks, each with CONTEXT. Source: UAX #15, "Stream-Safe Text Format". This limits the cost of
# composing them.
LONGEST_CLUSTER = 1 + 30 * 2


def is_letter(character: str) -> bool:
    """A letter or number, or a mark that is part of one; not a marker."""
    return character > SYMBOL


def without_markers(text: str) -> str:
    """The letters of a marked text without CONTEXT."""
    # Much faster than str.translate.
    for marker in (INVISIBLE, JOINED, GLUE, TIGHT, SPACE, CLAUSE, SYMBOL):
        text = text.replace(marker, "")
    return text
