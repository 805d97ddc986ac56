"""Arithmetic on printed intervals: what a share and a count imply about each other."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.figures.arithmetic import implied_count, implied_total
from childstats.figures.figure import Figure, Interval, Qualifier
from childstats.figures.parse import parse_figure

NUMBERS = st.floats(0, 1e9)
INTERVALS = st.tuples(NUMBERS, NUMBERS).map(lambda ends: Interval(*sorted(ends)))


def read(text: str) -> Figure:
    return parse_figure(text, language="en")


def percentages(numerator: int, denominator: int, digits: int) -> Fraction:
    """Return the percentage rounded half up, without a float."""
    unit = Fraction(1, 10**digits)
    return math.floor(Fraction(100 * numerator, denominator) / unit + Fraction(1, 2)) * unit


@pytest.mark.parametrize(
    ("share", "total", "low", "high"),
    [
        # 430 × 95.5 % = 410.65 and 430 × 96.5 % = 414.95
        ("96%", "430", 411, 414),
        # 430 × 99.5 % = 427.85; a share does not exceed its whole
        ("100%", "430", 428, 430),
        ("0%", "430", 0, 2),
        ("95.5%", "430", 411, 410),  # 410.435 to 410.865: no whole count
        ("96%", "12", 12, 11),  # 11.46 to 11.58
        # hedged: over is [90, 95 + 1), about [95.5, 96.5), below [0, 5)
        ("over 95%", "100", 95, 95),
        ("about 96%", "430", 411, 414),
        ("<5%", "100", 0, 4),
        ("<5%", "430", 0, 21),
        # nearly and up to leave out the low end and take in the high one: (95, 96]
        ("nearly 96%", "100", 96, 96),
        ("up to 96%", "100", 96, 96),
        ("nearly 96%", "430", 409, 412),  # 408.5 to 412.8
        ("up to 96%", "1,000", 951, 960),
        # "under 100%" leaves out the whole
        ("under 100%", "430", 0, 429),
        # an end that is a whole count: 200 × 95.5 % = 191 is in, 200 × 96.5 % = 193 is out
        ("96%", "200", 191, 192),
        # 2,000 × 8.05 % = 161, although floats make it 161.00000000000003
        ("8.0%", "2,000", 159, 160),
        ("8.1%", "2,000", 161, 162),
        ("99.42%", "0", 0, -1),
    ],
)
def test_a_share_of_a_total_implies_whole_counts(share, total, low, high):
    assert implied_count(read(share), read(total)) == (low, high)


@given(st.integers(1, 3_000), st.data(), st.integers(0, 2))
def test_a_count_is_among_those_that_its_printed_share_implies(total, data, digits):
    count = data.draw(st.integers(0, total))
    share = percentages(count, total, digits)
    low, high = implied_count(read(f"{float(share):.{digits}f}%"), read(str(total)))
    assert low <= count <= high
    neighbours = [k for k in (low - 1, high + 1) if 0 <= k <= total]
    assert all(percentages(k, total, digits) != share for k in neighbours)


@pytest.mark.parametrize("total", ["approximately 430", "over 430", "430.5", "1 thousand"])
def test_a_total_in_doubt_is_refused(total):
    with pytest.raises(ValueError, match=f"total must be an exact count, not '{total}'"):
        implied_count(read("96%"), read(total))


@pytest.mark.parametrize(
    ("text", "unit"), [("36/45", "proportion"), ("12‰", "per_1000"), ("12", None)]
)
@pytest.mark.parametrize("implied", [implied_count, lambda s, t: implied_total(t, s)])
def test_a_share_that_is_no_percentage_is_refused(text, unit, implied):
    with pytest.raises(ValueError, match=f"must be a percentage, not '{text}' in unit {unit!r}"):
        implied(read(text), read("430"))


@pytest.mark.parametrize(
    ("part", "share", "low", "high"),
    [
        ("208,222", "31.2%", 208_222 / 0.3125, 208_222 / 0.3115),
        ("nearly 381,700", "29.3%", 381_600 / 0.2935, 381_700 / 0.2925),
        ("over 382,000", "28.72%", 382_000 / 0.28725, 383_000 / 0.28715),
        ("about 68,000", "about 10%", 67_500 / 0.15, 68_500 / 0.05),
        ("430", "100%", 430 / 1, 430 / 0.995),
        ("21", "<5%", 21 / 0.05, math.inf),
    ],
)
def test_a_part_and_its_share_imply_a_total(part, share, low, high):
    assert implied_total(read(part), read(share)) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient"),
    [
        ((6, 8), (2, 4), (6 / 4, 8 / 2)),
        ((6, 6), (3, 3), (2, 2)),
        ((6, 8), (0, 4), (6 / 4, math.inf)),
        ((6, 8), (0, 0), (math.inf, math.inf)),
        ((0, 0), (0, 4), (0, 0)),
        ((0, 0), (0, 0), (math.inf, math.inf)),
        ((0, 8), (2, 4), (0, 8 / 2)),
    ],
)
def test_division_gives_the_lowest_and_the_highest_quotient(dividend, divisor, quotient):
    assert Interval(*dividend).divided_by(Interval(*divisor)) == quotient


@given(INTERVALS, INTERVALS, st.floats(0, 1), st.floats(0, 1))
def test_the_quotient_of_any_two_inner_values_is_inside(dividend, divisor, at, where):
    inner = dividend.low + at * (dividend.high - dividend.low)
    by = divisor.low + where * (divisor.high - divisor.low)
    low, high = dividend.divided_by(divisor)
    if by:
        assert low * (1 - 1e-12) <= inner / by <= high * (1 + 1e-12)


@pytest.mark.parametrize(
    ("one", "other", "share_a_value"),
    [
        ((1, 3), (2, 4), True),
        ((1, 3), (3, 4), True),  # ends included
        ((1, 3), (3.001, 4), False),
        ((1, 9), (4, 5), True),
        ((2, 2), (2, 2), True),
        ((2, 2), (3, 3), False),
    ],
)
def test_intervals_overlap_when_they_share_a_value(one, other, share_a_value):
    assert Interval(*one).overlaps(Interval(*other)) is share_a_value
    assert Interval(*other).overlaps(Interval(*one)) is share_a_value


def test_only_equal_ends_are_exact():
    assert read("430").is_exact
    assert not read("about 430").is_exact
    assert Figure("5", 5, 4, 6, Qualifier.ABOUT).interval == (4, 6)
