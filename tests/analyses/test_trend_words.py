"""Words of trends follow from tests, and stop at breaks."""

import math
import re

import pytest
from scipy import stats

from childstats.analyses import coverage, trend, trend_details, trend_words
from childstats.analyses.report import Report
from childstats.analyses.trend import Direction, Outlook
from childstats.blocks import Chart, Sentences, Table
from childstats.observations.workspace import Workspace

DEATHS = "death_registration_on_time"
VACCINES = "full_immunisation_under_1"
INFANTS = "infant_mortality_rate"


def _report(
    workspace: Workspace, *, ref_area: str = "VN-71", year: int = 2025, language: str = "en"
) -> Report:
    return Report(
        "coverage_trends",
        workspace=workspace,
        ref_area=ref_area,
        time_period=year,
        language=language,
    )


def _yearly(values: dict[int, str], indicator: str = VACCINES) -> list[dict[str, str]]:
    unit = "per_1000" if indicator == INFANTS else "percent"
    return [
        {"indicator": indicator, "time_period": str(year), "text": text, "unit": unit}
        for year, text in values.items()
    ]


def test_the_longest_run_without_a_break_is_used(workspace: Workspace) -> None:
    found = trend.trend_of(_report(workspace), VACCINES)
    assert [o.time_period for o in found.rows] == [2010, 2013, 2014, 2015, 2016]
    stopped = str(trend_details.trend_sentences(_report(workspace), VACCINES))
    assert "The trend covers 2010 to 2016. 2025: on the other side of a break" in stopped


@pytest.mark.parametrize("indicator", [DEATHS, INFANTS])
@pytest.mark.parametrize("area", ["VN-71", "VN-05", "VNM"])
def test_the_word_is_that_of_the_printed_interval(workspace, indicator, area) -> None:
    report = _report(workspace, ref_area=area)
    found = trend.trend_of(report, indicator)
    printed = re.findall(r"[−+]?\d+\.\d", trend_words.pace_in_words(report, found))
    _, low, high = (float(number.replace("−", "-")) for number in printed)
    word = Direction.ROSE if low > 0 else Direction.FELL if high < 0 else Direction.UNCLEAR
    assert found.direction is word


def test_the_change_of_a_share_is_theil_and_sens_slope(workspace: Workspace) -> None:
    found = trend.trend_of(_report(workspace), DEATHS)
    values = [o.obs_value for o in found.rows]
    years = [o.time_period for o in found.rows]
    assert found.change.value == pytest.approx(stats.theilslopes(values, years)[0])


@pytest.mark.parametrize(
    ("counts", "direction"),
    [
        # a tenth fewer are vaccinated a year, and a seventh fewer are due
        ([(900, 1000), (810, 860), (729, 740), (656, 636), (590, 547)], "denominator"),
        ([(800, 1000), (820, 1000), (850, 1000), (870, 1000), (900, 1000)], "rose"),
        ([(900, 1000), (870, 1000), (850, 1000), (820, 1000), (800, 1000)], "fell"),
    ],
)
def test_a_share_that_rose_since_fewer_were_due_has_no_direction(small, counts, direction) -> None:
    rows = [
        {"indicator": "dtp3_coverage_reported", "ref_area": "VNM", "time_period": str(2019 + i),
         "numerator_text": str(cases), "denominator_text": str(total)}
        for i, (cases, total) in enumerate(counts)
    ]  # fmt: skip
    report = _report(small(*rows), ref_area="VNM")
    found = trend.trend_of(report, "dtp3_coverage_reported")
    assert str(found.direction) == direction


def test_few_years_and_one_year_give_no_direction(workspace: Workspace, small) -> None:
    past = trend.trend_of(_report(workspace, year=2014), VACCINES)
    assert (past.direction, past.change) == (Direction.UNKNOWN, None)
    one = _report(small(*_yearly({2016: "93.7"})))
    said = str(trend_words.coverage_sentences(one, [VACCINES], comparator_areas=["VNM"]))
    assert "93.7%" in said
    assert "too few comparable years" in said
    assert isinstance(coverage.plot_series(one, VACCINES, areas=["VN-71", "VNM"]), Chart)
    assert isinstance(coverage.table_series(one, VACCINES, areas=["VN-71", "VNM"]), Table)


