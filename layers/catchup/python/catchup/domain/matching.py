"""Finds listed words in a text and judges it by them. docs/moderation.md explains the rules.

A text of 16 KB may have thousands of letters, gaps and matches. Work on all letters uses operations on bytes, one per
letter, or on these bytes as one large number. Equal matches are judged once.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from catchup.domain.at_once import as_number
from catchup.domain.folding import NO_GAP, Folded, fold
from catchup.domain.marking import CLAUSE, GLUE, SPACE, TIGHT
from catchup.domain.screening import PASSED, Action, Finding, Verdict, WordList
from catchup.domain.scripts import UNSPACED, is_han
from catchup.domain.texts import number_of_texts

# From this length on, a spelled-out word has at least one stand-alone letter, and a Chinese word does not arise by
# chance where two clauses meet.
_UNMISTAKABLE = 3
_GLUE, _SPACE, _CLAUSE = map(ord, (GLUE, SPACE, CLAUSE))
_TOUCHING = (NO_GAP, _GLUE)
_PARTING = tuple(map(ord, (TIGHT, SPACE, CLAUSE)))
# Above this number of masked letters the whole text is masked. It has hardly anything but listed words, and finding the
# place of each of thousands of letters would take longer than all the rest.
MOST_MASKED_LETTERS = 2_000
# With more texts than this, a message is masked as a whole: it is made to be expensive.
MOST_TEXTS_MASKED_APART = 500
# 1 for a gap that separates words.
_PARTED = bytes(code in _PARTING for code in range(256))
_MASKED_LETTER = bytearray(b"\x01")
_MASK = Action.MASK
# Half of a surrogate pair. JSON can contain one, but texts of messages can't (`texts`).
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_LOOSE = re.compile(f"[{SPACE}{CLAUSE}]".encode())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A listed word in its searchable form. `breaks`: the places of gaps in the listed word itself ("blow job")."""

    letters: str
    breaks: frozenset[int]
    finding: Finding


def patterns_of(lists: Sequence[WordList]) -> Iterator[Pattern]:
    """The patterns of all lists' words. Raises ValueError, which does not contain the word, if one has no letters."""
    for words in lists:
        finding = Finding(words.list_id, words.version, words.action)
        for number, word in enumerate(words.words):
            folded = fold(word)
            if not folded.letters:
                raise ValueError(f"word {number} of list {words.list_id!r} has no letter or number")
            if _HALF_A_CHARACTER.search(word):
                raise ValueError(f"word {number} of list {words.list_id!r} is not valid Unicode")
            breaks = frozenset(index for index, gap in enumerate(folded.gaps) if gap in _PARTING and index)
            yield Pattern(folded.letters, breaks, finding)


# The index of the word, the index of its first letter, and the index after its last.
Match = tuple[int, int, int]
# Finds all matches of words in letters, ordered by their ends, including overlapping ones.
Search = Callable[[str], Sequence[Match]]


def judge(text: str, search: Search, patterns: Sequence[Sequence[Pattern]]) -> Verdict:
    """Judges a text. `patterns`: by their number in `search`; several lists may have the same word.

    `text`: a text of a message, or several texts joined by `texts.together`.
    """
    folded = fold(text)
    found = search(folded.letters)
    if not found:
        return PASSED
    # There are no letters next to the first letter and the last one.
    gaps, edges = CLAUSE.encode() + folded.gaps[1:] + CLAUSE.encode(), _edges(folded)
    most_masked = _most_masked(number_of_texts(text), len(gaps))
    matches = _Matches(patterns, most_masked)
    rest = iter(found)
    masked = matches.masked(rest, gaps, edges)
    matches.look(rest, gaps, edges)
    if not matches.findings:
        return PASSED
    findings = tuple(matches.findings.values())
    action = max(finding.action for finding in findings)
    is_whole = action is not _MASK or masked.count(1) > most_masked
    return Verdict(action, findings, () if is_whole else tuple(folded.spans(bytes(masked))))


