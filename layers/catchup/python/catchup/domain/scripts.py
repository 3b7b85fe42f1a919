"""The scripts of characters: which marks belong to which letters, and which have their own rules for finding words."""

from collections.abc import Iterable
from functools import lru_cache

from catchup.domain.at_once import as_bytes, as_number, bytes_of, code_points, of_all_characters
from catchup.domain.folding_table import SCRIPTS
from catchup.domain.marking import PARTS

# (first, last) of blocks of Unicode.
Blocks = Iterable[tuple[int, int]]

# Chinese characters: ideographs and what completes them.
_HAN = ((0x3005, 0x3007), (0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_PAGE = 256
_BITS = 8
_WHOLE_PAGE = frozenset(range(_PAGE))
_IS_SET = bytes(code != 0 for code in range(_PAGE))


@lru_cache(20_000)
def is_han(letter: str) -> bool:
    """Whether this is a Chinese character."""
    return any(low <= ord(letter) <= high for low, high in _HAN)


class Characters:
    """A set of characters that checks all characters of a text at once, which may be thousands.

    Unicode is divided into planes, and planes into pages of 256 characters. Pages of a plane with the same places in
    the set share one bit. Three tables contain it: by place in the page, by page, and by plane. A character is in the
    set if all three tables have the same bit for it.

    >>> Characters([(0x61, 0x61), (0x63, 0x64)]).flags("abcd")
    b'\\x01\\x00\\x01\\x01'
    """

    def __init__(self, blocks: Blocks) -> None:
        pages: dict[int, frozenset[int]] = {}
        for low, high in blocks:
            for page in range(low // _PAGE, high // _PAGE + 1):
                first, last = max(low - page * _PAGE, 0), min(high - page * _PAGE, _PAGE - 1)
                places = _WHOLE_PAGE if (first, last) == (0, _PAGE - 1) else frozenset(range(first, last + 1))
                pages[page] = pages[page] | places if page in pages else places
        alike: dict[tuple[int, frozenset[int]], set[int]] = {}
        for page, places in pages.items():
            alike.setdefault((page // _PAGE, places), set()).add(page % _PAGE)
        sets = [(places, numbers, {plane}) for (plane, places), numbers in alike.items()]
        # A byte has eight bits.
        self._tables = [
            tuple(map(_table, zip(*sets[start : start + _BITS], strict=True))) for start in range(0, len(sets), _BITS)
        ]

    def flags(self, text: str) -> bytes:
        """One byte for each character of the text: 1 if it is in the set, else 0."""
        codes = text.encode("utf-32-le", "surrogatepass")
        parts = codes[0::4], codes[1::4], codes[2::4]
        found = 0
        for tables in self._tables:
            place, page, plane = map(as_number, map(bytes.translate, parts, tables))
            found |= place & page & plane
        return found.to_bytes(len(text), "little").translate(_IS_SET)


def _table(sets: Iterable[Iterable[int]]) -> bytes:
    """For each value of a byte: the bits of the sets that contain it."""
    table = bytearray(_PAGE)
    for bit, numbers in enumerate(sets):
        for number in numbers:
            table[number] |= 1 << bit
    return bytes(table)


# Scripts that are written without spaces between words, or (Hangul) with endings attached: words match anywhere.
# Blocks of Unicode: Thai and Lao, Myanmar, Hangul jamo, Khmer, everything of Chinese and Japanese, Hangul, their
# compatibility forms, and the later Chinese planes.
UNSPACED = Characters(
    (
        *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0x9FFF)),
        *((0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
    )
)

_NUMBERS = {script: number for number, script in enumerate(dict.fromkeys(script for _, script in SCRIPTS))}
# For each character of Unicode the number of its script, or 0 if it is of no script that has marks.
SCRIPT_OF = of_all_characters((start, _NUMBERS[script]) for start, script in SCRIPTS)
HANGUL_PART = _NUMBERS[PARTS]
# The high bytes of the characters below 0x10000 that are of a script.
_PAGES = frozenset(page for page in range(_PAGE) if any(SCRIPT_OF[page << 8 : page + 1 << 8]))
_FEW_PAGES = 8


def scripts_of(text: str) -> bytes:
    """For each character of a text the number of its script."""
    codes = text.encode("utf-16-le", "surrogatepass")
    pages = _PAGES & {*codes[1::2]}
    if len(codes) > 2 * len(text) or len(pages) > _FEW_PAGES:
        return bytes_of(code_points(text), SCRIPT_OF)
    # Texts of few scripts are faster without a look-up of each character.
    found = 0
    for page in pages:
        scripts = as_number(codes[0::2].translate(SCRIPT_OF[page << 8 : page + 1 << 8]))
        is_page = bytes(page) + b"\xff" + bytes(255 - page)
        found |= scripts & as_number(codes[1::2].translate(is_page))
    return as_bytes(found, len(text))
