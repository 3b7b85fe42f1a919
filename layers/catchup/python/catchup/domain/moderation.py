"""Which words are not wanted, where a text has them, and what becomes of it. docs/moderation.md explains the rules."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

from catchup.domain.folding import NO_GAP, Folded, fold, in_bytes
from catchup.domain.marking import CLAUSE, CONTEXT, GLUE, INVISIBLE, MARKERS, SPACE, TIGHT

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
_MASKED = re.compile(f"([^{MARKERS}][^{INVISIBLE}{TIGHT}-{CONTEXT}]*)".encode())
_GLUE, _SPACE, _CLAUSE = map(ord, (GLUE, SPACE, CLAUSE))
_TOUCHING = (NO_GAP, _GLUE)
_PARTING = tuple(map(ord, (TIGHT, SPACE, CLAUSE)))
_REMEMBERED = 20_000
# A text in which more letters are masked is masked as a whole: it is nothing but listed words, and to find each of
# thousands of letters between others would take longer than all the rest.
MOST_MASKED_LETTERS = 2_000
# 1 for a gap that parts.
_PARTED = bytes(code in _PARTING for code in range(256))
_IS_ONE = bytes(code == 1 for code in range(256))
_UNSPACED_LETTER = re.compile(f"[{''.join(f'{chr(low)}-{chr(high)}' for low, high in _UNSPACED)}]")
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
            # There may be thousands of letters that stand alone.
            if end - start == 1:
                characters[start] = MASK_CHARACTER
            else:
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
    # A text may have thousands of matches, so what is done for each counts: the same letters in the same surroundings
    # are judged once.
    findings: dict[Finding, None] = {}
    masks: dict[tuple[int, bytes], bool] = {}
    masked = bytearray(len(folded.letters))
    # The run of masked letters that is not in `masked` yet.
    first = after = 0
    # Nothing touches the first letter or the last one.
    gaps, edges = CLAUSE.encode() + folded.gaps[1:] + CLAUSE.encode(), _edges(folded)
    for number, start, end in found:
        if edges[start] and edges[end]:
            match = number, gaps[start : end + 1]
            is_masked = masks.get(match)
            if is_masked is None:
                here = [pattern.finding for pattern in patterns[number] if _is_one_word(pattern, match[1])]
                findings.update(dict.fromkeys(here))
                is_masked = masks[match] = any(finding.action is Action.MASK for finding in here)
            if is_masked:
                if not first <= start <= after <= end:
                    masked[first:after] = b"\x01" * (after - first)
                    first = start
                after = end
    masked[first:after] = b"\x01" * (after - first)
    if not findings:
        return PASSED
    named = tuple(findings)
    spans = () if masked.count(1) > MOST_MASKED_LETTERS else tuple(_spans(folded, masked))
    return Verdict(max(finding.action for finding in named), named, spans)


def _spans(folded: Folded, masked: bytearray) -> Sequence[tuple[int, int]]:
    """The characters of the text that those letters came from, with their marks; what is between them is not meant."""
    marked, places, last = in_bytes(folded.marked), folded.places, len(folded.letters)
    meant = bytearray(len(marked))
    for first, after in map(re.Match.span, re.finditer(rb"\x01+", masked)):
        start, end = places[first], places[after] if after < last else len(marked)
        meant[start:end] = marked[start:end]
    # What is between two runs of letters, and a run, by turns. Splitting is faster than a match for each run.
    bounds = [*accumulate(map(len, _MASKED.split(bytes(meant))))]
    return folded.origins(bounds[:-1:2], bounds[1::2])


def _is_one_word(pattern: Pattern, gaps: bytes) -> bool:
    """Whether these letters are one word, whatever stands between them.

    `gaps`: the one before each of the letters, and the one after the last. They are one word unless there is white
    space or the end of a clause between them. They are one all the same where the listed word has its gaps, and if it
    is spelled out, each letter by itself ("b a d"); a word of two letters then has to stand alone. Between Chinese
    characters white space means nothing, and the end of a clause only in words of two.
    """
    inside = gaps[1:-1]
    loose = [found.start() for found in _LOOSE.finditer(inside)]
    if not loose:
        return True
    is_short = len(pattern.letters) < _UNMISTAKABLE
    touches = gaps[0] in _TOUCHING or gaps[-1] in _TOUCHING
    if NO_GAP not in inside and not (is_short and touches):
        return True
    return all(
        at + 1 in pattern.breaks or (_is_han_pair(pattern.letters, at) and not (is_short and inside[at] == _CLAUSE))
        for at in loose
    )


def _edges(folded: Folded) -> bytes:
    """Where a word may begin or end: not 0 at the index of a letter, and at the end.

    Not inside a longer word: "ass" is not in "class". In scripts without spaces there is no such thing, and a flag or a
    letter in a box is no letter of the word that it follows.
    """
    length = len(folded.letters) + 1
    # All at once, as large numbers of a byte a letter: a text has thousands of letters.
    edges = _number(b"\x01" + folded.gaps[1:].translate(_PARTED) + b"\x01")
    if not folded.text.isascii():
        unspaced = _UNSPACED_LETTER.sub("\x01", folded.letters).encode("latin-1", "replace").translate(_IS_ONE)
        edges |= _beside(unspaced)
        if folded.has_symbols:
            edges |= _number(symbols := folded.are_symbols) ^ (_number(symbols) << 8)
    return edges.to_bytes(length, "little")


def _number(flags: bytes) -> int:
    return int.from_bytes(flags, "little")


def _beside(flags: bytes) -> int:
    """Before and after each of these letters."""
    return _number(flags) | (_number(flags) << 8)


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
