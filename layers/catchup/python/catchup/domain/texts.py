"""Several texts that are judged as one: to judge one of 16 KB is many times faster than thousands of tiny ones.

>>> apart(together(["a bad", "day"]))
['a bad', 'day']
"""

from collections.abc import Iterable, Sequence

# Half of a surrogate pair: no content of a message has it. Folding makes it a letter that no word has
# (`marking.BETWEEN_TEXTS`), so that no word is found across it.
BETWEEN = "\ud800"
# The clause ends on both sides part it from what the texts begin and end with.
_SEPARATOR = f",{BETWEEN},"
# A longer text is judged alone: a bound of `matching` holds for each text, and a text of so many characters, of which
# each is four letters at most, can't reach it.
_LONGEST_TOGETHER = 500


def together(texts: Iterable[str]) -> str:
    """One text, in which each of them is judged as if it was alone."""
    return _SEPARATOR.join(texts)


def apart(text: str) -> Sequence[str]:
    """The texts of which `together` made it."""
    return text.split(_SEPARATOR)


def starts(texts: Iterable[str]) -> Sequence[int]:
    """Where each of them starts in what `together` makes of them."""
    places, place = [], 0
    for text in texts:
        places.append(place)
        place += len(text) + len(_SEPARATOR)
    return places


def is_several(text: str) -> bool:
    """Whether `together` made it of more than one."""
    return BETWEEN in text


def portions(texts: Iterable[str]) -> Iterable[Sequence[str]]:
    """Which of these are judged together. None of them twice."""
    different = dict.fromkeys(texts)
    if short := [text for text in different if len(text) <= _LONGEST_TOGETHER]:
        yield short
    yield from ([text] for text in different if len(text) > _LONGEST_TOGETHER)
