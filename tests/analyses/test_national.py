"""The country's long series: reasons of changes, zero-dose, drop-out, survey beside report."""

from math import sqrt

import pytest

from childstats.analyses import coverage, national, surveys
from childstats.analyses.report import Report
from childstats.blocks import Sentences
from childstats.observations.workspace import Workspace

DTP = ("dtp1_coverage_reported", "dtp3_coverage_reported")


@pytest.fixture
def report(workspace: Workspace) -> Report:
    """Return a report on Điện Biên, 2025, in English."""
    return Report(
        "coverage_trends", workspace=workspace, ref_area="VN-71", time_period=2025, language="en"
    )


def _of(workspace: Workspace, year: int) -> Report:
    return Report(
        "coverage_trends", workspace=workspace, ref_area="VN-71", time_period=year, language="en"
    )


def test_a_fall_and_its_recovery_share_a_row_with_their_reason(report: Report) -> None:
    rows = national.table_changes(report, "dtp3_coverage", ref_area="VNM").rows
    by_change = {row[0]: row[1] for row in rows}
    frozen = by_change["96% (2001), 75% (2002), 99% (2003)"]
    assert "known from outside these sources" in frozen
    assert "Pentavalent" in by_change["97% (2012), 59% (2013), 95% (2014)"]
    assert "94% (2017), 75% (2018)" in by_change
    assert "No source used here" in by_change["91% (2022), 65% (2023), 97% (2024)"]
    fall = by_change["children due: 1,501,510 (2021), 1,341,593 (2022)"]
    assert f"{1_341_593 / 1_501_510 - 1:.1%}".replace("-", "−") in fall
    assert [int(row[0].split("(")[1][:4]) for row in rows] == [2001, 2011, 2012, 2017, 2021, 2022]


def test_the_changes_of_an_earlier_report_end_there(workspace: Workspace) -> None:
    said = str(national.table_changes(_of(workspace, 2013), "dtp3_coverage", ref_area="VNM"))
    assert "(2013)" in said
    assert "(2014)" not in said
    none = national.table_changes(_of(workspace, 1995), "dtp3_coverage", ref_area="VNM")
    assert isinstance(none, Sentences)


def test_zero_dose_and_drop_out_are_the_differences_of_the_counts(report: Report) -> None:
    table = national.table_drop_out(report, *DTP, ref_area="VNM")
    at = [c.label for c in table.columns].index("2018")
    column = [row[at] for row in table.rows]
    missed, lost = 1_670_313 - 1_310_937, 1_310_937 - 1_247_159
    assert column == [
        "1,670,313",
        f"{missed:,}",
        f"{missed / 1_670_313:.1%}",
        f"{lost:,}",
        f"{lost / 1_310_937:.1%}",
    ]
    at = [c.label for c in table.columns].index("2016")
    # 1,666,564 third doses and 1,666,340 first ones
    assert [table.rows[i][at] for i in (3, 4)] == ["–*", "–*"], "no fewer children than none"
    assert "more third doses than first ones" in table.notes[-1]


def test_the_worst_and_the_latest_year_are_put_into_words(report: Report) -> None:
    worst, latest, more = national.drop_out_sentences(report, *DTP, ref_area="VNM").sentences
    assert worst.startswith("In 2018, 359,376 children, 21.5% of those due")
    assert f"{1_341_593 - 1_234_055:,}" in latest
    assert "In 7 of the 22 years" in more
    assert "(2003–2006, 2008, 2010, 2016)" in more
    assert not national.drop_out_sentences(report, *DTP, ref_area="VN-71").sentences
    assert isinstance(national.table_drop_out(report, *DTP, ref_area="VN-71"), Sentences)


def test_more_first_doses_than_children_due_are_no_children_fewer_than_none(small) -> None:
    rows = [
        {"indicator": indicator, "ref_area": "VNM", "time_period": year,
         "numerator_text": str(doses), "denominator_text": "1000"}
        for year, of_year in (("2023", (900, 800)), ("2024", (1010, 990)))
        for indicator, doses in zip(DTP, of_year, strict=True)
    ]  # fmt: skip
    report = _of(small(*rows), 2025)
    table = national.table_drop_out(report, *DTP, ref_area="VNM")
    assert [row[2] for row in table.rows] == ["1,000", "–*", "–*", "20", "2.0%"]
    assert table.notes[-1] == "–*: more first doses than children due."
    worst, latest = national.drop_out_sentences(report, *DTP, ref_area="VNM").sentences
    assert worst.startswith("In 2023, 100 children, 10.0% of those due")
    assert "2024, there were more first doses than children due" in latest


