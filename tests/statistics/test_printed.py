"""Printed figures in statistics: the corners against every count that the prints allow."""

import itertools

import numpy as np
import pytest

from childstats import parse_figure
from childstats.statistics import (
    PrintedCount,
    odds_ratio,
    printed_count,
    printed_envelope,
    proportion,
    risk_difference,
    risk_ratio,
)


def figure(text):
    return parse_figure(text, language="en")


@pytest.mark.parametrize(
    ("share", "total", "expected"),
    [
        # 95.5 % and 96.5 % of 430 are 410.65 and 414.95; 96 % is 412.8
        ("96%", "430", (411, 413, 414)),
        # 95.45 % and 95.55 % of 1,000; 95.5 % is 955
        ("95.5%", "1,000", (955, 955, 955)),
        # 0 % to 0.5 % of 300, the upper end excluded; 0 % is 0
        ("0%", "300", (0, 0, 1)),
        # 99.5 % to 100 % of 430 is 427.85 to 430
        ("100%", "430", (428, 430, 430)),
        # over 90 % is [90, 100]: 387 to 430 of 430, the value at the lower end
        ("over 90%", "430", (387, 387, 430)),
        # the value, 6.3 of 7, is nearest to 6, which the print does not allow
        ("over 90%", "7", (7, 7, 7)),
    ],
)
def test_counts_that_a_print_allows(share, total, expected):
    assert printed_count(figure(share), figure(total)) == expected


def test_a_print_that_no_count_gives_is_refused():
    # 33 % of 10 would be 3.25 to 3.35
    with pytest.raises(ValueError, match=r"^no whole count out of '10' is printed as '33%'$"):
        printed_count(figure("33%"), figure("10"))


def every_count(statistic, ranges, totals, method):
    """Value and limits for every combination of allowed counts, one call each."""
    found = []
    for counts in itertools.product(*(range(low, high + 1) for low, high in ranges)):
        arguments = dict(zip(totals, zip(counts, totals.values(), strict=True), strict=True))
        if statistic is proportion:
            ((cases, total),) = arguments.values()
            found.append(statistic(cases, total, method=method))
        else:
            (x1, n1), (x2, n2) = arguments.values()
            found.append(
                statistic(
                    exposed_cases=x1,
                    exposed_total=n1,
                    reference_cases=x2,
                    reference_total=n2,
                    method=method,
                )
            )
    return np.array(found)


PAIRS = [
    # ranges of exposed and reference cases, totals: ordinary, at 0, at 100 %, all, one exact
    ((411, 414), (34, 37), 430, 45),
    ((0, 3), (0, 2), 40, 20),
    ((0, 0), (0, 3), 40, 20),
    ((37, 40), (18, 20), 40, 20),
    ((0, 12), (0, 9), 12, 9),
    ((5, 9), (7, 7), 56, 29),
]
METHODS = {
    risk_ratio: ("miettinen_nurminen", "koopman"),
    risk_difference: ("miettinen_nurminen", "mee", "newcombe"),
    odds_ratio: ("miettinen_nurminen", "exact"),
}


@pytest.mark.parametrize(
    ("statistic", "method"), [(s, method) for s, methods in METHODS.items() for method in methods]
)
@pytest.mark.parametrize(("exposed", "reference", "n1", "n2"), PAIRS)
def test_corners_hold_every_allowed_pair_of_counts(statistic, method, exposed, reference, n1, n2):
    ends = [PrintedCount(low, (low + high) // 2, high) for low, high in (exposed, reference)]
    estimate = printed_envelope(
        statistic,
        method=method,
        exposed_cases=ends[0],
        exposed_total=n1,
        reference_cases=ends[1],
        reference_total=n2,
    )
    values, lows, highs = every_count(
        statistic, (exposed, reference), {"exposed": n1, "reference": n2}, method
    ).T
    assert estimate.value_low == values.min()
    assert estimate.value_high == values.max()
    assert estimate.envelope_low == pytest.approx(lows.min(), rel=1e-12, abs=1e-12)
    assert estimate.envelope_high == pytest.approx(highs.max(), rel=1e-12, abs=1e-12)


def one_way(statistic, method, exposed_total, reference_total, level):
    """Whether value and limits never fall with exposed cases nor rise with reference cases."""
    x1, x2 = np.ogrid[: exposed_total + 1, : reference_total + 1]
    estimate = statistic(
        exposed_cases=x1,
        exposed_total=exposed_total,
        reference_cases=x2,
        reference_total=reference_total,
        confidence_level=level,
        method=method,
    )
    for part in estimate:
        # Slack for rounding. The ratio 0/0 is a placeholder and left out.
        slack = 1e-9 * (1 + np.abs(np.where(np.isinf(part), 0, part)))
        falls = part[1:] < part[:-1] - slack[:-1]
        rises = part[:, 1:] > part[:, :-1] + slack[:, :-1]
        if statistic in {risk_ratio, odds_ratio}:
            falls[0, 0] = rises[0, 0] = False
        if falls.any() or rises.any():
            return False
    return True


@pytest.mark.parametrize(
    ("statistic", "method"), [(s, method) for s, methods in METHODS.items() for method in methods]
)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.998])
def test_value_and_limits_change_one_way_with_each_count(statistic, method, level):
    for totals in ((1, 1), (2, 200), (7, 9), (40, 20), (200, 3)):
        assert one_way(statistic, method, *totals, level), totals


