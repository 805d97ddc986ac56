"""Comparisons: the ratios that the counts give, chance and rounding apart, bad choices refused."""

import re
from dataclasses import replace

import pytest

from childstats.analyses import comparisons, forests, refused, risk, strata_words, stratified
from childstats.analyses.comparisons import Basis, Limits
from childstats.analyses.report import Report
from childstats.blocks import Chart, Group, Sentences, Table
from childstats.errors import CatalogueError, EditionError
from childstats.figures.figure import Interval
from childstats.observations.workspace import Workspace

CHOICE = {
    "reference_areas": ["VN-05", "VN-01"],
    "national_indicators": ["dtp3_coverage_reported", "mcv1_coverage_survey"],
    "exposed_periods": [2013, 2019],
    "reference_periods": [2012, 2012],
}
DEATHS = "death_registration_on_time"


def _report(
    workspace: Workspace, ref_area: str = "VN-71", *, year: int = 2025, language: str = "en"
) -> Report:
    return Report(
        "risk_ratios", workspace=workspace, ref_area=ref_area, time_period=year, language=language
    )


@pytest.fixture
def found(workspace: Workspace) -> dict[tuple[str, str], comparisons.Comparison]:
    """Return the comparisons of Điện Biên by indicator and reference."""
    made = comparisons.compare(_report(workspace), **CHOICE)
    return {(c.indicator, c.reference_label): c for c in made}


def test_an_area_is_compared_with_the_rest_of_what_contains_it(found) -> None:
    here = 1_918 / 3_103
    rest = (467_727 - 1_918) / (642_391 - 3_103)
    country = found[DEATHS, "the rest of Viet Nam (2023)"]
    assert country.basis is Basis.EVENTS
    assert country.ratio.value == pytest.approx(here / rest)
    assert country.ratio.low < country.ratio.value < country.ratio.high < 1
    assert country.difference.value == pytest.approx(here - rest)
    assert country.number.value == pytest.approx((here - rest) * 3_103)
    assert country.number.low == pytest.approx(country.difference.low * 3_103)
    assert country.printed.low == country.printed.high == country.ratio.value


def test_complete_counts_have_rounding_and_no_confidence_interval(found) -> None:
    special = found["special_circumstances", "Sơn La (2025)"]
    assert special.basis is Basis.COMPLETE
    assert special.ratio.low == special.ratio.value == special.ratio.high
    assert special.printed.low == pytest.approx(6_847 / 208_222 / (6_609 / 382_000))
    assert special.printed.high == pytest.approx(6_847 / 208_222 / (6_609 / 383_000))


def test_a_survey_has_both_and_they_are_kept_apart(found) -> None:
    measles = found["mcv1_coverage_survey", "Viet Nam (2012)"]
    assert measles.basis is Basis.SAMPLE
    # weighted shares as printed; 89.4 % of 872 and 90.9 % of 790 children
    assert measles.ratio.value == pytest.approx(89.4 / 90.9)
    assert measles.ratio.low < measles.printed.low <= measles.printed.high < measles.ratio.high


def test_figures_without_counts_have_rounding_only_and_no_verdict(workspace, found) -> None:
    infants = found["infant_mortality_rate", "Sơn La (2016)"]
    assert infants.basis is Basis.PRINT
    assert infants.printed.low == pytest.approx(33.15 / 22.45)
    assert infants.printed.high == pytest.approx(33.25 / 22.35)
    assert infants.number is None
    report = _report(workspace)
    made = comparisons.compare(report, **CHOICE)
    assert made == sorted(made, key=lambda c: c.basis is Basis.PRINT)
    said = str(risk.risk_sentences(report, made))
    assert "Infant mortality" not in said
    chart = forests.plot_comparisons(report, made)
    assert not [x for x in chart.data.series[0].x if "mortality" in x.lower()]
    assert "Infant mortality rate (deaths before age 1): Điện Biên (2016) 33.2" in [
        row.label for row in risk.table_comparisons(report, made).rows if isinstance(row, Group)
    ]


def test_words_follow_from_the_limits(workspace: Workspace) -> None:
    report = _report(workspace)
    said = risk.risk_sentences(report, comparisons.compare(report, **CHOICE)).sentences
    assert said[0].startswith("Deaths registered on time: higher in Điện Biên (2023) than in Lai")
    assert said[1].startswith("Deaths registered on time: lower in Điện Biên (2023) than in Sơn")
    similar = [s for s in said if "no clear difference between" in s]
    assert len(similar) == 1
    assert "Viet Nam: no clear difference between 2019 and 2012" in similar[0]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_printed_difference_is_that_of_the_printed_values(workspace, language) -> None:
    """89.4% and 90.9% differ by 1.5 points, whatever whole children would give."""
    report = _report(workspace, language=language)
    found = comparisons.compare(report, **CHOICE)
    rows = [r for r in risk.table_comparisons(report, found).rows if not isinstance(r, Group)]
    assert [r[2].split(" ")[0] for r in rows if "90" in r[0] and "2012" in r[0]] == [
        report.t.decimal(-1.5, digits=1)
    ]


