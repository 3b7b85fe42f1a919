"""Joins letters with the marks that are part of them: vowels of Thai, points of Hebrew, the dots of `が`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
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

# A letter, and the characters after it that may be part of it, with the markers between. The look-ahead skips most
# letters quickly.
_BETWEEN = f"{INVISIBLE}-{GLUE}"
_CLUSTER = re.compile(
    f"([^{MARKERS}](?=[{_BETWEEN}{CONTEXT}])(?<!{CONTEXT}.)(?:[{_BETWEEN}]*{CONTEXT}[^{MARKERS}])+)", re.DOTALL
)
_ALONE = re.compile(f"{CONTEXT}([^{MARKERS}])")
# A letter has at most 30 marks, each with CONTEXT. Source: UAX #15, "Stream-Safe Text Format". This limits the cost of
# composing them.
_LONGEST_CLUSTER = 1 + 30 * 2
# How many clusters and letters are remembered, and which clusters are too long for it.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 8
# A text with more new clusters is made to be expensive, and is not remembered.
_MOST_AT_ONCE = 500
# The separator of clusters: it is no letter, and no mark is composed with it.
_APART = "\n"
_KANA = range(0x3041, 0x3100)


def in_context(marked: str) -> str:
    """Returns the text without CONTEXT, with the same length: marks become part of the letter before them, or JOINED.

    A remaining part of a Hangul syllable is a letter by itself. A mark without a letter before it is dropped.
    """
    parts = _CLUSTER.split(marked)
    parts[1::2] = _letters(parts[1::2])
    parts = _ALONE.split("".join(parts))
    parts[1::2] = map(_alone, parts[1::2])
    return "".join(parts)


def composed(base: str, following: str) -> str:
    """One or more letters, composed with the marks in `following` that belong to them, always in the same form."""
    return normalize("NFC", base + "".join(filter(_SCRIPTS[base[-1]].has, following)))


def _letters(clusters: Sequence[str]) -> Sequence[str]:
    """Each cluster as one letter (or more, with GLUE between them), filled up with JOINED."""
    if None in (letters := [*map(_KNOWN.get, clusters)]):
        new = [*{*clusters}.difference(_KNOWN)]
        if len(new) > _MOST_AT_ONCE:
            return _made(clusters)
        if len(_KNOWN) > _REMEMBERED:
            _KNOWN.clear()
        made = dict(zip(new, _made(new), strict=True))
        letters = [known or made[cluster] for known, cluster in zip(letters, clusters, strict=True)]
        _KNOWN.update((cluster, letter) for cluster, letter in made.items() if len(cluster) <= _LONGEST_REMEMBERED)
    return letters  # type: ignore[return-value]


def _made(clusters: Sequence[str]) -> Sequence[str]:
    """Composes all clusters in one call, because there may be thousands of new ones."""
    near = [cluster[:_LONGEST_CLUSTER] for cluster in clusters]
    plain = without_markers(_APART.join(near).replace(CONTEXT, "")).split(_APART)
    scripts = [_CHINESE if "\u3400" <= letter < "\ua000" else _SCRIPTS[letter[0]] for letter in plain]
    if len({*scripts}) == 1:
        letters = [*scripts[0].letters(plain)]
    else:
        letters = plain
        of_script: dict[_Script, list[int]] = {}
        for index, script in enumerate(scripts):
            of_script.setdefault(script, []).append(index)
        for script, indexes in of_script.items():
            made = script.letters([plain[index] for index in indexes])
            for index, letter in zip(indexes, made, strict=True):
                letters[index] = letter
    return [*map(str.ljust, letters, map(len, clusters), repeat(JOINED))]


@lru_cache(4_096)
def _alone(dependent: str) -> str:
    return JOINED * 2 if category(dependent)[0] == "M" else INVISIBLE + dependent


class _Script:
    """The letters of one script. Marks of other scripts are only decoration."""

    def __init__(self, name: str, *, is_kana: bool) -> None:
        self._name, self._is_kana = name, is_kana
        self._known: dict[str, bool] = {}

    def has(self, mark: str) -> bool:
        """Whether a mark, or a part of a Hangul syllable, belongs to these letters."""
        known = self._known.get(mark)
        if known is None:
            if ord(mark) in HANGUL_PARTS:
                known = True
            else:
                known = self._is_kana if mark in VOICED else script_of(mark) == self._name
            self._known[mark] = known
        return known

    def letters(self, clusters: Sequence[str]) -> Sequence[str]:
        """Letters with the marks that belong to them."""
        joined = _APART.join(clusters)
        characters = {*joined}
        marks = characters - {*map(itemgetter(0), clusters), _APART}
        foreign = {mark for mark in marks if not self.has(mark)}
        if marks == foreign:
            return [cluster[0] for cluster in clusters]
        if foreign:
            joined = joined.translate({ord(one): None if one in foreign else one for one in characters})
        return _glued(normalize("NFC", joined)).split(GLUE + _APART + GLUE)


def _glued(text: str) -> str:
    """The same as GLUE.join(text), but faster."""
    codes = text.encode("utf-32-le", "surrogatepass")
    glued = bytearray(2 * len(codes))
    for byte in range(4):
        glued[byte::8] = codes[byte::4]
    glued[4::8] = GLUE.encode() * len(text)
    return glued[:-4].decode("utf-32-le", "surrogatepass")


class _Scripts(dict[str, _Script]):
    """The script of each letter."""

    def __init__(self) -> None:
        super().__init__()
        self._scripts: dict[tuple[str, bool], _Script] = {}

    def __missing__(self, letter: str) -> _Script:
        if len(self) >= _REMEMBERED:
            self.clear()
        kind = "CJK" if letter >= "\U00020000" else script_of(letter), ord(letter) in _KANA
        if kind not in self._scripts:
            self._scripts[kind] = _Script(kind[0], is_kana=kind[1])
        script = self[letter] = self._scripts[kind]
        return script


_KNOWN: dict[str, str] = {}
_SCRIPTS = _Scripts()
# By far the most letters are of this script, and need not be remembered.
_CHINESE = _Script("CJK", is_kana=False)
