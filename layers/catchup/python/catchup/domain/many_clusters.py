"""Joins all letters of a long text with their marks at once. `clusters` has the rules, and looks at one by one.

A text may have thousands of letters with marks that nobody has sent before. So nothing is done for each of them that
can be done for all. A plan says for each character what becomes of it. In this one the last mark is of another script:

    marked   letter   CONTEXT   mark   CONTEXT   mark
    plan      HEAD     GLUED     OWN   DROPPED  DROPPED
    result   letter    GLUE     mark   JOINED   JOINED
"""

from itertools import repeat
from unicodedata import normalize

from catchup.domain.at_once import WideText, as_bytes, as_number, putting, where, with_between, with_following
from catchup.domain.marking import CONTEXT, GLUE, INVISIBLE, JOINED, LONGEST_CLUSTER
from catchup.domain.scripts import HANGUL_PART, scripts_of

# The codes of a plan. HEAD: a letter with marks. OWN: a mark that is part of its letter. GLUED: CONTEXT before it.
# DROPPED: a mark of another script, or what is between a letter and its marks. ALONE: a mark without a letter. PART:
# CONTEXT before a part of a Hangul syllable without a letter. STAYS: everything else.
_STAYS, _HEAD, _OWN, _GLUED, _DROPPED, _ALONE, _PART, _FOREIGN = (bytes((code,)) for code in range(8))
# With CONTEXT each mark is two characters. FOREIGN: a mark that will be DROPPED.
_WITH_CONTEXT = {_OWN: _GLUED + _OWN, _FOREIGN: _DROPPED * 2, _ALONE: _ALONE * 2, _PART: _PART + _STAYS}
# The separator of letters with their marks. It is no letter, and no mark is composed with it.
_APART = "\n"
_DELETED = "\x00"

# The kinds of characters in a marked text: markers, letters, and (without CONTEXT) marks.
_LETTER, _MARK = b"\x08", b"\x09"
_KINDS = bytes(min(code, ord(_LETTER)) for code in range(256))
_IS_CONTEXT, _IS_LETTER, _IS_MARK = map(where, (CONTEXT.encode(), _LETTER, _MARK))
_IS_PART = where(bytes((HANGUL_PART,)))
_IS_BETWEEN = where((INVISIBLE + JOINED + GLUE).encode())
# A mark that is so near to its letter is never too far.
_NEAR = 16
_SAMPLE = 400

_ALWAYS = {_DROPPED: JOINED, _ALONE: JOINED, _PART: INVISIBLE}
_IN_PLACE = putting({_GLUED: GLUE, **_ALWAYS})
_CUT_OUT = putting({_HEAD: _APART, _OWN: CONTEXT, _GLUED: CONTEXT, **_ALWAYS})
_SEPARATORS = bytes(ord(_APART) * flag for flag in where(_HEAD))
_IS_HEAD, _IS_OWN, _IS_ZERO = map(where, (_HEAD, _OWN, b"\x00"))


def in_context_at_once(marked: str) -> str:
    """What `clusters.in_context` returns."""
    kinds = marked.encode("latin-1", "replace").translate(_KINDS)
    plan, is_in_order = _planned(kinds, marked.replace(CONTEXT, ""))
    text = WideText(marked)
    if _OWN not in plan:
        return text.put(plan, _IN_PLACE)
    letters = _letters(text, plan)
    # Most texts repeat their letters. If the first ones are all different, the search for others would not pay.
    different = [*{*letters}] if len({*letters[:_SAMPLE]}) <= _SAMPLE // 2 else letters
    apart = _APART.join(different)
    composed = normalize("NFC", apart)
    if is_in_order and composed == apart:
        return text.put(plan, _IN_PLACE)
    glued = with_between(composed, GLUE).split(GLUE + _APART + GLUE)
    if len(composed) < len(apart):
        glued = [*map(str.ljust, glued, [2 * len(letter) - 1 for letter in different], repeat(JOINED))]
    if different is not letters:
        glued = [*map(dict(zip(different, glued, strict=True)).__getitem__, letters)]
    parts = [""] * (2 * len(letters) + 1)
    parts[0::2] = text.put(plan, _CUT_OUT).replace(CONTEXT, "").split(_APART)
    parts[1::2] = glued
    return "".join(parts)


