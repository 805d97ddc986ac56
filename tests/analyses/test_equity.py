"""Gaps between groups: whom they compare, what their interval rests on, and WHO's measures."""

import math
import re

import numpy as np
import pytest
from scipy.optimize import fsolve

from childstats.analyses import equity, equity_measures, equity_plots, equity_report
from childstats.analyses.equity import Basis, Dimension
from childstats.analyses.report import Report
from childstats.blocks import Chart, Sentences, Table
from childstats.reports.chart_table import chart_table

HEPB = "hepb_birth_dose_survey_under_2"
INDICATORS = [
    HEPB,
    "under_five_mortality_estimate",
    "under_five_mortality_survey",
    "stunting_under_5",
]
FIFTHS = [0.386, 0.662, 0.622, 0.767, 0.685]
"""Hepatitis B birth dose by wealth fifth, 2014 (PMC6601501, table 1)."""
HALVES = [(46.4 - 31.3) / 200, (72.6 - 59.2) / 200, (68.5 - 55.5) / 200, (82.4 - 69.8) / 200,
          (74.3 - 62.1) / 200]  # fmt: skip
"""Half the width of each printed confidence interval."""


def report_on(workspace, area="VNM", year=2025, language="en"):
    return Report("equity", workspace=workspace, ref_area=area, time_period=year, language=language)


@pytest.fixture(params=["vi", "en"])
def report(workspace, request) -> Report:
    return report_on(workspace, language=request.param)


def gap_of(report, indicator, dimension):
    return next(
        g for g in equity.gaps(report, INDICATORS)
        if (g.indicator, g.dimension) == (indicator, dimension)
    )  # fmt: skip


def test_the_last_year_of_each_dimension_is_taken(report) -> None:
    found = [(g.indicator, g.dimension, g.time_period) for g in equity.gaps(report, INDICATORS)]
    assert found == [
        (HEPB, Dimension.WEALTH, 2014),
        ("under_five_mortality_estimate", Dimension.SEX, 2020),
        ("under_five_mortality_survey", Dimension.WEALTH, 2006),
        ("under_five_mortality_survey", Dimension.ETHNICITY, 2006),
        ("stunting_under_5", Dimension.RESIDENCE, 2016),
        ("stunting_under_5", Dimension.SEX, 2016),
    ]


def test_the_past_does_not_know_the_future(workspace) -> None:
    past = report_on(workspace, year=2003)
    found = {(g.dimension, g.time_period) for g in equity.gaps(past, INDICATORS)}
    assert found == {(Dimension.WEALTH, 2002), (Dimension.ETHNICITY, 2002)}


def test_a_gap_of_a_survey_has_its_confidence_interval(report) -> None:
    gap = gap_of(report, HEPB, Dimension.WEALTH)
    assert gap.basis is Basis.SAMPLE
    half = math.hypot(HALVES[0], HALVES[-1])  # 1.96 cancels out
    points = FIFTHS[-1] - FIFTHS[0]
    assert equity.absolute_gap(gap) == pytest.approx((points, points - half, points + half))
    relative = equity.relative_gap(gap)
    spread = math.exp(math.hypot(HALVES[0] / FIFTHS[0], HALVES[-1] / FIFTHS[-1]))
    times = FIFTHS[-1] / FIFTHS[0]
    assert relative == pytest.approx((times, times / spread, times * spread))


def test_a_gap_of_prints_has_the_range_of_the_print(report) -> None:
    gap = gap_of(report, "stunting_under_5", Dimension.RESIDENCE)
    assert gap.basis is Basis.PRINT
    assert [group.value for group in gap.ends] == [0.28, 0.106]
    assert equity.absolute_gap(gap) == pytest.approx(
        (0.28 - 0.106, 0.2795 - 0.1065, 0.2805 - 0.1055)
    )
    assert equity.relative_gap(gap) == pytest.approx(
        (0.28 / 0.106, 0.2795 / 0.1065, 0.2805 / 0.1055)
    )


