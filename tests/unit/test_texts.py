"""All texts of a message are judged at once, with the same outcome as one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import example, given
from hypothesis import strategies as st

from catchup.domain import texts
from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.matching import MOST_MASKED_LETTERS, MOST_TEXTS_MASKED_APART
from catchup.domain.message import Draft
from catchup.domain.screening import Action, Finding, Verdict, WordList, strongest
from catchup.errors import CatchupError
from catchup.screening.automaton import compiled
from catchup.screening.hook import OwnModerator
from catchup.usecases.screening.screening import Screening
from catchup.wire.screening import rewrite
from tests.support.telemetry import KeptTelemetry

WORDS = ("damn", "b", "ba", "bad", "blow job", "色情", "法轮功", "か", "가나", "กา", "straße")
MASKS = WordList("m", "1", Action.MASK, WORDS)
OTHERS = WordList("m", "2", Action.MASK, ("bad", "day")), WordList("h", "1", Action.HOLD, ("casino", "赌"))
JUDGE, STRICT = compiled([MASKS]), compiled([MASKS, *OTHERS])
PIECES = (
    *(
        "b",
        "a",
        "d",
        "bad",
        "damn",
        "blow",
        "job",
        "casino",
        "day",
        "class",
        "色",
        "情",
        "法",
        "轮功",
        "赌",
        "か",
        "ß",
        "stra",
        "e",
    ),
    *("가", "나", "ก", "า", "\u3099", "\u0301", "\u1161", "\u200b", "\u0000", "\u0008", "🇩", "🅱", "ﬁ", "ﷺ", "㎯"),
    *(" ", ".", ",", "。", "\n", "字", "か\u3099", "か" * 499, "色情" * 1_100, "か " * 2_100),
)
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), max_size=12)
ALICE, SESSION = Uid("alice"), SessionId("p:alice:bob")


def content_of(fields: Mapping[str, Any]) -> bytes:
    content = Struct()
    content.update(fields)
    return content.SerializeToString(deterministic=True)


def screening(*judges: Any, telemetry: Any = None) -> Screening:
    unused: Any = None
    telemetry = telemetry or KeptTelemetry()
    return Screening(
        asked=judges,
        rewrite=rewrite,
        held=unused,
        sent_log=unused,
        messages=unused,
        telemetry=telemetry,
        clock=unused,
        picture_of=unused,
    )


def judged(content: bytes, *judges: Any) -> tuple[Verdict, bytes]:
    draft = Draft(MsgId("m"), ALICE, Uid("bob"), True, 0, content)
    return screening(*judges)._judged(draft, SESSION)  # what is refused has no other trace


@given(TEXTS)
@example(["b", "ad"])
@example(["色", "情"])
@example(["法", "轮", "功"])
@example(["か", "\u3099"])
@example(["b ", "a ", "d"])
@example(["blow", "job"])
@example(["が", "か\u3099か", "", ",", "か"])
@example(["か " * 2_100, "か " * 2_100, "か"])
def test_texts_are_judged_together_as_one_by_one(written: Sequence[str]) -> None:
    for judge in (JUDGE, STRICT):
        one_by_one = [judge(text) for text in written]
        verdict, content = judged(content_of({"a": list(written)}), lambda text, *_, judge=judge: judge(text))
        expected = strongest(one_by_one)
        assert (verdict.action, {*verdict.findings}) == (expected.action, {*expected.findings})
        if expected.action <= Action.MASK:
            masked = [verdict.masked(text) for verdict, text in zip(one_by_one, written, strict=True)]
            assert content == content_of({"a": masked})


def test_a_text_that_is_judged_with_others_has_fewer_letters_than_the_bound_on_those_masked() -> None:
    most = max(len(one) for portion in texts.portions("か" * length for length in range(1_000)) for one in portion[:-1])
    assert 4 * most <= MOST_MASKED_LETTERS


def test_a_message_of_more_texts_than_the_bound_is_masked_as_a_whole() -> None:
    written = ["か", *(f"well{number}" for number in range(MOST_TEXTS_MASKED_APART - 1))]
    for others, expected in ([], ["*", *written[1:]]), (["more"], ["*" * len(text) for text in [*written, "more"]]):
        content = content_of({"a": [*written, *others]})
        assert judged(content, lambda text, *_: JUDGE(text))[1] == content_of({"a": expected})


@pytest.mark.parametrize("half", [0xD800, 0xDC00, 0xDFFF])
def test_no_word_of_a_list_may_have_half_a_character_as_what_stands_between_texts(half: int) -> None:
    with pytest.raises(ValueError, match="word 0 of list 'm' is not valid Unicode"):
        compiled([WordList("m", "1", Action.MASK, (f"a{chr(half)}b",))])


def test_texts_of_all_depths_are_masked_where_they_are() -> None:
    content = content_of({"damn": {"x": ["damn", 1, None, ["", "damn it"]], "y": "fine"}, "z": "damn", "n": True})
    expected = content_of({"damn": {"x": ["****", 1, None, ["", "**** it"]], "y": "fine"}, "z": "****", "n": True})
    assert judged(content, lambda text, *_: JUDGE(text))[1] == expected


def test_a_moderator_of_ones_own_is_asked_for_each_text_and_once_for_those_that_are_alike() -> None:
    asked: list[str] = []

    def ask(text: str, *_: Any) -> Verdict | Action:
        asked.append(text)
        return {"all": Verdict(Action.MASK), "a part": Verdict(Action.MASK, spans=((2, 9), (20, 21)))}.get(
            text, Action.PASS
        )

    moderator = OwnModerator(ask, KeptTelemetry())
    verdict, content = judged(
        content_of({"a": ["all", "a part", "all", "fine", "damn"]}), moderator, lambda text, *_: JUDGE(text)
    )
    assert asked == ["all", "a part", "fine", "damn"]
    assert content == content_of({"a": ["***", "a ****", "***", "fine", "****"]})
    assert {*verdict.findings} == {Finding("moderator", "", Action.MASK), Finding("m", "1", Action.MASK)}


def test_one_text_that_a_moderator_refuses_refuses_the_message() -> None:
    moderator = OwnModerator(lambda text, *_: Action.REJECT if text == "no" else Action.MASK, KeptTelemetry())
    draft = Draft(MsgId("m"), ALICE, Uid("bob"), True, 0, content_of({"a": ["yes", "no", "yes"]}))
    with pytest.raises(CatchupError):
        screening(moderator).screen(draft, SESSION, b"")
