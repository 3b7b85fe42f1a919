"""Keys, checksums, and how long the store keeps an object."""

import pytest

from catchup.domain.ids import Uid
from catchup.domain.media import (
    DAY_MS,
    KEPT_DAYS,
    PART_BYTES,
    days_to_keep,
    is_key,
    is_owner,
    mime_of,
    new_key,
    parts_of,
)
from tests.support.engines import template


def test_a_key_says_whose_it_is_and_shows_no_uid() -> None:
    key = new_key(Uid("alice@example.org"), bytes(range(16)))
    assert is_key(key)
    assert is_owner(Uid("alice@example.org"), key)
    assert not is_owner(Uid("alice@example.com"), key)
    assert "alice" not in key


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
