"""Letters and the marks after them that are a part of them: vowels of Thai, points of Hebrew, the dots of `が`."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from unicodedata import category, normalize

from catchup.domain.marking import (
    CONTEXT,
    GLUE,
    HANGUL_PARTS,
    INVISIBLE,
    JOINED,
    MARKERS,
    VOICED,
    script_of,
    without_markers,
)

# A letter, and after it characters that may be a part of it, with what stands between. Most letters are passed over at
# the first look ahead.
_BETWEEN = f"{INVISIBLE}-{GLUE}"
_CLUSTER = re.compile(
    f"([^{MARKERS}](?=[{_BETWEEN}{CONTEXT}])(?<!{CONTEXT}.)(?:[{_BETWEEN}]*{CONTEXT}[^{MARKERS}])+)", re.DOTALL
)
_ALONE = re.compile(f"{CONTEXT}([^{MARKERS}])")
# What is further from its letter than this is decoration.
_LONGEST_CLUSTER = 64
# A letter has no more marks. Source: UAX #15, "Stream-Safe Text Format". It bounds what composing them costs.
_MOST_MARKS = 30
# How many clusters, and letters, are remembered, and which clusters are not worth it.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 8
# Between clusters: no letter, and no mark is composed with it.
_APART = "\n"
_KANA = range(0x3041, 0x3100)


def in_context(marked: str) -> str:
    """Without CONTEXT, and as long: marks become a part of the letter before them, or JOINED.

    A part of a Hangul syllable that is left is a letter by itself; a mark without a letter before it is nothing.
    """
    parts = _CLUSTER.split(marked)
    parts[1::2] = _letters(parts[1::2])
    parts = _ALONE.split("".join(parts))
    parts[1::2] = map(_alone, parts[1::2])
    return "".join(parts)


def composed(base: str, following: str) -> str:
    """A letter (or more) with those of the characters `following` it that belong to it, always in one form."""
    return normalize("NFC", _belonging(base, following))


def _letters(clusters: Sequence[str]) -> Sequence[str]:
    """Each as one letter (or more, with GLUE between them), filled up with JOINED.

    Those that nobody has sent before are made together: there may be thousands of them.
    """
    letters = [*map(_KNOWN.get, clusters)]
    if None in letters:
        new = [*{*clusters}.difference(_KNOWN)]
        made = dict(zip(new, _made(new), strict=True))
        letters = [known or made[cluster] for known, cluster in zip(letters, clusters, strict=True)]
        if len(_KNOWN) > _REMEMBERED:
            _KNOWN.clear()
        _KNOWN.update((cluster, one) for cluster, one in made.items() if len(cluster) <= _LONGEST_REMEMBERED)
    return letters  # type: ignore[return-value]


def _made(clusters: Sequence[str]) -> Sequence[str]:
    near = _APART.join([cluster[:_LONGEST_CLUSTER] for cluster in clusters])
    plain = without_markers(near.replace(CONTEXT, "")).split(_APART)
    belonging = [_belonging(one[0], one[1:]) for one in plain]
    letters = normalize("NFC", _APART.join(belonging)).split(_APART)
    return [GLUE.join(letter).ljust(len(of), JOINED) for letter, of in zip(letters, clusters, strict=True)]


@lru_cache(4_096)
def _alone(dependent: str) -> str:
    return JOINED * 2 if category(dependent)[0] == "M" else INVISIBLE + dependent


def _belonging(base: str, following: str) -> str:
    return base + "".join(filter(_BELONGS[base[-1]], following))[:_MOST_MARKS]


class _Marks(dict[str, bool]):
    """Which marks belong to a letter of this script. On letters of others they are decoration."""

    def __init__(self, script: str, *, is_kana: bool) -> None:
        super().__init__()
        self._script, self._is_kana = script, is_kana

    def __missing__(self, mark: str) -> bool:
        if ord(mark) in HANGUL_PARTS:
            belongs = True
        else:
            belongs = self._is_kana if mark in VOICED else script_of(mark) == self._script
        self[mark] = belongs
        return belongs


class _Belongs(dict[str, Callable[[str], bool]]):
    """By letter: which marks belong to it."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: dict[tuple[str, bool], _Marks] = {}

    def __missing__(self, letter: str) -> Callable[[str], bool]:
        kind = script_of(letter), ord(letter) in _KANA
        marks = self._marks.get(kind)
        if marks is None:
            marks = self._marks[kind] = _Marks(kind[0], is_kana=kind[1])
        if len(self) > _REMEMBERED:
            self.clear()
        belongs = self[letter] = marks.__getitem__
        return belongs


_KNOWN: dict[str, str] = {}
_BELONGS = _Belongs()