def test_there_is_no_counterfactual_of_children_who_were_only_found(workspace: Workspace) -> None:
    """More children in special circumstances may be more need, or better finding."""
    report = _report(workspace)
    found = comparisons.compare(report, **CHOICE)
    special = [c for c in found if c.indicator == "special_circumstances"]
    assert special
    assert {c.number for c in special} == {None}
    assert "number of children in special" not in str(risk.risk_sentences(report, found))


@pytest.mark.parametrize(
    ("ratio", "printed", "verdict"),
    [
        ((1.2, 1.1, 1.3), (1.2, 1.2), "higher"),
        ((1.2, 0.9, 1.5), (1.2, 1.2), "similar"),
        ((1.2, 1.2, 1.2), (0.99, 1.4), "similar"),
        ((0.8, 0.7, 0.9), (0.8, 0.8), "lower"),
        ((0.8, 0.7, 1.01), (0.8, 0.8), "similar"),
        ((0.8, 0.8, 0.8), (0.6, 1.0), "similar"),
    ],
)
def test_a_verdict_takes_all_limits_on_one_side_of_one(found, ratio, printed, verdict) -> None:
    any_pair = next(iter(found.values()))
    changed = replace(any_pair, ratio=Limits(*ratio), printed=Interval(*printed))
    assert risk.verdict_of(changed) == verdict


def test_the_numbers_are_the_same_in_both_languages(workspace: Workspace) -> None:
    written = []
    for language in ("en", "vi"):
        report = _report(workspace, language=language)
        table = risk.table_comparisons(report, comparisons.compare(report, **CHOICE))
        cells = [c for row in table.rows if not isinstance(row, Group) for c in row]
        written.append([re.sub(r"[.,]", "", n) for c in cells for n in re.findall(r"\d[\d.,]*", c)])
    assert written[0] == written[1]


@pytest.mark.parametrize("area", ["VN-05", "VN-01", "VN-13", "VN-NMM", "VNM"])
def test_another_area_has_its_own_report(workspace: Workspace, area: str) -> None:
    report = _report(workspace, area)
    made = comparisons.compare(report, **CHOICE)
    own = [c for c in made if report.area_name(area) in c.exposed_label]
    assert not [c for c in own if report.area_name(area) == c.reference_label.split(" (")[0]
                and c.exposed_label == c.reference_label]  # fmt: skip
    assert risk.risk_sentences(report, made).sentences
    assert isinstance(risk.table_comparisons(report, made), Table)
    by_area = stratified.stratify_by_area(
        report, DEATHS, areas=["VN-05", "VN-01"], periods=[2018, 2023]
    )
    assert isinstance(strata_words.plot_strata(report, by_area), (Chart, Sentences))
    if area in {"VNM", "VN-NMM"}:
        assert not [c for c in made if c.reference_label.startswith(("Sơn La", "Lai Châu"))]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reference_areas": ["VN-99"]}, "unknown area 'VN-99'"),
        ({"exposed_periods": [2013]}, "2 national_indicators, 1 exposed_periods and 2 reference"),
        ({"exposed_periods": [2031, 2019]}, "exposed_periods 2031: no usable figure of 'dtp3"),
        ({"exposed_periods": [2012, 2019]}, "between 2012 and 2012; choose two different years"),
        ({"national_indicators": ["dtp9", "mcv1_coverage_survey"]}, "unknown indicator 'dtp9'"),
        (
            {"national_indicators": ["dtp3_coverage", "mcv1_coverage_survey"],
             "exposed_periods": [2023, 2019]},
            "2023 and 2012 must not be compared: A break",
        ),
        ({"exposed_periods": [2003, 2019]}, "has no ratio: more cases than people"),
    ],
)  # fmt: skip
def test_an_impossible_choice_is_one_clear_line(workspace, change, message: str) -> None:
    with pytest.raises((EditionError, CatalogueError), match=re.escape(message)) as refused_with:
        comparisons.compare(_report(workspace), **(CHOICE | change))
    assert "\n" not in str(refused_with.value)


def test_years_are_pooled_by_mantel_and_haenszel(workspace: Workspace) -> None:
    report = _report(workspace)
    years = stratified.stratify_by_year(
        report, DEATHS, reference_area="VN-NMM", periods=[2018, 2023]
    )
    here = [(1499, 2590), (1449, 2455), (1593, 2893), (1700, 2695), (2072, 4032), (1918, 3103)]
    region = [(48077, 67574), (48747, 66672), (50561, 71001), (53818, 72287), (62344, 86134),
              (56786, 78400)]  # fmt: skip
    top = bottom = 0.0
    for (a, n1), (all_cases, all_total) in zip(here, region, strict=True):
        c, n2 = all_cases - a, all_total - n1
        top, bottom = top + a * n2 / (n1 + n2), bottom + c * n1 / (n1 + n2)
    assert years.pooled.value == pytest.approx(top / bottom)
    assert [s.label for s in years.strata] == ["2018", "2019", "2020", "2021", "2022", "2023"]
    each, differ = strata_words.strata_sentences(report, years).sentences
    assert "lower in 2018, 2019, 2020, 2021, 2022 and 2023" in each
    assert "differ by more than chance" in differ
    assert "df = 5" in differ
    assert "0.70 (2022)" in differ
    # the ratios of all years together would be 0.79 (0.78 to 0.80), which is that of none
    statistic = float(years.pooled.statistic)
    assert f"I² = {1 - 5 / statistic:.0%}" in differ
    assert not re.search(r"pooled|taken together", " ".join((each, differ)), re.IGNORECASE)
    table = strata_words.table_strata(report, years)
    assert table.rows[0][1] == f"{1_499 / 2_590:.1%} (1,499 of 2,590)"
    assert [row[0] for row in table.rows] == [s.label for s in years.strata]
    assert len(strata_words.plot_strata(report, years).data.series[0].y) == len(years.strata)


