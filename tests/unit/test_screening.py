"""Words are found however they are dressed up, and not where they are parts of others; masking changes nothing else."""

import sys
import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catchup.domain.folding import fold
from catchup.domain.ids import SessionId, Uid
from catchup.domain.matching import MOST_MASKED_LETTERS, patterns_of
from catchup.domain.screening import Action, Finding, Verdict, WordList, strongest
from catchup.errors import Unavailable
from catchup.screening.automaton import compiled
from catchup.screening.document import parse
from catchup.screening.hook import OwnModerator, load_moderator
from catchup.settings import SettingsError
from tests.support.telemetry import KeptTelemetry

WORDS = ("bad", "ass", "pen is mighty", "penis", "straße", "office", "offline", "viii", "fax", "色情", "法轮功", "가나")
MASKS = compiled([WordList("masks", "1", Action.MASK, WORDS)])
TIGHT_SEPARATORS = ".-_*/|~'\"()·…😀+"
LOOSE_SEPARATORS = " \t\n\u3000,，。;！?、"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u3164\ufe0f"


def masked(text: str) -> str:
    return MASKS(text).masked(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a bad day", "a *** day"),
        ("Bad, BAD, bAd!", "***, ***, ***!"),
        ("ｂａｄ", "***"),
        ("b.a-d", "*.*-*"),
        ("ba.d", "**.*"),
        ("b\uffffa\ufffed", "*\uffff*\ufffe*"),
        ("so b a d !", "so * * * !"),
        ("b\u200ba\u200bd", "*\u200b*\u200b*"),
        ("b\u0336a\u0336d\u0336", "******"),
        ("STRASSE", "*******"),
        ("oﬃce, oﬄine", "****, *****"),
        ("part Ⅷ, fax ℻", "part *, *** *"),
        ("什么色情网站", "什么**网站"),
        ("色.情", "*.*"),
        ("色 情", "* *"),
        ("我爱法 轮 功啊", "我爱* * *啊"),
        ("这是ass啊", "这是***啊"),
        ("그가나는", "그**는"),
        (unicodedata.normalize("NFD", "가나"), "****"),
        ("the pen is mighty", "the *** ** ******"),
        ("p-e-n-i-s", "*-*-*-*-*"),
        ("bad bad", "*** ***"),
    ],
)
def test_a_listed_word_is_masked(text: str, stored: str) -> None:
    assert masked(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "class",
        "badge",
        "cl\u200bass",
        "the pen is here",
        "a ba d",
        "as soon",
        "bad1",
        "这件颜色，情况不明",
        "用法。轮到功课",
        "... --- ...",
        "\u0301",
        "\ud800",
    ],
)
def test_what_is_no_listed_word_stays(text: str) -> None:
    assert MASKS(text) == Verdict()


# Tibetan, and one that is no script's.
MARKS_THAT_ARE_TWO = [
    mark
    for mark in map(chr, range(0x300, 0x10000))
    if unicodedata.category(mark)[0] == "M" and len(unicodedata.normalize("NFC", mark)) > 1
]
DAMN = compiled([WordList("m", "1", Action.MASK, ("damn", "420", "法轮功", "赌博", "гад", "か", "ㅗ"))])


@pytest.mark.parametrize(
    "text",
    [
        # Accents, composed and combining, also of other scripts.
        *("ḋamn", "dȧmn", "dámn", "đamn", "d̵amn", "ɗamn", "ďämñ", "ƉAMN", "d\u0307\u0316amn", "d\u064eamn"),
        *("da\u3099mn", "d\u0489a\u20ddmn\ufe0f", "ⅾamn", "d´amn"),
        # Letters in boxes, circles and brackets, flags, small capitals, styles, other scripts.
        *("🅳🅰🅼🅽", "🅓🅐🅜🅝", "🇩🇦🇲🇳", "ᴅᴀᴍɴ", "ⓓⓐⓜⓝ", "⒟⒜⒨⒩", "🄳🄰🄼🄽", "𝖉𝖆𝖒𝖓", "𝔡𝔞𝔪𝔫", "ｄａｍｎ"),
        *("ᵈᵃᵐⁿ", "dаmn", "dαмn", "ԁɑmn", "ꓓаmn"),
        # Digits.
        *("④②⓪", "❹❷⓿", "⁴²⁰", "𝟜𝟚𝟘", "٤٢٠", "４２０", "4️⃣2️⃣0️⃣", "௪௨௦"),
        # Chinese.
        *("法 轮功", "法轮\u3000功", "法\n轮功", "法\t \n轮★功", "法\u0300轮功", "法，轮功", "法\ufe0f轮功"),
        *("赌 博", "赌\u3000★博"),
        # Other scripts, in other forms.
        *("ГАД", "гaд", "か", "ㅗ", "\u1169"),
    ],
)
def test_a_word_is_found_however_it_is_decorated(text: str) -> None:
    for around in (text, f"so {text} it", f"({text})"):
        verdict = DAMN(around)
        assert verdict.action is Action.MASK
        hidden = {index for start, end in verdict.spans for index in range(start, end)}
        left = "".join(character for index, character in enumerate(around) if index not in hidden)
        assert not any(character.isalnum() for character in left.replace("so", "").replace("it", "")), left


