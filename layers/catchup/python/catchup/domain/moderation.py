"""Which words are not wanted, where a text has them, and what becomes of it. docs/moderation.md explains the rules."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from catchup.domain.folding import LOOSE, Folded, fold

MASK_CHARACTER = "*"
# Scripts that are written without spaces between words, or (Hangul) with endings attached: words match anywhere.
# Blocks of Unicode: Thai and Lao, Myanmar, Hangul jamo, Khmer, everything of Chinese and Japanese, Hangul, their
# compatibility forms, and the later Chinese planes.
_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0x9FFF)),
    *((0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)
# A spelled-out word of so many letters has at least one that stands by itself.
_UNMISTAKABLE = 3


class Action(IntEnum):
    """What becomes of a text. The strongest of several wins."""

    PASS = 0
    # The words are replaced by asterisks.
    MASK = 1
    # Kept for review, delivered to nobody until released.
    HOLD = 2
    # Refused.
    REJECT = 3


@dataclass(frozen=True, slots=True)
class WordList:
    """Words that are treated alike. `list_id` and `version` are for the logs."""

    list_id: str
    version: str
    action: Action
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Who found something, and what they ask for; never what was found."""

    source: str
    version: str
    action: Action


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of one text.

    `spans`: what MASK replaces, each from a first character to before a second one; without any, the whole text.
    """

    action: Action = Action.PASS
    findings: tuple[Finding, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    def masked(self, text: str) -> str:
        """The text with asterisks; nothing else in it changes, its length neither.

        >>> Verdict(Action.MASK, spans=((0, 1), (2, 3))).masked("a-b")
        '*-*'
        """
        if self.action is not Action.MASK:
            return text
        characters = list(text)
        for start, end in self.spans or ((0, len(text)),):
            characters[start:end] = MASK_CHARACTER * len(characters[start:end])
        return "".join(characters)


PASSED = Verdict()


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """All verdicts on one text as one: the strongest action, everybody's findings, all spans."""
    found = [verdict for verdict in verdicts if verdict.action is not Action.PASS]
    if not found:
        return PASSED
    findings = dict.fromkeys(finding for verdict in found for finding in verdict.findings)
    masks = [verdict.spans for verdict in found if verdict.action is Action.MASK]
    # One that names no spans means all of the text.
    spans = dict.fromkeys(span for named in masks for span in named) if all(masks) else ()
    return Verdict(max(verdict.action for verdict in found), tuple(findings), tuple(spans))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word of a list as it is looked for. `breaks`: where the listed word itself has a gap ("blow job")."""

    letters: str
    breaks: frozenset[int]
    finding: Finding


def patterns_of(lists: Sequence[WordList]) -> Iterator[Pattern]:
    """The words of all lists. Raises ValueError, without the word, if one has no letters."""
    for words in lists:
        finding = Finding(words.list_id, words.version, words.action)
        for number, word in enumerate(words.words):
            folded = fold(word)
            if not folded.letters:
                raise ValueError(f"word {number} of list {words.list_id!r} has no letter or number")
            places = range(1, len(folded.letters)) if folded.has_gaps else ()
            breaks = frozenset(index for index in places if folded.gap(index))
            yield Pattern(folded.letters, breaks, finding)


# Finds letters in letters: (which of its words, from the first letter, to before the second), overlapping ones too.
Search = Callable[[str], Iterable[tuple[int, int, int]]]


def judge(text: str, search: Search, patterns: Sequence[Sequence[Pattern]]) -> Verdict:
    """`patterns`: by the number of their letters in `search`; several lists may have the same word."""
    folded = fold(text)
    findings: dict[Finding, None] = {}
    spans: dict[tuple[int, int], None] = {}
    for number, start, end in search(folded.letters):
        for pattern in patterns[number]:
            if stands_there(folded, start, end, pattern.breaks):
                findings[pattern.finding] = None
                if pattern.finding.action is Action.MASK:
                    spans.update((folded.origin(index), None) for index in range(start, end))
    if not findings:
        return PASSED
    return Verdict(max(finding.action for finding in findings), tuple(findings), tuple(spans))


def stands_there(folded: Folded, start: int, end: int, breaks: frozenset[int] = frozenset()) -> bool:
    """Whether these letters are the word, and not a part of others.

    A word must not begin or end inside a longer one: "ass" is not in "class". In scripts without spaces there is no
    such thing. Punctuation inside is ignored ("b.a-d"). White space and the ends of clauses are not, or "pen is" were a
    word, unless the word is spelled out, each letter by itself ("b a d"); a word of two letters then has to stand
    alone, because in Chinese its halves may belong to two words.
    """
    if _runs_on(folded, start) or _runs_on(folded, end):
        return False
    gaps = {index: folded.gap(index) for index in range(start + 1, end)}
    if all(gap != LOOSE or index - start in breaks for index, gap in gaps.items()):
        return True
    # One character of the text may be several letters: "ß".
    if not all(gap or folded.origin(index - 1) == folded.origin(index) for index, gap in gaps.items()):
        return False
    return end - start >= _UNMISTAKABLE or bool(folded.gap(start) and folded.gap(end))


def _runs_on(folded: Folded, index: int) -> bool:
    """Whether the letters before and at `index` belong to one word."""
    return not folded.gap(index) and not any(_is_unspaced(letter) for letter in folded.letters[index - 1 : index + 1])


@lru_cache(8_192)
def _is_unspaced(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _UNSPACED)