def _most_masked(texts: int, letters: int) -> int:
    if texts == 1:
        return MOST_MASKED_LETTERS
    return 0 if texts > MOST_TEXTS_MASKED_APART else letters


class _Matches:
    """The verdict on a text's matches. The same letters in the same surroundings are judged once."""

    def __init__(self, patterns: Sequence[Sequence[Pattern]], most_masked: int) -> None:
        # By identity: there is one object for each list, and thousands of different words may be found.
        self.findings: dict[int, Finding] = {}
        self._patterns, self._most_masked = patterns, most_masked
        # Whether a list asks for more than asterisks.
        self._is_stronger = False
        # Whether a word is masked, by the word and the gaps around and in it.
        self._outcomes: dict[bytes, dict[int, bool]] = defaultdict(dict)

    def masked(self, found: Iterator[Match], gaps: bytes, edges: bytes) -> bytearray:
        """1 for each masked letter. It stops early if the text will not be masked letter by letter."""
        outcomes, masked, most_masked = self._outcomes, bytearray(len(gaps)), self._most_masked
        # `count`: at least this many letters are masked. The last ones are in the word from `first` to before `after`,
        # because matches are ordered by their ends.
        count = first = after = 0
        for number, start, end in found:
            if edges[start] and edges[end]:
                around = gaps[start : end + 1]
                is_masked = outcomes[around].get(number)
                if is_masked is None:
                    is_masked = self._judge(number, around)
                    if self._is_stronger:
                        break
                if is_masked and not (first <= start and end <= after):
                    count += end - start if start > after else end - after
                    first, after = start, end
                    if end - start == 1:
                        masked[start] = 1
                    else:
                        masked[start:end] = _MASKED_LETTER * (end - start)
                    if count > most_masked:
                        break
        return masked

    def look(self, found: Iterator[Match], gaps: bytes, edges: bytes) -> None:
        """Continues, but only for words of other lists."""
        settled = set()
        for number, start, end in found:
            if number not in settled and edges[start] and edges[end]:
                around = gaps[start : end + 1]
                if self._outcomes[around].get(number) is None:
                    self._judge(number, around)
                if all(id(pattern.finding) in self.findings for pattern in self._patterns[number]):
                    settled.add(number)

    def _judge(self, number: int, around: bytes) -> bool:
        is_masked, is_loose = False, _LOOSE.search(around, 1, len(around) - 1) is not None
        for pattern in self._patterns[number]:
            if not is_loose or _is_one_word(pattern, around):
                self.findings[id(pattern.finding)] = pattern.finding
                if pattern.finding.action is _MASK:
                    is_masked = True
                else:
                    self._is_stronger = True
        self._outcomes[around][number] = is_masked
        return is_masked


def _is_one_word(pattern: Pattern, gaps: bytes) -> bool:
    """Whether these letters are one word, in spite of the gaps between them.

    `gaps`: the gap before each letter, and the gap after the last. The letters are one word if there is neither white
    space nor the end of a clause between them. Gaps are also allowed where the listed word has them, and in a word that
    is spelled out letter by letter ("b a d"); a spelled-out word of two letters has to stand alone. Between Chinese
    characters white space is ignored, and the end of a clause counts only in words of two.
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
    """The places where a word may begin or end: not 0 at the index of a letter, and at the end.

    They are never inside a longer word: "ass" is not in "class". In scripts without spaces words may begin and end
    anywhere. A flag or a letter in a box does not belong to the word before it.
    """
    length = len(folded.letters) + 1
    edges = as_number(b"\x01" + folded.gaps[1:].translate(_PARTED) + b"\x01")
    if not folded.text.isascii():
        # Before and after each of these letters.
        edges |= (unspaced := as_number(UNSPACED.flags(folded.letters))) | (unspaced << 8)
        # The places where symbols begin and end.
        edges |= (symbols := as_number(folded.are_symbols)) ^ (symbols << 8)
    return edges.to_bytes(length, "little")


def _is_han_pair(letters: str, index: int) -> bool:
    return is_han(letters[index]) and is_han(letters[index + 1])