@pytest.mark.parametrize("text", ["damn🇺🇸", "🇺🇸damn", "damn🅿", "🅿damn"])
def test_a_flag_or_a_letter_in_a_box_beside_a_word_does_not_hide_it(text: str) -> None:
    assert DAMN(text).masked(text).replace("****", "") in ("🇺🇸", "🅿")


@pytest.mark.parametrize(
    "text",
    [
        *("dam", "damned", "𝖉𝖆𝖒𝖓𝖊𝖉", "🅳🅰🅼🅽🅴🅳", "d amn", "da mn", "da\u3000mn", "d 轮 amn", "4200", "4,200"),
        *("法轮", "法轮，工", "他赌，博客", "爱赌。博士", "が", "か\u3099", "ｶﾞ", "오", "dämnächst", "法 lun 功"),
    ],
)
def test_what_only_looks_a_little_like_it_stays(text: str) -> None:
    assert DAMN(text) == Verdict()


def test_marks_of_a_masked_letter_are_masked_with_it() -> None:
    assert DAMN("d\u0307a\u0316\u0301mn!").masked("d\u0307a\u0316\u0301mn!") == "*******!"


def test_the_strongest_list_wins_and_all_that_matched_are_named() -> None:
    mask, reject = WordList("m", "1", Action.MASK, ("bad",)), WordList("r", "7", Action.REJECT, ("BAD", "worse"))
    judge = compiled([mask, reject])
    verdict = judge("bad")
    assert verdict.action is Action.REJECT
    assert set(verdict.findings) == {Finding("m", "1", Action.MASK), Finding("r", "7", Action.REJECT)}
    assert strongest([Verdict(Action.HOLD), verdict, Verdict()]).action is Action.REJECT


def test_a_mask_without_spans_is_of_the_whole_text_also_beside_others() -> None:
    whole, part = Verdict(Action.MASK), Verdict(Action.MASK, spans=((0, 1),))
    assert whole.masked("bad") == strongest([part, whole]).masked("bad") == "***"


