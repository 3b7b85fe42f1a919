"""All words at once: Aho-Corasick, whose time does not depend on how many words there are."""

from collections.abc import Callable, Sequence

from catchup.domain.matching import Pattern, Search, judge, patterns_of
from catchup.domain.screening import PASSED, Verdict, WordList


def compiled(lists: Sequence[WordList]) -> Callable[[str], Verdict]:
    """What judges a text by these lists. Raises ValueError if a word has no letters."""
    by_letters: dict[str, list[Pattern]] = {}
    for pattern in patterns_of(lists):
        by_letters.setdefault(pattern.letters, []).append(pattern)
    if not by_letters:
        return lambda _text: PASSED
    search, patterns = _search(list(by_letters)), list(by_letters.values())
    return lambda text: judge(text, search, patterns)


def _search(words: Sequence[str]) -> Search:
    # Imported only here: a function without lists does not pay for it.
    from ahocorasick_rs import AhoCorasick

    automaton = AhoCorasick(words, store_patterns=False)
    # Overlapping: a word that turns out to be a part of a longer one must not hide the others.
    return lambda letters: automaton.find_matches_as_indexes(letters, overlapping=True)