@pytest.mark.parametrize(
    ("statistic", "method", "totals", "level"),
    [
        (risk_ratio, "katz", (40, 20), 0.95),
        (risk_difference, "wald", (40, 20), 0.95),
        (odds_ratio, "woolf", (40, 20), 0.95),
        (risk_ratio, "scas", (2, 200), 0.998),
        (risk_difference, "scas", (2, 200), 0.998),
    ],
)
def test_methods_whose_limits_turn_round_are_refused(statistic, method, totals, level):
    assert not one_way(statistic, method, *totals, level)
    with pytest.raises(ValueError, match=f"^method '{method}' has limits that turn round"):
        printed_envelope(
            statistic,
            method=method,
            exposed_cases=PrintedCount(0, 1, 2),
            exposed_total=40,
            reference_cases=3,
            reference_total=20,
        )


@pytest.mark.parametrize(
    "method", ["wilson", "clopper_pearson", "jeffreys", "agresti_coull", "mid_p"]
)
@pytest.mark.parametrize(("low", "high", "total"), [(411, 414, 430), (0, 7, 40), (33, 40, 40)])
def test_ends_hold_every_allowed_count(method, low, high, total):
    estimate = printed_envelope(
        proportion, method=method, cases=PrintedCount(low, low, high), total=total
    )
    values, lows, highs = every_count(proportion, [(low, high)], {"cases": total}, method).T
    assert (estimate.value_low, estimate.value_high) == (values.min(), values.max())
    assert estimate.envelope_low == pytest.approx(lows.min(), abs=1e-15)
    assert estimate.envelope_high == pytest.approx(highs.max(), abs=1e-15)


def test_interval_is_the_statistics_own_at_the_nearest_counts():
    # R 4.2.2, the program in test_ratios.py: limits(x, 430, 36, 45, "ratio", 475 / 474)
    # 411 1.06966934 1.44590032 / 413 1.07519149 1.45280224 / 414 1.07795319 1.45625319
    estimate = printed_envelope(
        risk_ratio,
        exposed_cases=printed_count(figure("96%"), figure("430")),
        exposed_total=430,
        reference_cases=36,
        reference_total=45,
    )
    assert estimate == pytest.approx(
        (
            (413 / 430) / (36 / 45),
            1.07519149,
            1.45280224,
            (411 / 430) / (36 / 45),
            (414 / 430) / (36 / 45),
            1.06966934,
            1.45625319,
        ),
        rel=1e-8,
    )


def test_exact_counts_leave_no_envelope_of_their_own():
    estimate = printed_envelope(proportion, cases=36, total=45)
    assert tuple(estimate[:3]) == tuple(proportion(36, 45))
    assert estimate.value_low == estimate.value == estimate.value_high
    assert (estimate.envelope_low, estimate.envelope_high) == (estimate.low, estimate.high)


def test_arrays_and_levels_broadcast():
    estimate = printed_envelope(
        proportion,
        cases=PrintedCount([411, 30], [413, 31], [414, 31]),
        total=[430, 40],
        confidence_level=[[0.95], [0.998]],
    )
    assert [np.shape(part) for part in estimate] == [(2, 2)] * 7
    single = printed_envelope(
        proportion, cases=PrintedCount(30, 31, 31), total=40, confidence_level=0.998
    )
    assert [part[1, 1] for part in estimate] == list(single)
    assert [type(part) for part in single] == [np.float64] * 7


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (
            {"cases": PrintedCount(414, 413, 411), "total": 430},
            "cases must be low, nearest, high in that order; got 414, 413, 411",
        ),
        (
            {"cases": PrintedCount([1, 2], [1, 4], [1, 3]), "total": 430},
            "cases must be low, nearest, high in that order; got 2, 4, 3 at index 1",
        ),
        (
            {"cases": PrintedCount(40, 42, 46), "total": 45},
            "cases must not exceed total; got 46 of 45",
        ),
    ],
)
def test_refuses_counts_out_of_sequence_or_above_their_total(counts, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        printed_envelope(proportion, **counts)
