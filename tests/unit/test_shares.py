"""The law of the shares of red packets: they sum to the total, everybody gets some, nobody gains by their place."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchup.domain.ids import MAX_NUMBER
from catchup.domain.packets import MAX_COUNT
from catchup.domain.shares import SEED_BYTES, Mode, luckiest_of, shares_of

seeds = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES)
PACKETS = 10_000


@st.composite
def amounts(draw: st.DrawFn) -> tuple[int, int]:
    """A total and a count; often a total that is hardly enough."""
    count = draw(st.integers(1, MAX_COUNT))
    most = draw(st.sampled_from([count, 2 * count, 10 * count, 100_000, MAX_NUMBER]))
    return draw(st.integers(count, max(count, most))), count


@settings(max_examples=300)
@given(seeds, amounts(), st.sampled_from(Mode))
def test_shares_sum_to_the_total_and_everybody_gets_something(seed: bytes, amount: tuple[int, int], mode: Mode) -> None:
    total, count = amount
    shares = shares_of(seed, total, count, mode)
    assert sum(shares) == total
    assert len(shares) == count
    assert min(shares) >= 1


@settings(max_examples=200)
@given(seeds, amounts())
def test_equal_shares_differ_by_one_unit_at_most(seed: bytes, amount: tuple[int, int]) -> None:
    shares = shares_of(seed, *amount, Mode.EQUAL)
    assert max(shares) - min(shares) <= 1


@settings(max_examples=200)
@given(seeds, amounts())
def test_no_lucky_share_but_the_last_exceeds_twice_the_mean_of_what_is_left(
    seed: bytes, amount: tuple[int, int]
) -> None:
    left, count = amount
    for index, share in enumerate(shares_of(seed, left, count, Mode.LUCKY)[:-1]):
        heirs = count - index
        assert share <= Fraction(2 * left, heirs)
        left -= share
        assert left >= heirs - 1


@pytest.mark.parametrize("mode", Mode)
def test_a_packet_is_divided_in_the_same_way_each_time(mode: Mode) -> None:
    assert shares_of(b"s" * 32, 1_000, 20, mode) == shares_of(b"s" * 32, 1_000, 20, mode)
    assert shares_of(b"s" * 32, 1_003, 20, mode) != shares_of(b"t" * 32, 1_003, 20, mode)


def test_a_total_that_is_not_enough_is_refused() -> None:
    with pytest.raises(ValueError, match="9 is not enough for 10"):
        shares_of(bytes(32), 9, 10, Mode.LUCKY)
    with pytest.raises(ValueError, match="not enough"):
        shares_of(bytes(32), 9, 0, Mode.EQUAL)


def drawn(total: int, count: int, mode: Mode) -> list[Sequence[int]]:
    """The shares of many packets, with seeds that are the same in each run."""
    return [shares_of(number.to_bytes(SEED_BYTES, "big"), total, count, mode) for number in range(PACKETS)]


# 1,000 of 5 is a usual packet; with 7 of 5 hardly anything is left to luck, and rounding would favour the last.
@pytest.mark.parametrize(("total", "count"), [(1_000, 5), (7, 5)])
@pytest.mark.parametrize("mode", Mode)
def test_in_10_000_packets_no_place_has_an_advantage(total: int, count: int, mode: Mode) -> None:
    packets = drawn(total, count, mode)
    mean = total / count
    for place in range(count):
        shares = [shares[place] for shares in packets]
        deviation = fmean((share - mean) ** 2 for share in shares) ** 0.5
        # Five standard errors of the mean.
        assert abs(fmean(shares) - mean) <= 5 * deviation / PACKETS**0.5


def test_the_first_lucky_share_is_spread_evenly_up_to_twice_the_mean() -> None:
    firsts = [shares[0] for shares in drawn(50, 10, Mode.LUCKY)]
    often = [firsts.count(amount) for amount in range(1, 10)]
    assert sum(often) == PACKETS
    expected = PACKETS / 9
    # Chi-square with 8 degrees of freedom: above 26.1 once in a thousand times.
    assert sum((seen - expected) ** 2 / expected for seen in often) < 26.1


def test_lucky_shares_differ_from_packet_to_packet() -> None:
    seen = drawn(100, 3, Mode.LUCKY)
    assert len({tuple(shares) for shares in seen}) > PACKETS / 10
    assert any(one != other for one, other in pairwise(seen))


def test_the_luckiest_is_the_first_of_those_with_the_largest_share() -> None:
    assert luckiest_of([1, 5, 2, 5]) == 1