def test_a_gap_of_bounds_has_what_the_bounds_allow(report) -> None:
    gap = gap_of(report, "under_five_mortality_estimate", Dimension.SEX)
    assert gap.basis is Basis.BOUNDS
    boys = (24.7162856247648, 22.2758603259933, 27.4356043561694)
    girls = (17.0416747196273, 15.3260566163303, 18.9865790325358)
    assert equity.absolute_gap(gap) == pytest.approx(
        (boys[0] - girls[0], boys[1] - girls[2], boys[2] - girls[1])
    )


def test_ethnic_groups_come_from_their_own_indicators(report) -> None:
    gap = gap_of(report, "under_five_mortality_survey", Dimension.ETHNICITY)
    assert [group.value for group in gap.ends] == [43.0, 18.8]
    (lone,) = [o for o in equity.lone_groups(report, HEPB) if o.indicator.endswith("minorities")]
    assert lone.obs_value == 0.303


def test_measures_of_five_fifths_by_another_road(report) -> None:
    found = [m.estimate for m in equity_measures.measures(gap_of(report, HEPB, Dimension.WEALTH))]
    y = np.array(FIFTHS)
    ranks = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    a, b = fsolve(  # the likelihood equations of the logistic line
        lambda c: [
            np.sum(y - 1 / (1 + np.exp(-c[0] - c[1] * ranks))),
            np.sum(ranks * (y - 1 / (1 + np.exp(-c[0] - c[1] * ranks)))),
        ],
        [0, 1],
    )
    low, high = 1 / (1 + math.exp(-a)), 1 / (1 + math.exp(-a - b))
    mean = sum(FIFTHS) / 5
    aci = (-0.8 * 0.386 - 0.4 * 0.662 + 0.4 * 0.767 + 0.8 * 0.685) / 5
    expected = [
        0.685 - 0.386, 0.685 / 0.386, high - low, high / low, aci, aci / mean, 0.685 / mean - 1
    ]  # fmt: skip
    assert [float(e.value) for e in found] == pytest.approx(expected)
    half = math.hypot(*(w * h / 5 for w, h in zip([0.8, 0.4, 0, 0.4, 0.8], HALVES, strict=True)))
    assert (found[4].low, found[4].high) == pytest.approx((aci - half, aci + half))
    assert all(e.low < e.value < e.high for e in found)


def test_measures_refuse_what_they_are_not_made_for(report) -> None:
    with pytest.raises(ValueError, match="got 2 groups of under_five_mortality_survey by wealth"):
        equity_measures.measures(gap_of(report, "under_five_mortality_survey", Dimension.WEALTH))


def test_the_table_of_measures_says_each_in_a_sentence(report) -> None:
    table = equity_measures.table_measures(report, HEPB)
    assert len(table.rows) == 7
    t = report.t
    difference = table.rows[0]
    assert difference[1] == t.decimal(68.5 - 38.6, digits=1)
    assert difference[1] in difference[3]
    check = table.notes[1]
    assert t.percent(sum(FIFTHS) / 5, digits=1) in check
    assert t.percent(0.628, digits=1) in check


def fifth(code, text, low, high):
    return {
        "indicator": HEPB, "ref_area": "VNM", "time_period": "2014", "text": text,
        "unit": "percent", "wealth_quintile": code, "lower_text": low, "upper_text": high,
    }  # fmt: skip


ALIKE = [fifth(f"Q{n}", "60.0", "50.0", "70.0") for n in range(1, 6)]
REVERSED = [fifth(f"Q{n}", f"{90 - 10 * n}.0", f"{89 - 10 * n}.0", f"{91 - 10 * n}.0")
            for n in range(1, 6)]  # fmt: skip


