"""Joins texts so that they are judged as one: a single text of 16 KB is many times faster than thousands of tiny ones.

>>> apart(together(["a bad", "day"]))
['a bad', 'day']
"""

from collections.abc import Iterable, Sequence

# Half of a surrogate pair, which no content of a message can contain. Folding turns it into a letter that no word has
# (`marking.BETWEEN_TEXTS`), so no word is found across it.
BETWEEN = "\ud800"
# The ends of clauses on both sides separate it from the texts.
_SEPARATOR = f",{BETWEEN},"
# A longer text is judged alone. `matching` has a limit for each text, and a text of this length, with at most four
# letters per character, can't reach it.
_LONGEST_TOGETHER = 500


def together(texts: Iterable[str]) -> str:
    """Joins these texts into one. Each is judged as if it was alone."""
    return _SEPARATOR.join(texts)


def apart(text: str) -> Sequence[str]:
    """Splits a text that `together` has made."""
    return text.split(_SEPARATOR)


def starts(texts: Iterable[str]) -> Sequence[int]:
    """The index at which each text starts in the result of `together`."""
    places, place = [], 0
    for text in texts:
        places.append(place)
        place += len(text) + len(_SEPARATOR)
    return places


def number_of_texts(text: str) -> int:
    """How many texts `together` has joined in it."""
    return 1 + text.count(BETWEEN)


def portions(texts: Iterable[str]) -> Iterable[Sequence[str]]:
    """Divides these texts into groups that are judged together, without duplicates."""
    different = dict.fromkeys(texts)
    if short := [text for text in different if len(text) <= _LONGEST_TOGETHER]:
        yield short
    yield from ([text] for text in different if len(text) > _LONGEST_TOGETHER)
