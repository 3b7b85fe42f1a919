"""Which words are not wanted, where a text has them, and what becomes of it. docs/moderation.md explains the rules."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from catchup.domain.folding import NO_GAP, Folded, fold
from catchup.domain.marking import CLAUSE, GLUE, JOINED, MARKERS, SPACE, TIGHT

MASK_CHARACTER = "*"
# Scripts that are written without spaces between words, or (Hangul) with endings attached: words match anywhere.
# Blocks of Unicode: Thai and Lao, Myanmar, Hangul jamo, Khmer, everything of Chinese and Japanese, Hangul, their
# compatibility forms, and the later Chinese planes.
_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0x9FFF)),
    *((0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)
# Chinese characters: ideographs and what completes them.
_HAN = ((0x3005, 0x3007), (0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
# A spelled-out word of so many letters has at least one that stands by itself; a Chinese one of so many does not come
# about where two clauses meet.
_UNMISTAKABLE = 3
# A run of letters, with the marks on them.
_MASKED = re.compile(f"(?:[^{MARKERS}][{JOINED}{GLUE}]*)+")
_GLUE, _SPACE, _CLAUSE = map(ord, (GLUE, SPACE, CLAUSE))
_TOUCHING = (NO_GAP, _GLUE)
_PARTING = tuple(map(ord, (TIGHT, SPACE, CLAUSE)))
_REMEMBERED = 20_000
# 1 for a gap that parts.
_PARTED = bytes(code in _PARTING for code in range(256))
_UNSPACED_RUN = re.compile(f"[{''.join(f'{chr(low)}-{chr(high)}' for low, high in _UNSPACED)}]+")
_LOOSE = re.compile(f"[{SPACE}{CLAUSE}]".encode())


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
            breaks = frozenset(index for index, gap in enumerate(folded.gaps) if gap in _PARTING and index)
            yield Pattern(folded.letters, breaks, finding)


# Finds letters in letters: (which of its words, from the first letter, to before the second), overlapping ones too.
Search = Callable[[str], Sequence[tuple[int, int, int]]]


def judge(text: str, search: Search, patterns: Sequence[Sequence[Pattern]]) -> Verdict:
    """`patterns`: by the number of their letters in `search`; several lists may have the same word."""
    folded = fold(text)
    found = search(folded.letters)
    if not found:
        return PASSED
    # A text may have thousands of matches, so what is done for each counts: a finding's hash is slow, its id is not.
    findings: dict[int, Finding] = {}
    masked = bytearray(len(folded.letters))
    gaps, edges, mask = folded.gaps, _edges(folded), Action.MASK
    for number, start, end in found:
        if not (edges[start] and edges[end]):
            continue
        inside = gaps[start + 1 : end]
        is_loose = _SPACE in inside or _CLAUSE in inside
        for pattern in patterns[number]:
            finding = pattern.finding
            # A text that is refused once is refused.
            if finding.action is not mask and id(finding) in findings:
                continue
            if not is_loose or _is_one_word(folded, start, end, pattern.breaks):
                findings[id(finding)] = finding
                if finding.action is mask:
                    masked[start:end] = b"\x01" * (end - start)
    if not findings:
        return PASSED
    named = tuple(findings.values())
    return Verdict(max(finding.action for finding in named), named, tuple(_spans(folded, masked)))


def _spans(folded: Folded, masked: bytearray) -> Sequence[tuple[int, int]]:
    """The characters of the text that those letters came from, with their marks; what is between them is not meant."""
    marked, places, last = folded.marked, folded.places, len(folded.letters)
    spans: list[tuple[int, int]] = []
    for first, after in map(re.Match.span, re.finditer(rb"\x01+", masked)):
        start, end = places[first], places[after] if after < last else len(marked)
        if end - start == after - first:
            spans.append((start, end))
        else:
            spans += map(re.Match.span, _MASKED.finditer(marked, start, end))
    return spans if len(marked) == len(folded.text) else [folded.origin(*span) for span in spans]


def _is_one_word(folded: Folded, start: int, end: int, breaks: frozenset[int]) -> bool:
    """Whether these letters, between which there is white space or the end of a clause, are one word all the same.

    They are where the listed word has its gaps, and if it is spelled out, each letter by itself ("b a d"); a word of
    two letters then has to stand alone. Between Chinese characters white space means nothing, and the end of a clause
    only in words of two.
    """
    inside = folded.gaps[start + 1 : end]
    is_short = end - start < _UNMISTAKABLE
    if NO_GAP not in inside and not (is_short and _touches(folded, start, end)):
        return True
    return all(
        gap.start() + 1 in breaks
        or (_is_han_pair(folded.letters, start + gap.start()) and not (is_short and inside[gap.start()] == _CLAUSE))
        for gap in _LOOSE.finditer(inside)
    )


def _edges(folded: Folded) -> bytearray:
    """Where a word may begin or end: not 0 at the index of a letter, and at the end.

    Not inside a longer word: "ass" is not in "class". In scripts without spaces there is no such thing, and a flag or a
    letter in a box is no letter of the word that it follows.
    """
    edges = bytearray(folded.gaps.translate(_PARTED)) + b"\x01"
    edges[0] = 1
    if not folded.text.isascii():
        for run in _UNSPACED_RUN.finditer(folded.letters):
            edges[run.start() : run.end() + 1] = b"\x01" * (run.end() - run.start() + 1)
        if folded.symbols:
            _part_symbols(folded, edges)
    return edges


def _part_symbols(folded: Folded, edges: bytearray) -> None:
    before = False
    for index in range(len(folded.letters)):
        is_symbol = folded.character(index) in folded.symbols
        if is_symbol != before:
            edges[index] = 1
        before = is_symbol


def _touches(folded: Folded, start: int, end: int) -> bool:
    """Whether another letter touches these."""
    gaps = folded.gaps
    return (start > 0 and gaps[start] in _TOUCHING) or (end < len(gaps) and gaps[end] in _TOUCHING)


def _is_han_pair(letters: str, index: int) -> bool:
    return _HAN_LETTERS[letters[index]] and _HAN_LETTERS[letters[index + 1]]


class _Within(dict[str, bool]):
    """Whether a letter is in these blocks of Unicode; of a few thousand it is remembered."""

    def __init__(self, blocks: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._blocks = blocks

    def __missing__(self, letter: str) -> bool:
        found = any(low <= ord(letter) <= high for low, high in self._blocks)
        if len(self) < _REMEMBERED:
            self[letter] = found
        return found


_HAN_LETTERS = _Within(_HAN)