def _planned(kinds: bytes, characters: str) -> tuple[bytes, bool]:
    """The plan, and whether it is in order: no mark of a letter comes after a dropped character.

    `kinds`: of a marked text; `characters`: this text without CONTEXT.
    """
    short = kinds.replace(CONTEXT.encode() + _LETTER, _MARK)
    marks, letters, between = (as_number(short.translate(is_)) for is_ in (_IS_MARK, _IS_LETTER, _IS_BETWEEN))
    inside = with_following(letters, marks | between) ^ letters
    scripts = scripts_of(characters)
    parts = marks & as_number(scripts.translate(_IS_PART))
    own = marks & inside & (parts | _of_their_scripts(letters, inside, scripts))
    if _runs(inside, _NEAR):
        own &= _near(kinds)
    foreign, between = marks & inside ^ own, inside & _before(marks, between, len(scripts))
    heads = letters & (marks & inside | between) >> 8
    alone = marks & ~inside
    codes = {
        _HEAD: heads,
        _OWN: own,
        _DROPPED: between,
        _FOREIGN: foreign,
        _ALONE: alone & ~parts,
        _PART: alone & parts,
    }
    plan = as_bytes(sum(ord(code) * flags for code, flags in codes.items()), len(scripts))
    for code, places in _WITH_CONTEXT.items():
        plan = plan.replace(code, places)
    return plan, not (foreign | between) << 8 & own


def _of_their_scripts(letters: int, following: int, scripts: bytes) -> int:
    """1 for each character that is of the same script as the letter before it. `following`: all that follow a letter.

    Each step brings the scripts of letters twice as far as the step before.
    """
    numbers = as_number(scripts)
    scripts_of_letters, reached, bits = numbers & letters * 0xFF, following * 0xFF, 8
    while reached:
        scripts_of_letters |= scripts_of_letters << bits & reached
        reached &= reached << bits
        bits *= 2
    return as_number(as_bytes(scripts_of_letters ^ numbers, len(scripts)).translate(_IS_ZERO))


def _runs(flags: int, length: int) -> int:
    """1 at the end of each run of at least so many 1s. `length`: a power of two."""
    bits = 8
    while length > 1:
        flags &= flags << bits
        bits *= 2
        length //= 2
    return flags


def _near(kinds: bytes) -> int:
    """1 for each character, CONTEXT not counted, that is near enough to a letter to be part of it."""
    context, letters, between = (as_number(kinds.translate(is_)) for is_ in (_IS_CONTEXT, _IS_LETTER, _IS_BETWEEN))
    marks = letters & context << 8
    near = letters ^ marks
    for _ in range(LONGEST_CLUSTER - 1):
        near |= near << 8 & (context | marks | between)
    # Not a flag, where there is CONTEXT.
    return as_number(as_bytes(near & ~context | context * 2, len(kinds)).translate(None, b"\x02"))


def _before(marks: int, between: int, length: int) -> int:
    """1 for each character between that is before a mark, with other such characters after it or not."""
    if not between:
        return 0
    marks, between = (int.from_bytes(as_bytes(flags, length), "big") for flags in (marks, between))
    return int.from_bytes((with_following(marks, between) ^ marks).to_bytes(length, "big"), "little")


def _letters(text: WideText, plan: bytes) -> list[str]:
    """The letters that have marks, each with its own ones."""
    marks, separators = text.at(plan.translate(_IS_OWN)), text.spread(plan.translate(_SEPARATORS))
    # The character after a letter is not one of its marks, so there is room for a separator.
    letters = text.at(plan.translate(_IS_HEAD)) << text.bits
    return text.text(marks | letters | separators).replace(_DELETED, "").split(_APART)[1:]
