"""Interval arithmetic on printed figures, against the corners and against random true values."""

import math
import random
from itertools import product

import pytest

from childstats.figures.arithmetic import (
    difference_of,
    implied_count,
    ratio_of,
    share_of,
    sum_of,
)
from childstats.figures.figure import Figure
from childstats.figures.parse import parse_figure

PRINTS = ["6,847", "approximately 68,000", "over 216,000", "nearly 381,700", "as many as 180", "<5"]


def read(text: str, unit: str | None = None) -> Figure:
    return parse_figure(text, language="en", unit=unit)


def test_a_sum_has_the_sum_of_the_ends():
    derived = sum_of([read("6,847"), read("approximately 68,000"), read("over 216,000")])
    assert derived.obs_value == 6_847 + 68_000 + 216_000
    assert derived.obs_low == 6_847 + 67_500 + 216_000
    assert derived.obs_high == 6_847 + 68_500 + 217_000


def test_a_difference_of_percentages_is_in_points_and_may_leave_its_sign_open():
    derived = difference_of(read("95.5%"), read("95.4%"))
    assert derived == pytest.approx((0.1, 95.45 - 95.45, 95.55 - 95.35))
    assert difference_of(read("78%"), read("95.5%")).obs_value == 78 - 95.5


def test_a_ratio_by_what_may_be_0_is_infinite_and_0_by_0_has_none():
    assert ratio_of(read("38"), read("<5")).obs_high == math.inf
    assert ratio_of(read("38"), read("0")) == (math.inf, math.inf, math.inf)
    assert ratio_of(read("0"), read("38")) == (0, 0, 0)
    with pytest.raises(ValueError, match="'0' and '0' are both 0"):
        ratio_of(read("0"), read("0"))


def test_a_part_is_not_more_than_its_whole_where_the_values_allow_it():
    share = share_of(read("nearly 381,700"), read("nearly 381,800"))
    assert share.obs_high == 1
    assert share.obs_low == 381_600 / 381_800
    open_above = share_of(read("288,222"), read("over 200,000"))
    assert open_above == (1, 288_222 / 300_000, 1)
    assert share_of(read("288,222"), read("less than 300,000")) == (288_222 / 300_000,) * 2 + (1,)
    assert share_of(read("0"), read("less than 300,000")) == (0, 0, 0)
    above = share_of(read("1,503,646"), read("1,500,113"))
    assert above.obs_value == above.obs_high == 1_503_646 / 1_500_113


@pytest.mark.parametrize(("part", "whole"), [("38", "0"), ("38", "<5"), ("<5", "0")])
def test_a_part_of_nothing_is_no_share(part, whole):
    with pytest.raises(ValueError, match=f"'{part}' is no share of '{whole}', which may be 0"):
        share_of(read(part), read(whole))


def test_the_ends_of_a_printed_range_are_in_it():
    assert implied_count(read("10-15%"), read("100")) == (10, 15)
    assert implied_count(read("less than 15%"), read("100")) == (0, 14)


@pytest.mark.parametrize("operation", [difference_of, ratio_of])
def test_every_pair_of_true_values_lies_between_the_ends_and_some_reach_them(operation):
    chance = random.Random(7)
    for one, other in product(PRINTS[:5], repeat=2):
        derived = operation(read(one), read(other))
        reached = []
        for _ in range(200):
            a, b = (
                chance.choice([f.low, f.high, chance.uniform(f.low, f.high)])
                for f in (read(one), read(other))
            )
            reached.append(a - b if operation is difference_of else a / b)
        assert min(reached) == pytest.approx(derived.obs_low, rel=1e-12)
        assert max(reached) == pytest.approx(derived.obs_high, rel=1e-12)


@pytest.mark.parametrize("operation", [difference_of, ratio_of, share_of, lambda *f: sum_of(f)])
def test_two_units_or_a_missing_figure_are_refused(operation):
    with pytest.raises(ValueError, match=r"'95\.5%' is in percent, '6,847' in None"):
        operation(read("95.5%"), read("6,847"))
    with pytest.raises(ValueError, match=r"'\.\.' is no number \(status O\)"):
        operation(read("6,847"), read(".."))


def test_a_sum_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sum_of([])


def test_all_of_them_is_all_only_when_the_source_says_so():
    assert implied_count(read("100%"), read("430")) == (428, 430)
    assert implied_count(read("100%"), read("430"), says_all=True) == (430, 430)
    assert implied_count(read("96%"), read("430"), says_all=True) == (411, 414)
