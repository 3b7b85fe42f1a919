"""No text is dear to judge: a search for the worst one, by random changes of what was the worst so far.

What is measured is the CPU time of this thread, the least of several runs, against that of a plain text of the same
size in the same minute: a busy machine makes both slower. That a text takes at most 5 ms is `make bench-moderation`'s.
"""

import time
import unicodedata
from collections.abc import Callable
from random import Random

import pytest
from google.protobuf.struct_pb2 import Struct

from catchup.domain.folding import fold
from catchup.domain.screening import Action, WordList
from catchup.domain.texts import apart, together
from catchup.screening.automaton import compiled
from catchup.settings import MAX_MESSAGE_BYTES
from catchup.wire.screening import rewrite
from tests.fuzz import tally

WORDS = ("damn", "ass", "bad", "色情", "法轮功", "blow job", "straße", "กา", "가나", "شرط", "か")
JUDGE = compiled([WordList("m", "1", Action.MASK, WORDS), WordList("r", "1", Action.REJECT, ("bomb", "炸弹"))])
# A plain text of which each letter is looked up takes some 1.8 ms (one of Chinese 0.4, as its letters need no look-up).
# One of nothing but words has thousands of matches, each of which is masked.
MOST_TIMES_PLAIN = 5
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
    match rng.randrange(5):
        case 0:
            return unit[:at] + piece + unit[at:]
        case 1:
            return unit[:at] + unit[at + 1 :] or piece
        case 2:
            return unit[:at] + piece * rng.choice((2, 30, 300)) + unit[at:]
        case 3:
            return unicodedata.normalize(rng.choice(("NFC", "NFD", "NFKD")), unit)
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


def min_cost(text: str) -> float:
    started = time.thread_time()
    JUDGE(text)
    return time.thread_time() - started