def test_equal_groups_may_be_chance_and_reversed_ones_are_said_to_be(small) -> None:
    alike = report_on(small(*ALIKE))
    said = [row[3] for row in equity_measures.table_measures(alike, HEPB).rows]
    assert all("may be chance" in text for text in said)
    assert "cannot be told apart" in str(equity_report.equity_sentences(alike, [HEPB]))
    turned = report_on(small(*REVERSED))
    said = [row[3] for row in equity_measures.table_measures(turned, HEPB).rows]
    assert sum("other way round" in text for text in said) == 7
    first = equity_report.equity_sentences(turned, [HEPB]).sentences[0]
    assert "poorest fifth 80.0% (79.0% to 81.0%), higher than richest fifth at 40.0%" in first
    assert f"the gap is {80 - 40:.1f} percentage points" in first


def test_a_measure_is_said_to_be_clear_only_where_its_printed_interval_is(small) -> None:
    """10.0 points, 0.03 to 19.97: printed "0.0 to 20.0", of which 0.0 is no gap."""
    half = 7.05
    shares = [60, 65, 65, 65, 70]
    figures = [fifth(f"Q{n}", f"{x}.0", f"{x - half:.2f}", f"{x + half:.2f}")
               for n, x in enumerate(shares, start=1)]  # fmt: skip
    assert 0 < 10 - math.hypot(half, half) < 0.05
    report = report_on(small(*figures))
    difference = equity_measures.table_measures(report, HEPB).rows[0]
    assert difference[:3] == ("Difference", "10.0", "0.0 to 20.0")
    assert difference[3] == "The interval holds 0: this may be chance."
    claims = [c for c in report.receipts.to_json()["claims"] if "inequality difference" in str(c)]
    assert [c["word"] for c in claims] == ["no clear difference"]


def test_the_poorest_are_apart_only_if_they_are_apart_from_every_other_group(small) -> None:
    shares = ["50.0", "52.0", "70.0", "80.0", "90.0"]
    figures = [
        fifth(f"Q{n}", share, f"{float(share) - 5}", f"{float(share) + 5}")
        for n, share in enumerate(shares, start=1)
    ]
    said = str(equity_report.equity_sentences(report_on(small(*figures)), [HEPB]))
    assert math.hypot(5, 5) > 52 - 50
    assert "lower than richest fifth" in said
    assert "clearly behind" not in said


def test_the_bottom_line_tests_before_it_says_higher_or_lower(workspace) -> None:
    sentences = equity_report.equity_sentences(report_on(workspace), INDICATORS)
    assert len(sentences.sentences) == 5
    first = sentences.sentences[0]
    assert "poorest fifth 38.6% (31.3% to 46.4%), lower than richest fifth at 68.5%" in first
    assert "clearly behind every other group (62.2% to 76.7%)" in first
    for sentence in sentences.sentences:
        tested = re.search("higher than|lower than", sentence)
        assert ("is chance is not known" in sentence) != bool(tested)
        assert bool(tested) == bool(re.search(r"gap is \S+ .*\(.* to .*\)", sentence))


def test_behind_every_other_group_is_claimed_of_each(workspace) -> None:
    report = report_on(workspace)
    equity_report.equity_sentences(report, [HEPB])
    claims = {c["statement"]: c for c in report.receipts.to_json()["claims"]}
    for n in range(1, 5):
        claim = claims[f"gap {HEPB} VNM 2014 Q1 Q{n + 1}"]
        half = math.hypot(HALVES[0], HALVES[n])
        points = FIFTHS[n] - FIFTHS[0]
        assert claim["word"] == "above"
        assert (claim["low"], claim["high"]) == pytest.approx((points - half, points + half))


def test_groups_that_cannot_have_their_total_make_no_headline(workspace) -> None:
    """Poorest fifth 24.0, richest 5.6, all children 23.0: fifths between them cannot give that."""
    report = report_on(workspace)
    (wealth,) = [g for g in equity.gaps(report, ["under_five_mortality_survey"])
                 if g.dimension is Dimension.WEALTH]  # fmt: skip
    total = report.observation("under_five_mortality_survey", time_period=wealth.time_period)
    assert (wealth.groups[0].value, wealth.groups[-1].value) == (24.0, 5.6)
    assert total.obs_value == 23.0 > 0.9 * 24.05 + 0.1 * 5.65
    assert not equity.fits_its_total(report, wealth)
    assert "poorest fifth 24.0" not in str(equity_report.equity_sentences(report, INDICATORS))
    table = equity_report.table_gaps(report, INDICATORS)
    assert [row[3] for row in table.rows if "‡" in row[3]] == ["18.4 ‡"]
    assert any(note.startswith("‡: these groups cannot have the total") for note in table.notes)
    others = [g for g in equity.gaps(report, INDICATORS) if g.indicator != wealth.indicator]
    assert all(equity.fits_its_total(report, g) for g in others)