def test_provinces_that_agree_are_said_to(workspace: Workspace) -> None:
    report = _report(workspace)
    two = stratified.stratify_by_area(report, DEATHS, areas=["VN-01"], periods=[2018, 2023])
    assert [s.label for s in two.strata] == ["Điện Biên", "Lai Châu"]
    assert float(two.strata[0].ratio.value) == pytest.approx(1_918 / 3_103 / (1_499 / 2_590))
    pooled, agree = strata_words.strata_sentences(report, two).sentences
    assert "higher in 2023 than in 2018" in pooled
    assert "one ratio describes them all" in agree


def test_too_little_to_pool_is_said(workspace: Workspace) -> None:
    report = _report(workspace, "VN-13")
    years = stratified.stratify_by_year(
        report, DEATHS, reference_area="VN-05", periods=[2018, 2023]
    )
    provinces = stratified.stratify_by_area(
        report, DEATHS, areas=["VN-05", "VN-01"], periods=[2018, 2023]
    )
    for found in (years, provinces):
        for make in (
            strata_words.strata_sentences, strata_words.plot_strata, strata_words.table_strata,
        ):  # fmt: skip
            assert "nothing is pooled" in str(make(report, found))


def test_strata_that_cannot_be_are_refused(workspace: Workspace) -> None:
    report = _report(workspace)
    with pytest.raises(EditionError, match="give a first and a later year"):
        stratified.stratify_by_year(report, DEATHS, reference_area="VNM", periods=[2023, 2018])
    with pytest.raises(EditionError, match="own area 'VN-71' or part of it"):
        stratified.stratify_by_year(report, DEATHS, reference_area="VN-71", periods=[2018, 2023])
    with pytest.raises(CatalogueError, match="unknown indicator 'deaths'"):
        stratified.stratify_by_year(report, "deaths", reference_area="VNM", periods=[2018, 2023])
    abroad = _report(workspace, "VN-13")
    with pytest.raises(EditionError, match="'VN-05' is part of 'VN-NMM'"):
        stratified.stratify_by_area(abroad, DEATHS, areas=["VN-NMM", "VN-05"], periods=[2018, 2023])


def test_refused_pairs_have_the_reason_of_the_guard(workspace: Workspace) -> None:
    report = _report(workspace)
    rows = refused.table_refused(report, reference_areas=["VN-05", "VN-01"]).rows
    pairs = {(row[0], row[1]): row[2] for row in rows}
    size = pairs[
        "Children in special circumstances, Điện Biên, 2025: 6,847",
        "Children in special circumstances, Sơn La, 2025: 6,609",
    ]
    assert "unequal size" in size
    screened = [reason for (this, _), reason in pairs.items() if "1/2025 to 5/2025: 242" in this]
    assert screened == [
        "Events of 1/2025 to 5/2025 and of 2025 were counted for unequal lengths of time."
    ]
    assert all(row[2] for row in rows)
    assert len(pairs) == len(rows)


def test_an_area_with_nothing_to_mistake_says_so(small) -> None:
    empty = _report(
        small({"indicator": "play_spots", "time_period": "2025", "text": "80", "unit": "percent"})
    )
    nothing = refused.table_refused(empty, reference_areas=["VN-05"])
    assert str(nothing) == "Nothing that could be mistaken is held."
    assert nothing.to_json()["type"] == "nothing"


def test_without_comparisons_a_sentence_stands_for_chart_and_table(workspace: Workspace) -> None:
    report = _report(workspace)
    for block in (forests.plot_comparisons(report, []), risk.table_comparisons(report, [])):
        assert isinstance(block, Sentences)
        assert "no fair comparison" in str(block)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_words_of_a_chart_are_broken_in_the_drawing_alone(workspace, language) -> None:
    """“Northern, Midlands and Mountains”, “0.93, (95 % CI”: line breaks had become commas."""
    report = _report(workspace, language=language)
    chart = forests.plot_comparisons(report, comparisons.compare(report, **CHOICE))
    assert not re.search(r", \(|,\s*,", chart.alt)
    assert report.area_name("VN-NMM") in chart.alt
    for series in chart.data.series:
        assert not [label for label in series.x if "\n" in label]
    assert all(f"{row}: " in chart.alt for row in chart.data.series[0].x)
    assert all(words in chart.alt for words in chart.data.series[0].written)
