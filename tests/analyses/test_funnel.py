"""Communes in a funnel: who is drawn, what is taken together, and what is said of many at once."""

import re

import numpy as np
import pytest

from childstats.analyses.funnel import funnel_sentences, plot_funnel
from childstats.analyses.report import Report
from childstats.statistics.benchmarks import compare_with_benchmark
from childstats.statistics.funnel import funnel_limits

CODES = ["03127", "03151", "03158", "03160", "03162", "03163", "03164"]
INDICATOR = "birth_registration_under_5"


def shares(counts, year="2026"):
    """Return shares of communes with their counts, and of the province, added up."""
    province = np.sum(list(counts.values()), axis=0).tolist()
    return [
        {"indicator": INDICATOR, "ref_area": area, "time_period": year, "locator": f"row {area}",
         "numerator_text": str(numerator), "denominator_text": str(denominator)}
        for area, (numerator, denominator) in {**counts, "VN-71": province}.items()
    ]  # fmt: skip


def report(workspace, area="03127", language="en"):
    return Report(
        "annual_profile", workspace=workspace, ref_area=area, time_period=2026, language=language
    )


LARGE = dict(
    zip(CODES, [(900, 1000), (860, 950), (700, 780), (550, 800), (4, 90), (1010, 1110), (0, 40)],
        strict=True)
)  # fmt: skip


def test_every_commune_whose_counts_are_shown_is_drawn_by_its_rounded_counts(small):
    chart = plot_funnel(report(small(*shares(LARGE))), INDICATOR)
    others, own = chart.data.series
    drawn = dict(zip(others.x + own.x, others.y + own.y, strict=True))
    assert drawn == {
        1000: 900 / 1000,
        950: 860 / 950,
        780: 700 / 780,
        800: 550 / 800,
        1110: 1010 / 1110,
        40: 0.0,
    }  # 4 of 90 is hidden
    assert own.x == (1000,)
    assert "6 communes of Điện Biên, 2026" in chart.alt


def test_the_picture_holds_no_count_that_is_hidden(small):
    chart = plot_funnel(report(small(*shares(LARGE))), INDICATOR)
    assert 90 not in [x for series in chart.data.series for x in series.x]


def test_all_communes_are_tested_at_once(small):
    said = str(funnel_sentences(report(small(*shares(LARGE))), INDICATOR))
    cases, totals = zip(*(LARGE[c] for c in CODES if c != "03162"), strict=True)
    benchmark = sum(c for c, _ in LARGE.values()) / sum(n for _, n in LARGE.values())
    p = sorted(
        compare_with_benchmark(
            cases, totals, benchmark, kind="proportion", polarity="none"
        ).p_value.tolist()
    )
    holm = [min(1, max((len(p) - j) * p[j] for j in range(i + 1))) for i in range(len(p))]
    differing = sum(p_value < 0.05 for p_value in holm)
    assert differing > 0
    assert f"when all 6 are compared at once (Holm's adjustment, 5%): {differing}." in said
    assert "Communes that are not drawn, since a number is hidden or not held: 39." in said


SMALL = {code: (50 + 5 * n, 55 + 5 * n) for n, code in enumerate(CODES)}


def test_years_are_taken_together_where_one_has_too_few_children(small):
    assert plot_funnel(report(small(*shares(LARGE))), INDICATOR).data.series[1].x == (1000,)
    opened = small(*shares(SMALL, "2025"), *shares(SMALL, "2026"))
    chart, said = (f(report(opened), INDICATOR) for f in (plot_funnel, funnel_sentences))
    assert chart.data.series[1].x == (55 + 55,)
    assert "The years 2025 to 2026 are taken together" in str(said)


def test_a_province_has_no_funnel(small):
    opened = small(*shares(LARGE))
    assert plot_funnel(report(opened, "VN-71"), INDICATOR) is None
    assert funnel_sentences(report(opened, "VN-71"), INDICATOR) is None


def test_a_commune_whose_own_count_is_hidden_is_not_compared(small):
    opened = small(*shares(LARGE))
    assert plot_funnel(report(opened, "03162"), INDICATOR) is None
    assert "too few communes" in str(funnel_sentences(report(opened, "03162"), INDICATOR))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_funnel_is_drawn_alike_twice(small, language):
    opened = small(*shares(LARGE))
    first, second = (plot_funnel(report(opened, language=language), INDICATOR) for _ in range(2))
    assert first.svg == second.svg
    own = first.data.series[1].written[0]
    assert own in first.alt, "the words and the table say one number"
    assert re.search(r"\d[.,]\d", own), "with the decimal that the text has"
    assert "<svg" in first.svg


def test_the_limits_are_those_of_the_score_test():
    """Where a curve stands, the test of a commune of that size turns (Wilson at 95 %)."""
    limits = funnel_limits([400.0], 0.9, kind="proportion", method="score")
    inside = np.floor(limits.high_95[0] * 400)
    at = compare_with_benchmark(
        [inside, inside + 1], 400, 0.9, kind="proportion", polarity="none"
    ).at_95
    assert [v.value for v in at] == ["similar", "higher"]


def test_one_commune_of_six_at_five_per_cent_is_no_finding(small):
    """875 of 1,000 where the province has 5,375 of 6,000: p = 0.03 alone, 0.18 among six."""
    counts = dict.fromkeys(CODES[:6], (900, 1000)) | {CODES[0]: (875, 1000)}
    benchmark = (5 * 900 + 875) / 6000
    p_value = compare_with_benchmark(
        875, 1000, benchmark, kind="proportion", polarity="none"
    ).p_value
    assert 0.02 < p_value < 0.05
    said = str(funnel_sentences(report(small(*shares(counts))), INDICATOR))
    assert "compared at once (Holm's adjustment, 5%): 0." in said
    assert "no clear difference between Điện Biên Phủ Ward and Điện Biên as a whole, 2026." in said
