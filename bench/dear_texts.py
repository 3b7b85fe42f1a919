"""The largest contents of messages that are dear to judge."""

import json
from collections.abc import Iterable, Iterator, Sequence

from catchup.settings import MAX_MESSAGE_BYTES

# Marks, several letters in one character, and listed words only.
DEAR = (
    "\u0301\u0316",
    "a\u0301",
    "か\u3099",
    "ﷺ",
    "㎯",
    "{word} ",
    "{spelled} ",
    "{han}",
    "{han} ",
    "{spelled}ß ",
    "{han}ß",
    "{han}か\u3099",
    "ﬃ",
    "㌊",
)
# The same, as thousands of tiny texts.
TINY = ("か", "か{number}", "{word}", "{han}", "{han}{number}", "x{number}")


def dear_texts(latin: str, han: str) -> Iterator[tuple[str, str | Sequence[str]]]:
    """Yields what each is made of, and a text or thousands of tiny ones. `latin`, `han`: two words of the lists."""
    for unit in DEAR:
        piece = unit.format(word=latin, spelled=" ".join(latin), han=han)
        yield ascii(unit).strip("'"), piece * (MAX_MESSAGE_BYTES // len(piece.encode()) - 1)
    for unit in TINY:
        tiny = _filled(unit.format(word=latin, han=han, number=number) for number in range(MAX_MESSAGE_BYTES))
        yield f"{len(tiny):,} texts {unit!a}", tiny


def _filled(texts: Iterable[str]) -> Sequence[str]:
    """Returns as many as a message has room for."""
    room, chosen = MAX_MESSAGE_BYTES, []
    for text in texts:
        room -= len(json.dumps(text, ensure_ascii=False).encode()) + len(",")
        if room < 0:
            break
        chosen.append(text)
    return chosen
