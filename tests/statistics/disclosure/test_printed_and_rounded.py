"""What prints give away, and the policy numbers of rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.statistics import proportion
from childstats.statistics.disclosure import (
    counts_allowed,
    counts_behind,
    percent_decimals,
    rounded_count,
)

TOTALS = range(2_100, 9_900, 97)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_two_decimals_give_every_small_count_back_and_one_decimal_none(count: int) -> None:
    # 1 / total is more than 0.01 % below 10,000 children and less than 0.05 % above 2,000.
    two = [counts_allowed(n, decimals=2, share=round(100 * count / n, 2)) for n in TOTALS]
    one = [counts_allowed(n, decimals=1, share=round(100 * count / n, 1)) for n in TOTALS]
    assert all(found.tolist() == [count] for found in two)
    assert all(len(found) > 1 and count in found for found in one)


@given(st.integers(1, 4), st.integers(50, 2_000))
def test_a_wilson_interval_gives_its_count_back(count: int, total: int) -> None:
    _, low, high = proportion(count, total)
    limits = {"low": round(100 * low, 2), "high": round(100 * high, 2)}
    assert counts_allowed(total, decimals=2, **limits).tolist() == [count]


@given(st.integers(1, 3_000), st.data(), st.integers(0, 3))
def test_the_count_that_was_printed_is_always_allowed(
    total: int, data: st.DataObject, decimals: int
) -> None:
    count = data.draw(st.integers(0, total))
    share = round(100 * count / total, decimals)
    assert count in counts_allowed(total, decimals=decimals, share=share)


def test_a_print_that_no_count_gives_allows_none() -> None:
    # GRIM: of 10 children 33 % is impossible
    assert counts_allowed(10, decimals=0, share=33).size == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"total": 0, "decimals": 0, "share": 1}, "total is 0"),
        ({"total": 5, "decimals": -1, "share": 1}, "decimals is -1"),
        ({"total": 5, "decimals": 0}, "give a printed share, low or high"),
    ],
)
def test_a_wrong_print_is_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        counts_allowed(arguments.pop("total"), **arguments)


def test_rounding_is_the_published_rule() -> None:
    counts = np.array([0, *range(8, 200)])
    rounded = rounded_count(counts)
    assert (rounded % 5 == 0).all()
    assert (np.abs(rounded - counts) <= 2).all()
    low, high = counts_behind(rounded)
    assert ((low <= counts) & (counts <= high)).all()
    for printed in np.unique(rounded):
        among = counts[rounded == printed]
        ends = counts_behind(printed)
        assert among.min() == ends[0]
        assert among.max() == min(ends[1], 199)


@pytest.mark.parametrize("printed", [5, 12, 3])
def test_a_number_that_the_rule_cannot_print_is_refused(printed: int) -> None:
    with pytest.raises(ValueError, match=f"rounded is {printed}; it must be 0 or a multiple of 5"):
        counts_behind(printed)


def test_a_decimal_needs_four_thousand() -> None:
    assert percent_decimals([0, 3_995, 4_000, 100_000]).tolist() == [0, 0, 1, 1]