def share_of(text, **group):
    return {"indicator": HEPB, "ref_area": "VNM", "time_period": "2014", "text": text,
            "unit": "percent"} | group  # fmt: skip


def test_only_the_total_of_the_same_source_is_that_of_the_groups(small) -> None:
    rural, urban = share_of("60.0", residence="R"), share_of("40.0", residence="U")
    report = report_on(small(rural, urban, share_of("20.0")))
    (gap,) = equity.gaps(report, [HEPB])
    assert not equity.fits_its_total(report, gap)
    small(share_of("20.0"), source_id="b-source")
    report = report_on(small(rural, urban))
    (gap,) = equity.gaps(report, [HEPB])
    assert report.observation(HEPB, time_period=2014).source_id == "b-source"
    assert equity.fits_its_total(report, gap)


def test_ethnic_groups_have_a_total_too(small) -> None:
    names = ["under_five_mortality_survey" + end for end in ("", "_minorities", "_majority")]
    found = []
    for total in ("23.0", "50.0"):
        rates = zip(names, (total, "43.0", "18.8"), strict=True)
        report = report_on(small(*(
            {"indicator": name, "ref_area": "VNM", "time_period": "2006", "text": text,
             "unit": "per_1000"} for name, text in rates
        )))  # fmt: skip
        (gap,) = equity.gaps(report, names[:1])
        found.append(equity.fits_its_total(report, gap))
    assert found == [True, False]


def test_counts_and_what_is_neither_good_nor_bad_have_no_gap(workspace) -> None:
    report = report_on(workspace, area="VN-71")
    assert isinstance(equity_report.table_gaps(report, ["population"]), Sentences)
    assert isinstance(equity_plots.plot_gap_years(report, "population"), Sentences)


def test_the_table_names_both_groups_and_what_the_range_is(report) -> None:
    table = equity_report.table_gaps(report, INDICATORS)
    assert len(table.rows) == 6
    t = report.t
    assert [row[5] for row in table.rows[:3]] == [
        t.say("95% CI"), t.say("published bounds"), t.say("print only")
    ]  # fmt: skip
    stunting = table.rows[4]
    assert stunting[3].startswith(t.say("{value} points", value=t.decimal(17.4, digits=1)))
    assert stunting[4].startswith(t.decimal(0.28 / 0.106, digits=2))


def test_refused_pairs_have_a_reason(report) -> None:
    table = equity_report.table_not_compared(report, INDICATORS)
    assert all(row[2].strip() for row in table.rows)
    assert any(report.t.percent(0.303, digits=1) in row[0] for row in table.rows)
    assert any(report.t.percent(0.599, digits=1) in row[0] for row in table.rows)


@pytest.mark.parametrize(
    "make",
    [
        lambda r: equity_plots.plot_gaps(r, INDICATORS),
        lambda r: equity_plots.plot_gap_years(r, "under_five_mortality_survey"),
        lambda r: equity_plots.plot_groups(r, HEPB),
    ],
    ids=["gaps", "years", "groups"],
)
def test_charts_carry_their_numbers_intervals_and_words(report, make) -> None:
    chart = make(report)
    assert isinstance(chart, Chart)
    assert chart.data.y_from_zero
    assert len(chart.data.colours) == len(chart.data.series) <= 4
    for series in chart.data.series:
        assert len(series.x) == len(series.y) == len(series.low) == len(series.high)
        for low, value, high in zip(series.low, series.y, series.high, strict=True):
            assert low <= value <= high
        for name in series.x:
            assert name.split(",")[0] in chart.alt
    assert chart.figure_ids
    assert len(chart.title.split()) <= (10 if report.t.code == "en" else 20)