def test_nothing_published_is_said_and_not_drawn(workspace: Workspace) -> None:
    quang_ninh = _report(workspace, ref_area="VN-13")
    for block in (
        coverage.plot_series(quang_ninh, DEATHS, areas=["VN-13", "VNM"]),
        coverage.table_series(quang_ninh, DEATHS, areas=["VN-13", "VNM"]),
        trend_words.coverage_sentences(quang_ninh, [DEATHS], comparator_areas=["VNM"]),
        trend_words.table_trends(quang_ninh, [DEATHS], comparator_areas=["VNM"]),
    ):
        assert isinstance(block, Sentences)
        assert "held for Quảng Ninh" in str(block)
    assert not trend_details.trend_sentences(quang_ninh, DEATHS).sentences


def test_lower_and_higher_are_said_only_where_counts_allow_a_test(workspace: Workspace) -> None:
    said = trend_words.coverage_sentences(
        _report(workspace), [DEATHS, INFANTS], comparator_areas=["VN-NMM", "VNM"]
    ).sentences
    assert "Điện Biên, 2016: 33.2 per 1,000 live births." in said[1]
    region = (56_786 - 1_918) / (78_400 - 3_103)
    country = (467_727 - 1_918) / (642_391 - 3_103)
    assert (
        f"lower than in the rest of Northern Midlands and Mountains ({region:.1%}) and the rest "
        f"of Viet Nam ({country:.1%})"
    ) in said[0]
    assert "fell from 39.7 in 2009 to 33.2 in 2016" in said[1]  # a break before 2009
    assert not re.search("lower|higher|similar|it was", said[1])


def test_a_country_is_not_compared_with_a_part_of_itself(workspace: Workspace) -> None:
    said = str(
        trend_words.coverage_sentences(
            _report(workspace, ref_area="VNM"), [DEATHS], comparator_areas=["VN-NMM"]
        )
    )
    assert "no clear change" in said
    assert not re.search("lower|higher|similar", said)


@pytest.mark.parametrize(
    ("values", "year", "outlook"),
    [
        ({2015: "90", 2016: "91", 2017: "92", 2018: "93", 2019: "94"}, 2020, Outlook.PROJECTED),
        ({2015: "90", 2016: "91", 2017: "92", 2018: "93", 2019: "94"}, 2024, Outlook.PASSED),
        ({2015: "90", 2016: "90.1", 2017: "90.2", 2018: "90.3", 2019: "91"}, 2020, Outlook.TOO_FAR),
        ({2015: "94", 2016: "93", 2017: "92", 2018: "91", 2019: "90"}, 2020, Outlook.NEVER),
        ({2015: "98", 2016: "98", 2017: "98", 2018: "98", 2019: "98.1"}, 2020, Outlook.MET),
        ({2018: "93", 2019: "94"}, 2020, Outlook.TOO_FEW_YEARS),
    ],
    ids=lambda v: v.value if isinstance(v, Outlook) else None,
)  # fmt: skip
def test_a_target_is_projected_only_as_far_as_the_series_reaches(
    small, values: dict[int, str], year: int, outlook: Outlook
) -> None:
    report = _report(small(*_yearly(values)), year=year)
    rows = trend.trend_of(report, VACCINES).rows
    assert trend.prospect_of(report, VACCINES, rows).outlook is outlook
    said = str(trend_details.trend_sentences(report, VACCINES))
    if outlook is Outlook.PROJECTED:
        # 94 % in 2019 and one point a year: 97 % three years later.
        assert "If the pace of 2015 to 2019 (+1.0 points a year) went on" in said
        assert "would be met in 2022" in said
    else:
        assert "would be met in" not in said