def test_a_text_of_nothing_but_listed_words_is_masked_as_a_whole() -> None:
    words = "b a d " * (MOST_MASKED_LETTERS // 3)
    assert masked(words) == words.replace("b", "*").replace("a", "*").replace("d", "*")
    assert masked("well, " + words + "bad") == "*" * len("well, " + words + "bad")


@pytest.mark.parametrize("mark", MARKS_THAT_ARE_TWO, ids=ascii)
def test_a_mark_that_is_composed_as_two_moves_no_mask(mark: str) -> None:
    for before in (f"ཀ{mark}{mark} ", f"བད{mark} ", f"{mark} "):
        assert DAMN(before + "damn!").masked(before + "damn!") == before + "****!"


def test_lists_without_words_find_nothing() -> None:
    assert compiled([])("bad") == compiled([WordList("m", "1", Action.MASK, ())])("bad") == Verdict()


# ---------------------------------------------------------------- properties

texts = st.text(st.sampled_from("abd色情法轮功 .-\u200b\u0336éßﬁＢ😀가\u1100\u1161"), max_size=40) | st.text(
    max_size=40
)


@given(texts, texts)
def test_masking_changes_the_words_and_nothing_else(before: str, after: str) -> None:
    text = f"{before} bad {after}"
    verdict = MASKS(text)
    changed = {index for start, end in verdict.spans for index in range(start, end)}
    result = verdict.masked(text)
    assert len(result) == len(text)
    assert set(range(len(before) + 1, len(before) + 4)) <= changed
    assert all(result[index] == ("*" if index in changed else text[index]) for index in range(len(text)))


@given(texts)
def test_what_has_been_masked_has_nothing_left_to_mask(text: str) -> None:
    # Another letter in the asterisks' place: they are nothing between the halves of a word around another.
    assert MASKS(masked(text.replace("*", "")).replace("*", "字")).action is Action.PASS


@given(st.text("中文a1，A か😀é", max_size=60))
def test_the_folds_of_a_text_are_those_of_its_characters(text: str) -> None:
    assert fold(text).folds == "".join(fold(character).folds for character in text)


# Letters and marks of scripts that have marks, decoration, and what may stand between.
MARKED = "אבשּׁךֽْ֑شٗआकक़ि़ॆดี่ກິ་ཱིིྀ가\u1100\u1161\u11a8\u302eかハ\u3099\u309aﾞ𑀅𑀸𑄠\U00011127\u0301\u0316ạ法\u302a\u200b.ßﬁ🇩"


@given(st.lists(st.text(st.sampled_from(MARKED) | st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1))
@example(["か" + "\u3099" * 40, "א" + "\u200b\u05b0" * 31, "א" + "\u064b" * 30 + "\u05b0", "\u05b0", "\u1161"])
@example(["\u1100\u1161\u11a8", "a\u1161", "א\u064b\u05b0", "א\u200b\u05b0", "か\u064b\u3099", "か\u3099\u064b"])
@example(["א\u064b\u05b0"])
@example(["a\u1161"])
def test_a_long_text_is_folded_like_its_words(words: list[str]) -> None:
    # Long texts are folded at once, and short ones letter by letter.
    words *= 200 // len(words) + 1
    folded = [fold(word) for word in words]
    text = fold("|".join(words))
    assert text.marked == fold("|").marked.join(word.marked for word in folded)
    assert text.letters == "".join(word.letters for word in folded)


def test_each_mark_is_joined_with_letters_of_its_script_only_in_a_long_text_too() -> None:
    every = [chr(code) for code in range(0x300, 0x20000)]
    marks = [one for one in every if unicodedata.category(one)[0] == "M"]
    # Of each block a letter.
    letters = {ord(one) >> 7: one for one in every if unicodedata.category(one) == "Lo"}
    words = [letter + mark for mark in marks for letter in (letters.get(ord(mark) >> 7, "א"), "ก", "か", "a")]
    for start in range(0, len(words), 2_000):
        some = words[start : start + 2_000]
        assert fold("|".join(some)).letters == "".join(fold(word).letters for word in some)


@given(texts)
@example("e\u0301ﬁ")
def test_letters_come_from_the_text_in_its_order(text: str) -> None:
    folded = fold(text)
    spans = [
        folded.spans(bytes(at == letter for at in range(len(folded.letters)))) for letter in range(len(folded.letters))
    ]
    assert all(len(of_letter) == 1 for of_letter in spans)
    origins = [span for (span,) in spans]
    assert all(0 <= start < end <= len(text) for start, end in origins)
    assert all(start <= next_start and end <= next_end for (start, end), (next_start, next_end) in pairwise(origins))
    assert len(folded.letters) == len(folded.gaps) == len(folded.are_symbols)


@given(texts, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_forms_of_unicode_make_no_difference(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert fold(unicodedata.normalize(form, text)).letters == fold(text).letters


separators = st.text(st.sampled_from(TIGHT_SEPARATORS + LOOSE_SEPARATORS + INVISIBLE), max_size=4)


@given(st.sampled_from(WORDS), st.data())
def test_a_word_is_found_whatever_separates_all_its_letters(word: str, data: st.DataObject) -> None:
    visible = st.sampled_from(TIGHT_SEPARATORS + LOOSE_SEPARATORS)
    letters = list(word.replace(" ", ""))
    between = [data.draw(separators) + data.draw(visible) + data.draw(separators) for _ in letters[1:]]
    text = "".join(letter + gap for letter, gap in zip(letters, [*between, ""], strict=True))
    assert MASKS(f"x {text} x").action is Action.MASK
    assert not set(masked(text)) & set(letters)


@given(st.sampled_from(WORDS), st.lists(st.text(st.sampled_from(TIGHT_SEPARATORS + INVISIBLE)), min_size=12))
def test_a_word_is_found_whatever_punctuation_is_anywhere_in_it(word: str, gaps: list[str]) -> None:
    text = "".join(letter + gap for letter, gap in zip(word, gaps, strict=False))
    if len(gaps) >= len(word):
        assert MASKS(text).action is Action.MASK


@given(st.sampled_from(["bad", "ass", "straße"]), st.sampled_from("abcxyzéя1"), st.booleans())
def test_a_word_of_spaced_scripts_is_not_found_inside_a_longer_one(word: str, letter: str, first: bool) -> None:
    assert MASKS(letter + word if first else word + letter).action is Action.PASS


# ---------------------------------------------------------------- the document

GOOD = '{"lists": [{"id": "a", "version": "1", "action": "MASK", "words": ["bad"]}]}'


def test_a_document_is_read() -> None:
    assert parse(GOOD.encode()) == [WordList("a", "1", Action.MASK, ("bad",))]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "'lists'"),
        ('{"lists": {}}', "'lists'"),
        ('{"lists": [1]}', r"lists\[0\] must be an object"),
        (GOOD.replace("MASK", "PASS"), "action must be one of MASK, HOLD, REJECT"),
        (GOOD.replace('"MASK"', "[]"), "action must be one of"),
        (GOOD.replace('["bad"]', '"bad"'), "words must be an array"),
        (GOOD.replace('["bad"]', "[1]"), "words must be an array"),
        (GOOD.replace('"bad"', '"' + "bad" * 40 + '"'), "at most 100 characters"),
        (GOOD.replace('"bad"', ",".join(['"bad"'] * 100_001)), "at most 100000 words"),
        (GOOD.replace('"1"', "1"), "version must match"),
        (GOOD.replace('"a"', '"a b"'), "id must match"),
    ],
)
def test_a_malformed_document_says_where_and_never_which_word(document: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as error:
        parse(document.encode())
    assert "bad" not in str(error.value)


def test_bytes_that_are_no_text_are_malformed() -> None:
    with pytest.raises(ValueError, match="not JSON in UTF-8"):
        parse(b'{"lists": "\xff"}')


def test_a_word_without_letters_is_malformed() -> None:
    with pytest.raises(ValueError, match="word 1 of list 'a' has no letter"):
        list(patterns_of([WordList("a", "1", Action.MASK, ("bad", "* *"))]))


# ---------------------------------------------------------------- a moderator of one's own


def ask(answer: object) -> Verdict:
    return OwnModerator(lambda *_: answer, KeptTelemetry())("text", Uid("alice"), SessionId("p:alice:bob"))  # type: ignore[arg-type]


def test_a_moderator_answers_a_verdict_or_an_action() -> None:
    assert ask(Action.HOLD) == Verdict(Action.HOLD, (Finding("moderator", "", Action.HOLD),))
    assert ask(Verdict(Action.MASK, spans=((0, 1),))).masked("text") == "*ext"


def test_a_moderator_that_fails_lets_nothing_through_and_its_error_is_not_repeated() -> None:
    telemetry = KeptTelemetry()

    def fails(text: str, *_: object) -> Verdict:
        raise KeyError(text)

    with pytest.raises(Unavailable):
        OwnModerator(fails, telemetry)("secret", Uid("alice"), SessionId("p:alice:bob"))
    with pytest.raises(Unavailable):
        OwnModerator(lambda *_: None, telemetry)("secret", Uid("alice"), SessionId("p:alice:bob"))  # type: ignore[arg-type]
    assert [keys["reason"] for _, keys in telemetry.errors] == ["KeyError", "answered NoneType"]


@pytest.mark.parametrize("name", ["nonsense", "no.such.module:judge", "json:nothing", "json:__name__", ":x", "json:"])
def test_a_wrong_moderator_is_named_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match="MODERATOR is"):
        load_moderator(name)


def test_a_moderator_is_loaded_by_its_name() -> None:
    assert load_moderator("json:loads") is sys.modules["json"].loads
