"""No text is dear to judge: a search for the worst one, by random changes of what was the worst so far.

What is measured is the CPU time of this thread, the least of several runs, against that of a plain text of the same
size in the same minute: a busy machine makes both slower. That a text takes at most 5 ms is `make bench-moderation`'s.
"""

import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from random import Random

import pytest
from google.protobuf.struct_pb2 import Struct

from bench.dear_texts import new_texts
from catchup.domain.folding import fold
from catchup.domain.screening import Action, WordList
from catchup.domain.texts import apart, together
from catchup.screening.automaton import compiled
from catchup.settings import MAX_MESSAGE_BYTES
from catchup.wire.screening import rewrite
from tests.fuzz import tally
from tests.support.world import ROOT

WORDS = ("damn", "ass", "bad", "色情", "法轮功", "blow job", "straße", "กา", "가나", "شرط", "か")
JUDGE = compiled([WordList("m", "1", Action.MASK, WORDS), WordList("r", "1", Action.REJECT, ("bomb", "炸弹"))])
# A plain text of which each letter is looked up takes some 1.2 ms (one of Chinese 0.4, as its letters need no look-up).
# One of nothing but words has thousands of matches, each of which is masked. One of Hebrew letters with marks in a
# wrong order has thousands of letters to compose.
MOST_TIMES_PLAIN = 8
ROUNDS = 150
PIECES = (
    *WORDS,
    *(
        "\u0301",
        "\u0316",
        "\u0301\u0316",
        "\u3099",
        "\u0e34\u0e48",
        "\u064e",
        "\u05b0\u0591",
        "\u093c",
        "\u1161",
        "\u11a8",
    ),
    *(
        "a",
        " ",
        ".",
        "\n",
        "，",
        "\u200b",
        "ß",
        "ﬁ",
        "ﷺ",
        "㎯",
        "🇩",
        "🅳",
        "ᴅ",
        "ḋ",
        "字",
        "가",
        "\u1100",
        "ກຳ",
        "ｶﾞ",
        "か",
        "ßか",
        "か ",
        "か\u3099",
        " \u05b0",
        "かß\u3099か\u05b0\u0591",
        "א\u05b0\u05bc",
    ),
)


BLOCKS = [
    [chr(code) for code in range(start, start + 0x80)]
    for start in (0x580, 0x600, 0x700, 0x900, 0xE00, 0xF00, 0x1000, 0x1B00, 0x3000, 0x3080, 0xAC00, 0x11000)
]


def filled(unit: str) -> str:
    """As often as it fits a message."""
    return unit * (MAX_MESSAGE_BYTES // len(unit.encode()))


PLAIN = filled("обычное предложение. ")


def cost(text: str, judge: Callable[[str], object] = JUDGE) -> float:
    """Seconds of CPU."""
    times = []
    for _ in range(3):
        started = time.thread_time()
        judge(text)
        times.append(time.thread_time() - started)
    return min(times)


def changed(rng: Random, unit: str) -> str:
    at, piece = rng.randrange(len(unit) + 1), rng.choice(PIECES)
    match rng.randrange(6):
        case 0:
            return unit[:at] + piece + unit[at:]
        case 1:
            return unit[:at] + unit[at + 1 :] or piece
        case 2:
            return unit[:at] + piece * rng.choice((2, 30, 300)) + unit[at:]
        case 3:
            return unicodedata.normalize(rng.choice(("NFC", "NFD", "NFKD")), unit)
        case 4:
            # Letters of one block of Unicode with marks of two, as many as a search keeps.
            letters, marks, others = (rng.choice(BLOCKS) for _ in range(3))
            return "".join(f"{rng.choice(letters)}{rng.choice(marks)}{rng.choice(others)}" for _ in range(300))
        case _:
            return "".join(chr(rng.choice((0x80, 0x900, 0x2F00, 0x1F100)) + rng.randrange(0x400)) for _ in range(4))


def test_the_worst_text_that_a_search_finds_is_not_much_dearer_than_a_plain_one() -> None:
    rng = Random(35)
    worst = max(PIECES, key=lambda unit: cost(filled(unit)))
    for _ in range(ROUNDS):
        unit = changed(rng, rng.choice((worst, rng.choice(PIECES))))[:1_000]
        if 0 < len(unit.encode()) <= MAX_MESSAGE_BYTES and cost(filled(unit)) > cost(filled(worst)):
            worst = unit
    times_plain = cost(filled(worst)) / cost(PLAIN)
    tally.record("dear texts", rounds=ROUNDS)
    assert times_plain < MOST_TIMES_PLAIN, ascii(worst[:100])


@pytest.mark.parametrize("unit", ["か", "か{}", "bad", "x{}", "色情{}"])
def test_thousands_of_tiny_texts_are_not_much_dearer_than_a_plain_one(unit: str) -> None:
    tiny = [unit.format(number) for number in range(MAX_MESSAGE_BYTES // (len(unit.encode()) + 5))]
    content = Struct()
    content.update({"a": tiny})

    serialised = content.SerializeToString()

    def judge(_: str) -> bytes:
        return rewrite(serialised, lambda texts: apart(JUDGE(text := together(texts)).masked(text)))

    # To read the content takes as long as to judge it.
    assert cost("", judge) < 2 * MOST_TIMES_PLAIN * cost(PLAIN)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    """A run of one thing after a letter: what is quadratic takes four times as long."""
    short, long = "a" + piece * 4_000, "a" + piece * 16_000
    assert cost(long, fold) < 12 * cost(short, fold) + 0.001


def test_characters_that_nobody_has_sent_before_are_not_dear() -> None:
    letters = [chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000]
    texts = ["".join(letters[start : start + 4_000]) for start in range(0, len(letters), 4_000)]
    dearest = max(min_cost(text) for text in texts)
    assert dearest < MOST_TIMES_PLAIN * cost(PLAIN)


@pytest.mark.parametrize("kind", [kind for kind, _ in new_texts(Random(1))])
def test_letters_with_marks_are_not_dear_at_a_processs_first_look(kind: str) -> None:
    # A busy machine may disturb one look.
    assert any(first_look(kind) < MOST_TIMES_PLAIN for _ in range(3))


def first_look(kind: str) -> float:
    """Times the cost of a plain text."""
    command = [sys.executable, "-m", "tests.fuzz.first_look", kind]
    return float(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def min_cost(text: str) -> float:
    started = time.thread_time()
    JUDGE(text)
    return time.thread_time() - started
