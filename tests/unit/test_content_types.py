"""A content with a type has that type's fields, and no others."""

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from catchup.errors import InvalidRequest
from catchup.wire.content_types import NAMES, TYPES, content
from catchup.wire.screening import rewrite

GOOD: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "message": "hello"},
    "location": {
        "type": "location",
        "latitude": 48.8584,
        "longitude": 2.2945,
        "accuracyMeters": 20,
        "name": "Eiffel Tower",
        "address": "5 Avenue Anatole France",
    },
    "card": {"type": "card", "uid": "bob", "name": "Bob"},
    "custom": {"type": "custom", "game": {"move": "e4"}, "latitude": "north"},
}


def struct(value: dict[str, Any]) -> Struct:
    made = Struct()
    made.update(value)
    return made


def refusal(value: dict[str, Any]) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refused:
        content(struct(value), "body.msg")
    return refused.value


def test_each_type_has_an_example() -> None:
    assert set(GOOD) == set(NAMES)


@pytest.mark.parametrize("value", GOOD.values(), ids=list(GOOD))
def test_a_content_of_a_type_stays_as_it_is(value: dict[str, Any]) -> None:
    assert Struct.FromString(content(struct(value), "body.msg")) == struct(value)


@pytest.mark.parametrize("value", [{}, {"message": "hello"}, {"latitude": "north", "uid": 5}, {"Type": "text"}])
def test_a_content_without_a_type_is_free(value: dict[str, Any]) -> None:
    assert Struct.FromString(content(struct(value), "body.msg")) == struct(value)


@pytest.mark.parametrize("name", ["sticker", "", "Text", " text", 1, None, True, ["text"], {"text": 1}])
def test_an_unknown_type_is_refused_by_name(name: Any) -> None:
    refused = refusal({"type": name, "message": "hello"})
    assert refused.field == "body.msg.type"
    assert refused.rule == "one of text, location, card, custom"


@pytest.mark.parametrize("name", TYPES)
def test_an_unknown_field_is_refused_by_name(name: str) -> None:
    assert refusal({**GOOD[name], "colour": "red"}).field == "body.msg.colour"


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in TYPES for field in GOOD[name] if field != "type"]
)
def test_a_field_of_another_kind_is_refused_by_name(name: str, field: str) -> None:
    others: list[Any] = [None, True, [1], {"a": 1}, 7.5 if isinstance(GOOD[name][field], str) else "7"]
    for other in others:
        assert refusal({**GOOD[name], field: other}).field == f"body.msg.{field}"


@pytest.mark.parametrize(
    ("name", "field"),
    [("text", "message"), ("location", "latitude"), ("location", "longitude"), ("card", "uid")],
)
def test_a_missing_field_is_named(name: str, field: str) -> None:
    refused = refusal({member: value for member, value in GOOD[name].items() if member != field})
    assert (refused.field, refused.rule[:8]) == (f"body.msg.{field}", "required")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", 90.01),
        ("latitude", -91),
        ("longitude", 180.5),
        ("longitude", -1e9),
        ("accuracyMeters", -1),
        ("accuracyMeters", 1.5),
        ("accuracyMeters", 2_000_000),
        ("name", ""),
        ("name", "é" * 251),
        ("address", "a" * 501),
    ],
)
def test_a_value_out_of_its_limits_is_refused_by_name(field: str, value: Any) -> None:
    assert refusal({**GOOD["location"], field: value}).field == f"body.msg.{field}"


def test_the_ends_of_the_limits_are_within_them() -> None:
    for latitude, longitude in ((90, 180), (-90, -180), (0, 0)):
        content(struct({"type": "location", "latitude": latitude, "longitude": longitude}), "body.msg")


@pytest.mark.parametrize("uid", ["", "a b", "x" * 129, "a:b"])
def test_a_card_names_a_person(uid: str) -> None:
    assert refusal({"type": "card", "uid": uid}).field == "body.msg.uid"


@given(
    st.dictionaries(st.text(max_size=8), st.none() | st.text() | st.floats(-9, 9), max_size=5), st.sampled_from(NAMES)
)
def test_any_content_is_taken_whole_or_refused_by_a_name(value: dict[str, Any], name: str) -> None:
    typed = struct({**value, "type": name})
    named = ""
    try:
        canonical = content(typed, "body.msg")
    except InvalidRequest as refused:
        named = refused.field
    assert named.startswith("body.msg.") or Struct.FromString(canonical) == typed


def judged(value: dict[str, Any], fields: tuple[str, ...] = ()) -> list[str]:
    """The texts that moderation looks at."""
    seen: list[str] = []

    def look(texts: Any) -> Any:
        seen.extend(texts)
        return texts

    rewrite(struct(value).SerializeToString(deterministic=True), look, fields)
    return sorted(seen)


def test_moderation_judges_what_people_read() -> None:
    assert judged(GOOD["text"]) == ["hello"]
    assert judged(GOOD["location"]) == ["5 Avenue Anatole France", "Eiffel Tower"]
    assert judged(GOOD["card"]) == ["Bob"]
    assert judged(GOOD["custom"]) == ["e4", "north"]


def test_no_parameter_hides_what_people_read_of_a_type() -> None:
    assert judged(GOOD["location"], ("message",)) == ["5 Avenue Anatole France", "Eiffel Tower"]
    assert judged({"message": "a", "other": "b"}, ("message",)) == ["a"]
