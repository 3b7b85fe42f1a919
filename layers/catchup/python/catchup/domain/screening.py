"""What becomes of a text that is judged: the action, who asked for it, and what is masked. docs/moderation.md explains
the rules; `matching` finds the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from catchup.domain.texts import apart, together

MASK_CHARACTER = "*"


class Action(IntEnum):
    """What becomes of a text. The strongest of several wins."""

    PASS = 0
    # The words are replaced by asterisks.
    MASK = 1
    # Kept for review, delivered to nobody until released.
    HOLD = 2
    # Refused.
    REJECT = 3


class Picture(NamedTuple):
    """A picture that a message names: where its object is, what type its sender says it has, and how many bytes."""

    bucket: str
    key: str
    mime: str
    bytes: int


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
    """What is to become of one text, or of several that are `texts.together`.

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
        if not self.spans:
            return together(MASK_CHARACTER * len(part) for part in apart(text))
        places, length = range(len(text)), len(text)
        # Spans may overlap, and those of a moderator of one's own may have any numbers, as slices have.
        spans = sorted(span if 0 <= span[0] < span[1] <= length else _of(places[slice(*span)]) for span in self.spans)
        pieces, done = [], 0
        for start, end in spans:
            if end > max(start, done):
                if start > done:
                    pieces.append(text[done:start])
                    done = start
                pieces.append(MASK_CHARACTER * (end - done))
                done = end
        pieces.append(text[done:])
        return "".join(pieces)


def _of(places: range) -> tuple[int, int]:
    return places.start, places.stop


PASSED = Verdict()


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """All verdicts on one text as one: the strongest action, everybody's findings, all spans."""
    found = [verdict for verdict in verdicts if verdict.action is not Action.PASS]
    if len(found) < 2:
        return found[0] if found else PASSED
    findings = dict.fromkeys(finding for verdict in found for finding in verdict.findings)
    masks = [verdict.spans for verdict in found if verdict.action is Action.MASK]
    # One that names no spans means all of the text.
    spans = dict.fromkeys(span for named in masks for span in named) if all(masks) else ()
    return Verdict(max(verdict.action for verdict in found), tuple(findings), tuple(spans))
