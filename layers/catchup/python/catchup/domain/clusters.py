"""Joins letters with the marks that are part of them: vowels of Thai, points of Hebrew, the dots of `が`."""

import re
from unicodedata import normalize

from catchup.domain.many_clusters import in_context_at_once
from catchup.domain.marking import CONTEXT, GLUE, INVISIBLE, JOINED, LONGEST_CLUSTER, MARKERS, without_markers
from catchup.domain.scripts import HANGUL_PART, SCRIPT_OF

# A letter, and the characters after it that may be part of it, with the markers between. The look-ahead skips most
# letters quickly.
_BETWEEN = f"{INVISIBLE}-{GLUE}"
_CLUSTER = re.compile(
    f"([^{MARKERS}](?=[{_BETWEEN}{CONTEXT}])(?<!{CONTEXT}.)(?:[{_BETWEEN}]*{CONTEXT}[^{MARKERS}])+)", re.DOTALL
)
_ALONE = re.compile(f"{CONTEXT}([^{MARKERS}])")
# To look at each letter by itself is faster in a shorter text.
_LONG_TEXT = 200


def in_context(marked: str) -> str:
    """Returns the text without CONTEXT, with the same length: marks become part of the letter before them, or JOINED.

    A remaining part of a Hangul syllable is a letter by itself. A mark without a letter before it is dropped.
    """
    return (one_by_one if len(marked) < _LONG_TEXT else in_context_at_once)(marked)


def one_by_one(marked: str) -> str:
    """What `in_context` returns, by the plain rules: each letter by itself, with its marks."""
    return _ALONE.sub(_alone, _CLUSTER.sub(_joined, marked))


def _joined(cluster: re.Match[str]) -> str:
    """A cluster as one letter (or more, with GLUE between them), filled up with JOINED."""
    near = without_markers(cluster[0][:LONGEST_CLUSTER].replace(CONTEXT, ""))
    scripts = (SCRIPT_OF[ord(near[0])], HANGUL_PART)
    own = near[0] + "".join(mark for mark in near[1:] if SCRIPT_OF[ord(mark)] in scripts)
    return GLUE.join(normalize("NFC", own)).ljust(len(cluster[0]), JOINED)


def _alone(dependent: re.Match[str]) -> str:
    return INVISIBLE + dependent[1] if SCRIPT_OF[ord(dependent[1])] == HANGUL_PART else JOINED * 2