def test_several_vaccines_of_a_country_are_drawn_together(report: Report) -> None:
    chart = coverage.plot_indicators(report, ["dtp3_coverage", "mcv1_coverage"], ref_area="VNM")
    assert [s.label for s in chart.data.series] == [
        "Third diphtheria-tetanus-pertussis dose",
        "First measles vaccine dose",
    ]
    assert len(chart.title.split()) <= 10
    nothing = coverage.plot_indicators(report, ["dtp3_coverage"], ref_area="VN-71")
    assert isinstance(nothing, Sentences)


def test_the_catalogue_says_which_survey_and_report_measure_one_dose(report: Report) -> None:
    assert surveys.related(report, "dtp3_coverage") == {
        "survey": "dtp3_coverage_survey",
        "reported": "dtp3_coverage_reported",
        "estimate": "dtp3_coverage",
    }


def test_surveys_reports_and_estimates_are_marks_that_are_not_joined(report: Report) -> None:
    chart = surveys.plot_surveys(report, "dtp3_coverage", ref_area="VNM")
    assert chart.data.kind == "dots"
    survey = chart.data.series[0]
    assert survey.label == "Survey"
    assert survey.y[survey.x.index(2014)] is None  # eight provinces only
    at = survey.x.index(2001)
    n, p, z = 457, 0.724, 1.959964  # weighted: not rounded to whole children
    middle, reach = p + z**2 / (2 * n), z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert survey.low[at] == pytest.approx((middle - reach) / (1 + z**2 / n), abs=1e-6)
    assert survey.high[at] == pytest.approx((middle + reach) / (1 + z**2 / n), abs=1e-6)
    assert isinstance(surveys.plot_surveys(report, "dtp3_coverage", ref_area="VN-71"), Sentences)


def test_each_survey_stands_beside_report_and_estimate(report: Report) -> None:
    table = surveys.table_surveys(report, "dtp3_coverage", ref_area="VNM")
    by_year = {row[0]: row for row in table.rows}
    assert by_year["2009"][2:] == ("759", "74.3% (71.1% to 77.3%)", "96.3%", "96%")
    assert by_year["2000"][2:] == ("–", "96.2%", "96.0%", "96%")
    assert by_year["2014"][3] == "98.7% D"
    assert "2019" not in {
        row[0]
        for row in surveys.table_surveys(
            _of(report.workspace, 2014), "dtp3_coverage", ref_area="VNM"
        ).rows
    }


def test_reports_above_the_interval_of_a_survey_are_counted(report: Report) -> None:
    first, second = surveys.survey_sentences(report, "dtp3_coverage", ref_area="VNM").sentences
    # 2001, 2005, 2009 and 2012 of those of known size; in 2019 the report lies below it.
    assert first.startswith("Of 5 years of birth with a survey of known size and a report,")
    assert first.endswith("the survey in 4, within it in 0 and below it in 1.")
    assert "2001, reported 96.2%, survey 72.4%" in second
    nothing = surveys.survey_sentences(report, "ipv1_coverage", ref_area="VNM")
    assert not nothing.sentences


def test_a_report_on_the_printed_limit_of_a_survey_is_within_it(small) -> None:
    """Survey 50.0 % of 1,000: 46.907 % to 53.093 %, printed to 53.1 %, as is the report."""
    usual = {"ref_area": "VNM", "time_period": "2009", "unit": "percent"}
    workspace = small(
        {"indicator": "dtp3_coverage_survey", "text": "50.0", "denominator_text": "1000"} | usual,
        {"indicator": "dtp3_coverage_reported", "text": "53.1"} | usual,
    )
    said = surveys.survey_sentences(_of(workspace, 2025), "dtp3_coverage", ref_area="VNM")
    assert said.sentences[0].endswith("in 0, within it in 1 and below it in 0.")
