"""Keys, checksums, and how long the store keeps an object."""

import pytest

from catchup.domain.ids import MsgId, Uid
from catchup.domain.media import (
    DAY_MS,
    KEPT_DAYS,
    PART_BYTES,
    MediaType,
    Upload,
    days_to_keep,
    is_key,
    is_owner,
    key_of,
    mime_of,
    parts_of,
)
from tests.support.engines import template
from tests.support.media import digest

PICTURE = Upload(MediaType.IMAGE, "image/jpeg", 7, digest(b"picture"))


def test_a_key_says_whose_it_is_and_shows_no_uid() -> None:
    key = key_of(Uid("alice@example.org"), MsgId("m-1"), PICTURE)
    assert is_key(key)
    assert is_owner(Uid("alice@example.org"), key)
    assert not is_owner(Uid("alice@example.com"), key)
    assert "alice" not in key


@pytest.mark.parametrize(
    ("uid", "msg_id", "upload"),
    [
        ("bob", "m-1", PICTURE),
        ("alice", "m-2", PICTURE),
        ("alice", "m-1", PICTURE._replace(type=MediaType.FILE)),
        ("alice", "m-1", PICTURE._replace(mime="image/png")),
        ("alice", "m-1", PICTURE._replace(bytes=8)),
        ("alice", "m-1", PICTURE._replace(sha256=digest(b"another"))),
    ],
)
def test_a_key_is_for_one_upload_of_one_message_alone(uid: str, msg_id: str, upload: Upload) -> None:
    key = key_of(Uid("alice"), MsgId("m-1"), PICTURE)
    assert key == key_of(Uid("alice"), MsgId("m-1"), PICTURE)
    assert key != key_of(Uid(uid), MsgId(msg_id), upload)


def test_no_two_uploads_look_alike_to_a_key() -> None:
    assert key_of(Uid("a"), MsgId('b", "c'), PICTURE) != key_of(Uid('a", "b'), MsgId("c"), PICTURE)


@pytest.mark.parametrize(
    ("age_days", "retention", "kept"), [(0, 90, 92), (0, 14, 16), (0.99, 90, 92), (1.01, 90, 122), (60, 90, 183)]
)
def test_an_object_is_kept_until_history_forgets_the_message_that_names_it(
    age_days: float, retention: int, kept: int
) -> None:
    assert days_to_keep(int(age_days * DAY_MS), retention) == kept


def test_the_bucket_has_a_rule_for_each_number_of_days() -> None:
    bucket = template().resources["MediaBucket"]["Properties"]
    rules = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("TagFilters")]
    assert {(rule["TagFilters"][0]["Value"], rule["ExpirationInDays"]) for rule in rules} == {
        (str(days), days) for days in KEPT_DAYS
    }


@pytest.mark.parametrize(
    ("size", "parts"), [(1, 0), (PART_BYTES, 0), (PART_BYTES + 1, 2), (2 * PART_BYTES, 2), (2 * PART_BYTES + 1, 3)]
)
def test_what_is_larger_than_a_part_goes_up_in_parts(size: int, parts: int) -> None:
    assert parts_of(size) == parts


def test_parameters_of_a_type_do_not_matter() -> None:
    assert mime_of("audio/webm;codecs=opus") == mime_of("Audio/WebM") == "audio/webm"
    assert mime_of("audio") is None