def test_an_indicator_without_a_target_has_no_outlook(workspace: Workspace) -> None:
    report = _report(workspace)
    rows = trend.trend_of(report, INFANTS).rows
    assert trend.prospect_of(report, INFANTS, rows).outlook is Outlook.NO_TARGET
    assert "target" not in str(trend_details.trend_sentences(report, INFANTS))


@pytest.mark.parametrize(
    ("text", "said"),
    [("97.2", "meets the target"), ("96.8", "misses the target of"), ("97.0", "cannot be told")],
)
def test_whether_a_target_is_met_follows_from_the_print(small, text: str, said: str) -> None:
    report = _report(small(*_yearly({2025: text})))
    sentences = trend_words.coverage_sentences(report, [VACCINES], comparator_areas=[])
    assert said in str(sentences)
    assert "97% for 2025" in str(sentences)


def test_a_break_in_the_last_year_leaves_the_trend_before_it(small) -> None:
    values = {2015: "90", 2016: "91", 2017: "92", 2018: "93", 2019: "94", 2020: "60"}
    report = _report(small(*_yearly(values)))
    found = trend.trend_of(report, VACCINES)
    assert found.rows[-1].time_period == 2019
    assert found.direction is Direction.ROSE
    said = str(trend_words.coverage_sentences(report, [VACCINES], comparator_areas=[]))
    assert "2020: 60%" in said
    assert "rose from 90% in 2015 to 94% in 2019" in said


def test_a_status_that_a_whole_year_shares_stands_in_its_heading(workspace: Workspace) -> None:
    table = coverage.table_series(_report(workspace), VACCINES, areas=["VN-71", "VNM"])
    assert [c.label for c in table.columns][1:-1] == [
        "2010", "2013", "2014", "2015", "2016 (p)", "2025 (b)",
    ]  # fmt: skip
    assert table.rows[0][1:-1] == ("93.1%", "90.2%", "89.4%", "96.0%", "93.7%", "95.5%")
    assert table.rows[1][1:-1] == ("94.6%", "91.4%", "97.1%", "97.2%", "98.0%", "n/p")


def test_intervals_stand_in_a_row_of_their_own(workspace: Workspace) -> None:
    table = coverage.table_series(_report(workspace), DEATHS, areas=["VN-71"])
    n, p, z = 3_103, 1_918 / 3_103, stats.norm.ppf(0.975)
    middle, reach = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = ((middle + sign * reach) / (1 + z**2 / n) for sign in (-1, 1))
    assert table.rows[1][-2] == f"{low * 100:.1f}–{high * 100:.1f}"


def test_the_chart_shows_the_target_with_its_source_and_its_gaps(workspace: Workspace) -> None:
    report = _report(workspace)
    chart = coverage.plot_series(report, VACCINES, areas=["VN-71", "VN-NMM", "VNM"])
    assert "target (Decision 23/QĐ-TTg of 7 January 2021, as summarised by l" in chart.caption
    assert "A year without a figure is a gap." in chart.caption
    assert "Dashed line: break" in chart.caption
    own = chart.data.series[0]
    assert own.y[own.x.index(2016)] == 0.937
    assert own.y[own.x.index(2020)] is None
    assert len(chart.title.split()) <= 10


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_table_of_all_series_has_the_same_numbers_in_both_languages(
    workspace: Workspace, language: str
) -> None:
    report = _report(workspace, language=language)
    table = trend_words.table_trends(report, [DEATHS, INFANTS], comparator_areas=["VNM"])
    numbers = [re.findall(r"[−+]?\d+[.,]?\d*", cell) for row in table.rows for cell in row[1:]]
    flat = [n.replace(",", ".") for found in numbers for n in found]
    for number in ("61.8", "60.1", "63.5", "72.8", "33.2", "14.5", "−2.1", "−3.0", "−1.3"):
        assert number in flat
