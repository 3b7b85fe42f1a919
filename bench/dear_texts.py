"""The largest contents of messages that are dear to judge."""

import json
import random
import unicodedata
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

# Ranges of characters that nobody has sent before: one of each, again and again, so that hardly any letter is repeated
# with its marks. "unsorted": the marks are not in Unicode's order.
_HEBREW, _POINTS, _ACCENTS, _ARABIC = (0x5D0, 0x5EA), (0x5B0, 0x5BB), (0x591, 0x5AE), (0x64B, 0x65E)
_NEW = {
    "Hebrew, points, accents": (_HEBREW, _POINTS, _ACCENTS),
    "Hebrew, unsorted": (_HEBREW, _ACCENTS, _POINTS),
    "Hebrew, foreign marks": (_HEBREW, _ARABIC, _POINTS),
    "Arabic, unsorted": ((0x620, 0x64A), _ARABIC, _ARABIC),
    "Devanagari, vowel signs": ((0x904, 0x939), (0x93E, 0x94C)),
    "kana, voiced": ((0x3041, 0x30FE), (0x3099, 0x3099)),
    "Han, tone marks": ((0x4E00, 0x9FFF), (0x302A, 0x302D)),
    "Hangul, tone marks": ((0xAC00, 0xD7A3), (0x302E, 0x302F)),
    "all of the BMP": ((0x80, 0xD7FF),),
    "all of the BMP, accents": ((0x100, 0xD7FF), (0x300, 0x36F)),
    "the second plane": ((0x10000, 0x1FFFF),),
}
_SOME_SCRIPTS, _LETTERS = range(0x600, 0x2000), range(0x80, 0x20000)


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


def new_texts(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yields what each is made of, and a text of letters and marks in a combination that nobody has sent before."""
    for kind, ranges in _NEW.items():
        yield kind, _random(chance, [range(first, last + 1) for first, last in ranges])
    marks = [code for code in _LETTERS if unicodedata.category(chr(code))[0] == "M"]
    yield "letters and marks of all scripts", _random(chance, [_SOME_SCRIPTS, marks])
    yield "the second plane, marks", _random(chance, [range(0x10000, 0x20000), marks])
    yield "all marks", "".join(map(chr, chance.sample(marks, len(marks)))) * 2


def _random(chance: random.Random, ranges: Iterable[Sequence[int]]) -> str:
    pieces: list[str] = []
    room = MAX_MESSAGE_BYTES
    while True:
        piece = "".join(chr(chance.choice(codes)) for codes in ranges)
        # What a message has beside its text.
        if (room := room - len(piece.encode())) < len('{"message":""}'):
            return "".join(pieces)
        pieces.append(piece)