def test_a_caption_explains_what_is_drawn_and_in_which_unit(workspace) -> None:
    report = report_on(workspace)
    deaths = equity_plots.plot_gap_years(report, "under_five_mortality_survey")
    assert deaths.caption.startswith("Deaths per 1,000 live births, Viet Nam, 1997 to 2006. No i")
    thin = equity_plots.plot_gap_years(report, "stunting_under_5")
    assert thin.caption.startswith("Per cent of children, Viet Nam, 2014 to 2016. No interval is")
    tested = equity_plots.plot_gap_years(report, "under_five_mortality_estimate")
    assert "Viet Nam, 2020. Black strokes: published bounds [" in tested.caption
    both = equity_plots.plot_gaps(report, INDICATORS)
    assert "2014 to 2016. Black strokes: 95% CI; a mark without one has none" in both.caption


def test_a_range_of_the_print_is_not_drawn_as_an_interval(workspace) -> None:
    chart = equity_plots.plot_groups(report_on(workspace), "under_five_mortality_survey")
    assert chart.caption.startswith("Deaths per 1,000 live births, Viet Nam, 2006. No interval")
    assert not chart.data.percent
    (series,) = chart.data.series
    assert list(series.low) == list(series.y) == list(series.high) == [24.0, 5.6]


def test_a_chart_marks_groups_that_cannot_have_their_total(workspace) -> None:
    report = report_on(workspace)
    for chart in (
        equity_plots.plot_gap_years(report, "under_five_mortality_survey"),
        equity_plots.plot_groups(report, "under_five_mortality_survey"),
    ):
        marked = [name for name in chart.data.series[0].x if name.endswith(" ‡")]
        assert marked in (["Wealth of the household, 2006 ‡"],
                          ["Poorest fifth ‡", "Richest fifth ‡"])  # fmt: skip
        assert "‡: these groups cannot have the total" in chart.caption


def test_no_gap_is_lost_between_a_chart_and_its_table(report) -> None:
    names = [HEPB, "stunting_under_5", "underweight_under_5", "wasting_under_5"]
    chart = equity_plots.plot_gaps(report, names)
    labels = list(chart.data.series[0].x)
    assert len(set(labels)) == len(labels) == len(equity.gaps(report, names)) == 7
    assert len(chart_table(chart.to_json(), report.t)["rows"]) == 7
    assert all(f"{label}: " in chart.alt for label in labels)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_area_without_groups_says_so(workspace, language) -> None:
    report = report_on(workspace, area="VN-71", language=language)
    blocks = [
        equity_report.equity_sentences(report, INDICATORS),
        equity_report.table_gaps(report, INDICATORS),
        equity_measures.table_measures(report, HEPB),
        equity_plots.plot_gaps(report, INDICATORS),
        equity_plots.plot_gap_years(report, "under_five_mortality_survey"),
        equity_plots.plot_groups(report, HEPB),
    ]
    for block in blocks:
        assert isinstance(block, Sentences)
        assert "Điện Biên" in str(block)
    refused = equity_report.table_not_compared(report, INDICATORS)
    assert isinstance(refused, Sentences | Table)


def test_both_languages_write_the_same_numbers(workspace) -> None:
    texts = []
    for language in ("vi", "en"):
        report = report_on(workspace, language=language)
        blocks = [
            equity_report.equity_sentences(report, INDICATORS),
            equity_report.table_gaps(report, INDICATORS),
            equity_measures.table_measures(report, HEPB),
        ]
        text = " ".join(str(block) for block in blocks)
        texts.append(re.findall(r"\d+[.,]\d+", text))
    assert len(texts[0]) > 60
    signs = str.maketrans(",.", ".,")
    assert [number.translate(signs) for number in texts[0]] == texts[1]
