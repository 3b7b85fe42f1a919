"""A content with a type has that type's fields, and no others."""

from base64 import b64encode
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from catchup.domain.media import PART_BYTES, Media, MediaType
from catchup.errors import InvalidRequest
from catchup.wire.content_types import NAMES, TYPES, content
from catchup.wire.media_contents import media_of
from catchup.wire.screening import rewrite
from tests.support.media import key_of

KEY = key_of("alice")
SHA256 = b64encode(bytes(32)).decode()
JPEG = b64encode(b"\xff\xd8\xff\xe0" + bytes(90)).decode()
OBJECT = {"key": KEY, "bytes": 204_800, "sha256": SHA256}
PICTURE = {**OBJECT, "mime": "image/jpeg", "width": 1_280, "height": 960}
NAMED = {"preview": JPEG, "caption": "At the beach", "name": "beach.jpg"}
BLURHASH = {"blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj"}

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
    "image": {"type": "image", **PICTURE, **NAMED, **BLURHASH},
    "voice": {"type": "voice", **OBJECT, "mime": "audio/webm", "durationMs": 900},
    "video": {"type": "video", **PICTURE, "mime": "video/mp4", "durationMs": 12_000, **NAMED, **BLURHASH},
    "file": {"type": "file", **OBJECT, "mime": "application/pdf", **NAMED, "name": "bill.pdf"},
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
    assert refused.rule == "one of text, location, card, image, voice, video, file, custom"


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


OF_MEDIA: list[tuple[str, list[Any]]] = [
    ("key", ["", "beach.jpg", KEY[1:], f"{KEY}a", KEY.upper(), f"../{KEY}", f"{KEY}/..", KEY.replace("/", "%2f")]),
    ("mime", ["image/svg+xml", "text/html", "image/jpeg; q=1", "IMAGE/JPEG", "image", "", "image/jpeg\n"]),
    ("bytes", [0, -1, 1.5, 1e12]),
    ("sha256", ["", "0" * 64, SHA256[1:], f"{SHA256}-1", f"{SHA256[:-2]}B=", SHA256.replace("A", "_")]),
    ("width", [0, -1, 0.5, 100_001]),
    ("height", [0, -1, 0.5, 100_001]),
    ("caption", ["", "é" * 2_001]),
    ("name", ["", ".", "..", "a/b", "a\\b", "a\x00b", "a\nb", "x" * 256, "photo\u202egpj.exe"]),
    ("preview", ["", "no base64", b64encode(b"<svg>").decode(), JPEG[:4] + "A" * 3_072, f"data:;base64,{JPEG}"]),
    ("blurhash", ["", "LEHV6", 'L"HV6nWB', "L" * 167]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in OF_MEDIA for value in values])
def test_what_a_picture_can_not_be_is_refused_by_name(field: str, value: Any) -> None:
    assert refusal({**GOOD["image"], field: value}).field == f"body.msg.{field}"


@pytest.mark.parametrize(("name", "mime"), [("voice", "video/webm"), ("video", "audio/mp4"), ("file", "pdf")])
def test_a_type_of_other_media_is_refused(name: str, mime: str) -> None:
    assert refusal({**GOOD[name], "mime": mime}).field == "body.msg.mime"


def test_a_large_file_has_the_checksum_of_its_parts() -> None:
    large = {**GOOD["file"], "bytes": 2 * PART_BYTES + 1}
    content(struct({**large, "sha256": f"{SHA256}-3"}), "body.msg")
    for wrong in (SHA256, f"{SHA256}-2", f"{SHA256}-03", f"{SHA256}-3 "):
        assert refusal({**large, "sha256": wrong}).field == "body.msg.sha256"


def test_media_are_read_as_they_were_said() -> None:
    said = media_of(content(struct(GOOD["video"]), "body.msg"))
    assert said == Media(MediaType.VIDEO, KEY, "video/mp4", 204_800, SHA256, 1_280, 960, 12_000)
    assert media_of(content(struct(GOOD["location"]), "body.msg")) is None
    assert media_of(content(struct({"key": KEY}), "body.msg")) is None


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
    assert judged(GOOD["image"]) == ["At the beach", "beach.jpg"]
    assert judged(GOOD["voice"]) == []
    assert judged(GOOD["file"]) == ["At the beach", "bill.pdf"]
    assert judged(GOOD["custom"]) == ["e4", "north"]


def test_no_parameter_hides_what_people_read_of_a_type() -> None:
    assert judged(GOOD["location"], ("message",)) == ["5 Avenue Anatole France", "Eiffel Tower"]
    assert judged({"message": "a", "other": "b"}, ("message",)) == ["a"]
